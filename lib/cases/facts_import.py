"""Takes over cases that another register keeps: checks everything, then writes everything.

A case is known by its origin and number, so the same file a second time changes nothing, and a
newer file changes only what is new. What this product itself knows of a case (its grid, ratings,
rework) stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from db.models.case import Case
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock
from lib.access.work import system
from lib.audit.chain import record
from lib.cases.facts import closed_late
from lib.cases.facts_mapping import FactsMapping
from lib.cases.facts_places import Places, prepare_places
from lib.cases.facts_reading import Fact, Facts, Odd, Progress, read_facts
from lib.deployment import raise_when_long
from lib.i18n import _

BATCH = 5000

FACT_COLUMNS = (
    "number", "center_code", "category_code", "source", "department_id", "stage", "title", "detail",
    "reported_at", "accepted_at", "due_at", "closed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """Our own flag held against the register's, for closed cases that carry one."""

    compared: int
    equal: int
    different: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    rows: int
    created: int
    updated: int
    unchanged: int
    impossible: tuple[Odd, ...]
    check: Comparison | None
    dry_run: bool

    def as_words(self) -> dict[str, Any]:
        words = asdict(self) | {"problems": []}
        if self.check is None:
            del words["check"]
        return words


def import_facts(path: Path, mapping: FactsMapping, *, dry_run: bool, progress: Progress) -> Report:
    """A dry run writes everything and takes it back, so that it cannot find less than the real one.

    Raises BadInput with every problem of the file, and then nothing was written.
    """
    read = read_facts(path, mapping, progress)
    with system() as session:
        take_lock(session, f"cases {mapping.origin}")
        places = prepare_places(session, mapping)
        changed_at = clock.now()
        created, updated = _write(session, mapping.origin, read.facts, places, changed_at, progress)
        check = _compare_flags(session, mapping.origin, read) if mapping.check else None
        if created or updated or places.created:
            record(
                session,
                None,
                "cases imported",
                f"{mapping.origin} {path.name}",
                after={"created": created, "updated": updated, "rows": read.rows},
                center_code=places.root,
                person="cli",
            )
        if created or updated:
            raise_when_long(session, changed_at)
        if dry_run:
            session.rollback()
    unchanged = read.rows - created - updated
    return Report(read.rows, created, updated, unchanged, tuple(read.impossible), check, dry_run)


def _write(
    session: ScopedSession,
    origin: str,
    facts: Sequence[Fact],
    places: Places,
    now: datetime,
    progress: Progress,
) -> tuple[int, int]:
    """How many were created and how many updated."""
    known = _known(session, origin)
    table = Case.__table__
    assert isinstance(table, Table)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for row in _rows(facts, places):
        standing = known.get(row[0])
        if standing is None:
            new.append({**dict(zip(FACT_COLUMNS, row, strict=True)), "origin": origin, "changed_at": now})
        elif standing[1:] != row[1:]:
            values = dict(zip(FACT_COLUMNS[1:], row[1:], strict=True))
            changed.append({**values, "changed_at": now, "case": standing[0]})
    for done, batch in _batches(new):
        session.execute(insert(table), batch)
        progress(_("写入"), done)
    if changed:
        statement = update(table).where(table.c.id == bindparam("case"))
        statement = statement.values({c: bindparam(c) for c in (*FACT_COLUMNS[1:], "changed_at")})
        for done, batch in _batches(changed):
            session.execute(statement, batch)
            progress(_("更新"), done)
    return len(new), len(changed)


def _rows(facts: Iterable[Fact], places: Places) -> Iterator[tuple[Any, ...]]:
    """The values of a case in the order of FACT_COLUMNS."""
    for fact in facts:
        department = places.departments[fact.department] if fact.department else None
        yield (
            fact.number,
            places.centers[fact.center_code],
            fact.category_code,
            fact.source,
            department,
            *fact[5:],
        )


def _known(session: ScopedSession, origin: str) -> dict[str, tuple[Any, ...]]:
    """Number → id and values, as they stand."""
    columns = [getattr(Case, name) for name in FACT_COLUMNS]
    rows = session.execute(select(Case.id, *columns).where(Case.origin == origin))
    return {row[1]: (row[0], *row[2:]) for row in rows}


def _batches(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[int, Sequence[dict[str, Any]]]]:
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        yield start + len(batch), batch


def _compare_flags(session: ScopedSession, origin: str, read: Facts) -> Comparison:
    late = set(session.scalars(select(Case.number).where(Case.origin == origin, closed_late())))
    different = sorted(number for number, flag in read.flags.items() if flag != (number in late))
    return Comparison(len(read.flags), len(read.flags) - len(different), tuple(different))
