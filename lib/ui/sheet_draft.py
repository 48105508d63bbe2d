"""Rows of an editor: our own copy of what was read, what somebody typed over it, and what of it is
a change. Nothing here trusts what a browser sends, and nothing typed is forgotten."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lib.fields.field import Field, Kept
from lib.fields.kinds import is_masked

MOST_LINES = 2000
NUMBERS = ("number", "money")
Cells = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A row of the editor. `shown` is what we sent, `typed` what was put over it; `seen` says which
    version `shown` is from; `key` is None for a row that is new."""

    key: int | None
    seen: Any
    shown: Cells
    typed: Cells = field(default_factory=dict)

    @property
    def cells(self) -> Cells:
        return self.shown | self.typed


@dataclass(frozen=True)
class Draft:
    """`asked` is what was asked for when it was begun; `mount` counts how often the editor was put up."""

    lines: tuple[Line, ...]
    gone: tuple[Line, ...] = ()
    asked: tuple[object, ...] = ()
    total: int = 0
    mount: int = 0


def cell_of(one: Field, kept: Kept, words: str | None) -> Any:
    """As the column of its kind likes it; what is masked is words."""
    if is_masked(one) or not kept:
        return words
    if one.kind in NUMBERS:
        return float(str(kept))
    if one.kind == "date":
        return date.fromisoformat(str(kept))
    if one.kind == "yes_no":
        return kept == "1"
    if one.kind == "choices":
        keys = (kept,) if isinstance(kept, str) else kept
        return [found.words for key in keys if (found := one.choice(key))]
    return words


def overlaid(draft: Draft, said: Any, columns: Sequence[str]) -> Draft:
    """The draft with what the editor says has changed, gone and come; only known columns pass."""
    changes = said if isinstance(said, Mapping) else {}
    lines = list(draft.lines)
    edits = changes.get("edited_rows")
    for place, cells in edits.items() if isinstance(edits, Mapping) else ():
        if str(place).isdigit() and int(place) < len(lines) and isinstance(cells, Mapping):
            old = lines[int(place)]
            lines[int(place)] = replace(old, typed=old.typed | _known(cells, columns))
    removed = changes.get("deleted_rows")
    places = {one for one in removed if isinstance(one, int)} if isinstance(removed, Sequence) else set()
    gone = [line for place, line in enumerate(lines) if place in places and line.key is not None]
    kept = [line for place, line in enumerate(lines) if place not in places]
    added = changes.get("added_rows")
    for cells in added if isinstance(added, Sequence) else ():
        if isinstance(cells, Mapping) and len(kept) < MOST_LINES:
            kept.append(Line(None, None, {}, _known(cells, columns)))
    return replace(draft, lines=tuple(kept), gone=(*draft.gone, *gone))


def _known(cells: Mapping[Any, Any], columns: Sequence[str]) -> Cells:
    return {key: cells[key] for key in columns if key in cells}


def typed_over(line: Line, fields: Sequence[Field]) -> dict[str, object]:
    """What was typed and is other than what was shown; what was only put back counts as untouched."""
    return {
        one.key: as_typed(line.typed[one.key])
        for one in fields
        if one.key in line.typed and not same(line.typed[one.key], line.shown.get(one.key))
    }


def says_something(typed: Mapping[str, object]) -> bool:
    return any(value not in ("", None, ()) for value in typed.values())


def same(one: Any, other: Any) -> bool:
    return _plain(one) == _plain(other)


def _plain(value: Any) -> object:
    """Without the shape in which a browser or a table holds it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        try:
            return Decimal(str(value)).normalize()
        except InvalidOperation:
            return None
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, (list, tuple)):
        return tuple(str(one) for one in value) or None
    return str(value).strip() or None


def as_typed(value: Any) -> object:
    """As a field reads it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return tuple(str(one) for one in value) if isinstance(value, (list, tuple)) else value


def settled(draft: Draft, fresh: Line | None, key: int, *, mine: bool) -> Draft:
    """A row that somebody else wrote meanwhile: on what stands now, with what was typed or without it.
    `fresh` is None when it is not there any more."""
    lines = []
    for line in draft.lines:
        if line.key != key:
            lines.append(line)
        elif fresh is not None:
            lines.append(replace(fresh, typed=line.typed if mine else {}))
    gone = [
        replace(fresh, typed={}) if line.key == key and fresh is not None else line
        for line in draft.gone
        if line.key != key or (mine and fresh is not None)
    ]
    if not mine and fresh is not None and any(line.key == key for line in draft.gone):
        lines.append(fresh)
    return replace(draft, lines=tuple(lines), gone=tuple(gone))
