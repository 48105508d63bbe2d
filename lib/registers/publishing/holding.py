"""What of a register holds for a center and all below it on a day, and how single entries come to hold."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_, select

from db.models.publication import PublishedItem
from db.models.register import Entry
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import viewer_of
from lib.errors import BadInput
from lib.i18n import _
from lib.registers.design import Design, Publishing
from lib.registers.values import unpacked


def chain(center_code: str) -> list[str]:
    """A center and those above it."""
    return [center_code[:length] for length in (4, 6, 9, 12) if length <= len(center_code)]


def holds_on(day: date) -> ColumnElement[bool]:
    return (PublishedItem.since <= day) & or_(PublishedItem.until.is_(None), PublishedItem.until > day)


def ends_of(design: Design, content: str, today: date) -> tuple[date, date | None]:
    """From when, and until before when, an entry says that it holds."""
    values = unpacked(content)

    def day(key: str, which: int) -> date | None:
        kept = str(values.get(key, "")) if key else ""
        return date.fromisoformat(kept.split("/")[which]) if kept else None

    last = day(design.until, -1)
    return day(design.since, 0) or today, date.fromordinal(last.toordinal() + 1) if last else None


def follow_stage(session: ScopedSession, design: Design, entry: Entry, before: str) -> None:
    """An entry that comes into force is published as it stands; one that leaves it ends today. Raises
    BadInput."""
    if design.publishing is not Publishing.ENTRY:
        return
    held, holds = design.stage(before).in_force, design.stage(entry.state).in_force
    today = clock.local(deployment.moment_of(session)).date()
    standing = session.scalars(
        select(PublishedItem)
        .where(
            PublishedItem.entry_id == entry.id,
            or_(PublishedItem.until.is_(None), PublishedItem.until > today),
        )
        .order_by(PublishedItem.id)
    ).all()
    if held and not holds:
        for one in standing:
            one.until = max(today, one.since)
    elif holds and not held:
        said, until = ends_of(design, entry.content, today)
        since = max(said, today)  # nothing has held before it was decided
        if until is not None and until <= since:
            raise BadInput(_("公布截止日期已过，请先改正日期。"))
        for one in standing:
            one.until = max(since, one.since)
        session.flush()
        session.add(
            PublishedItem(
                register_id=entry.register_id, entry_id=entry.id, center_code=entry.center_code,
                design_number=entry.design_number, content=entry.content, title=entry.title, since=since,
                until=until, published_by=viewer_of(session).name, published_at=deployment.moment_of(session),
            )
        )  # fmt: skip
    session.flush()
