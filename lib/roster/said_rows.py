"""What the rows of somebody's table say of whom they mean, and which of them nothing tells apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lib.i18n import _

Place = tuple[int | None, str]


@dataclass(frozen=True)
class SaidRow:
    """What is read of a row to recognize it; what cannot be read is "", and is told elsewhere."""

    number: int
    typed: Mapping[str, object]
    name: str
    citizen_id: str
    phone: str
    role: str
    place: Place | None
    since: date | None
    until: date | None

    @property
    def called(self) -> tuple[object, ...] | None:
        return (self.name, self.role, self.place) if self.name and self.role and self.place else None


def key_of(row: SaidRow, holder: object) -> str:
    return f"{holder} {row.role} {row.place} {row.since} {row.until}"


def alike(rows: Sequence[SaidRow]) -> dict[int, str]:
    """Rows without a citizen's number that nothing but their place in the file tells from another."""
    groups: dict[tuple[object, ...], list[SaidRow]] = defaultdict(list)
    for row in rows:
        if row.called is not None:
            groups[row.called].append(row)
    return {
        row.number: _("与第{rows}行同名、同岗位，请填身份证号。").format(
            rows="、".join(str(other.number) for other in some if other is not row)
        )
        for some in groups.values()
        if len(some) > 1
        for row in some
        if not row.citizen_id
    }


def siblings(rows: Sequence[SaidRow]) -> Iterable[tuple[SaidRow, list[SaidRow]]]:
    """Each row with those that say a citizen's number for the same name and phone."""
    said: dict[tuple[str, str], dict[str, SaidRow]] = defaultdict(dict)
    for row in rows:
        if row.citizen_id and row.phone:
            said[row.name, row.phone].setdefault(row.citizen_id, row)
    return [(row, list(said.get((row.name, row.phone), {}).values())) for row in rows]


def with_number(row: SaidRow, others: Sequence[SaidRow]) -> SaidRow:
    """Without a number of its own a row has that of the one other row with its name and phone."""
    if row.citizen_id or not row.phone or len(others) != 1:
        return row
    typed = {**row.typed, "citizen_id": others[0].typed["citizen_id"]}
    return replace(row, citizen_id=others[0].citizen_id, typed=typed)
