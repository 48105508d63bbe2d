"""The steps of people through their posts; each is one change-set and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from db.models.register import ChangeSetKind
from db.models.roster import LeaveKind, Post, RosterAction
from db.scope import ScopedSession
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.grids.words import POST_WORDS
from lib.i18n import _, listed
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines
from lib.roster.changes.writing import hold_still, settle
from lib.roster.history import History, change_set
from lib.roster.posts.moves import Plan, person_of, plan_hand_over, plan_leave, plan_leaving, plan_move
from lib.roster.words import ACTION_WORDS
from lib.typed import as_typed


@command(Permission.KEEP_ROSTER)
def join(session: ScopedSession, typed: Mapping[str, object], person_id: int | None = None) -> int:
    """Somebody new, or a further post of somebody known; `typed` are the roster's columns as they were
    written. Returns the key of the change-set. Raises BadInput, NotFound, Conflict."""
    hold_still(session)
    if person_id is not None:
        person_of(session, person_id)
    source = _("上岗：{name}").format(name=as_typed(str(typed.get("name", "")), 60))
    return save_lines(
        session, ChangeSetKind.EDITOR, source, [LineChange(None, typed, person_id=person_id)],
        action=RosterAction.JOINED,
    )  # fmt: skip


@command(Permission.KEEP_ROSTER)
def leave(session: ScopedSession, post_id: int, seen: int, last_day: date, everything: bool = True) -> int:
    """Ends a post, or with `everything` all posts of its holder; `last_day` is still worked on. Returns the
    key of the change-set. Raises NotFound, Conflict, BadInput."""
    hold_still(session)
    plan = plan_leaving(session, post_id, seen, last_day, everything=everything)
    return _carry_out(session, plan, RosterAction.LEFT)


@command(Permission.KEEP_ROSTER)
def move(session: ScopedSession, post_id: int, seen: int, grid_code: str, day: date) -> int:
    """The holder of a post does the same in another grid from a day on; the old post stays as history.
    Returns the key of the change-set. Raises NotFound, Conflict, BadInput."""
    hold_still(session)
    return _carry_out(session, plan_move(session, post_id, seen, grid_code, day), RosterAction.MOVED)


@command(Permission.KEEP_ROSTER)
def hand_over(
    session: ScopedSession,
    post_id: int,
    seen: int,
    to_person_id: int,
    day: date,
    ends_others: bool = True,
) -> int:
    """Somebody known takes a post over from a day on. Returns the key of the change-set. Raises NotFound,
    Conflict, BadInput."""
    hold_still(session)
    plan = plan_hand_over(session, post_id, seen, to_person_id, day, ends_others=ends_others)
    return _carry_out(session, plan, RosterAction.HANDED_OVER)


@command(Permission.KEEP_ROSTER)
def take_leave(
    session: ScopedSession,
    person_id: int,
    kind: LeaveKind,
    since: date,
    until: date,
    cover_id: int | None = None,
    note: str = "",
) -> int:
    """Somebody is away from a day to a day, and somebody else covers for them if so named. Returns the key of
    the change-set. Raises NotFound, BadInput."""
    hold_still(session)
    plan = plan_leave(session, person_id, kind, since, until, cover_id, as_typed(note, 200))
    return _carry_out(session, plan, RosterAction.AWAY)


def _carry_out(session: ScopedSession, plan: Plan, action: RosterAction) -> int:
    first = plan.people[0]
    source = _("{action}：{name}").format(action=_(ACTION_WORDS[action]), name=first.name)
    made = change_set(session, ChangeSetKind.EDITOR, source)
    history = History(session, action, plan.day, made)
    for post, last, why in plan.ends:
        history.change(post, until=last, ending=why)
    if plan.leave is not None:
        history.add(plan.leave)
    for post in plan.begins:
        history.add(post)
    for post in plan.drops:
        history.remove(post)
    history.write()
    settle(session, history, {one.id for one in plan.people})
    history.write()
    record(
        session, viewer_of(session), "post changed", f"person {first.id}",
        after={"action": action.value, "day": plan.day.isoformat(), "set": made.id,
               "posts": listed(_said(one) for one in (*(post for post, _l, _w in plan.ends), *plan.begins))},
    )  # fmt: skip
    return made.id


def _said(post: Post) -> str:
    return f"{_(POST_WORDS[post.role])} #{post.id}"
