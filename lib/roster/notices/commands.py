"""What people do with public notices: have them made for printing, which is recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import select

from db.models.center import Center
from db.models.grid import Grid
from db.models.roster import PostRole
from db.scope import ScopedSession, within
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.deployment import today_of
from lib.errors import BadInput, NotFound
from lib.exports.commands import EXPORT_ID
from lib.grids.words import POST_WORDS
from lib.i18n import _, listed
from lib.roster.notices.board import Notices
from lib.roster.notices.gathering import gathered
from lib.roster.notices.queries import MOST_GRIDS
from lib.typed import plain


@command(Permission.EXPORT_ROSTER)
def print_notices(
    session: ScopedSession,
    center_code: str,
    grid_codes: Collection[str],
    roles: Mapping[PostRole, bool],
    also_vacant: bool,
    export_id: str,
    write: Callable[[Notices, str], bytes],
) -> bytes:
    """The notices of these grids, issued by a center above them, as `write` puts them on paper. The phones of
    the posted roles are whole. Who took it, of how many grids and people, and the file's digest are recorded.
    Raises NotFound when one of the grids is none of the center's, BadInput when nothing is left to print."""
    center = session.get(Center, center_code)
    if center is None or not session.scope.covers(center_code):
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    if not EXPORT_ID.fullmatch(export_id):
        raise ValueError("an export needs a number of its own")
    codes = sorted({plain(code) for code in grid_codes})
    if not codes:
        raise BadInput(_("请至少选择一个网格。"))
    if len(codes) > MOST_GRIDS:
        raise BadInput(_("一次最多制作{most}个网格的公示牌，请按村（社区）分批。").format(most=MOST_GRIDS))
    if not roles:
        raise BadInput(_("请至少选择一类上牌人员。"))
    grids = session.scalars(
        select(Grid).where(Grid.code.in_(codes), within(Grid.center_code, [center_code])).order_by(Grid.code)
    ).all()
    if len(grids) != len(codes):
        raise NotFound(_("有网格找不到，或不在这个中心的范围内。请从网格列表中重新选择。"))
    day = today_of(session)
    boards = gathered(session, grids, roles, day, whole=True, photos=True)
    left_out = () if also_vacant else tuple(board for board in boards if board.vacant)
    kept = tuple(board for board in boards if also_vacant or not board.vacant)
    if not kept:
        raise BadInput(
            _("所选网格都没有专职网格员，没有可以张贴的公示牌。请先配备人员，或选择也制作空缺的。")
        )
    content = write(Notices(center.name, day, kept, left_out), export_id)
    people = {(board.code, one.name, one.role) for board in kept for one in board.staff}
    record(
        session, viewer_of(session), "exported", export_id,
        after={
            "page": "notices", "what": _("公示牌"), "center": center_code, "kind": "docx",
            "grids": len(kept), "people": len(people), "rows": len(people),
            "filters": listed(_(POST_WORDS[role]) for role in roles),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    )  # fmt: skip
    return content
