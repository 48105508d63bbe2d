"""What a field is: one object says what can be in it, reads it, refuses it and shows it.

The same object serves a form, a grid editor, an import and an export. Whatever is shown of a value is
read again as the same value.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from lib.i18n import _, language

# What is kept of a field: text, or a tuple of texts where several things can be chosen. "" is nothing.
Kept = str | tuple[str, ...]
# What a form, an editor or a cell of a workbook hands over.
Typed = object
# What an export writes.
Cell = str | Decimal | date | None
# What a value is found by: words, or ten-thousandths of a number.
Key = tuple[str | None, int | None]
TEN_THOUSAND = 10_000
LONGEST_KEY = 100
MOST_KEYS = 200


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """Why a value cannot be taken and what to do, in one sentence without the name of the field."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Choice:
    """`key` never changes; a retired choice can be read and not chosen any more. `also` is what people write
    for it; it is read and never shown."""

    key: str
    label: str
    label_en: str = ""
    retired: bool = False
    also: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return self.label_en if language() == "en" and self.label_en else self.label


@dataclass(frozen=True)
class Field:
    """`key` never changes and is never given to another field. Limits are written as their kind writes
    values; what a kind has no use for stays empty."""

    key: str
    kind: str
    label: str
    label_en: str = ""
    help: str = ""
    section: str = ""
    required: bool = False
    unique: bool = False
    default: str = ""
    least: str = ""
    most: str = ""
    longest: int = 0
    unit: str = ""
    places: int = 0
    choices: tuple[Choice, ...] = ()
    formula: str = ""
    # The register whose entries it names.
    links_to: int | None = None
    # Levels of the people who may see and who may change it; nobody named is everybody.
    seen_by: tuple[str, ...] = ()
    edited_by: tuple[str, ...] = ()
    masked: bool = False
    exported: bool = True
    retired: bool = False

    @property
    def words(self) -> str:
        return self.label_en if language() == "en" and self.label_en else self.label

    def choice(self, key: str) -> Choice | None:
        return next((one for one in self.choices if one.key == key), None)


class Named(enum.StrEnum):
    """Things that stand elsewhere and can be named in a field."""

    CENTER = "center"
    GRID = "grid"
    DEPARTMENT = "department"
    PERSON = "person"
    CASE = "case"
    ENTRY = "entry"


class World(Protocol):
    """What a field must ask of others, with the eyes of whoever fills it in."""

    @property
    def today(self) -> date: ...

    @property
    def own_center(self) -> str: ...

    def find(self, what: Named, said: str, field: Field) -> tuple[str, ...]:
        """The keys of what is called so, by its code, number or whole name; more than one when the name is
        not enough. What lies outside of the scope is not there."""
        ...

    def words(self, what: Named, key: str, field: Field) -> str:
        """How it is shown, with the key in it so that it can be read again; "" when it is not there."""
        ...


class Kind:
    """How the values of one kind of field are read, refused and shown."""

    name: str
    title: str
    # Whether people fill it in; the others are computed or given by the register.
    filled_in = True
    # Whether entries can be sorted by it, from the least to the most.
    sorts = True
    # Whether it is a quantity that can be summed up.
    counts = False
    # Shown in part to whoever has not asked for the whole.
    always_masked = False

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        """The value as it is kept. Raises Refused."""
        raise NotImplementedError

    def show(self, kept: Kept, field: Field, world: World) -> str:
        """The value in words."""
        return kept if isinstance(kept, str) else "、".join(kept)

    def masked(self, kept: Kept, field: Field, world: World) -> str:
        """Enough of the value to recognize it, not enough to use it."""
        shown = self.show(kept, field, world)
        return shown[:1] + "*" * (len(shown) - 1) if len(shown) > 1 else "*" * len(shown)

    def cell(self, kept: Kept, field: Field, world: World) -> Cell:
        """The value as a spreadsheet likes it."""
        return self.show(kept, field, world) or None

    def keys(self, kept: Kept, field: Field) -> tuple[Key, ...]:
        """What the value is found by."""
        kept_words = (kept,) if isinstance(kept, str) else kept
        return tuple((words[:LONGEST_KEY], None) for words in kept_words if words)[:MOST_KEYS]

    def unit(self, field: Field) -> str:
        """What stands behind a quantity."""
        return ""

    def limit(self, said: str, field: Field) -> str:
        """Why `least` or `most` cannot be written so; "" when it can."""
        return _("这种字段没有上下限。") if said else ""

    def value(self, kept: Kept, field: Field) -> object:
        """What rules and formulas compute with: text, Decimal, date, bool, a tuple of texts, or None."""
        return kept or None


def said(typed: Typed) -> str:
    """What was handed over as text, without the blanks at its ends."""
    if typed is None:
        return ""
    return str(typed).strip()


def in_short(field: Field) -> str:
    """How the field is called where several languages stand side by side."""
    return f"{field.label} {field.label_en}".strip()


Values = Mapping[str, Kept]
