"""What a director does with people: join, leave, move, hand over, cover during leave. Each is planned first,
so that what follows is shown before it is done; the same plan is then carried out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import select

from db.models.grid import Grid, GridSize
from db.models.roster import Ending, Leave, LeaveKind, Person, Post, PostRole
from db.scope import ScopedSession
from lib.deployment import today_of
from lib.errors import BadInput, Conflict, NotFound
from lib.grids.coverage import standing
from lib.i18n import _
from lib.roster.effect import must_be_recent
from lib.roster.fitting import Fitting, Planned, as_planned, twice

LONGEST_LEAVE = timedelta(days=366)


@dataclass
class Plan:
    """`ends` are posts with their last day and why, `begins` the new ones, `drops` what now never
    begins; `leave` is written with them."""

    day: date
    ends: list[tuple[Post, date, Ending]] = field(default_factory=list)
    begins: list[Post] = field(default_factory=list)
    drops: list[Post] = field(default_factory=list)
    leave: Leave | None = None
    people: list[Person] = field(default_factory=list)


def person_of(session: ScopedSession, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(_("找不到这个人，或他不在您的范围内。请从花名册中重新选择。"))
    return person


def post_of(session: ScopedSession, post_id: int, seen: int) -> tuple[Post, Person]:
    """Raises NotFound, Conflict."""
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound(_("找不到这个岗位，或它不在您的范围内。请从花名册中重新选择。"))
    if post.version != seen:
        raise Conflict(_("{name}的岗位刚被别人改过。请核对页面上的新内容后再办。").format(name=post.name))
    return post, person_of(session, post.person_id)


def grid_of(session: ScopedSession, code: str) -> Grid:
    grid = session.scalars(select(Grid).where(Grid.code == code.partition(" ")[0].strip())).one_or_none()
    if grid is None:
        raise NotFound(_("找不到这个网格，或它不在您的范围内。请从列表中选择。"))
    return grid


def own_posts(session: ScopedSession, person_id: int, day: date) -> list[Post]:
    """The posts that somebody holds in their own right on the day."""
    statement = select(Post).where(Post.person_id == person_id, standing(day), Post.covers_id.is_(None))
    return list(session.scalars(statement.order_by(Post.since, Post.id)))


def no_cover() -> str:
    return _("代岗随请假结束，不能调岗或交接。请给请假的人另行安排代岗。")


def _must_stand(post: Post, day: date) -> None:
    """The post is held on the day before something else begins, and by its holder alone. Raises BadInput."""
    if post.covers_id is not None:
        raise BadInput(no_cover())
    if post.until is not None and post.until < day:
        raise BadInput(
            _("{name}的这个岗位已在{day}结束。请刷新页面。").format(name=post.name, day=post.until)
        )
    if day <= post.since:
        raise BadInput(
            _("生效日期应晚于上岗日期{day}。如当时就填错了，请在花名册表格中更正。").format(day=post.since)
        )


def plan_leaving(
    session: ScopedSession, post_id: int, seen: int, last_day: date, *, everything: bool
) -> Plan:
    """The last day on the post; with `everything` on all posts of the person, covers among them."""
    must_be_recent(last_day, today_of(session))
    post, person = post_of(session, post_id, seen)
    if last_day < post.since or (post.until is not None and last_day > post.until):
        raise BadInput(
            _("离岗日期应在{since}到{until}之间。").format(since=post.since, until=post.until or _("今后"))
        )
    leaving, drops = [post], []
    if everything:
        later = select(Post).where(
            Post.person_id == person.id, Post.until.is_(None) | (Post.until > last_day)
        )
        leaving = sorted(
            {one.id: one for one in [post, *session.scalars(later)]}.values(), key=lambda p: p.id
        )
        drops = [one for one in leaving if one.since > last_day]
        leaving = [one for one in leaving if one not in drops]
    plan = Plan(last_day, people=[person], drops=drops)
    plan.ends = [
        (one, last_day, Ending.LEFT if one.covers_id is None else Ending.COVER_OVER) for one in leaving
    ]
    _end_covers(session, plan, last_day)
    return plan


def _end_covers(session: ScopedSession, plan: Plan, last_day: date) -> None:
    """Nobody covers for a post that has ended."""
    keys = [post.id for post in (*(one for one, _last, _why in plan.ends), *plan.drops)]
    gone = set(keys)
    for cover in covers_beyond(session, keys, last_day):
        if cover.id in gone:
            continue
        if cover.since <= last_day:
            plan.ends.append((cover, last_day, Ending.COVER_OVER))
        else:
            plan.drops.append(cover)


def covers_beyond(session: ScopedSession, keys: Collection[int], last_day: date) -> Sequence[Post]:
    """Who covers for these posts after a day."""
    statement = select(Post).where(Post.covers_id.in_(keys), Post.until.is_(None) | (Post.until > last_day))
    return session.scalars(statement.order_by(Post.id)).all()


def plan_move(session: ScopedSession, post_id: int, seen: int, grid_code: str, day: date) -> Plan:
    """The same role in another grid from a day on."""
    must_be_recent(day, today_of(session))
    post, person = post_of(session, post_id, seen)
    _must_stand(post, day)
    grid = grid_of(session, grid_code)
    if grid.id == post.grid_id:
        raise BadInput(_("{name}本来就在这个网格。请选择另一个网格。").format(name=person.name))
    _must_suit(post.role, grid)
    plan = Plan(day, [(post, day - timedelta(days=1), Ending.MOVED)], people=[person])
    plan.begins = [_like(post, person, grid, day, post.until)]
    _end_covers(session, plan, day - timedelta(days=1))
    must_fit(session, plan)
    return plan


def _must_suit(role: PostRole, grid: Grid) -> None:
    if role is PostRole.FULL_TIME and grid.size is not GridSize.SMALL:
        raise BadInput(_("专职网格员只设在小网格，请选择小网格。"))


def _like(post: Post, person: Person, grid: Grid | None, day: date, until: date | None = None) -> Post:
    """A post of the same role that a person begins on the day."""
    return Post(
        person_id=person.id, center_code=grid.center_code if grid else post.center_code,
        grid_id=grid.id if grid else post.grid_id, role=post.role, name=person.name, since=day,
        until=until, covers_id=None, note="",
    )  # fmt: skip


def plan_hand_over(
    session: ScopedSession, post_id: int, seen: int, to_person_id: int, day: date, *, ends_others: bool
) -> Plan:
    """Somebody else takes the post over from a day on; with `ends_others` they give up the posts of the same
    role that they held so far."""
    must_be_recent(day, today_of(session))
    post, person = post_of(session, post_id, seen)
    _must_stand(post, day)
    successor = person_of(session, to_person_id)
    if successor.id == person.id:
        raise BadInput(_("接手的人应是另一个人。"))
    before = day - timedelta(days=1)
    plan = Plan(day, [(post, before, Ending.HANDED_OVER)], people=[person, successor])
    if ends_others:
        plan.ends += [
            (one, before, Ending.MOVED)
            for one in own_posts(session, successor.id, day)
            if one.role is post.role and one.since < day
        ]
    plan.begins = [_like(post, successor, None, day)]
    _end_covers(session, plan, before)
    must_fit(session, plan)
    return plan


def plan_leave(
    session: ScopedSession,
    person_id: int,
    kind: LeaveKind,
    since: date,
    until: date,
    cover_id: int | None,
    note: str,
) -> Plan:
    """Somebody is away; who covers holds each of their posts of these days beside."""
    must_be_recent(since, today_of(session))
    person = person_of(session, person_id)
    if until < since or until - since > LONGEST_LEAVE:
        raise BadInput(_("请假的结束日期应在开始日期之后、一年以内。"))
    posts = own_posts(session, person_id, since)
    if not posts:
        raise BadInput(_("{name}在{day}没有在岗的岗位，不用请假。").format(name=person.name, day=since))
    clash = session.scalars(
        select(Leave).where(Leave.person_id == person_id, Leave.since <= until, Leave.until >= since)
    ).first()
    if clash is not None:
        raise BadInput(
            _("{name}在{since}至{until}已经请假，请改日期。").format(
                name=person.name, since=clash.since, until=clash.until
            )
        )
    plan = Plan(since, people=[person])
    plan.leave = Leave(
        person_id=person.id, center_code=person.center_code, kind=kind, since=since, until=until, note=note
    )
    if cover_id is not None:
        cover = person_of(session, cover_id)
        if cover.id == person.id:
            raise BadInput(_("代岗的人应是另一个人。"))
        plan.people.append(cover)
        for post in posts:
            last = min(until, post.until) if post.until is not None else until
            made = _like(post, cover, None, since, last)
            made.covers_id = post.id
            plan.begins.append(made)
    return plan


def must_fit(session: ScopedSession, plan: Plan) -> None:
    """Raises BadInput where a rule refuses what would stand, or somebody would hold a post twice."""
    ends = {post.id: last for post, last, _why in plan.ends}
    if again := twice(session, [as_planned(post) for post in plan.begins], ends):
        raise BadInput(again[0])
    planned: list[Planned] = []
    for post, last, _why in plan.ends:
        planned.append(replace(as_planned(post), until=last))
    for number, post in enumerate(plan.begins, start=1):
        planned.append(replace(as_planned(post, number), post_id=None))
    refused = Fitting(session, plan.day).refusals(
        planned, frozenset(post.id for post, _last, _why in plan.ends)
    )
    if refused:
        raise BadInput(next(iter(refused.values())))
