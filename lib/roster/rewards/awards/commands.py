"""Points, commendations and money that are given or taken by hand; what was a mistake is withdrawn and
stays."""

from __future__ import annotations

from datetime import date

from db.models.reward import Award, AwardKind
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, NotFound, Problem, WrongState
from lib.i18n import _
from lib.masking import masked_text
from lib.roster.posted import post_on
from lib.roster.rewards.rules import MOST_CENTS, MOST_POINTS
from lib.roster.rewards.words import amount
from lib.typed import as_typed

LONGEST_REASON = 200
MOST_DAYS_BACK = 366


@command(Permission.PREPARE_ALLOWANCES)
def give_award(
    session: ScopedSession,
    person_id: int,
    day: date,
    award_kind: AwardKind,
    score: int,
    cents: int,
    reason: str,
) -> int:
    """Belongs to the center where the person worked on the day; returns its key. Points may be taken, a
    criticism only takes them, money is only given. Raises NotFound, BadInput."""
    post = post_on(session, person_id, day)
    why = as_typed(reason, LONGEST_REASON)
    today = deployment.today_of(session)
    if problems := (*_wrong(award_kind, score, cents), *_said(why, day, today)):
        raise BadInput(_("没有登记，请先改正下面的内容。"), problems)
    viewer = viewer_of(session)
    row = Award(
        person_id=person_id, center_code=post.center_code, day=day, kind=award_kind, points=score,
        cents=cents, reason=why, given_by_id=viewer.account_id, given_by=viewer.name,
        given_at=deployment.moment_of(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, viewer, "award given", f"award {row.id}",
        after={"person": person_id, "award_kind": award_kind.value, "day": f"{day}", "score": score,
               "amount": amount(cents), "reason": masked_text(why)},
    )  # fmt: skip
    return row.id


@command(Permission.PREPARE_ALLOWANCES)
def withdraw_award(session: ScopedSession, award_id: int) -> None:
    """Raises NotFound, WrongState."""
    row = session.get(Award, award_id)
    if row is None:
        raise NotFound(_("找不到这条奖励，或它不在您的范围内。"))
    if row.withdrawn_at is not None:
        raise WrongState(_("这条奖励已经撤销。"))
    viewer = viewer_of(session)
    row.withdrawn_by, row.withdrawn_at = viewer.name, deployment.moment_of(session)
    session.flush()
    record(session, viewer, "award withdrawn", f"award {row.id}", after={"person": row.person_id})


def _wrong(kind: AwardKind, score: int, cents: int) -> tuple[Problem, ...]:
    problems = []
    if abs(score) > MOST_POINTS or not 0 <= cents <= MOST_CENTS:
        problems.append(Problem("score", _("积分不能超过1,000分，金额应在0到50,000元之间。")))
    if kind is AwardKind.POINTS and (not score or cents):
        problems.append(Problem("score", _("加减积分请填写不为0的积分，不填金额。")))
    if kind is AwardKind.COMMENDATION and score < 0:
        problems.append(Problem("score", _("通报表扬不能扣积分。")))
    if kind is AwardKind.CRITICISM and (score > 0 or cents):
        problems.append(Problem("score", _("通报批评只能扣积分，不能给金额。")))
    if kind is AwardKind.SUBSIDY and (score or not cents):
        problems.append(Problem("cents", _("一次性补助请填写金额，不填积分。")))
    return tuple(problems)


def _said(why: str, day: date, today: date) -> tuple[Problem, ...]:
    problems = []
    if not why:
        problems.append(Problem("reason", _("请填写事由。")))
    if not 0 <= (today - day).days <= MOST_DAYS_BACK:
        problems.append(Problem("day", _("日期应在过去一年以内。")))
    return tuple(problems)
