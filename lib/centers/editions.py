"""Decides what a new edition of the divisions did: which unit became which. Knows no database.

Successors are found from the top level down: first what the file says itself, then names, within
the successor of the parent before anywhere else, then towns whose villages went to one place.
What remains unclear is not guessed; it is left to the person who knows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from db.models.center import CODE_LENGTH, Change, Level

PARKED = "0000"  # no division has this code

# The longer ending first. Each line is a kind: a villagers' and a residents' committee may share a name.
ENDINGS: dict[Level, tuple[tuple[str, ...], ...]] = {
    Level.CITY: (("市",), ("自治州", "州"), ("地区",), ("盟",)),
    Level.COUNTY: (("自治县", "县"), ("区",), ("市",), ("旗",)),
    Level.TOWN: (("街道办事处", "街道办", "街道"), ("镇人民政府", "镇"), ("乡人民政府", "民族乡", "乡")),
    Level.VILLAGE: (
        ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区"),
        ("村民委员会", "村委会", "村"),
    ),
}


@dataclass(frozen=True)
class Unit:
    """One line of a list of divisions. `former` are the codes that the list says it had before."""

    code: str
    name: str
    level: Level
    parent_code: str | None
    former: tuple[str, ...] = ()
    row: int | None = None
    # Part of a demonstration: no list holds it, so no list can make it vanish.
    invented: bool = False


@dataclass(frozen=True)
class UnitChange:
    kind: Change
    old_code: str
    old_name: str
    new_code: str
    new_name: str


@dataclass(frozen=True)
class Plan:
    """`moves` leads from each code that is given up to the code where its rows go."""

    added: tuple[Unit, ...] = ()
    updated: tuple[Unit, ...] = ()  # the code stays; the name or the parent is another
    moves: Mapping[str, str] = field(default_factory=dict)
    ended: tuple[Unit, ...] = ()  # no successor was found
    changes: tuple[UnitChange, ...] = ()
    unchanged: int = 0

    @property
    def empty(self) -> bool:
        return not (self.added or self.updated or self.moves or self.ended)

    def count(self, kind: Change) -> int:
        return sum(change.kind is kind for change in self.changes)


def plain_name(name: str, level: Level) -> tuple[str, int]:
    """The name without its ending, and which kind of ending it was (-1: none)."""
    for kind, endings in enumerate(ENDINGS[level]):
        for ending in endings:
            if name.endswith(ending) and len(name) > len(ending):
                return name.removesuffix(ending), kind
    return name, -1


def code_order(code: str) -> tuple[int, str]:
    """From the top level down, so that a parent is there before its children."""
    return len(code), code


def compare(old: Collection[Unit], new: Collection[Unit]) -> Plan:
    """`old` are the living units that the new edition speaks of, `new` its own lines."""
    before = {unit.code: unit for unit in old}
    after = {unit.code: unit for unit in new}
    moves = _Succession(before, after).find()
    _carry_invented(before, after, moves)
    return _plan(before, after, moves)


def effective_former(unit: Unit, code: str, before: Mapping[str, Unit], after: Mapping[str, Unit]) -> bool:
    """Whether `code`, named in the line of `unit`, still has rows to give to it.

    A code that is in the new edition too was given to another unit if its name changed. If not,
    the line was applied before, or a part was split off and nobody can say which rows went along.
    """
    if code not in before or code == unit.code or before[code].level is not unit.level:
        return False
    return code not in after or after[code].name != before[code].name


class _Succession:
    def __init__(self, before: Mapping[str, Unit], after: Mapping[str, Unit]) -> None:
        self.before, self.after = before, after
        self.moves: dict[str, str] = {}

    def find(self) -> dict[str, str]:
        for unit in self.after.values():
            for code in unit.former:
                if code not in self.moves and effective_former(unit, code, self.before, self.after):
                    self.moves[code] = unit.code
        for level in CODE_LENGTH:  # declared from the top down
            for key in (_full, _base):
                self._by_name(level, key, anywhere=False)
            for key in (_full, _base):
                self._by_name(level, key, anywhere=True)
            self._by_children(level)
        return self.moves

    def _vanished(self, level: Level) -> list[Unit]:
        return [
            unit
            for code, unit in self.before.items()
            if unit.level is level and code not in self.after and code not in self.moves and not unit.invented
        ]

    def _appeared(self, level: Level) -> list[Unit]:
        taken = set(self.moves.values())
        return [
            unit
            for code, unit in self.after.items()
            if unit.level is level and code not in taken and (code not in self.before or code in self.moves)
        ]

    def _by_name(self, level: Level, key: Callable[[Unit], Hashable], *, anywhere: bool) -> None:
        """A name decides only when one unit gave it up and one took it; elsewhere nobody else may bear it."""
        gone: dict[Hashable, list[Unit]] = defaultdict(list)
        come: dict[Hashable, list[Unit]] = defaultdict(list)
        for unit in self._vanished(level):
            parent = self.moves.get(unit.parent_code or "", unit.parent_code)
            gone[(key(unit), None if anywhere else parent)].append(unit)
        for unit in self._appeared(level):
            come[(key(unit), None if anywhere else unit.parent_code)].append(unit)
        bearers_before = Counter(key(unit) for unit in self.before.values() if unit.level is level)
        bearers_after = Counter(key(unit) for unit in self.after.values() if unit.level is level)
        for name, units in gone.items():
            if len(units) != 1 or len(come[name]) != 1:
                continue
            bearer = key(units[0])
            if not anywhere or bearers_before[bearer] == bearers_after[bearer] == 1:
                self.moves[units[0].code] = come[name][0].code

    def _by_children(self, level: Level) -> None:
        """A unit most of whose children appear under one other unit went into that one."""
        parents: dict[tuple[Level, str], set[str]] = defaultdict(set)
        for unit in self.after.values():
            if unit.parent_code and (unit.code not in self.before or unit.code in self.moves):
                parents[(unit.level, plain_name(unit.name, unit.level)[0])].add(unit.parent_code)
        children: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.before.values():
            if unit.parent_code and not unit.invented:
                children[unit.parent_code].append(unit)
        for unit in self._vanished(level):
            votes: Counter[str] = Counter()
            for child in children[unit.code]:
                if child.code in self.moves:
                    votes[self.after[self.moves[child.code]].parent_code or ""] += 1
                else:
                    votes.update(parents[(child.level, plain_name(child.name, child.level)[0])])
            for target, count in votes.most_common(1):
                winner = self.after.get(target)
                if winner and winner.level is level and 2 * count > len(children[unit.code]):
                    tied = sum(other == count for other in votes.values()) > 1
                    if not tied:
                        self.moves[unit.code] = target


def _full(unit: Unit) -> Hashable:
    return plain_name(unit.name, unit.level)


def _base(unit: Unit) -> Hashable:
    return plain_name(unit.name, unit.level)[0]


def _carry_invented(before: Mapping[str, Unit], after: dict[str, Unit], moves: dict[str, str]) -> None:
    """An invented unit stays where it is, and goes along when its parent moves."""
    for code in sorted(before, key=code_order):
        unit = before[code]
        parent = unit.parent_code
        if not unit.invented or code in after or code in moves:
            continue
        if parent in moves:
            target = _free_code(moves[parent], code, {*before, *after})
            after[target] = replace(unit, code=target, parent_code=moves[parent])
            moves[code] = target
        elif parent not in before or parent in after:
            after[code] = unit


def _free_code(parent: str, code: str, taken: Collection[str]) -> str:
    """The unit's own last digits under the new parent, or the highest serial that nobody has."""
    digits = len(code) - len(parent)
    wished = parent + code[-digits:]
    serials = (f"{parent}{serial:0{digits}d}" for serial in range(10**digits - 1, 0, -1))
    return wished if wished not in taken else next(c for c in serials if c not in taken)


