"""The entries of a register in a month: how many each day has, as a picture, and the chosen day's as a
table."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from lib.fields.field import Field
from lib.i18n import _, mark, numbers
from lib.registers.entries.finding import Filter, How
from lib.registers.entries.rows import EntryRow
from lib.ui import charts
from lib.ui.drawn import Drawn
from lib.ui.field import COLORS
from lib.ui.plain import escaped, in_chart
from lib.ui.register_listing import Listing
from lib.ui.register_table import entry_table

MONTH = "month"
MOST_ENTRIES, MOST_NAMED = 1000, 8
WEEK_HEIGHT, HEADING = 74, 34  # pixels
WEEKDAYS = (
    mark("周一"), mark("周二"), mark("周三"), mark("周四"), mark("周五"), mark("周六"), mark("周日"),
)  # fmt: skip
Days = Mapping[date, Sequence[EntryRow]]


def month_said(today: date) -> date:
    """The first day of the month that the address names, else of this one."""
    said = st.query_params.get(MONTH, "")
    try:
        return date.fromisoformat(f"{said}-01")
    except ValueError:
        return today.replace(day=1)


def draw(listing: Listing, by: str) -> None:
    field = listing.field(by)
    if field is None:
        return
    first = month_said(listing.page.today)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    days, total = _entries(listing, field, first, last)
    _turning(first, listing.page.today)
    st.subheader(escaped(_title(field, first, days)), anchor=False)
    if total > MOST_ENTRIES:
        st.caption(_("这个月前后的记录较多，只画了其中{most}条，请加筛选。").format(most=MOST_ENTRIES))
    event: Any = st.plotly_chart(
        _picture(first, days, listing.page.today),
        key=f"calendar {listing.id} {by} {first}",
        config=charts.CONFIG_QUIET,
        on_select="rerun",
        selection_mode="points",
        alt=_title(field, first, days),
    )
    chosen = _chosen(event, first, last)
    rows = list({row.id: row for day in sorted(days) for row in days[day] if chosen in (None, day)}.values())
    if chosen is not None:
        st.markdown(f"**{escaped(numbers.day(chosen))}**")
    else:
        st.caption(_("点一天看当天的记录。"))
    if rows:
        entry_table(listing, rows, f"entries of {chosen or first}")
    else:
        st.info(_("没有记录。请换一个月，或放宽筛选。"), icon=":material/event_busy:")


def _turning(first: date, today: date) -> None:
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for key, label, month in (
            ("earlier", _("上月"), before),
            ("this month", _("本月"), today),
            ("later", _("下月"), after),
        ):
            st.button(label, key=f"calendar {key}", on_click=_turn, args=(f"{month:%Y-%m}",))


def _turn(month: str) -> None:
    st.query_params[MONTH] = month


def _entries(listing: Listing, field: Field, first: date, last: date) -> tuple[Days, int]:
    """By day; a period stands on each of its days."""
    not_later = Filter(field.key, How.TO, f"{last}")
    more = (not_later,) if field.kind == "period" else (Filter(field.key, How.FROM, f"{first}"), not_later)
    found = listing.find(more, order=field.key, downward=True, size=MOST_ENTRIES)
    days: dict[date, list[EntryRow]] = {}
    for row in reversed(found.rows):
        ends = [date.fromisoformat(part) for part in str(row.kept[field.key]).split("/")]
        start, end = max(ends[0], first), min(ends[-1], last)
        for step in range((end - start).days + 1):
            days.setdefault(start + timedelta(days=step), []).append(row)
    return days, found.total


def _title(field: Field, first: date, days: Days) -> str:
    month, count = numbers.month(first), len({row.id for rows in days.values() for row in rows})
    if not days:
        return _("{month}没有按“{field}”的记录").format(month=month, field=field.words)
    most = max(days, key=lambda day: (len(days[day]), -day.toordinal()))
    if len(days[most]) < 2:
        return _("{month}有{count}条，分在{days}天").format(month=month, count=count, days=len(days))
    return _("{month}有{count}条，{day}最多，{most}条").format(
        month=month, count=count, day=numbers.day(most), most=len(days[most])
    )


def _chosen(event: Any, first: date, last: date) -> date | None:
    points = event["selection"]["points"]
    said = points[0].get("customdata") if points else None
    said = said[0] if isinstance(said, list) and said else said
    try:
        day = date.fromisoformat(str(said))
    except ValueError:
        return None
    return day if first <= day <= last else None


def _picture(first: date, days: Days, today: date) -> Drawn:
    """Seven columns of squares, the darker the more; today has a frame."""
    shown = [
        first.replace(day=number) for number in range(1, calendar.monthrange(first.year, first.month)[1] + 1)
    ]
    places = {day: (day.weekday(), (day.day + first.weekday() - 1) // 7) for day in shown}
    weeks = max(week for _weekday, week in places.values()) + 1
    most = max((len(rows) for rows in days.values()), default=0)
    layout = charts.layout_of(
        height=HEADING + weeks * WEEK_HEIGHT, margin={"l": 2, "r": 2, "t": HEADING, "b": 2}
    )
    quiet: dict[str, Any] = {"showgrid": False, "zeroline": False, "fixedrange": True}
    charts.axis(
        layout, "xaxis", range=[-0.5, 6.5], side="top", tickmode="array", tickvals=list(range(7)),
        ticktext=[_(words)[:3] for words in WEEKDAYS], automargin=False, tickangle=0, **quiet,
    )  # fmt: skip
    charts.axis(layout, "yaxis", range=[weeks - 0.5, -0.5], visible=False, automargin=False, **quiet)
    layout["shapes"] = [
        _square(places[day], _color(len(days.get(day, ())), most), day == today) for day in shown
    ]
    layout |= {"showlegend": False, "hovermode": "closest", "hoverdistance": -1}
    unseen = {"marker": {"opacity": 0}}
    return Drawn(
        [
            {
                "type": "scatter",
                "mode": "text",
                "x": [places[day][0] for day in shown],
                "y": [places[day][1] for day in shown],
                "text": [_in_square(day, len(days.get(day, ()))) for day in shown],
                "textfont": {
                    "color": [_ink(_color(len(days.get(day, ())), most)) for day in shown],
                    "size": 13,
                },
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [places[day][0] for day in shown],
                "y": [places[day][1] for day in shown],
                "customdata": [f"{day}" for day in shown],
                "hovertext": [_hover(day, days.get(day, ())) for day in shown],
                "hoverinfo": "text",
                "marker": {"size": 30, "opacity": 0},
                "selected": unseen,
                "unselected": unseen,
            },
        ],
        layout,
    )


def _color(count: int, most: int) -> str:
    ramp = COLORS[charts.theme()]
    return "" if not count else ramp[min(len(ramp) - 1, (count * len(ramp) - 1) // max(most, len(ramp)))]


def _ink(color: str) -> str:
    return charts.ink_on(color) if color else charts.INK[charts.theme()]


def _square(place: tuple[int, int], color: str, today: bool) -> dict[str, Any]:
    column, week = place
    return {
        "type": "rect", "layer": "below", "x0": column - 0.48, "x1": column + 0.48, "y0": week - 0.47,
        "y1": week + 0.47, "fillcolor": color or "rgba(128,144,160,0.10)",
        "line": {"width": 2 if today else 0, "color": charts.STATE_COLORS["soon"]},
    }  # fmt: skip


def _in_square(day: date, count: int) -> str:
    words = _("{count}条").format(count=count) if count else ""
    return f"{day.day}<br><b>{words}</b>"


def _hover(day: date, rows: Sequence[EntryRow]) -> str:
    named = [in_chart(f"#{row.serial} {row.title[:24]}") for row in rows[:MOST_NAMED]]
    rest = [_("另有{count}条").format(count=len(rows) - MOST_NAMED)] if len(rows) > MOST_NAMED else []
    return "<br>".join([numbers.day(day), *named, *rest])
