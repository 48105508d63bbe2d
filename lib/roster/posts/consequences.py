"""What follows from a step before it is taken: which grid becomes vacant, what people keep, and which open
matters go along with a grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from db.models.case import Case
from db.models.duty import CheckedPost, Visit
from db.models.grid import Grid
from db.models.roster import Leave, Post, PostRole, RuleKind
from db.scope import ScopedSession
from lib.access.guard import viewer_of
from lib.access.permissions import Permission
from lib.grids.coverage import standing
from lib.grids.words import POST_WORDS
from lib.i18n import _, listed, numbers
from lib.roster.posts.moves import Plan
from lib.roster.rules.rules import rules_in_force


@dataclass(frozen=True)
class Follows:
    """What would happen, in sentences: what is done, and what somebody should know or see to."""

    done: tuple[str, ...]
    notes: tuple[str, ...]


def told(session: ScopedSession, plan: Plan, day: date) -> Follows:
    """The plan in words; `day` is the first day on which it shows."""
    grids = _grids(session, plan)
    done = [
        _("{name}担任{post}到{day}为止").format(
            name=post.name, post=_called(post, grids), day=numbers.day(last)
        )
        for post, last, _why in plan.ends
    ]
    for post in plan.begins:
        words = (
            _("{name}自{day}起代岗{post}，到{until}为止")
            if post.covers_id
            else _("{name}自{day}起任{post}，到{until}为止")
            if post.until
            else _("{name}自{day}起任{post}")
        )
        done.append(
            words.format(
                name=post.name, post=_called(post, grids), day=numbers.day(post.since),
                until=numbers.day(post.until),
            )
        )  # fmt: skip
    for post in plan.drops:
        words = _("{name}原定{day}起任{post}，不再安排")
        if post.covers_id:
            words = _("{name}原定{day}起代岗{post}，不再安排")
        done.append(words.format(name=post.name, post=_called(post, grids), day=numbers.day(post.since)))
    if plan.leave is not None:
        done.append(
            _("{name}自{since}至{until}请假").format(
                name=plan.people[0].name, since=numbers.day(plan.leave.since),
                until=numbers.day(plan.leave.until),
            )
        )  # fmt: skip
    notes = [*_vacant(session, plan, day, grids), *_kept(session, plan, day, grids)]
    notes += [*_away(session, plan), *_crowded(session, plan, day), *_open(session, plan)]
    if plan.leave is not None and not plan.begins:
        notes.append(_("没有安排人代岗，请假期间这些岗位无人负责。"))
    return Follows(tuple(done), tuple(notes))


def _grids(session: ScopedSession, plan: Plan) -> dict[int, str]:
    posts = (*(post for post, _last, _why in plan.ends), *plan.begins, *plan.drops)
    keys = {post.grid_id for post in posts} - {None}
    keys |= {
        post.grid_id
        for one in plan.people
        for post in session.scalars(select(Post).where(Post.person_id == one.id))
    } - {None}
    rows = session.execute(select(Grid.id, Grid.name).where(Grid.id.in_(keys)))
    return {key: name for key, name in rows}  # noqa: C416 - rows are not pairs to the type checker


def post_words(grid: str, role: PostRole) -> str:
    """明泰新村网格专职网格员"""
    post = _(POST_WORDS[role])
    return _("{grid}{post}").format(grid=grid, post=post) if grid else post


def _called(post: Post, grids: Mapping[int, str]) -> str:
    return post_words(grids.get(post.grid_id, "") if post.grid_id is not None else "", post.role)


def _vacant(session: ScopedSession, plan: Plan, day: date, grids: Mapping[int, str]) -> list[str]:
    """Grids that nobody would work in full time from the day on."""
    ended = {post.id for post, _last, _why in plan.ends}
    begun = {post.grid_id for post in plan.begins if post.role is PostRole.FULL_TIME}
    found = []
    for post, _last, _why in plan.ends:
        if post.role is not PostRole.FULL_TIME or post.covers_id is not None or post.grid_id in begun:
            continue
        others = session.scalars(
            select(Post.id).where(
                Post.grid_id == post.grid_id, Post.role == PostRole.FULL_TIME, standing(day),
                Post.covers_id.is_(None), Post.id.not_in(ended),
            )
        ).first()  # fmt: skip
        if others is None and post.grid_id is not None:
            found.append(
                _("{grid}从{day}起没有专职网格员，请尽快补岗。").format(
                    grid=grids.get(post.grid_id, ""), day=numbers.day(day)
                )
            )
    return found


def _kept(session: ScopedSession, plan: Plan, day: date, grids: Mapping[int, str]) -> list[str]:
    """What the person still holds."""
    ended = {post.id for post, _last, _why in plan.ends}
    person = plan.people[0]
    if not plan.ends:
        return []
    rows = session.scalars(
        select(Post).where(Post.person_id == person.id, standing(day), Post.id.not_in(ended))
    )
    return [_("{name}仍担任{post}。").format(name=person.name, post=_called(post, grids)) for post in rows]


def _away(session: ScopedSession, plan: Plan) -> list[str]:
    """Who is to work and is on leave, and for whom nobody stands in any more."""
    found = {}
    for post in plan.begins:
        leave = session.scalars(
            select(Leave)
            .where(
                Leave.person_id == post.person_id, Leave.until >= post.since,
                Leave.since <= (post.until or date.max),
            )
            .order_by(Leave.since)
        ).first()  # fmt: skip
        if leave is not None:
            found[post.person_id] = _("{name}{since}至{until}请假，请核对。").format(
                name=post.name, since=numbers.day(leave.since), until=numbers.day(leave.until)
            )
    if plan.leave is not None:
        covers = session.scalars(
            select(Post).where(
                Post.person_id == plan.people[0].id, Post.covers_id.is_not(None),
                Post.since <= plan.leave.until, Post.until.is_(None) | (Post.until >= plan.leave.since),
            )
        ).all()  # fmt: skip
        names = session.scalars(
            select(Post.name).where(Post.id.in_([one.covers_id for one in covers])).order_by(Post.id)
        )
        if said := listed(dict.fromkeys(names)):
            found[0] = _("{name}正在为{others}代岗，请假期间请另行安排。").format(
                name=plan.people[0].name, others=said
            )
    return list(found.values())


def _crowded(session: ScopedSession, plan: Plan, day: date) -> list[str]:
    """What a rule only lists."""
    found = []
    for person in plan.people:
        held = {
            post.id: post.grid_id
            for post in session.scalars(
                select(Post).where(
                    Post.person_id == person.id, standing(day), Post.role == PostRole.FULL_TIME,
                    Post.covers_id.is_(None),
                )
            )
            if post.id not in {one.id for one, _last, _why in plan.ends}
        }  # fmt: skip
        new = [
            post for post in plan.begins
            if post.person_id == person.id and post.role is PostRole.FULL_TIME and post.covers_id is None
        ]  # fmt: skip
        if not new:
            continue
        rule = rules_in_force(session, new[0].center_code, day)[RuleKind.GRIDS_PER_PERSON]
        count = len(held) + len(new)
        if rule.watched and count > rule.most:
            found.append(
                _("{name}将负责{count}个网格，规定最多{most}个，会列入配备问题。").format(
                    name=person.name, count=count, most=rule.most
                )
            )
    return found


def _open(session: ScopedSession, plan: Plan) -> list[str]:
    """Matters that are not closed lie in the grid and go to whoever holds it next."""
    keys = sorted(
        {
            post.grid_id
            for post, _last, _why in plan.ends
            if post.grid_id is not None and post.role is PostRole.FULL_TIME and post.covers_id is None
        }
    )
    found = []
    if keys and viewer_of(session).may(Permission.READ_CASES):
        count = session.scalar(
            select(func.count()).select_from(Case).where(Case.grid_id.in_(keys), Case.closed_at.is_(None))
        )
        if count:
            found.append(
                _("原网格的{count}件在办事件随网格转给接手的人。").format(count=numbers.whole(count))
            )
    if keys:
        count = session.scalar(
            select(func.count())
            .select_from(Visit)
            .where(Visit.grid_id.in_(keys), Visit.problem != "", Visit.solved_on.is_(None))
        )
        if count:
            found.append(
                _("原网格走访中有{count}个问题还没解决，随网格转给接手的人。").format(
                    count=numbers.whole(count)
                )
            )
    people = [one.id for one in plan.people[:1] if plan.ends]
    if people:
        count = session.scalar(
            select(func.count())
            .select_from(CheckedPost)
            .where(
                CheckedPost.person_id.in_(people), CheckedPost.follow_up != "",
                CheckedPost.followed_up_at.is_(None),
            )
        )  # fmt: skip
        if count:
            found.append(_("此人有{count}项履职抽查整改还没办结。").format(count=numbers.whole(count)))
    return found
