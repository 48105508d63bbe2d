"""Takes an approved sheet out for the payroll, with who took it and what for in the audit chain."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from db.models.center import Center
from db.models.reward import SheetState
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Problem, WrongState
from lib.exports.cells import storable
from lib.exports.commands import EXPORT_ID
from lib.exports.sheet import Column, ColumnKind, Sheet, facts_of
from lib.exports.workbook import workbook_bytes
from lib.grids.words import POST_WORDS
from lib.i18n import _, numbers
from lib.masking import masked_text
from lib.roster.rewards.queries import LineRow, SheetCard, sheet_by_id
from lib.roster.rewards.words import spoken
from lib.typed import as_typed

LONGEST_REASON = 200


@command(Permission.EXPORT_ROSTER)
def export_sheet(session: ScopedSession, sheet_id: int, export_id: str, reason: str) -> bytes:
    """All lines and their total as a workbook, without any number that names a person. Raises NotFound,
    NotAllowed, WrongState, BadInput."""
    card = sheet_by_id(session, sheet_id)
    if card.state is not SheetState.APPROVED:
        raise WrongState(_("审批通过的发放表才能导出。"))
    why = as_typed(reason, LONGEST_REASON)
    if not why:
        sentence = _("请写明导出用途。")
        raise BadInput(sentence, (Problem("reason", sentence),))
    if not EXPORT_ID.fullmatch(export_id):
        raise BadInput(_("不能导出成这种文件。"))
    viewer = viewer_of(session)
    center = session.get(Center, card.center_code)
    name = center.name if center else card.center_code
    title = _("{center}{month}补助发放表").format(center=name, month=numbers.month(card.month))
    facts = facts_of(
        filters="", period=numbers.month(card.month), as_of=deployment.moment_of(session),
        center=name, exported_by=viewer.name, exported_at=clock.now(),
    )  # fmt: skip
    facts += (
        (_("发放人数"), f"{len(card.lines)}"),
        (_("编制"), f"{card.made_by} {numbers.moment(card.made_at)}"),
        (_("提交"), f"{card.submitted_by} {numbers.moment(card.submitted_at)}"),
        (_("审批"), f"{card.approved_by} {numbers.moment(card.approved_at)}"),
        (_("依据"), card.source),
        (_("用途"), why),
    )
    made = workbook_bytes(Sheet(title, facts, columns_of(card), export_id))
    record(
        session, viewer, "exported", export_id,
        after={"page": "allowances", "center": card.center_code, "what": masked_text(storable(title)),
               "kind": "xlsx", "rows": len(card.lines), "reason": masked_text(why),
               "sha256": hashlib.sha256(made).hexdigest()},
    )  # fmt: skip
    return made


def columns_of(card: SheetCard) -> tuple[Column, ...]:
    """One row a person and the total below."""
    lines = card.lines
    words = (
        (_("人员编号"), ColumnKind.CODE, [f"{one.person_id}" for one in lines], None),
        (_("姓名"), ColumnKind.TEXT, [one.name for one in lines], _("合计")),
        (_("岗位"), ColumnKind.TEXT, [roles(one) for one in lines], None),
        (_("网格"), ColumnKind.TEXT, ["、".join(one.places) for one in lines], None),
    )
    return (
        *(Column(heading, kind, (*values, last)) for heading, kind, values, last in words),
        Column(_("任职天数"), ColumnKind.COUNT, (*(one.days for one in lines), sum(n.days for n in lines))),
        Column(_("积分"), ColumnKind.COUNT, (*(one.points for one in lines), sum(n.points for n in lines))),
        _amounts(_("计算金额（元）"), [one.cents for one in lines]),
        _amounts(_("实发金额（元）"), [one.due for one in lines]),
        Column(_("更正理由"), ColumnKind.TEXT, (*(one.why for one in lines), None)),
        Column(
            _("计算过程"),
            ColumnKind.TEXT,
            (*("\n".join(spoken(item) for item in one.items) for one in lines), None),
        ),
    )


def roles(line: LineRow) -> str:
    return "、".join(_(POST_WORDS[role]) for role in line.roles)


def _amounts(heading: str, cents: list[int]) -> Column:
    return Column(heading, ColumnKind.AMOUNT, tuple(Decimal(one) / 100 for one in (*cents, sum(cents))))
