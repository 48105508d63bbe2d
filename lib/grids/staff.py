"""Who holds which post in one grid, and as how much of it a viewer sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db.models.roster import Background, Person, Post, PostRole
from db.scope import ScopedSession
from lib.access.guard import viewer_of
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.grids.coverage import standing
from lib.masking import masked_name, masked_phone
from lib.sealing import opened


@dataclass(frozen=True)
class StaffRow:
    """`person_id` leads to the person where that is the viewer's to open; `covers` says that they stand in
    for somebody."""

    role: PostRole
    name: str
    phone: str
    background: Background | None
    since: date
    until: date | None
    covers: bool
    person_id: int | None


def sees_names(viewer: Viewer) -> bool:
    """Whoever only looks at numbers sees people's names in part, and does not search by them."""
    return viewer.may(Permission.READ_ROSTER)


def staff_of(session: ScopedSession, grid_id: int, day: date) -> tuple[StaffRow, ...]:
    """Everybody who holds a post in the grid on the day, in the order of the roles. Of whom another center
    keeps only the name is told."""
    whole = sees_names(viewer_of(session))
    rows = session.execute(
        select(Post, Person.id, Person.phone, Person.background)
        .join(Person, Person.id == Post.person_id, isouter=True)
        .where(Post.grid_id == grid_id, standing(day))
    ).all()
    order = list(PostRole)
    return tuple(
        StaffRow(
            post.role, post.name if whole else masked_name(post.name), masked_phone(opened(phone or "")),
            background, post.since, post.until, post.covers_id is not None, key if whole else None,
        )
        for post, key, phone, background in sorted(
            rows, key=lambda row: (order.index(row[0].role), row[0].since, row[0].id)
        )
    )  # fmt: skip
