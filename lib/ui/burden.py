"""What the rounds of a month ask of one center of each level, and how much of it the product fills in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib import clock
from lib.centers.queries import LEVEL_WORDS
from lib.i18n import _, listed, numbers
from lib.scheduling.plan import KIND_WORDS
from lib.scheduling.planning.queries import Burden, burden
from lib.ui import charts, filters
from lib.ui.bars import Stack, stacked
from lib.ui.page import Page
from lib.ui.plain import escaped, in_chart

MONTHS = 12


def choose_month(page: Page, ahead: int = 0) -> date:
    """A month up to the running one, or so many ahead; its first day."""
    offered = [clock.start_of_month(page.today, n) for n in range(-ahead, MONTHS)]
    words = {f"{one:%Y-%m}": numbers.month(one) for one in offered}
    with st.container(width=220):
        key = filters.choice("month", _("月份"), words, f"{clock.start_of_month(page.today):%Y-%m}")
    return date.fromisoformat(f"{key}-01")


def view(page: Page, session: ScopedSession) -> None:
    first = choose_month(page)
    last = clock.start_of_month(first, -1) - timedelta(days=1)
    found = [one for one in burden(session, first, last) if one.reports]
    if not found:
        st.info(_("{month}没有开过调度。").format(month=numbers.month(first)), icon=":material/event_busy:")
        return
    most = max(found, key=lambda one: one.fields)
    st.subheader(
        escaped(
            _("{month}负担最重的是{level}：每个报{reports}份{fields}项，系统填{filled}项（{share}）").format(
                month=numbers.month(first),
                level=_(LEVEL_WORDS[most.level]),
                reports=most.reports,
                fields=most.fields,
                filled=most.filled,
                share=numbers.percent(numbers.share(most.filled, most.fields)),
            )
        ),
        anchor=False,
    )
    st.caption(_("按当月已开各轮开轮时的安排，统计每级一个单位要填报的份数和项数。"))
    _chart(found)
    _table(found)


def _chart(found: Sequence[Burden]) -> None:
    filled, typed = _("系统已填"), _("人工填报")
    stacks = []
    for one in found:
        sizes = {"filled": one.filled, "typed": one.fields - one.filled}
        name = _(LEVEL_WORDS[one.level])
        stacks.append(
            Stack(
                name,
                sizes,
                {key: str(size) if size else "" for key, size in sizes.items()},
                {
                    key: in_chart(
                        _("{level}：{what}{count}项").format(level=name, what=what, count=sizes[key])
                    )
                    for key, what in (("filled", filled), ("typed", typed))
                },
            )
        )
    parts = [
        ("filled", filled, charts.PARTS[charts.theme()][0]),
        ("typed", typed, charts.PARTS[charts.theme()][1]),
    ]
    st.plotly_chart(
        stacked(stacks, parts, _("项")),
        key="burden by level",
        config=charts.CONFIG_QUIET,
        alt=_("各级一个单位每月要填报的项数"),
    )


def _table(found: Sequence[Burden]) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                _("层级"): [_(LEVEL_WORDS[one.level]) for one in found],
                _("报送份数"): [one.reports for one in found],
                _("填报项数"): [one.fields for one in found],
                _("系统填"): [one.filled for one in found],
                _("人工填"): [one.fields - one.filled for one in found],
                _("系统填占比"): [float(numbers.share(one.filled, one.fields) or 0) for one in found],
                _("调度种类"): [listed(_(KIND_WORDS[kind]) for kind in one.kinds) for one in found],
            }
        ),
        hide_index=True,
        height="content",
        column_config={_("系统填占比"): st.column_config.NumberColumn(format="%.1f%%")},
        alt=_("各级填报负担"),
    )
