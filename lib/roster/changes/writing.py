"""Writes judged lines: people and posts, with their history and all as one change-set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from db.models.roster import Ending, Person, Post
from db.scope import CODE_LENGTHS, ScopedSession
from db.session import take_lock
from lib.deployment import today_of
from lib.roster.changes.change import Judged
from lib.roster.fields import PERSON_KEYS, POST_KEYS
from lib.roster.history import History
from lib.roster.lines import as_columns, born_of
from lib.roster.places import Places

AT_ONCE = 500


def hold_still(session: ScopedSession) -> None:
    """Nobody else writes the roster until this transaction ends: what is judged is what is written."""
    take_lock(session, "roster")


def write_lines(session: ScopedSession, rows: Sequence[Judged], places: Places, history: History) -> None:
    """Everybody who is new at once; then what changes, one by one."""
    touched = _write_new([one for one in rows if one.post is None], session, places, history)
    for one in rows:
        if one.post is None or one.person is None:
            continue
        person, post = one.person, one.post
        change_person(session, history, person, one)
        values = _post_values(one, places)
        if one.moved_on is None:
            held = values["until"] is None or values["until"] >= places.today
            name = person.name if held else post.name
            history.change(post, center_code=one.center_code, name=name, **values)
        else:
            last = one.moved_on - timedelta(days=1)
            history.change(post, until=last, ending=Ending.MOVED)
            history.add(
                Post(
                    person_id=person.id, center_code=one.center_code, name=person.name,
                    covers_id=None, **values,
                )
            )  # fmt: skip
        touched.add(person.id)
    _end_covers(session, history, [one.post for one in rows if one.post is not None])
    history.write()
    settle(session, history, touched)
    history.write()
    if history.set is not None:  # lines are what people count, not the rows that they are kept in
        history.set.made = sum(one.post is None for one in rows)
        history.set.edited = len(rows) - history.set.made


def _end_covers(session: ScopedSession, history: History, posts: Sequence[Post]) -> None:
    """Nobody covers for a post that has ended; a cover that would begin later never does."""
    session.flush()
    over = {one.id: one.until for one in posts if one.until is not None}
    keys = sorted(over)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        for cover in session.scalars(select(Post).where(Post.covers_id.in_(some)).order_by(Post.id)):
            last = over[cover.covers_id or 0]
            if cover.since > last:
                history.remove(cover)
            elif cover.until is None or cover.until > last:
                history.change(cover, until=last, ending=Ending.COVER_OVER)


def _write_new(rows: list[Judged], session: ScopedSession, places: Places, history: History) -> set[int]:
    """Lines of one holder are one person. Answers those who had posts before."""
    wanted: dict[object, list[Post]] = defaultdict(list)
    first: dict[object, Judged] = {}
    known: dict[object, Person] = {}
    for one in rows:
        first.setdefault(one.holder, one)
        wanted[one.holder].append(Post(center_code=one.center_code, **_post_values(one, places)))
        if one.person is not None:
            change_person(session, history, one.person, one)
            known[one.holder] = one.person
    fresh = {
        key: Person(center_code=home_of(wanted[key], places.today), **person_values(one))
        for key, one in first.items()
        if key not in known
    }
    people = list(fresh.values())
    session.add_all(people)
    session.flush()
    for key, person in (*fresh.items(), *known.items()):
        for post in wanted[key]:
            post.person_id, post.name = person.id, person.name
    posts = [post for some in wanted.values() for post in some]
    session.add_all(posts)
    session.flush()
    history.made_at_once(Person, [{"id": p.id, "center_code": p.center_code} for p in people])
    history.made_at_once(
        Post, [{"id": p.id, "center_code": p.center_code, "person_id": p.person_id} for p in posts]
    )
    return {person.id for person in known.values()}


def person_values(one: Judged) -> dict[str, object]:
    values = as_columns(one.after, PERSON_KEYS)
    number = values["citizen_id"]
    return values | {"born": born_of(number) if number else None}


def change_person(session: ScopedSession, history: History, person: Person, one: Judged) -> None:
    """What is said of a person; whoever is called otherwise is so in the posts that they still hold."""
    values = person_values(one)
    if values["citizen_id"] is None:
        values["born"] = person.born  # known from elsewhere
    renamed = person.name != values["name"]
    history.change(person, **values)
    if renamed:
        today = today_of(session)
        for post in session.scalars(
            select(Post).where(Post.person_id == person.id, Post.until.is_(None) | (Post.until >= today))
        ):
            history.change(post, name=person.name)


def _post_values(one: Judged, places: Places) -> dict[str, Any]:
    values = as_columns(one.after, POST_KEYS)
    grid = places.grids.get(str(values.pop("grid") or ""))
    values.pop("center")
    return values | {"grid_id": grid.id if grid else None, "note": values["note"] or ""}


def lowest(codes: Iterable[str]) -> str:
    """The code of the lowest center that all of these lie in."""
    found = set(codes)
    first = min(found)
    return next(
        (first[:length] for length in reversed(CODE_LENGTHS)
         if length <= len(first) and all(one.startswith(first[:length]) for one in found)),
        "",
    )  # fmt: skip


def home_of(posts: Sequence[Post], today: date) -> str:
    """The center that keeps whoever has these posts: above all that go on, or where the last one was. A term
    that runs counts, and neither a post whose end has been decided nor a cover does: when they end, nobody
    writes it down."""
    own = [one for one in posts if one.covers_id is None] or posts
    standing = [
        one.center_code for one in own if one.until is None or (one.until >= today and one.ending is None)
    ]
    last = max(own, key=lambda one: (one.since, one.center_code), default=None)
    return lowest(standing) if standing else last.center_code if last else ""


def settle(session: ScopedSession, history: History, people: Iterable[int]) -> None:
    """Brings these people to the center that keeps them now, by the posts that they have."""
    keys, today = sorted(people), today_of(session)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        posts: dict[int, list[Post]] = {}
        for post in session.scalars(
            select(Post).where(Post.person_id.in_(some)).order_by(Post.since, Post.id)
        ):
            posts.setdefault(post.person_id, []).append(post)
        for person in session.scalars(select(Person).where(Person.id.in_(some))):
            code = home_of(posts.get(person.id, []), today)
            if code and code != person.center_code:
                history.change(person, center_code=code)
