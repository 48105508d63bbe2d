"""What people do with spot checks: draw who is checked, record what was found, see to it."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import func, select

from db.models.center import Center
from db.models.duty import CheckedPost, Finding, SpotCheck
from db.models.roster import Post, PostRole
from db.scope import ScopedSession, within
from db.session import take_lock
from lib import deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.centers.queries import not_there
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Problem, WrongState
from lib.i18n import _
from lib.masking import masked_text
from lib.roster.checks.candidates import candidates
from lib.roster.checks.draw import (
    BY_CHANCE,
    LONGEST_SEED,
    SHORTEST_SEED,
    drawn,
    given_by_hand,
    seed_by_chance,
)
from lib.roster.checks.words import TO_FOLLOW
from lib.roster.roles import written_roles
from lib.typed import as_typed, plain

LONGEST_WORDS = 500
MOST_DRAWN, DAYS_AHEAD, MOST_DAYS_TO_FOLLOW = 200, 7, 366


@command(Permission.CHECK_DUTY)
def draw(
    session: ScopedSession,
    center_code: str,
    day: date,
    roles: Collection[PostRole],
    wanted: int,
    seed: str = "",
    on_leave: bool = False,
    reason: str = "",
) -> int:
    """Draws who is checked on a day and keeps what it was drawn from; returns its key. Without a `seed` one
    is made by chance. A further draw of the same center and day is another check and takes a reason. Raises
    NotFound, BadInput."""
    if session.get(Center, center_code) is None or not session.scope.covers(center_code):
        raise not_there()
    given, why = plain(seed, LONGEST_SEED), as_typed(reason, LONGEST_WORDS)
    take_lock(session, f"spot checks {center_code}")
    before = _draws_before(session, center_code, day)
    _must_be_right(day, deployment.today_of(session), roles, wanted, given, before, why)
    found = candidates(session, center_code, day, roles, on_leave)
    if not found:
        raise BadInput(_("这一天没有符合条件的在岗人员，没有抽取。"))
    viewer, sown = viewer_of(session), given or seed_by_chance()
    row = SpotCheck(
        center_code=center_code, day=day, seed=sown, wanted=wanted,
        roles=written_roles(roles),
        drawn_from=json.dumps(found), drawn_by_id=viewer.account_id, drawn_by=viewer.name,
        drawn_at=deployment.moment_of(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    chosen = drawn(sown, found, wanted)
    posts = {post.id: post for post in session.scalars(select(Post).where(Post.id.in_(chosen)))}
    session.add_all(
        CheckedPost(
            spot_check_id=row.id, post_id=key, person_id=posts[key].person_id,
            center_code=posts[key].center_code, place=place, finding=Finding.PENDING,
        )
        for place, key in enumerate(chosen, 1)
    )  # fmt: skip
    session.flush()
    record(
        session, viewer, "spot check drawn", f"spot_check {row.id}",
        after={"center": center_code, "day": f"{day}", "seed": sown, "candidates": len(found),
               "drawn": len(chosen), "draws_before": before, "reason": masked_text(why)},
    )  # fmt: skip
    return row.id


@command(Permission.CHECK_DUTY)
def record_finding(
    session: ScopedSession,
    checked_id: int,
    finding: Finding,
    note: str,
    follow_up: str,
    due_on: date | None,
    seen: int,
) -> int:
    """What was found, by the center that drew. Whoever is not found on duty is followed up until a day.
    Returns what the next change must have seen. Raises NotFound, NotAllowed, WrongState, BadInput,
    Conflict."""
    row = _checked(session, checked_id, seen)
    check = session.get(SpotCheck, row.spot_check_id)
    if check is None:
        raise NotAllowed(_("由组织抽查的中心填写结果。"))
    today = deployment.today_of(session)
    if today < check.day:
        raise WrongState(_("还没到抽查的日期，到当天再填写结果。"))
    if row.followed_up_at is not None:
        raise WrongState(_("这一项已经办结整改，不能再改结果。"))
    what = as_typed(follow_up, LONGEST_WORDS)
    _must_follow(finding, what, due_on, today)
    followed, by, moment = finding in TO_FOLLOW, viewer_of(session).name, deployment.moment_of(session)
    before = {"found": row.finding.value}
    row.finding, row.note = finding, as_typed(note, LONGEST_WORDS)
    row.follow_up, row.follow_up_due = (what, due_on) if followed else ("", None)
    row.checked_by, row.checked_at = by, moment
    session.flush()
    record(
        session, viewer_of(session), "spot check found", f"checked_post {row.id}", before=before,
        after={"spot_check": row.spot_check_id, "found": finding.value, "note": masked_text(row.note),
               "follow_up": masked_text(row.follow_up), "due": f"{due_on}" if followed else None},
    )  # fmt: skip
    return row.version


@command(Permission.CHECK_DUTY)
def follow_up_done(session: ScopedSession, checked_id: int, words: str, seen: int) -> int:
    """How it was seen to, by the center that drew or the person's own. Returns what the next change must have
    seen. Raises NotFound, WrongState, BadInput, Conflict."""
    row = _checked(session, checked_id, seen)
    if not row.follow_up or row.followed_up_at is not None:
        raise WrongState(_("这一项没有待办的整改。"))
    said = as_typed(words, LONGEST_WORDS)
    if not said:
        sentence = _("请写明整改情况。")
        raise BadInput(sentence, (Problem("words", sentence),))
    by, moment = viewer_of(session).name, deployment.moment_of(session)
    row.followed_up, row.followed_up_by, row.followed_up_at = said, by, moment
    session.flush()
    record(
        session, viewer_of(session), "spot check followed up", f"checked_post {row.id}",
        after={"spot_check": row.spot_check_id, "follow_up": masked_text(said)},
    )  # fmt: skip
    return row.version


def _draws_before(session: ScopedSession, center_code: str, day: date) -> int:
    statement = select(func.count(SpotCheck.id)).where(
        within(SpotCheck.center_code, [center_code]), SpotCheck.center_code == center_code,
        SpotCheck.day == day,
    )  # fmt: skip
    return session.scalar(statement) or 0


def _must_be_right(
    day: date, today: date, roles: Collection[PostRole], wanted: int, seed: str, before: int, why: str
) -> None:
    """Raises BadInput with every problem."""
    problems = []
    if not today <= day <= today + timedelta(days=DAYS_AHEAD):
        sentence = _("只能抽取今天或以后{days}天内的抽查。").format(days=DAYS_AHEAD)
        problems.append(Problem("day", sentence))
    if not roles:
        problems.append(Problem("roles", _("请选择抽查哪些岗位。")))
    if not 1 <= wanted <= MOST_DRAWN:
        problems.append(Problem("wanted", _("抽查人数应在1到{most}之间。").format(most=MOST_DRAWN)))
    if seed and len(seed) < SHORTEST_SEED:
        problems.append(Problem("seed", _("种子至少{least}个字符。").format(least=SHORTEST_SEED)))
    if seed and not given_by_hand(seed):
        sentence = _("指定的种子不能以“{sign}”开头。").format(sign=BY_CHANCE)
        problems.append(Problem("seed", sentence))
    if before and not why:
        sentence = _("本中心这一天已抽取{count}次。确需再抽请写明理由，前面的结果保留。").format(count=before)
        problems.append(Problem("reason", sentence))
    if problems:
        raise BadInput(problems[0].sentence, tuple(problems))


def _must_follow(finding: Finding, what: str, due_on: date | None, today: date) -> None:
    """Raises BadInput."""
    if finding is Finding.PENDING:
        raise BadInput(_("请选择抽查结果。"))
    if finding not in TO_FOLLOW:
        return
    problems = []
    if not what:
        problems.append(Problem("follow_up", _("不在岗或联系不上的，请写明怎样整改。")))
    if due_on is None or not today <= due_on <= today + timedelta(days=MOST_DAYS_TO_FOLLOW):
        problems.append(Problem("due_on", _("请选择整改期限，最早是今天。")))
    if problems:
        raise BadInput(problems[0].sentence, tuple(problems))


def _checked(session: ScopedSession, checked_id: int, seen: int) -> CheckedPost:
    row = session.get(CheckedPost, checked_id)
    if row is None:
        raise NotFound(_("找不到这条抽查记录，或它不在您的范围内。"))
    if row.version != seen:
        raise Conflict(_("这条抽查记录刚被别人改过。请核对页面上的新内容后再办理。"))
    return row
