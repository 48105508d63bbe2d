"""What a table from outside would do to a register: which columns it may have, which rows it means, what is
wrong with them. Written by nothing but a change-set."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from db.models.center import CODE_LENGTH, Center
from db.models.department import Department
from db.models.grid import Grid
from db.models.register import Entry, Register
from db.scope import ScopedSession
from lib.access.guard import viewer_of
from lib.errors import NotAllowed, Problem
from lib.fields.field import Field, Kept, Named
from lib.fields.kinds import shown
from lib.fields.words import narrow
from lib.i18n import _, mark, speaking
from lib.imports.dry_run import DryRow, DryRun, Existing, dry_run, with_problems
from lib.imports.matching import Matching
from lib.imports.repair import prepared
from lib.imports.sheet import Cell
from lib.imports.table import Table
from lib.registers import values as whole
from lib.registers.changes.judging import Judged, RowChange, judged
from lib.registers.design import Design
from lib.registers.entries import writing
from lib.registers.naming.labels import free_name
from lib.registers.seeing import editable, fills, seen
from lib.registers.world import Surroundings

AT_ONCE, MOST_NAMES = 500, 1000
# Keys that no field of a design has: those are f1, f2, …
CENTER, NUMBER = "center", "number"
# What they are called, and how where a field of the design is called so.
CENTER_WORDS = mark("填报中心"), mark("记录的填报中心")
NUMBER_WORDS = mark("编号"), mark("记录编号")
LENGTHS = {level.value: length for level, length in CODE_LENGTH.items()}


def _covers_several(session: ScopedSession, design: Design) -> bool:
    """Whether a new row may belong to another center than the viewer's own."""
    viewer = viewer_of(session)
    own = len(viewer.center_code)
    deeper = [level for level, length in LENGTHS.items() if length > own]
    several = len(viewer.scope.prefixes) > 1 or viewer.scope.everything
    return several or any(not design.filled_by or level in design.filled_by for level in deeper)


def columns_of(session: ScopedSession, design: Design) -> tuple[Field, ...]:
    """What can be imported: the number that recognizes an entry, the center of a new one, and what the viewer
    fills in. The number is the register's automatic one, or simply the entry's."""
    viewer = viewer_of(session)
    may = editable(viewer, design)
    numbers = [one for one in seen(viewer, design) if one.kind == "serial" and not one.retired]
    first = numbers[:1] or [_own(design, NUMBER, "serial", NUMBER_WORDS)]
    about = _("新增的行属于哪个中心，填代码或全称；不填就是本单位。已有的行不用填。")
    center = _own(design, CENTER, "center", CENTER_WORDS, about)
    fields = [
        # A default stands in for what is not said; whether it is there twice is judged center by center.
        replace(one, required=one.required and not one.default, unique=False)
        for one in design.standing
        if one.key in may
    ]
    return (*first, *([center] if _covers_several(session, design) else []), *fields)


def _own(design: Design, key: str, kind: str, words: tuple[str, ...], about: str = "") -> Field:
    """A column that is none of the design."""
    called = free_name(design.fields, *words)
    with speaking("en"):
        english = _(called)
    return Field(key, kind, called, english, help=about)


def names_to_choose(
    session: ScopedSession, fields: Collection[Field], design: Design
) -> dict[str, list[str]]:
    """What a template offers in a list, by the key of the field: what stands elsewhere and is not too much
    for a list."""
    found = {}
    for one in fields:
        if one.kind == "center":
            rows = session.execute(
                select(Center.code, Center.name).where(Center.ended_on.is_(None)).order_by(Center.code)
            )
            names = [
                f"{code} {name}" for code, name in rows if session.scope.covers(code) and fills(design, code)
            ]
        elif one.kind == "grid":
            grids = select(Grid.code, Grid.name).order_by(Grid.code).limit(MOST_NAMES + 1)
            names = [f"{code} {name}" for code, name in session.execute(grids)]
        elif one.kind == "department":
            rows = session.execute(select(Department.id, Department.name).order_by(Department.id))
            names = [f"{name} #{key}" for key, name in rows]
        else:
            continue
        if 0 < len(names) <= MOST_NAMES:
            found[one.key] = names
    return found


@dataclass(frozen=True)
class Standing(Existing):
    entry: Entry


