"""One person: who they are, what they did since when, and what was changed about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import undefer

from db.models.center import Center
from db.models.grid import Grid
from db.models.roster import (
    Background,
    Ending,
    Leave,
    LeaveKind,
    Person,
    PoliticalStatus,
    Post,
    PostRole,
    RosterAction,
    RosterChange,
    RosterRow,
    Sex,
)
from db.scope import ScopedSession
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.deployment import today_of
from lib.errors import NotFound
from lib.i18n import _
from lib.masking import masked_phone, masked_text
from lib.sealing import opened

MOST_CHANGES = 100
# What somebody did on duty, hundreds of rows a month, stands on the pages of the patrols and visits.
OF_THE_PERSON = (RosterRow.PERSON, RosterRow.POST, RosterRow.LEAVE)


@dataclass(frozen=True)
class PostRow:
    """A post of somebody; `standing` says whether it is held on the day that was asked for, `own` that it
    covers for nobody."""

    id: int
    seen: int
    role: PostRole
    grid_code: str
    grid_name: str
    center_code: str
    center_name: str
    since: date
    until: date | None
    ending: Ending | None
    covers: str
    standing: bool
    note: str
    own: bool = True


@dataclass(frozen=True)
class LeaveRow:
    kind: LeaveKind
    since: date
    until: date
    note: str


@dataclass(frozen=True)
class ChangeRow:
    """What somebody did: `fields` are the columns that became other, numbers and photos by their name
    alone."""

    action: RosterAction
    row: RosterRow
    day: date | None
    fields: tuple[str, ...]
    done_by: str
    done_at: datetime
    change_set_id: int | None


@dataclass(frozen=True)
class PersonCard:
    """Numbers in part. `age` and `service` are whole years on the day; None where they are not known."""

    id: int
    seen: int
    name: str
    sex: Sex | None
    born: date | None
    age: int | None
    service: int | None
    phone: str
    citizen_id: str
    employer: str
    political_status: PoliticalStatus | None
    background: Background | None
    center_code: str
    center_name: str
    photo: bytes | None
    posts: tuple[PostRow, ...]
    leaves: tuple[LeaveRow, ...]
    changes: tuple[ChangeRow, ...]


def whole_years(since: date, day: date) -> int:
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


@query(Permission.READ_ROSTER)
def person_card(session: ScopedSession, person_id: int, day: date | None = None) -> PersonCard:
    """One person as of a day; None is today. Raises NotFound."""
    on = day or today_of(session)
    person = session.scalars(
        select(Person).where(Person.id == person_id).options(undefer(Person.photo))
    ).one_or_none()
    if person is None:
        raise NotFound(_("找不到这个人，或他不在您的范围内。请从花名册中重新选择。"))
    posts = _posts(session, person_id, on)
    served = [one for one in posts if one.role is PostRole.FULL_TIME and one.own and one.since <= on]
    first = min((one.since for one in served), default=None)
    last = max((min(one.until or on, on) for one in served), default=on)
    number = opened(person.citizen_id or "")
    center = session.get(Center, person.center_code)
    leaves = session.scalars(select(Leave).where(Leave.person_id == person_id).order_by(Leave.since.desc()))
    return PersonCard(
        person.id, person.version, person.name, person.sex, person.born,
        whole_years(person.born, on) if person.born else None,
        whole_years(first, last) if first else None,
        masked_phone(opened(person.phone or "")), f"{number[:6]}********{number[-4:]}" if number else "",
        masked_text(person.employer or ""), person.political_status, person.background, person.center_code,
        center.name if center else "", person.photo, posts,
        tuple(LeaveRow(one.kind, one.since, one.until, masked_text(one.note)) for one in leaves),
        _changes(session, person_id),
    )  # fmt: skip


def _posts(session: ScopedSession, person_id: int, day: date) -> tuple[PostRow, ...]:
    rows = session.execute(
        select(Post, Grid.code, Grid.name, Center.name)
        .join(Grid, Grid.id == Post.grid_id, isouter=True)
        .join(Center, Center.code == Post.center_code, isouter=True)
        .where(Post.person_id == person_id)
        .order_by(Post.since.desc(), Post.id.desc())
    ).all()
    covered = [row[0].covers_id for row in rows if row[0].covers_id is not None]
    names = dict(session.execute(select(Post.id, Post.name).where(Post.id.in_(covered))).all())
    return tuple(
        PostRow(
            post.id, post.version, post.role, code or "", name or "", post.center_code, center or "",
            post.since, post.until, post.ending, names.get(post.covers_id, "") if post.covers_id else "",
            post.since <= day and (post.until is None or post.until >= day), masked_text(post.note),
        )
        for post, code, name, center in rows
    )  # fmt: skip


def _changes(session: ScopedSession, person_id: int) -> tuple[ChangeRow, ...]:
    rows = session.scalars(
        select(RosterChange)
        .where(RosterChange.person_id == person_id, RosterChange.row.in_(OF_THE_PERSON))
        .order_by(RosterChange.id.desc())
        .limit(MOST_CHANGES)
    )
    return tuple(
        ChangeRow(
            one.action, one.row, one.day, tuple(sorted(json.loads(one.after or "{}"))), one.done_by,
            one.done_at, one.change_set_id,
        )
        for one in rows
    )  # fmt: skip
