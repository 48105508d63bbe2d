"""Which entries a register reminds of today: their day comes near, and nobody has finished them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select

from db.models.register import Entry, EntryValue
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.fields.field import Field
from lib.fields.kinds import is_masked
from lib.registers.design import Reminder
from lib.registers.entries.finding import standing
from lib.registers.seeing import no_register, reads, register_with_design, seen

MOST_ROWS, MOST_COUNTED = 8, 500
END_OF_PERIOD = 12  # where in 2026-01-01/2026-03-31 the last day begins


@dataclass(frozen=True)
class Reminded:
    """One entry whose day is near or, where the reminder waits for a stage, over."""

    id: int
    serial: int
    title: str
    center_code: str
    state: str
    day: date
    days_left: int


@dataclass(frozen=True)
class Reminding:
    """A reminder with its entries, the earliest day first; `total` counts no further than `MOST_COUNTED`."""

    number: int
    field: str
    sentence: str
    total: int
    overdue: int
    rows: tuple[Reminded, ...]


@query(Permission.READ_REGISTERS)
def reminders_of(session: ScopedSession, register_id: int, center_code: str = "") -> tuple[Reminding, ...]:
    """The reminders of a register that have something to say of a center and below. A period is due with its
    last day. Raises NotFound."""
    register, design = register_with_design(session, register_id)
    viewer = viewer_of(session)
    if not reads(viewer, register, design):
        raise no_register()
    if register.closed_at is not None:
        return ()
    fields = {one.key: one for one in seen(viewer, design) if not one.retired and not is_masked(one)}
    today = clock.local(deployment.moment_of(session)).date()
    found = []
    for number, one in enumerate(design.reminders, start=1):
        field = fields.get(one.field)
        if field is not None and field.kind in ("date", "period"):
            reminding = _reminding(session, register_id, center_code, number, one, field, today)
            found += [reminding] if reminding.total else []
    return tuple(found)


def _reminding(
    session: ScopedSession,
    register_id: int,
    center_code: str,
    number: int,
    one: Reminder,
    field: Field,
    today: date,
) -> Reminding:
    bound = f"{today + timedelta(days=one.days_before)}"
    whole_period = field.kind == "period"
    day = func.substr(EntryValue.words, END_OF_PERIOD) if whole_period else EntryValue.words
    wanted: list[ColumnElement[bool]] = [
        *standing(register_id, center_code),
        EntryValue.register_id == register_id,
        EntryValue.field == int(field.key[1:]),
        # A period begins before it ends, so that an index of its first day narrows it too.
        EntryValue.words <= f"{bound}~",
        day <= bound,
    ]
    if one.unless:
        wanted.append(Entry.state.not_in(one.unless))
    else:
        # Nothing says when it is finished: what is over is over.
        wanted += [EntryValue.words >= f"{today}"] if not whole_period else [day >= f"{today}"]
    # Joined, so that they belong together also where a code that is none leaves no condition else.
    beside = EntryValue.entry_id == Entry.id
    days = session.scalars(select(day).join(Entry, beside).where(*wanted).limit(MOST_COUNTED)).all()
    rows = session.execute(
        select(Entry, day).join(EntryValue, beside).where(*wanted).order_by(day, Entry.id).limit(MOST_ROWS)
    )
    return Reminding(
        number,
        field.key,
        one.sentence,
        len(days),
        sum(said < f"{today}" for said in days),
        tuple(_row(entry, date.fromisoformat(said), today) for entry, said in rows),
    )


def _row(entry: Entry, day: date, today: date) -> Reminded:
    return Reminded(
        entry.id, entry.serial, entry.title, entry.center_code, entry.state, day, (day - today).days
    )
