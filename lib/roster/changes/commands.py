"""Many lines of the roster at once as one change of a person: saved whole or not at all, taken back whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from db.models.register import ChangeSet, ChangeSetKind
from db.models.roster import RosterAction
from db.scope import ScopedSession
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotAllowed, NotFound
from lib.i18n import _
from lib.masking import masked_text
from lib.roster.changes.change import Judged, LineChange
from lib.roster.changes.judging import judged
from lib.roster.changes.writing import hold_still, write_lines
from lib.roster.effect import must_be_recent
from lib.roster.history import SUBJECT, History, change_set
from lib.roster.places import Places
from lib.roster.undoing import take_back

MOST_ROWS = 50_000
MOST_NAMED = 20


@command(Permission.KEEP_ROSTER)
def save_lines(
    session: ScopedSession,
    kind: ChangeSetKind,
    source: str,
    rows: Sequence[LineChange],
    as_of: date | None = None,
    action: RosterAction = RosterAction.CORRECTED,
) -> int:
    """Writes all lines or none; returns the key of the change-set, 0 when nothing would be other. `as_of` is
    the day from which posts that change their grid or role are moved; None is today. Every problem is in the
    BadInput, with the place of its row. Raises BadInput, Conflict."""
    if len(rows) > MOST_ROWS:
        raise BadInput(_("一次最多改{most}行，请分几次。").format(most=MOST_ROWS))
    hold_still(session)
    places = Places(session)
    must_be_recent(as_of or places.today, places.today)
    found = judged(session, rows, places, as_of)
    refuse(found)
    wanted = [one for one in found if not one.nothing]
    if not wanted:
        return 0
    made = change_set(session, kind, source)
    write_lines(session, wanted, places, History(session, action, as_of or places.today, made))
    record(
        session, viewer_of(session), "roster changed", f"change_set {made.id}",
        # What one person was hired or moved for has a name in it, and not everybody who audits may know it.
        after={"kind": kind.value, "made": made.made, "edited": made.edited,
               "source": "" if kind is ChangeSetKind.EDITOR else masked_text(made.source)},
    )  # fmt: skip
    return made.id


def refuse(found: Sequence[Judged]) -> None:
    """Raises Conflict, BadInput."""
    if conflicts := [one for one in found if one.conflict]:
        names = "、".join(str(one.before.get("name", "")) for one in conflicts[:MOST_NAMED])
        raise Conflict(
            _("这些人员刚被别人改过：{names}。请核对后再保存；您填写的内容仍在。").format(names=names)
        )
    if problems := [problem for one in found for problem in one.problems]:
        sentence = _("第{row}行{sentence}").format(row=problems[0].row, sentence=problems[0].sentence)
        if len(problems) > 1:
            sentence += _("（共{count}处要改，什么都没有写入）").format(count=len(problems))
        raise BadInput(sentence, tuple(problems))


@command(Permission.KEEP_ROSTER)
def undo_lines(session: ScopedSession, change_set_id: int) -> int:
    """Takes a change-set back while nobody has touched its rows since; returns how many lines. Who did it
    may, and who keeps the roster of the same center. Raises NotFound, NotAllowed, BadInput, Conflict."""
    hold_still(session)  # of two who take it back at once, the second finds it taken back
    made = session.get(ChangeSet, change_set_id)
    if made is None or made.subject != SUBJECT:
        raise NotFound(_("找不到这批改动，或它不在您的范围内。"))
    viewer = viewer_of(session)
    if made.done_by_id != viewer.account_id and viewer.center_code != made.center_code:
        raise NotAllowed(_("由做这批改动的人，或同一单位的网格员管理人员撤销。"))
    if made.undone_at is not None:
        raise BadInput(_("这批改动已经撤销过了。"))
    rows = take_back(session, made)
    record(session, viewer, "roster restored", f"change_set {made.id}", after={"rows": rows})
    return made.made + made.edited + made.removed
