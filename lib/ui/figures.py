"""A figure on a card: its value, its change, and its formula on demand; the same card everywhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import streamlit as st

from lib.i18n import _, numbers
from lib.metrics.catalogue import METRICS
from lib.metrics.queries import Measured


def figure(now: Measured | None, before: Measured | None, *, label: str | None = None) -> None:
    """Colors only what is better or worse, and nothing that rests on a small base; the amount of
    work is neither."""
    if now is None:
        return
    metric = METRICS[now.metric]
    rising = Decimal(0)
    if metric.is_rate:
        value = numbers.percent(now.rate)
        change = numbers.points(now.rate, before.rate if before else None)
        if now.rate is not None and before is not None and before.rate is not None:
            rising = now.rate - before.rate
    else:
        value = numbers.headline(now.numerator)
        change = numbers.change(now.numerator, before.numerator) if before else ""
        if before is not None:
            rising = Decimal(now.numerator - before.numerator)
            if not before.numerator:
                change = _("上期0件") if now.numerator else _("持平")
    shaky = now.small_base or bool(before and before.small_base)
    if now.small_base:
        change = _("基数小（{base}）").format(base=now.denominator)
    st.metric(
        label or _(metric.words),
        value,
        change or _("无可比数据"),
        delta_color="off" if shaky else _delta_color(metric.more_is_better, rising),
        delta_arrow="off",
        border=True,
        help=explanation(now, before),
    )


def _delta_color(more_is_better: bool | None, rising: Decimal) -> Literal["green", "red", "off"]:
    if more_is_better is None or not rising:
        return "off"
    return "green" if (rising > 0) is more_is_better else "red"


def explanation(now: Measured, before: Measured | None) -> str:
    """The formula in words with its numbers."""
    metric = METRICS[now.metric]
    if metric.is_rate:
        sums = f"{numbers.whole(now.numerator)} ÷ {numbers.whole(now.denominator or 0)}"
        earlier = (
            _("上期：{sums} = {rate}").format(
                sums=f"{numbers.whole(before.numerator)} ÷ {numbers.whole(before.denominator or 0)}",
                rate=numbers.percent(before.rate),
            )
            if before
            else ""
        )
    else:
        sums = numbers.whole(now.numerator)
        earlier = _("上期：{number}").format(number=numbers.whole(before.numerator)) if before else ""
    small = _("基数较小，仅供参考。") if now.small_base else ""
    return "  \n".join(line for line in (_(metric.formula), sums, earlier, small) if line)
