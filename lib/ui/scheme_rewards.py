"""What places earn: in words, and as a small table of a draft. Money is kept in cents and typed in yuan."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd
import streamlit as st

from lib.i18n import _, listed, numbers
from lib.schemes.scheme import Scheme
from lib.ui.scheme_lines import edited

COLUMNS = ("last", "points", "yuan")


def yuan_words(cents: int) -> str:
    """12,000元; with two decimals where there are cents."""
    whole, rest = divmod(cents, 100)
    said = numbers.whole(whole) if not rest else f"{numbers.whole(whole)}.{rest:02}"
    return _("{yuan}元").format(yuan=said)


def rewards_words(scheme: Scheme) -> str:
    """Place by place what a published result earns; empty where the scheme rewards nobody."""
    said, first = [], 1
    for last, points, cents in scheme.rewards:
        places = _("第{rank}名") if last == first else _("第{first}至{rank}名")
        earned = [_("积{points}分").format(points=numbers.whole(points))] if points else []
        earned += [yuan_words(cents)] if cents else []
        first, which = last + 1, places.format(first=first, rank=last)
        said.append(_("{places}{earned}").format(places=which, earned=listed(earned) or numbers.NOTHING))
    return _("；").join(said)


def rewards_editor(scheme: Scheme, key: str) -> None:
    """One row for each step; what the editor says is read from its own changes when it is saved."""
    with st.expander(
        _("奖励（可不填）"), bool(scheme.rewards), icon=":material/redeem:", key=f"box of {key}"
    ):
        st.caption(_("名次由前到后填写；一票否决和基数小的单位不奖励。公布结果时按名次记入。"))
        column = st.column_config
        # A kind of numbers that knows empty cells: a first row begins with nothing but those.
        st.data_editor(
            pd.DataFrame(_rows(scheme), columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS, "Float64")),
            key=key,
            num_rows="dynamic",
            hide_index=True,
            width=480,
            column_config={
                "last": column.NumberColumn(_("到第几名"), min_value=1, step=1),
                "points": column.NumberColumn(_("积分"), min_value=0, step=1),
                "yuan": column.NumberColumn(_("金额（元）"), min_value=0, step=0.01, format="localized"),
            },
        )


def _rows(scheme: Scheme) -> list[dict[str, Any]]:
    return [
        {"last": float(last), "points": float(points), "yuan": cents / 100}
        for last, points, cents in scheme.rewards
    ]


def rewards_of(scheme: Scheme, changes: Any) -> list[list[Any]]:
    """What `read` reads of the rows. A row without points or money earns none of them; what is no whole
    number, or no whole cents, is left as it was typed for `read` to refuse."""
    found = []
    for row in edited(_rows(scheme), changes, COLUMNS):
        last, points, yuan = (row.get(name) for name in COLUMNS)
        found.append([_whole(last), _whole(points or 0), _whole(yuan or 0, 100)])
    return found


def _whole(said: Any, times: int = 1) -> Any:
    try:
        number = Decimal(str(said)) * times
    except InvalidOperation:
        return said
    return int(number) if number.is_finite() and number == number.to_integral_value() else f"{said}"
