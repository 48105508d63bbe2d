"""Fields of days, times of day and periods, in the shapes in which offices write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from lib.fields.field import Cell, Field, Kept, Key, Kind, Refused, Typed, World, said
from lib.fields.words import narrow
from lib.i18n import _, mark

TODAY = ("today", "今天")
# Day 0 of a spreadsheet that counts from 1900 and believes that 1900 was a leap year.
SHEET_ZERO = date(1899, 12, 30)
SHEET_DAYS = range(10_000, 80_000)  # 1927 to 2119: a number beyond is no day
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_CLOSED_UP = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})秒?)?分?", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]?0{1,2}:00(:00(\.0+)?)?(Z|\+00:00)?$", re.ASCII)


def day_in(typed: Typed) -> date | None:
    """A day, from a cell or from words: 2026-06-01, 2026/6/1, 2026.6.1, 20260601, 2026年6月1日, with a
    midnight behind it, or a spreadsheet's own number of a day. None when it is none."""
    if isinstance(typed, datetime):
        return typed.date()
    if isinstance(typed, date):
        return typed
    text = _MIDNIGHT.sub("", said(typed))
    text = narrow(text).replace("号", "日").removesuffix(".0")
    found = _YEAR_FIRST.fullmatch(text) or _CLOSED_UP.fullmatch(text)
    if found:
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    if text.isascii() and text.isdigit() and int(text) in SHEET_DAYS:
        return SHEET_ZERO + timedelta(days=int(text))
    return None


def _limited(day: date, field: Field) -> date:
    for limit, wrong in ((field.least, -1), (field.most, 1)):
        bound = day_in(limit)
        if bound is not None and (day - bound).days * wrong > 0:
            low, high = field.least or "…", field.most or "…"
            raise Refused(_("应在{low}到{high}之间。").format(low=low, high=high))
    return day


def _day_limit(text: str) -> str:
    return "" if not text or day_in(text) else _("上下限应为日期，如2026-06-01。")


class Day(Kind):
    name, title = "date", mark("日期")

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        if typed is None or typed != typed or not said(typed):
            return ""
        if said(typed) in TODAY:
            return f"{_limited(world.today, field)}"
        day = day_in(typed)
        if day is None:
            raise Refused(_("不是日期。请写成2026-06-01或2026年6月1日。"))
        return f"{_limited(day, field)}"

    def cell(self, kept: Kept, field: Field, world: World) -> Cell:
        return date.fromisoformat(str(kept)) if kept else None

    def limit(self, said: str, field: Field) -> str:
        return _day_limit(said)

    def value(self, kept: Kept, field: Field) -> object:
        return date.fromisoformat(str(kept)) if kept else None


class TimeOfDay(Kind):
    name, title = "time", mark("时间")

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        if isinstance(typed, (time, datetime)):
            return f"{typed:%H:%M}"
        text = narrow(said(typed))
        if not text:
            return ""
        found = _TIME.fullmatch(text)
        if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
            raise Refused(_("不是时间。请写成14:30。"))
        return f"{int(found[1]):02}:{int(found[2]):02}"


class Span(Kind):
    """From a day to a day, both included; kept as 2026-01-01/2026-03-31."""

    name, title = "period", mark("起止日期")
    sorts = True

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        if isinstance(typed, (tuple, list)):
            ends = [end for end in typed if end is not None]
            if not ends:
                return ""
        else:
            text = said(typed)
            if not text:
                return ""
            ends = [end for end in re.split(r"\s*(?:/(?=\d{4}-)|~|～|至|到|–|—+|\bto\b)\s*", text) if end]
        days = [day_in(end) for end in ends]
        if len(days) != 2 or days[0] is None or days[1] is None:
            raise Refused(_("不是起止日期。请写成2026-01-01至2026-03-31。"))
        first, last = _limited(days[0], field), _limited(days[1], field)
        if last < first:
            raise Refused(_("结束日期早于开始日期。"))
        return f"{first}/{last}"

    def show(self, kept: Kept, field: Field, world: World) -> str:
        first, _slash, last = str(kept).partition("/")
        return _("{first}至{last}").format(first=first, last=last) if last else first

    def keys(self, kept: Kept, field: Field) -> tuple[Key, ...]:
        return ((str(kept), None),) if kept else ()

    def limit(self, said: str, field: Field) -> str:
        return _day_limit(said)

    def value(self, kept: Kept, field: Field) -> object:
        """Both days; formulas take them apart."""
        return tuple(str(kept).split("/")) if kept else None
