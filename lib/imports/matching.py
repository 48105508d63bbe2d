"""Which column of a file is which field: by name, by what offices also call it, by likeness.

What is not certain is left open for a person; nothing is given to two fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from lib.fields.field import Field
from lib.fields.kinds import kind_of
from lib.i18n import _, speaking
from lib.imports.synonyms import BY_KIND, COUNTERS, GROUPS, UNUSED, core, last_part, whole

REQUIRED = "*"
# How alike two names must be, and how much more alike than to the next.
LIKE, AHEAD = 0.75, 0.1
Names = Callable[[str], set[str]]


def reasons_heading() -> str:
    return _("错误原因（导入时不读）")


def heading_of(field: Field) -> str:
    """How we head the field's column in a file that will come back."""
    unit = field.unit or getattr(kind_of(field), "unit", lambda _field: "")(field)
    words = f"{field.words}（{unit}）" if unit and unit not in field.words else field.words
    return f"{words}{REQUIRED}" if field.required else words


def is_passed_over(heading: str, fields: Iterable[Field]) -> bool:
    """Columns that count the lines, or that we added ourselves."""
    if heading.startswith(UNUSED):
        return True
    words = whole(heading)
    reasons = set()
    for language in ("zh", "en"):
        with speaking(language):
            reasons.add(whole(reasons_heading()))
    if words in reasons:
        return True
    called_so = any(words in (whole(one.label), whole(one.label_en)) for one in fields)
    return (words in COUNTERS or heading.strip() in COUNTERS) and not called_so


@dataclass(frozen=True)
class Match:
    """One column. `key` is None while it is open or unused; `candidates` are the fields it could be.
    `certainty` is 1 where the names are the same or a person chose."""

    index: int
    heading: str
    key: str | None = None
    certainty: float = 0.0
    candidates: tuple[str, ...] = ()
    passed_over: bool = False


@dataclass(frozen=True)
class Matching:
    fields: tuple[Field, ...]
    columns: tuple[Match, ...]

    @property
    def by_key(self) -> dict[str, int]:
        """Where the column of each field stands."""
        return {one.key: one.index for one in self.columns if one.key}

    def field(self, index: int) -> Field | None:
        key = self.columns[index].key
        return next((one for one in self.fields if one.key == key), None) if key else None

    @property
    def missing(self) -> tuple[Field, ...]:
        """Required fields without a column."""
        return tuple(one for one in self.fields if one.required and one.key not in self.by_key)

    @property
    def unused(self) -> tuple[Match, ...]:
        """Columns that nothing is read from, besides those that only count."""
        return tuple(one for one in self.columns if one.key is None and not one.passed_over)

    @property
    def open(self) -> tuple[Match, ...]:
        """Columns that could be several fields, or share one with another column."""
        return tuple(one for one in self.unused if one.candidates)

    def with_column(self, index: int, key: str | None) -> Matching:
        """As a person corrects it; the field's former column is free again."""
        if key is not None and key not in {one.key for one in self.fields}:
            raise ValueError(f"no field {key}")
        columns = []
        for one in self.columns:
            if one.index == index:
                one = replace(one, key=key, certainty=1.0, candidates=())
            elif key is not None and one.key == key:
                one = replace(one, key=None, certainty=0.0)
            columns.append(one)
        return replace(self, columns=tuple(columns))


def _text(words: str) -> set[str]:
    return {"".join(words.split())} - {""}


def _ours(field: Field) -> set[str]:
    found = set()
    for language in ("zh", "en"):
        with speaking(language):
            found |= _text(heading_of(field))
    return found


def _labels(read: Callable[[str], str]) -> Callable[[Field], set[str]]:
    return lambda field: {read(field.label), read(field.label_en)} - {""}


def _also(field: Field) -> set[str]:
    """What the field is also called."""
    labels = {core(field.label), core(field.label_en)} - {""}
    return set().union(*(group for group in GROUPS if group & labels))


