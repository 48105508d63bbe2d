"""Figures on cards: the value, how it moved, what it rests on and where it is taken apart. The same card
everywhere."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.i18n import _, mark, numbers
from lib.metrics.comparison import comparable, moved
from lib.metrics.measured import Measured
from lib.metrics.metric import Rows, Unit
from lib.metrics.registered import metric_named
from lib.metrics.spelling import unit_words, value_words
from lib.ui.look import Look
from lib.ui.panel import link_to_figure
from lib.ui.parts import sums
from lib.ui.plain import escaped

NARROWEST = 150  # pixels of a card

Color = Literal["green", "red", "gray"]


@dataclass(frozen=True)
class Change:
    """How a figure moved, in words; colored only where it is known to be better or worse."""

    words: str
    color: Color


class Against(enum.StrEnum):
    """What a figure is held against, in the two words that offices have for it."""

    BEFORE = "before"
    LAST_YEAR = "last year"


DAYS: dict[Against, str] = {Against.BEFORE: mark("上期"), Against.LAST_YEAR: mark("去年同期")}
COMPARED: dict[Against, str] = {Against.BEFORE: mark("环比"), Against.LAST_YEAR: mark("同比")}
Then = Mapping[Against, Measured | None]


def cards(look: Look, names: tuple[str, ...]) -> None:
    """A row of figures of this look, each beside the period before and the same days of last year."""
    found = look.compared(*names)
    with st.grid(columns=len(names), min_column_width=NARROWEST):
        for name in names:
            now, before, last_year = found[name]
            then = {Against.BEFORE: before, Against.LAST_YEAR: last_year}
            with figure_card(name, now, then):
                link_to_figure(look, name)


def figure_card(name: str, now: Measured | None, then: Then, *, label: str | None = None) -> DeltaGenerator:
    """One figure in its box, which it gives back for more. `now` is None where nothing was counted."""
    box = st.container(border=True, height="stretch", gap="xsmall")
    with box:
        st.metric(
            label or _(metric_named(name).words),
            numbers.NOTHING if now is None else value_words(now, headline=True),
            help=explanation(name, now, then),
        )
        st.markdown("  \n".join(_against(now, against, measured) for against, measured in then.items()))
        if now is not None and now.small_base:
            words = _("基数小（{base}件），不作比较")
            if now.of.rows is Rows.PEOPLE:
                words = _("人数少（{base}人次），不作比较")
            st.caption(escaped(words.format(base=now.denominator)))
    return box


def _against(now: Measured | None, against: Against, then: Measured | None) -> str:
    change = change_of(now, then)
    words = f":{change.color}[{escaped(change.words)}]" if change else numbers.NOTHING
    return f":small[{escaped(_(COMPARED[against]))} {words}]"


def change_of(now: Measured | None, then: Measured | None) -> Change | None:
    """Percent for counts, percentage points for rates, hours for times; None where there is nothing to
    compare. The amount of work is neither better nor worse, and neither is what rests on a few cases."""
    rise = moved(now, then)
    if now is None or then is None or rise is None:
        return None
    unit = now.of.unit
    alike = unit in (Unit.PERCENT, Unit.HOURS, Unit.YEARS) or now.numerator == then.numerator
    if not rise and alike:
        return Change(_("持平"), "gray")
    if unit is Unit.PERCENT:
        words = numbers.points(now.value, then.value)
    elif unit is Unit.HOURS:
        words = numbers.hours_moved(rise)
    elif unit is Unit.YEARS:
        words = numbers.years_moved(rise, unit_words(now.of))
    else:
        # What both are divided by is the same: it is counted as it stands now.
        words = numbers.change(now.numerator, then.numerator)
        if not words:
            return None
    better = now.of.more_is_better
    if better is None or not comparable(now, then):
        return Change(words, "gray")
    return Change(words, "green" if (rise > 0) is better else "red")


def explanation(name: str, now: Measured | None, then: Then) -> str:
    """The formula in words, with its numbers of now and of then."""
    lines = [_(metric_named(name).formula)]
    if now is not None:
        lines.append(sums(now))
    for against, measured in then.items():
        words = _("{compared}与{days}比，{days}：{sums}")
        said = numbers.NOTHING if measured is None else sums(measured)
        lines.append(words.format(compared=_(COMPARED[against]), days=_(DAYS[against]), sums=said))
    if now is not None and now.small_base:
        lines.append(_("基数较小，仅供参考。"))
    return "  \n".join(escaped(line) for line in lines)
