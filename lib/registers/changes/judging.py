"""Holds many rows against the register before any is written: what each would become, what is wrong with
it, and whether somebody else has written it meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from db.models.register import Entry, Register
from db.scope import ScopedSession
from lib.access.guard import viewer_of
from lib.errors import BadInput, NotAllowed, NotFound, Problem
from lib.fields.field import Kept
from lib.fields.kinds import kind_of
from lib.i18n import _
from lib.registers import values as whole
from lib.registers.design import Design
from lib.registers.entries import writing
from lib.registers.entries.twins import Wanted, twins, unique_fields
from lib.registers.needs import must_stay_met
from lib.registers.seeing import editable
from lib.registers.world import KINDS, Surroundings

AT_ONCE = 500
# Where a problem stands that is about the center of a new row.
CENTER = "center"


@dataclass(frozen=True)
class RowChange:
    """What is to become of one row: a new one where `entry_id` is None, else other values for the fields in
    `typed`, or its end. `seen` is the version that was on the screen; `row` is where it stands for the
    person, 0 where that is its place among the rows."""

    entry_id: int | None
    typed: Mapping[str, object]
    seen: int | None = None
    center_code: str = ""
    remove: bool = False
    row: int = 0


@dataclass(frozen=True)
class Judged:
    """`number` is the row's place for the person; `conflict` says that it was written meanwhile."""

    number: int
    change: RowChange
    entry: Entry | None
    before: dict[str, Kept]
    after: dict[str, Kept]
    problems: tuple[Problem, ...]
    conflict: bool = False

    @property
    def nothing(self) -> bool:
        return not self.change.remove and self.entry is not None and self.before == self.after


def judged(
    session: ScopedSession,
    register: Register,
    design: Design,
    rows: Sequence[RowChange],
    world: Surroundings,
) -> list[Judged]:
    """Each row with what would come of it, in their order."""
    entries = _entries(session, register, [one.entry_id for one in rows if one.entry_id is not None])
    may = editable(viewer_of(session), design)
    _know(design, rows, world)
    judging = _Judging(session, design, whole.Taking(design, may, world), world)
    found, first = [], dict[int, int]()
    for place, one in enumerate(rows, start=1):
        number = one.row or place
        if one.entry_id is None:
            found.append(judging.new(one, number))
            continue
        found.append(judging.existing(one, number, entries.get(one.entry_id)))
        earlier = first.setdefault(one.entry_id, number)
        if earlier != number:
            sentence = _("和第{row}行是同一条记录。").format(row=earlier)
            found[-1] = replace(found[-1], problems=(Problem("", sentence, row=number),))
    world.know([one for one in design.standing if one.key in design.title], [one.after for one in found])
    return _without_twins(session, register, design, found)


def _know(design: Design, rows: Sequence[RowChange], world: Surroundings) -> None:
    """Asks at once for everything that the rows name by its code or number."""
    named = [one for one in design.standing if one.kind in KINDS]
    codes: list[dict[str, Kept]] = []
    for row in rows if named else ():
        said = {one.key: str(row.typed[one.key] or "") for one in named if one.key in row.typed}
        codes.append(
            {
                one.key: said[one.key].strip().partition(" ")[0]
                if one.kind in ("center", "grid")
                else said[one.key].rpartition("#")[2]
                for one in named
                if one.key in said and one.kind != "link"
            }
        )
    world.know(named, [{key: code for key, code in one.items() if str(code).isdigit()} for one in codes])


def _entries(session: ScopedSession, register: Register, keys: list[int]) -> dict[int, Entry]:
    found: dict[int, Entry] = {}
    for start in range(0, len(keys), AT_ONCE):
        statement = select(Entry).where(
            Entry.id.in_(keys[start : start + AT_ONCE]), Entry.register_id == register.id
        )
        found |= {one.id: one for one in session.scalars(statement)}
    return found


@dataclass
class _Judging:
    session: ScopedSession
    design: Design
    taking: whole.Taking
    world: Surroundings
    centers: dict[str, tuple[Problem, ...]] = field(default_factory=dict)

    def new(self, one: RowChange, number: int) -> Judged:
        code = one.center_code or self.world.own_center
        if code not in self.centers:
            try:
                writing.center_for(self.session, self.design, code)
                self.centers[code] = ()
            except (NotFound, BadInput) as refused:
                self.centers[code] = (Problem(CENTER, refused.sentence, value=code[:100]),)
        values, problems = self.taking.took(one.typed, None)
        change = replace(one, center_code=code)
        return Judged(number, change, None, {}, values, _at(number, (*self.centers[code], *problems)))

    def existing(self, one: RowChange, number: int, entry: Entry | None) -> Judged:
        if entry is None:
            problem = Problem("", _("找不到这条记录，或它不在您的范围内。"), row=number)
            return Judged(number, one, None, {}, {}, (problem,))
        before = whole.unpacked(entry.content)
        try:
            writing.must_be_editable(entry, self.design)
        except NotAllowed as refused:
            problem = Problem("", refused.sentence, row=number)
            return Judged(number, one, entry, before, before, (problem,))
        conflict = entry.version != one.seen
        if one.remove:
            return Judged(number, one, entry, before, before, (), conflict)
        values, problems = self.taking.took(one.typed, before)
        if not problems:
            try:
                must_stay_met(self.design, entry.state, before, values, self.world)
            except BadInput as refused:
                problems = (Problem("", refused.sentence),)
        return Judged(number, one, entry, before, values, _at(number, problems), conflict)


def _at(number: int, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(replace(one, row=number) for one in problems)


def _without_twins(
    session: ScopedSession, register: Register, design: Design, rows: list[Judged]
) -> list[Judged]:
    """What may not be there twice is neither twice among the rows nor once more in the register."""
    unique = [one for one in unique_fields(design) if kind_of(one).name != "serial"]
    if not unique:
        return rows
    written = [one for one in rows if not one.problems and not one.nothing and not one.change.remove]
    leaving = {one.entry.id for one in rows if one.entry and not one.problems and not one.nothing}
    first: dict[tuple[str, str, Kept], int] = {}
    wanted, among = [], []
    for row in written:
        center = row.entry.center_code if row.entry else row.change.center_code
        wanted.append(Wanted(center, row.after, row.entry.id if row.entry else None))
        found = []
        for one in unique:
            kept = row.after.get(one.key)
            earlier = first.setdefault((one.key, center, kept), row.number) if kept else row.number
            if earlier != row.number:
                sentence = _("“{label}”：和第{row}行重复。").format(label=one.words, row=earlier)
                found.append(Problem(one.key, sentence))
        among.append(found)
    there = twins(session, register, design, wanted, leaving)
    wrong = {
        row.number: _at(row.number, (*beside, *elsewhere))
        for row, beside, elsewhere in zip(written, among, there, strict=True)
    }
    return [replace(row, problems=wrong.get(row.number) or row.problems) for row in rows]