def _plan(before: Mapping[str, Unit], after: Mapping[str, Unit], moves: Mapping[str, str]) -> Plan:
    updated: list[Unit] = []
    changes: list[UnitChange] = []
    unchanged = 0
    for code, unit in after.items():
        was = before.get(code)
        if was is None:
            continue
        if (was.name, was.parent_code, was.invented) == (unit.name, unit.parent_code, unit.invented):
            unchanged += 1
            continue
        updated.append(unit)
        if code not in moves and (was.name, was.parent_code) != (unit.name, unit.parent_code):
            kind = Change.RENAMED if was.name != unit.name else Change.MOVED
            changes.append(UnitChange(kind, code, was.name, code, unit.name))
    main = _main_predecessors(before, after, moves)
    for code, target in moves.items():
        kind = Change.MOVED if code in main else Change.MERGED
        changes.append(UnitChange(kind, code, before[code].name, target, after[target].name))
    ended = [unit for code, unit in before.items() if code not in after and code not in moves]
    changes += [UnitChange(Change.ENDED, unit.code, unit.name, "", "") for unit in ended]
    return Plan(
        _sorted(unit for code, unit in after.items() if code not in before),
        _sorted(updated),
        {code: moves[code] for code in sorted(moves, key=code_order)},
        _sorted(ended),
        tuple(sorted(changes, key=lambda change: code_order(change.old_code))),
        unchanged,
    )


def _sorted(units: Iterable[Unit]) -> tuple[Unit, ...]:
    return tuple(sorted(units, key=lambda unit: code_order(unit.code)))


def _main_predecessors(
    before: Mapping[str, Unit], after: Mapping[str, Unit], moves: Mapping[str, str]
) -> set[str]:
    """Of the units that became a new one the one that it continues; the others were merged into it."""
    into: dict[str, list[str]] = defaultdict(list)
    for code, target in moves.items():
        if target not in before or target in moves:
            into[target].append(code)

    def likeness(code: str, target: str) -> tuple[bool, bool, tuple[int, str]]:
        was, unit = before[code], after[target]
        return was.name != unit.name, _base(was) != _base(unit), code_order(code)

    return {
        min(codes, key=lambda code, target=target: likeness(code, target))  # type: ignore[misc]
        for target, codes in into.items()
    }


def in_order(moves: Mapping[str, str]) -> list[tuple[str, str]]:
    """How to carry out all moves as if at once, one code after the other.

    A code is emptied before another's rows arrive there. In a circle nobody can be first; one
    code's rows then wait at PARKED until theirs is free.
    """
    waiting = {code: target for code, target in moves.items() if code != target}
    steps: list[tuple[str, str]] = []
    while waiting:
        ready = [code for code, target in waiting.items() if target not in waiting]
        steps += [(code, waiting.pop(code)) for code in ready]
        if not ready:
            code, seen = next(iter(waiting)), set[str]()
            while code not in seen:
                seen.add(code)
                code = waiting[code]
            steps.append((code, PARKED))
            waiting[PARKED] = waiting.pop(code)
    return steps
