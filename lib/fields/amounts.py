"""Fields of numbers and of money."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from lib.fields.field import TEN_THOUSAND, Cell, Field, Kept, Key, Kind, Refused, Typed, World, said
from lib.fields.words import narrow
from lib.i18n import _, mark, numbers

MOST_PLACES = 4
MOST = Decimal(10) ** 12
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)


def number_in(text: str) -> Decimal | None:
    """What a person wrote as a number; None when it is none."""
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


class Number(Kind):
    """A number of up to four places, with its unit in the heading."""

    name, title = "number", mark("数字")
    counts = True

    def unit(self, field: Field) -> str:
        return field.unit

    def places(self, field: Field) -> int:
        return min(field.places, MOST_PLACES)

    def factor(self, text: str, field: Field) -> tuple[str, Decimal]:
        unit = narrow(field.unit)
        # A unit of digits is no reason to take digits away.
        return (text.removesuffix(unit) if unit and number_in(text) is None else text), Decimal(1)

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        if typed is None or typed != typed:  # a cell without a number is not a number
            return ""
        if isinstance(typed, bool):
            raise Refused(_("不是数字。"))
        if isinstance(typed, float):
            typed = f"{Decimal(repr(float(typed))):f}"
        written, factor = self.factor(narrow(said(typed)), field)
        if not written:
            return ""
        number = number_in(written)
        if number is None:
            raise Refused(_("不是数字。请只填数字，如12或12.5。"))
        number *= factor
        places = self.places(field)
        if abs(number) >= MOST:
            raise Refused(_("数字太大，请核对单位。"))
        if number != number.quantize(Decimal(1).scaleb(-places)):
            raise Refused(_("最多{places}位小数。").format(places=places) if places else _("应为整数。"))
        for limit, wrong in ((field.least, -1), (field.most, 1)):
            bound = number_in(limit)
            if bound is not None and (number - bound) * wrong > 0:
                low, high = field.least or "…", field.most or "…"
                raise Refused(_("应在{low}到{high}之间。").format(low=low, high=high))
        return _plain(number)

    def show(self, kept: Kept, field: Field, world: World) -> str:
        return _plain(Decimal(str(kept))) if kept else ""

    def cell(self, kept: Kept, field: Field, world: World) -> Cell:
        return Decimal(str(kept)) if kept else None

    def keys(self, kept: Kept, field: Field) -> tuple[Key, ...]:
        return ((None, int(Decimal(str(kept)) * TEN_THOUSAND)),) if kept else ()

    def limit(self, said: str, field: Field) -> str:
        return "" if not said or number_in(said) is not None else _("上下限应为数字。")

    def value(self, kept: Kept, field: Field) -> object:
        return Decimal(str(kept)) if kept else None


class Money(Number):
    """Yuan, to the cent."""

    name, title = "money", mark("金额（元）")

    def unit(self, field: Field) -> str:
        return _("元")

    def places(self, field: Field) -> int:
        return 2

    def factor(self, text: str, field: Field) -> tuple[str, Decimal]:
        text = text.lstrip("¥￥").removesuffix("元")
        return (text[:-1], Decimal(10_000)) if text.endswith("万") else (text, Decimal(1))

    def show(self, kept: Kept, field: Field, world: World) -> str:
        return f"{numbers.half_up(Decimal(str(kept)), 2):,.2f}" if kept else ""
