"""How numbers, rates, dates and durations are written, in the language of the reader."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from lib import clock
from lib.i18n import _, language

NOTHING = "—"  # nothing due is not the same as zero


def whole(number: int) -> str:
    """1,234,567"""
    return f"{number:,}"


def headline(number: int) -> str:
    """From 10,000 on in 万, as Chinese offices write it; English counts in thousands."""
    if abs(number) < 10_000:
        return whole(number)
    if language() == "zh":
        return f"{half_up(Decimal(number) / 10_000, 1)}万"
    if abs(number) < 1_000_000:
        return f"{half_up(Decimal(number) / 1000, 1)}k"
    return f"{half_up(Decimal(number) / 1_000_000, 2)}m"


def half_up(value: Decimal, places: int) -> Decimal:
    """Rounded as people do it: 0.25 becomes 0.3."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def share(numerator: int, denominator: int) -> Decimal | None:
    """A percentage with one decimal, half up; None when nothing was due."""
    return half_up(Decimal(numerator) * 100 / denominator, 1) if denominator else None


def percent(value: Decimal | None) -> str:
    return NOTHING if value is None else f"{value}%"


def points(now: Decimal | None, before: Decimal | None) -> str:
    """The change of a rate, in percentage points."""
    if now is None or before is None:
        return ""
    return _("{sign}{size}个百分点").format(sign=_sign(now - before), size=abs(now - before))


def change(now: int, before: int) -> str:
    """The change of a count, in percent of what it was."""
    if not before:
        return ""
    moved = half_up(Decimal(now - before) * 100 / before, 1)
    return f"{_sign(moved)}{abs(moved)}%"


def hours_moved(moved: Decimal) -> str:
    """The change of a time, in hours."""
    return _("{sign}{size}小时").format(sign=_sign(moved), size=abs(moved))


def years_moved(moved: Decimal, unit: str) -> str:
    """The change of an age or a length of service, in years."""
    return _("{sign}{size}{unit}").format(sign=_sign(moved), size=abs(moved), unit=unit)


def with_unit(said: str, unit: str) -> str:
    """42.0岁 / 42.0 years: only Chinese writes a unit at once behind its number."""
    if not unit or language() == "zh":
        return f"{said}{unit}"
    return f"{said} {unit}"


def _sign(moved: Decimal) -> str:
    return "▲" if moved > 0 else "▼" if moved < 0 else ""


def day(value: date | None) -> str:
    """2026年6月30日 / 30 June 2026"""
    if value is None:
        return NOTHING
    if language() == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {value:%B %Y}"


def month(value: date) -> str:
    return f"{value.year}年{value.month}月" if language() == "zh" else f"{value:%B %Y}"


def moment(value: datetime | None) -> str:
    """2026年6月30日 17:00, on the deployment's wall clock"""
    if value is None:
        return NOTHING
    wall = clock.local(value)
    return f"{day(wall.date())} {wall:%H:%M}"


def table_moment(value: datetime | None) -> str:
    """2026-06-30 17:00"""
    return NOTHING if value is None else f"{clock.local(value):%Y-%m-%d %H:%M}"


def duration(span: timedelta) -> str:
    """2天3小时, by the calendar"""
    minutes = int(abs(span).total_seconds() // 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return _("{days}天{hours}小时").format(days=days, hours=hours)
    if hours:
        return _("{hours}小时{minutes}分钟").format(hours=hours, minutes=minutes)
    return _("{minutes}分钟").format(minutes=minutes)
