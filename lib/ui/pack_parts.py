"""The meeting pack on the screen: the same chapters as in its files, large enough for a projector."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.errors import NotFound
from lib.exports.sheet import ColumnKind, DrawingKind
from lib.i18n import _, numbers
from lib.reports import chapters
from lib.reports.pack import RATES, Pack
from lib.reports.queries import meeting_pack
from lib.reports.section import Chart, Section, Table
from lib.ui import bars, charts, documents, series
from lib.ui.bars import Bar
from lib.ui.cards import NARROWEST, Against, figure_card
from lib.ui.drawn import Drawn
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, say
from lib.ui.place import place
from lib.ui.plain import escaped, in_chart
from lib.ui.pressing import number_said
from lib.ui.series import Line

NOBODY = 0
MOST_BARS = 24
HEADED = ("received", "closed", *RATES, "overdue")


def open_pack(page: Page, session: ScopedSession) -> Pack | None:
    """The pack of the round and the center that the address names; None, with a way on, where there is
    none."""
    card = place(page, session, "pack")
    try:
        pack = meeting_pack(session, number_said("round") or NOBODY, card.center.code)
    except NotFound as told:
        st.title(_("会议材料"), anchor=False)
        say(told)
        st.page_link(BY_NAME["rounds"].file, label=_("打开调度"), icon=":material/event_repeat:")
        return None
    return pack


def show(page: Page, pack: Pack) -> None:
    document = chapters.document_of(pack, "")
    title = _("{title}：{period}").format(title=document.title, period=document.subtitle)
    st.title(escaped(title), anchor=False)
    st.caption(escaped(" · ".join(chapters.sources(pack))))
    documents.pack_buttons(page, number_said("round") or NOBODY, pack.center_code)
    _figures(pack)
    for chapter in document.chapters:
        st.header(escaped(chapter.heading), anchor=False, divider="gray")
        for number, section in enumerate(chapter.sections):
            _section(f"{chapter.heading} {number}", section)


def _figures(pack: Pack) -> None:
    with st.grid(columns=len(HEADED), min_column_width=NARROWEST):
        for name in HEADED:
            line = pack.figure(name)
            then = {Against.BEFORE: line.before, Against.LAST_YEAR: line.last_year}
            figure_card(name, line.now, then)


def _section(key: str, whole: Section) -> None:
    section = whole.shortened(MOST_BARS)
    st.subheader(escaped(section.finding), anchor=False)
    if section.notes:
        st.caption(escaped(_("；").join(section.notes)))
    if section.chart is not None:
        st.plotly_chart(
            _drawn(section.chart), key=f"chart {key}", config=charts.CONFIG_QUIET, alt=section.chart.alt
        )
    if section.table is not None:
        _table(key, section.finding, section.table)


def _drawn(chart: Chart) -> Drawn:
    """The chart of the files, as the browser draws it."""
    percent = chart.unit is ColumnKind.PERCENT
    unit = "%" if percent else _("件")
    if chart.kind is DrawingKind.LINE:
        lines = [
            Line(
                one.name,
                chart.categories,
                [None if value is None else float(value) for value in one.values],
                [f"{in_chart(one.name)} {key}: {_said(v, percent)}" for key, v in _points(chart, one.values)],
            )
            for one in chart.series
        ]
        return series.lines(lines, unit)
    values = chart.series[0].values
    shown = [
        Bar(
            name,
            float(value or 0),
            _said(value, percent),
            f"<b>{in_chart(name)}</b><br>{_said(value, percent)}",
            number in chart.faded,
        )
        for number, (name, value) in enumerate(zip(chart.categories, values, strict=True))
    ]
    return bars.ranked(shown, unit, None, 100 if percent else None, keep_order=True)


def _points(chart: Chart, values: tuple[Any, ...]) -> zip[tuple[str, Any]]:
    return zip(chart.categories, values, strict=True)


def _said(value: Any, percent: bool) -> str:
    if value is None:
        return numbers.NOTHING
    return numbers.percent(value) if percent else numbers.whole(int(value))


def _table(key: str, title: str, table: Table) -> None:
    cells = [[text.replace("\n", " = ") for text in row] for row in table.rows]
    columns: Any = {
        heading: st.column_config.TextColumn(alignment="right" if number in table.right else "left")
        for number, heading in enumerate(table.headings)
    }
    st.dataframe(
        pd.DataFrame(cells, columns=list(table.headings)),
        key=f"table {key}",
        hide_index=True,
        height="content",
        alt=title,
        column_config=columns,
    )