def _kinds(field: Field) -> set[str]:
    return set(BY_KIND.get(field.kind, ()))


# From certain to likely: how the column is read, how the field is read, how certain it is when they agree.
STEPS: tuple[tuple[Names, Callable[[Field], set[str]], float], ...] = (
    (_text, _ours, 1.0),
    (_text, lambda field: _text(field.label) | _text(field.label_en), 1.0),
    (lambda words: {whole(words)}, _labels(whole), 1.0),
    (lambda words: {core(words)}, _labels(core), 0.95),
    (lambda words: {last_part(words)}, _labels(core), 0.9),
    (lambda words: {core(words), last_part(words)}, _also, 0.85),
    (lambda words: {core(words), last_part(words)}, _kinds, 0.8),
)


def names_known(fields: Iterable[Field]) -> dict[str, str]:
    """Headings that name a field, for whoever looks for the header of a table."""
    found: dict[str, str] = {}
    for read in (_kinds, _also, _labels(core), _labels(whole)):
        for one in fields:
            found |= {name: one.key for name in read(one) if name}
    return found


def match(headers: Sequence[str], fields: Sequence[Field]) -> Matching:
    """Column → field, the most certain first."""
    columns = [
        Match(index, heading, passed_over=is_passed_over(heading, fields))
        for index, heading in enumerate(headers)
    ]
    free = {one.index for one in columns if not one.passed_over and one.heading.strip()}
    left = {one.key: one for one in fields}
    for read_heading, read_field, certainty in STEPS:
        names = {key: read_field(one) for key, one in left.items()}
        pairs = [
            (index, key)
            for index in sorted(free)
            for key, known in names.items()
            if known & (read_heading(headers[index]) - {""})
        ]
        _settle(pairs, certainty, columns, free, left)
    for index, key, likeness in _alike(headers, free, left):
        if index in free and key in left:
            columns[index] = replace(columns[index], key=key, certainty=round(0.8 * likeness, 2))
            free.discard(index)
            del left[key]
    return Matching(tuple(fields), tuple(columns))


def _settle(
    pairs: list[tuple[int, str]],
    certainty: float,
    columns: list[Match],
    free: set[int],
    left: dict[str, Field],
) -> None:
    """Gives each other the two that have nobody else; the rest stays open, for weaker signs decide nothing
    that stronger ones leave open."""
    for index, key in pairs:
        keys = tuple(dict.fromkeys(other for place, other in pairs if place == index))
        places = {place for place, other in pairs if other == key}
        if len(keys) == 1 and len(places) == 1:
            columns[index] = replace(columns[index], key=key, certainty=certainty)
        else:
            columns[index] = replace(columns[index], candidates=keys)
    for index, key in pairs:
        free.discard(index)
        left.pop(key, None)


def _alike(headers: Sequence[str], free: set[int], left: dict[str, Field]) -> list[tuple[int, str, float]]:
    """Pairs that are each other's best and clearly so."""
    scores: dict[tuple[int, str], float] = {}
    for index in free:
        words = {core(headers[index]), last_part(headers[index])} - {""}
        for key, one in left.items():
            names = {core(one.label), core(one.label_en)} - {""}
            scores[index, key] = max((_likeness(said, name) for said in words for name in names), default=0.0)
    found = []
    for (index, key), score in scores.items():
        others = [
            other
            for (place, field), other in scores.items()
            if (place == index) != (field == key)
        ]  # fmt: skip
        if score >= LIKE and score - max(others, default=0.0) >= AHEAD:
            found.append((index, key, score))
    return found


def _likeness(said: str, name: str) -> float:
    """A heading that ends with the name says it more closely: "网格员姓名" is a name."""
    if len(name) >= 2 and said.endswith(name):
        return max(0.8, SequenceMatcher(None, said, name).ratio())
    return SequenceMatcher(None, said, name).ratio()
