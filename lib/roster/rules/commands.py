"""What people do with the rules of staffing: decide one for a center and all below, from a day on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from db.models.center import Center
from db.models.roster import RuleKind, StaffingRule
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotFound, Problem
from lib.i18n import _
from lib.masking import masked_text
from lib.typed import as_typed

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
LONGEST_REASON = 200
# What a number of each kind can be at all.
GREATEST: dict[RuleKind, int] = {
    RuleKind.FULL_TIME_PER_GRID: 20,
    RuleKind.GRIDS_PER_PERSON: 50,
    RuleKind.ONE_FOUR_X: 4,
    RuleKind.HOUSEHOLDS_PER_GRID: 20_000,
}
# Only what comes about by giving somebody a post can be refused when the post is given.
REFUSABLE = frozenset({RuleKind.FULL_TIME_PER_GRID, RuleKind.GRIDS_PER_PERSON})


@command(Permission.SET_STAFFING_RULES)
def decide_rule(
    session: ScopedSession,
    center_code: str,
    kind: RuleKind,
    least: int,
    most: int,
    watched: bool,
    refuses: bool,
    since: date,
    reason: str,
    seen: int | None,
) -> int:
    """A rule for a center and all below, from a day on; returns its key. `seen` is the center's newest
    decision of this kind that the person has looked at. Raises NotFound, BadInput, Conflict."""
    if session.get(Center, center_code) is None or not session.scope.covers(center_code):
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    said = as_typed(reason, LONGEST_REASON)
    _check(kind, least, most, watched, refuses, since, said)
    take_lock(session, f"staffing rules {center_code}")
    newest = session.scalar(
        select(func.max(StaffingRule.id)).where(
            StaffingRule.center_code == center_code, StaffingRule.kind == kind
        )
    )
    if newest != seen:
        raise Conflict(_("这条规则刚被别人改过。请核对页面上的现行规定后再定。"))
    viewer = viewer_of(session)
    made = StaffingRule(
        center_code=center_code, kind=kind, least=least, most=most, watched=watched, refuses=refuses,
        since=since, reason=said, decided_by=viewer.name, decided_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, viewer, "staffing rule decided", f"center {center_code}",
        after={
            "rule": kind.value, "least": least, "most": most, "watched": watched, "refuses": refuses,
            "since": f"{since}", "reason": masked_text(said),
        },
    )  # fmt: skip
    return made.id


def _check(
    kind: RuleKind, least: int, most: int, watched: bool, refuses: bool, since: date, reason: str
) -> None:
    problems = []
    greatest = GREATEST[kind]
    for name, number in (("least", least), ("most", most)):
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= greatest:
            sentence = _("上限和下限应填0到{most}之间的整数。").format(most=greatest)
            problems.append(Problem(name, sentence, value=str(number)[:30]))
    if not problems and least > most:
        problems.append(Problem("least", _("下限不能大于上限。"), value=str(least)))
    if refuses and not watched:
        problems.append(Problem("refuses", _("不检查的规则不能禁止，请先选中“列出不符合的”。")))
    if refuses and kind not in REFUSABLE:
        problems.append(Problem("refuses", _("这条规则只能列出，不能禁止。")))
    if not EARLIEST <= since <= LATEST:
        problems.append(Problem("since", _("请填写规则开始施行的日期。"), value=f"{since}"))
    if not reason:
        problems.append(Problem("reason", _("请写明依据，例如文件名称和文号。")))
    if problems:
        raise BadInput(problems[0].sentence, tuple(problems))
