"""One chart with all that belongs to it: the finding, what was measured, the picture, its table, the way
out as a file, and what a click on it does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from lib import clock
from lib.access.permissions import Permission
from lib.access.work import acting
from lib.errors import Told
from lib.exports.comma_separated import csv_bytes
from lib.exports.commands import new_export_id, register_export
from lib.exports.sheet import Column, ColumnKind, Drawing, Sheet, facts_of
from lib.exports.workbook import workbook_bytes
from lib.i18n import _, language, listed, numbers, speaking
from lib.metrics.dimensions import NARROWING, By, is_key
from lib.metrics.metric import Rows
from lib.metrics.registered import metric_named
from lib.metrics.variant import version_words
from lib.ui import charts
from lib.ui.drawn import Drawn
from lib.ui.look import Look
from lib.ui.menu import BY_NAME
from lib.ui.page import leave_for
from lib.ui.plain import escaped, in_chart
from lib.ui.spans import CUSTOM, read_days
from lib.ui.tables import SELECTION

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMAGE_WIDTH, IMAGE_SCALE = 1280, 2
MOST_AT_ONCE = 25  # rows of a table that need no scrolling of their own
FITTING = 6  # columns beside each other; of more the one with the names stays while they are scrolled
DAYS = "days"


@dataclass(frozen=True)
class Panel:
    """`title` says the finding, `subtitle` what is measured with its denominator. `cells` gives for a
    column's number and a row the figure behind that cell; None where there is none."""

    key: str
    title: str
    subtitle: str
    figure: Drawn
    columns: tuple[Column, ...]
    metrics: tuple[str, ...]
    drawing: Drawing | None = None
    alt: str = ""
    cell: Callable[[int, int], dict[str, str] | None] | None = None
    # Whether its points carry, as customdata[0] and [1], what a click narrows to: a kind of `By` or
    # "center", and the key; or DAYS, and the first and the last day.
    clicks: bool = False
    # Whether the table is what people came for.
    expanded: bool = False
    # Whether its names lie in its areas, so that it is moved sideways on a phone instead of made narrower.
    wide: bool = False


def draw(look: Look, panel: Panel) -> None:
    """The chart; its table and its files are made when somebody opens them."""
    st.subheader(escaped(panel.title), anchor=False)
    st.caption(escaped(panel.subtitle))
    key = f"{panel.key} of {look.words}"
    options: dict[str, Any] = {}
    if panel.clicks:
        options = {"on_select": lambda: _clicked(key), "selection_mode": "points"}
    with st.container(key=f"wide {panel.key}") if panel.wide else nullcontext():
        st.plotly_chart(
            panel.figure,
            key=key,
            config=charts.CONFIG_QUIET,
            alt=panel.alt or f"{panel.title} {panel.subtitle}",
            **options,
        )
    opened = st.expander(_("数据表与导出"), panel.expanded, on_change="rerun", key=f"table of {key}")
    if opened.open:
        with opened:
            _table(panel, key)
            _files(look, panel, key)


def _clicked(key: str) -> None:
    """A click narrows the page or goes down to a center; what it says is held against what can be."""
    points = st.session_state[key]["selection"]["points"]
    said = points[0].get("customdata") if points else None
    if not isinstance(said, (list, tuple)) or len(said) < 2:
        return
    kind, value = str(said[0]), str(said[1])
    if kind == "center" and value.isascii() and value.isdigit():
        st.query_params["center"] = value
    elif kind == DAYS:
        first, _space, last = value.partition(" ")
        with suppress(Told):
            period = read_days(first, last)
            st.query_params.update(period=CUSTOM, first=f"{period.first}", last=f"{period.last}")
    elif kind in NARROWING and is_key(By(kind), value):
        if st.query_params.get(kind) == value:
            st.query_params.pop(kind)
        else:
            st.query_params[kind] = value


def _table(panel: Panel, key: str) -> None:
    """The same numbers; a chosen cell opens its arithmetic."""
    shown = {column.heading_with_unit: list(column.values) for column in panel.columns}
    event: Any = st.dataframe(
        pd.DataFrame(shown),
        key=f"cells of {key}",
        hide_index=True,
        height="content" if len(panel.columns[0].values) <= MOST_AT_ONCE else "auto",
        alt=panel.title,
        placeholder=numbers.NOTHING,
        column_config=_formats(panel.columns),
        on_select="rerun" if panel.cell else "ignore",
        selection_mode="single-cell" if panel.cell else SELECTION,
    )
    if panel.cell is None:
        return
    st.caption(_behind(panel))
    for row, heading in event["selection"].get("cells", ()):
        place = list(shown).index(heading) if heading in shown else -1
        rows = len(panel.columns[0].values)
        address = panel.cell(place, row) if place >= 0 and isinstance(row, int) and 0 <= row < rows else None
        if address is not None:
            leave_for("figure", address)


def _behind(panel: Panel) -> str:
    """What stands behind the numbers: cases, or grids and people."""
    if any(metric_named(name).rows in (Rows.GRIDS, Rows.PEOPLE) for name in panel.metrics):
        return _("点表中的一个数，看它的算式和背后的网格、人员。")
    return _("点表中的一个数，看它的算式和背后的事件。")


