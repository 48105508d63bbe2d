"""How much comes in over time, beside the period before or the same days of last year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, numbers
from lib.metrics.comparison import Against
from lib.metrics.dimensions import By
from lib.metrics.measured import Period
from lib.ui import series
from lib.ui.look import Look
from lib.ui.panel import DAYS, Panel
from lib.ui.parts import day_keys
from lib.ui.plain import in_chart
from lib.ui.steps import Step, choose_step, steps_of


@dataclass(frozen=True)
class Days:
    """A period, what it is called, and what came in on each of its days."""

    words: str
    period: Period
    counts: list[int]


def over_time(look: Look) -> Panel | str:
    """What came in step by step, with the period before (by day) or last year (by week and month)."""
    by = choose_step(look.period.days)
    steps = steps_of(look.period, by)
    now, before, last_year = _days(look)
    counts, past, year = (_laid_on(steps, days) for days in (now, before, last_year))
    if not any((*counts, *past, *year)):
        return _("本期没有接报事件，上期和去年同期也没有")
    keys = [step.key for step in steps]
    hover = [
        f"<b>{in_chart(step.words)}</b><br>{in_hover(*found)}"
        for step, *found in zip(steps, counts, past, year, strict=True)
    ]
    targets = [(DAYS, f"{step.period.first} {step.period.last}") for step in steps]
    ends = not look.running and steps[-1].ends
    beside = [(before, past), (last_year, year)]
    shown = next((pair for pair in (beside if by is By.DAY else beside[::-1]) if any(pair[1])), None)
    words = {By.DAY: _("每天一柱"), By.WEEK: _("每周一柱"), By.MONTH: _("每月一柱")}[by]
    return Panel(
        f"volume by {by.value}",
        _finding(look, steps, counts, now.counts),
        _("接报事件，{how}；点选一柱只看该时间").format(how=words),
        series.bars(
            series.Line(_named(now), keys, counts, hover, targets if len(steps) > 1 else ()),
            _("件"),
            "" if ends else keys[-1],
            beside=series.Line(_named(shown[0]), keys, shown[1], hover, muted=True) if shown else None,
        ),
        (
            Column(_("时间"), ColumnKind.TEXT, tuple(step.words for step in steps)),
            *compared(counts, past, year),
        ),
        ("received",),
        Drawing(DrawingKind.COLUMN, 0, (1,), _("件")),
        cell=lambda column, row: (
            look.figure_address("received", period=steps[row].period) if column == 1 else None
        ),
        clicks=True,
    )


def _days(look: Look) -> tuple[Days, Days, Days]:
    """Now, the period before, and the same days of last year."""
    against = Against.of(look.period, look.moment)

    def counted(words: str, period: Period, moment: datetime) -> Days:
        found = look.measure("received", by=By.DAY, period=period, moment=moment)
        counts = {m.key: m.numerator for m in found}
        return Days(words, period, [counts.get(key, 0) for key in day_keys(period)])

    return (
        counted(_("本期"), look.period, look.moment),
        counted(_("上期"), against.before, against.moment_before),
        counted(_("去年同期"), against.last_year, against.moment_last_year),
    )


def _named(days: Days) -> str:
    return _("{days}（{first}至{last}）").format(
        days=days.words, first=f"{days.period.first}", last=f"{days.period.last}"
    )


def _laid_on(steps: list[Step], days: Days) -> list[int]:
    """Other days laid on the steps from the first: each step has as many days of the one as of the
    other, and the last one takes what is left over."""
    starts = [(step.period.first - steps[0].period.first).days for step in steps]
    return [sum(days.counts[a:b]) for a, b in zip(starts, [*starts[1:], None], strict=True)]


def _finding(look: Look, steps: list[Step], counts: list[int], by_day: list[int]) -> str:
    """The highest step, and what a usual day brings; a day that is not over is neither."""
    if not any(counts):
        return _("期内没有接报事件")
    if len(steps) == 1:
        return _("{when}接报{count}件").format(when=steps[0].words, count=numbers.whole(counts[0]))
    over = by_day[:-1] if look.running else by_day
    peak = max(range(len(steps)), key=lambda n: counts[n])
    return _("{when}接报最多，{count}件；日均{average}件").format(
        when=steps[peak].words,
        count=numbers.whole(counts[peak]),
        average=numbers.half_up(Decimal(sum(over)) / len(over), 1),
    )


def _change(now: int, then: int) -> Decimal | None:
    """In percent of what it was; None when there was nothing."""
    return numbers.share(now - then, then)


def compared(now: list[int], before: list[int], last_year: list[int]) -> tuple[Column, ...]:
    return (
        Column(_("接报事件"), ColumnKind.COUNT, tuple(now)),
        Column(_("上期"), ColumnKind.COUNT, tuple(before)),
        Column(_("环比"), ColumnKind.PERCENT, tuple(map(_change, now, before))),
        Column(_("去年同期"), ColumnKind.COUNT, tuple(last_year)),
        Column(_("同比"), ColumnKind.PERCENT, tuple(map(_change, now, last_year))),
    )


def in_hover(now: int, before: int, last_year: int) -> str:
    """A count with both comparisons."""
    lines = [_("接报{count}件").format(count=numbers.whole(now))]
    for words, then in ((_("上期{count}件"), before), (_("去年同期{count}件"), last_year)):
        lines.append(f"{words.format(count=numbers.whole(then))} {numbers.change(now, then)}".rstrip())
    return "<br>".join(lines)
