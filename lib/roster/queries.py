"""Questions about the roster: who is where on a day, and what calls for somebody's attention."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from db.models.grid import Grid
from db.models.roster import Leave, Person, Post, PostRole
from db.scope import ScopedSession, within
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.access.unmasking import has_looked_up
from lib.deployment import today_of
from lib.grids.coverage import standing
from lib.roster.fields import roster_fields
from lib.roster.lines import line_values, said_in_part
from lib.roster.numbers import number_in
from lib.roster.places import Places
from lib.roster.training.coverage import kept_within, untrained
from lib.sealing import sealed
from lib.typed import as_typed_pattern, literal_pattern, offset_of, plain

SOON = timedelta(days=60)
MOST_AT_ONCE = 50_000


class Issue(enum.StrEnum):
    """What may be amiss with a person or a post."""

    DOUBLE = "double"
    ENDING = "ending"
    UNTRAINED = "untrained"
    NO_PHONE = "no_phone"
    AWAY = "away"


# Each is told of a center's own people, so that it says the same whoever asks: what lies beside the center
# is not seen from it, and is not counted for those who see more either.


def double(day: date, center_code: str) -> ColumnElement[bool]:
    """Whoever holds two posts of their own there on the day, one of them full time."""
    other = aliased(Post)
    return and_(
        Post.covers_id.is_(None),
        exists(
            select(other.id).where(
                other.person_id == Post.person_id, other.id != Post.id, other.covers_id.is_(None),
                or_(Post.role == PostRole.FULL_TIME, other.role == PostRole.FULL_TIME),
                other.since <= day, or_(other.until.is_(None), other.until >= day),
                within(other.center_code, [center_code]),
            )
        ),
    )  # fmt: skip


def ending(day: date, center_code: str) -> ColumnElement[bool]:
    """Posts that end within 60 days; who only covers is expected to."""
    return and_(Post.covers_id.is_(None), Post.until >= day, Post.until <= day + SOON)


def no_phone(day: date, center_code: str) -> ColumnElement[bool]:
    return exists(
        select(Person.id).where(
            Person.id == Post.person_id, Person.phone.is_(None), within(Person.center_code, [center_code])
        )
    )


def away(day: date, center_code: str) -> ColumnElement[bool]:
    """On leave, with nobody who covers."""
    cover = aliased(Post)
    return and_(
        Post.covers_id.is_(None),
        exists(
            select(Leave.id).where(
                Leave.person_id == Post.person_id, Leave.since <= day, Leave.until >= day,
                within(Leave.center_code, [center_code]),
            )
        ),
        ~exists(
            select(cover.id).where(
                cover.covers_id == Post.id, cover.since <= day,
                or_(cover.until.is_(None), cover.until >= day),
            )
        ),
    )  # fmt: skip


def untrained_full_time(day: date, center_code: str) -> ColumnElement[bool]:
    return and_(
        Post.covers_id.is_(None), Post.role == PostRole.FULL_TIME, kept_within(center_code), untrained(day)
    )


ISSUES = {
    Issue.DOUBLE: double,
    Issue.ENDING: ending,
    Issue.UNTRAINED: untrained_full_time,
    Issue.NO_PHONE: no_phone,
    Issue.AWAY: away,
}


@dataclass(frozen=True)
class RosterFilter:
    """What to look for; every field narrows further. `center_code` means its whole subtree, `day` as of when;
    None is today. `text` is part of a name, of a grid's name or code, or a whole phone or citizen's number
    that the viewer has looked up."""

    center_code: str
    day: date | None = None
    text: str = ""
    roles: tuple[PostRole, ...] = ()
    issue: Issue | None = None
    grid_code: str = ""


@dataclass(frozen=True)
class LineRow:
    """A post with its holder. `cells` are the roster's columns in words, numbers only in part; `seen` are the
    versions of the post and its holder. Whom a center above keeps is known by name alone, and `person_id`
    is None."""

    post_id: int
    person_id: int | None
    seen: tuple[int, int]
    name: str
    role: PostRole
    grid_code: str
    grid_name: str
    center_code: str
    since: date
    until: date | None
    covers: bool
    cells: Mapping[str, str]


@dataclass(frozen=True)
class RosterPage:
    total: int
    rows: tuple[LineRow, ...]


# A single character is a family name before it is a grid.
SHORTEST_GRID_NAME = 2


def _filtered(session: ScopedSession, wanted: RosterFilter, day: date) -> Select[Post]:
    statement = select(Post).where(within(Post.center_code, [wanted.center_code]), standing(day))
    if wanted.roles:
        statement = statement.where(Post.role.in_(wanted.roles))
    if wanted.issue is not None:
        statement = statement.where(ISSUES[wanted.issue](day, wanted.center_code))
    if wanted.grid_code:
        statement = statement.where(
            Post.grid_id.in_(select(Grid.id).where(Grid.code == plain(wanted.grid_code)))
        )
    text = plain(wanted.text)
    if not text:
        return statement
    said: list[ColumnElement[bool]] = [Post.name.like(as_typed_pattern(wanted.text), escape="\\")]
    number = number_in(text)
    if number and has_looked_up(session, viewer_of(session), number):
        # A number that names a person is found when the whole of it is known, and in no other way.
        kept = sealed(number)
        holders = select(Person.id).where(or_(Person.citizen_id == kept, Person.phone == kept))
        said.append(Post.person_id.in_(holders))
    if len(text) >= SHORTEST_GRID_NAME:
        named = Grid.name.like(as_typed_pattern(wanted.text), escape="\\")
        said.append(Post.grid_id.in_(select(Grid.id).where(named)))
    if text.isascii() and text.isdigit():
        begins = literal_pattern(text)[1:]
        said.append(Post.grid_id.in_(select(Grid.id).where(Grid.code.like(begins, escape="\\"))))
    return statement.where(or_(*said))


@query(Permission.READ_ROSTER)
def find_lines(
    session: ScopedSession, wanted: RosterFilter, page: int = 1, page_size: int = 50
) -> RosterPage:
    """One page of the posts that are held on the day and match, by grid and role."""
    day = wanted.day or today_of(session)
    statement = _filtered(session, wanted, day)
    total = session.scalar(statement.with_only_columns(func.count(Post.id))) or 0
    if not total:
        return RosterPage(0, ())
    size = min(max(page_size, 1), MOST_AT_ONCE)
    posts = session.scalars(
        statement.order_by(
            Post.grid_id.is_(None), Post.center_code, Post.grid_id, Post.role != PostRole.FULL_TIME, Post.id
        )
        .limit(size)
        .offset(offset_of(page, size, total))
    ).all()
    return RosterPage(total, tuple(_line_rows(session, posts)))


def _line_rows(session: ScopedSession, posts: Sequence[Post]) -> list[LineRow]:
    """The posts as lines, in their order."""
    people: dict[int, Person] = {}
    grids: dict[int, Grid] = {}
    keys = sorted({one.person_id for one in posts})
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        people |= {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(some)))}
    keys = sorted({one.grid_id for one in posts if one.grid_id is not None})
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        grids |= {one.id: one for one in session.scalars(select(Grid).where(Grid.id.in_(some)))}
    places, fields = Places(session), roster_fields()
    places.know(grids.values())
    found = []
    for post in posts:
        person = people.get(post.person_id)
        grid = grids.get(post.grid_id) if post.grid_id is not None else None
        values = line_values(person or Person(name=post.name), post, places)
        found.append(
            LineRow(
                post.id, person.id if person else None, (post.version, person.version if person else 0),
                post.name, post.role, grid.code if grid else "", grid.name if grid else "",
                post.center_code, post.since, post.until, post.covers_id is not None,
                {one.key: said_in_part(values.get(one.key, ""), one, places) for one in fields},
            )
        )  # fmt: skip
    return found


@query(Permission.READ_ROSTER)
def line_of_post(session: ScopedSession, post_id: int) -> LineRow | None:
    """One post as it stands now; None when it is not there or not theirs."""
    post = session.get(Post, post_id)
    return _line_rows(session, [post])[0] if post is not None else None


@query(Permission.READ_ROSTER)
def count_issues(session: ScopedSession, center_code: str, day: date | None = None) -> dict[Issue, int]:
    """How many posts of a center's subtree each issue is about."""
    on = day or today_of(session)
    below = within(Post.center_code, [center_code])
    return {
        issue: session.scalar(
            select(func.count(Post.id)).where(below, standing(on), concerns(on, center_code))
        )
        or 0
        for issue, concerns in ISSUES.items()
    }