def _formats(columns: tuple[Column, ...]) -> dict[str, Any]:
    formats: dict[ColumnKind, Any] = {
        ColumnKind.COUNT: st.column_config.NumberColumn(format="localized"),
        ColumnKind.PERCENT: st.column_config.NumberColumn(format="%.1f"),
        ColumnKind.HOURS: st.column_config.NumberColumn(format="%.1f"),
        ColumnKind.DECIMAL: st.column_config.NumberColumn(format="%.1f"),
    }
    found = {c.heading_with_unit: formats[c.kind] for c in columns if c.kind in formats}
    names = next((c.heading_with_unit for c in columns if c.kind is ColumnKind.TEXT), None)
    if names is not None and len(columns) > FITTING:
        found[names] = st.column_config.TextColumn(pinned=True)
    return found


def facts(look: Look, panel: Panel) -> tuple[tuple[str, str], ...]:
    """What a file says about itself besides its numbers."""
    metrics = [metric_named(name) for name in panel.metrics]
    return facts_of(
        filters=look.words,
        period=look.days_words(),
        as_of=look.moment,
        center=look.card.center.name,
        exported_by=look.page.viewer.name,
        exported_at=clock.now(),
        metric=listed(_(metric.words) for metric in metrics),
        formula=listed(
            _("{label}：{text}").format(label=_(metric.words), text=_(metric.formula)) for metric in metrics
        ),
        variant=version_words(look.variant),
    )


def _files(look: Look, panel: Panel, key: str) -> None:
    if not look.page.viewer.may(Permission.EXPORT_FIGURES):
        return
    export_id = new_export_id()
    sheet = Sheet(panel.title, facts(look, panel), panel.columns, export_id, panel.drawing)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for kind, label, ending, mime, make in (
            ("xlsx", _("下载Excel（含图）"), "xlsx", EXCEL, workbook_bytes),
            ("csv", _("下载CSV"), "csv", "text/csv", csv_bytes),
        ):
            st.download_button(
                label,
                _written(look, sheet, kind, make),
                file_name=sheet.file_name(ending),
                mime=mime,
                key=f"{kind} of {key}",
                icon=":material/download:",
            )
        if st.button(_("生成图片"), key=f"image of {key}", icon=":material/image:"):
            # Titled here, in the language of whoever looks; a decorator would speak that of the first.
            st.dialog(_("图片"), width="large")(_picture)(look, panel, sheet)


def _written(look: Look, sheet: Sheet, kind: str, make: Callable[[Sheet], bytes]) -> Callable[[], bytes]:
    """Makes the file when it is asked for, and notes who took it."""
    viewer, name, words, tongue = look.page.viewer, look.name, look.words, language()

    def write() -> bytes:
        with speaking(tongue):  # whoever asks for the file is no page and knows no language
            made = make(sheet)
            digest = hashlib.sha256(made).hexdigest()
            with acting(viewer) as session:
                register_export(
                    session, sheet.export_id, kind, name, sheet.title, words, sheet.row_count, digest
                )
        return made

    return write


def _picture(look: Look, panel: Panel, sheet: Sheet) -> None:
    """The chart with its words inside, so that the picture explains itself wherever it ends up."""
    figure = panel.figure.checked()
    number_words = _("导出编号")
    lines = [panel.subtitle, look.words, f"{look.note()} · {number_words} {sheet.export_id}"]
    ink = figure.layout.font.color
    figure.update_layout(
        title={"text": in_chart(panel.title), "x": 0, "xref": "paper", "font": {"size": 18}},
        paper_bgcolor="#10161d" if ink == charts.INK["dark"] else "#ffffff",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"t": 70, "b": 120},
        height=panel.figure.layout.get("height", 360) + 150,
    )
    for number, line in enumerate(lines):
        figure.add_annotation(
            text=in_chart(line),
            xref="paper",
            yref="paper",
            x=0,
            y=0,
            yshift=-56 - 18 * number,
            xanchor="left",
            showarrow=False,
            font={"size": 12},
        )
    digest = hashlib.sha256(figure.to_json().encode()).hexdigest()
    with acting(look.page.viewer) as session:
        register_export(
            session, sheet.export_id, "image", look.name, panel.title, look.words, sheet.row_count, digest
        )
    st.plotly_chart(
        figure,
        key=f"picture of {panel.key}",
        config={
            "displaylogo": False,
            "displayModeBar": True,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {
                "format": "png",
                "filename": sheet.file_name("png").removesuffix(".png"),
                "width": IMAGE_WIDTH,
                "height": int(figure.layout.height),
                "scale": IMAGE_SCALE,
            },
        },
        alt=panel.alt or panel.title,
    )
    st.caption(_("点图右上角的相机图标保存为PNG图片。"))


def link_to_figure(look: Look, metric: str) -> None:
    """Under a figure: where it is taken apart."""
    st.page_link(
        BY_NAME["figure"].file,
        label=_("算式与明细"),
        icon=":material/function:",
        query_params=look.figure_address(metric),
    )
