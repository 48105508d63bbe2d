"""Fields that nobody types: formulas, automatic numbers, attachments."""

from __future__ import annotations

from lib.fields.amounts import Number, number_in
from lib.fields.field import TEN_THOUSAND, Cell, Field, Kept, Key, Kind, Typed, World
from lib.i18n import _, mark, numbers

# What a formula keeps that asks something, whoever's language it was computed in.
YES, NO = mark("是"), mark("否")


class Formula(Number):
    """Computed from other fields whenever one of them changes; a number, a day or words."""

    name, title = "formula", mark("公式")
    filled_in = False

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        """What is typed into it is passed over."""
        return ""

    def show(self, kept: Kept, field: Field, world: World) -> str:
        number = number_in(str(kept))
        if number is not None:
            return f"{numbers.half_up(number, self.places(field))}"
        return _(str(kept)) if kept in (YES, NO) else str(kept)

    def cell(self, kept: Kept, field: Field, world: World) -> Cell:
        number = number_in(str(kept))
        return number if number is not None else (self.show(kept, field, world) or None)

    def keys(self, kept: Kept, field: Field) -> tuple[Key, ...]:
        number = number_in(str(kept)) if kept else None
        if number is None:
            return Kind.keys(self, kept, field)
        return ((None, int(number * TEN_THOUSAND)),)

    def value(self, kept: Kept, field: Field) -> object:
        number = number_in(str(kept)) if kept else None
        return number if number is not None else (kept or None)

    def limit(self, said: str, field: Field) -> str:
        return Kind.limit(self, said, field)


class Serial(Kind):
    """Given once, never again to another entry: a letter or word, the year and a number."""

    name, title = "serial", mark("自动编号")
    filled_in = False

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        return ""

    def number(self, field: Field, year: int, serial: int) -> str:
        return f"{field.default}{year}-{serial:05d}"


class Attachments(Kind):
    """Names of files; the files themselves lie beside the entry."""

    name, title = "attachment", mark("附件")
    filled_in, sorts = False, False

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        return ""