class RegisterTarget:
    """A register as an import sees it."""

    def __init__(
        self, session: ScopedSession, register: Register, design: Design, world: Surroundings
    ) -> None:
        self._session, self._register, self._design, self._world = session, register, design, world
        self.columns = columns_of(session, design)
        self.key = self.columns[0].key
        self._own = {one.key for one in self.columns} - {self.key, CENTER}
        self._center = next((one for one in self.columns if one.key == CENTER), None)
        self._taking = whole.Taking(design, editable(viewer_of(session), design), world)

    def before(self, keys: Collection[str]) -> Mapping[str, Standing]:
        wanted: dict[int, list[str]] = {}
        for key in keys:
            number = key.rpartition("-")[2].lstrip("#第").removesuffix("号")
            if number.isascii() and number.isdigit() and len(number) < 10:
                wanted.setdefault(int(number), []).append(key)
        serials, found = sorted(wanted), {}
        for start in range(0, len(serials), AT_ONCE):
            for entry in self._session.scalars(
                select(Entry).where(
                    Entry.register_id == self._register.id,
                    Entry.serial.in_(serials[start : start + AT_ONCE]),
                    Entry.removed_at.is_(None),
                )
            ):
                values = whole.unpacked(entry.content)
                called = narrow(str(values.get(self.key, "")))
                for key in wanted[entry.serial]:
                    if self.key == NUMBER or called == key:
                        found[key] = Standing(entry.version, values, entry.title, entry)
        return found

    def take(
        self, typed: Mapping[str, object], before: Existing | None
    ) -> tuple[Mapping[str, Kept], tuple[Problem, ...]]:
        entry = before.entry if isinstance(before, Standing) else None
        problems = []
        try:
            self.center_of(typed, entry)
        except ValueError as refused:
            problems.append(Problem(CENTER, str(refused)))
        said = self.said(typed, entry)
        values, wrong = self._taking.took(said, before.values if before else None)
        if before is not None and entry is not None:
            try:
                writing.must_be_editable(entry, self._design)
            except NotAllowed as refused:
                if not problems and _says_the_same(said, before.values, values, wrong):
                    return before.values, ()
                problems.insert(0, Problem("", refused.sentence))
        # What is empty now is said, so that it is seen as a change.
        emptied = dict.fromkeys(before.values, "") if before else {}
        return emptied | values, (*problems, *wrong)

    def said(self, typed: Mapping[str, object], entry: Entry | None) -> dict[str, object]:
        """What is said of the fields of the design. A new row that says nothing of a field with a default
        gets that."""
        found = {key: value for key, value in typed.items() if key in self._own}
        if entry is None:
            for one in self._design.fields:
                if one.default and found.get(one.key) in ("", None):
                    found.pop(one.key, None)
        return found

    def center_of(self, typed: Mapping[str, object], entry: Entry | None) -> str:
        """The code of the center that the row belongs to. Raises ValueError with a sentence."""
        said = str(typed.get(CENTER) or "").strip()
        if self._center is None or not said:
            return entry.center_code if entry else self._world.own_center
        found = self._world.find(Named.CENTER, said, self._center)
        if len(found) != 1:
            raise ValueError(_("找不到中心“{said}”，或它不在您的范围内。请填代码。").format(said=said[:40]))
        if entry is not None and found[0] != entry.center_code:
            raise ValueError(_("已有的记录不能换中心。"))
        return found[0]

    def shown(self, kept: Kept, field: Field) -> str:
        return shown(kept, field, self._world)


def _says_the_same(
    said: Mapping[str, object], before: Mapping[str, Kept], values: Mapping[str, Kept],
    wrong: Collection[Problem],
) -> bool:  # fmt: skip
    """What is decided on goes out in a sheet with the rest, and comes back with it untouched."""
    if any(said.get(one.field) for one in wrong):
        return False
    return all(values.get(key, "") == before.get(key, "") for key in said)


@dataclass(frozen=True)
class Trial:
    """What an import would do. `changes` are for `save_changes`, one for each row that can be written;
    `outcomes` are what would come of them."""

    run: DryRun
    changes: tuple[RowChange, ...]
    outcomes: tuple[Judged, ...]


def tried(
    session: ScopedSession,
    register: Register,
    design: Design,
    table: Table,
    matching: Matching,
    world: Surroundings,
    progress: Callable[[float], None] | None = None,
) -> Trial:
    """Holds the table against the register; what only the whole shows, such as a value that may be there
    once, is told at its row too."""
    target = RegisterTarget(session, register, design, world)
    run = dry_run(table, matching, target, progress)
    cells = {row.number: row.cells for row in table.rows}
    changes = [_change(one, cells[one.number], matching, target) for one in run.writable]
    outcomes = judged(session, register, design, changes, world)
    wrong = {one.number: one.problems for one in outcomes if one.problems}
    good = [(change, one) for change, one in zip(changes, outcomes, strict=True) if not one.problems]
    return Trial(
        with_problems(run, table, wrong), tuple(change for change, _one in good),
        tuple(one for _change, one in good),
    )  # fmt: skip


def _change(row: DryRow, cells: tuple[Cell, ...], matching: Matching, target: RegisterTarget) -> RowChange:
    """The row as somebody would have typed it."""
    fields = {one.key: one for one in matching.fields}
    typed = {key: prepared(cells[index], fields[key]) for key, index in matching.by_key.items()}
    entry = row.before.entry if isinstance(row.before, Standing) else None
    return RowChange(
        entry.id if entry else None, target.said(typed, entry), row.before.version if row.before else None,
        target.center_of(typed, entry), row=row.number,
    )  # fmt: skip
