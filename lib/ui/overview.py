"""The parts of the first screen: figures with their change, the picture of the children, what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from db.models.center import Level
from db.models.grid import GridColor, GridSize
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.cases.queries import Kind, count_cases
from lib.centers.queries import CenterCard
from lib.grids.queries import Gap, GridFilter, Order, count_gaps, counts_by_child, find_grids
from lib.grids.words import COLOR_WORDS
from lib.i18n import _, numbers
from lib.metrics import comparison
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import By, child_length
from lib.metrics.measured import Measured, Period
from lib.metrics.queries import measure
from lib.ui import charts, maps
from lib.ui.cards import NARROWEST, Against, figure_card
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, leave_for
from lib.ui.period import Shown
from lib.ui.place import go_down
from lib.ui.plain import escaped, in_chart
from lib.ui.spans import days_words, figure_address
from lib.ui.tables import SELECTION
from lib.ui.tiles import draw_tiles

NAMES = ("open", "overdue", "resolution", "on_time", "satisfaction")
GOOD, FAIR = 95, 90  # on-time rate in percent: from here on calm, from here on to be watched


def summary(card: CenterCard, shown: Shown) -> None:
    st.title(_("{center}态势总览").format(center=escaped(card.center.name)), anchor=False)
    st.caption(shown.words)


def figures(page: Page, session: ScopedSession, card: CenterCard, shown: Shown) -> None:
    code = card.center.code
    fresh = shown.period if shown.past else Period(page.today, page.today)
    received = _compared(session, ("received",), code, fresh, shown.moment)
    found = received | _compared(session, NAMES, code, shown.period, shown.moment)
    with st.grid(columns=6, min_column_width=NARROWEST):
        for name, (now, then) in found.items():
            period, label = shown.period, None
            if name == "received":
                period, label = fresh, _("当月接报") if shown.past else _("今日接报")
            with figure_card(name, now, then, label=label):
                st.page_link(
                    BY_NAME["figure"].file,
                    label=_("算式与明细"),
                    icon=":material/function:",
                    query_params=figure_address(name, code, period),
                )
    st.caption(escaped(days_words(shown.period, shown.moment)))


def _compared(
    session: ScopedSession, names: tuple[str, ...], code: str, period: Period, moment: datetime
) -> dict[str, tuple[Measured | None, dict[Against, Measured | None]]]:
    """By the metric: the figure, and what it is held against at the same progress."""
    others = comparison.Against.of(period, moment)
    now, before, last_year = (
        {m.metric: m for m in measure(session, names, code, days, at)}
        for days, at in (
            (period, moment),
            (others.before, others.moment_before),
            (others.last_year, others.moment_last_year),
        )
    )
    return {
        name: (now.get(name), {Against.BEFORE: before.get(name), Against.LAST_YEAR: last_year.get(name)})
        for name in names
    }


def _state(on_time: Measured | None, overdue: int) -> tuple[str, str]:
    """The color of a child and the words that say the same."""
    if on_time is None or on_time.rate is None:
        return charts.STATE_COLORS["unknown"], _("当月无到期")
    words = _("按期{rate}").format(rate=numbers.percent(on_time.rate))
    if overdue:
        words += "<br>" + _("超期{count}件").format(count=numbers.whole(overdue))
    if on_time.small_base:
        return charts.STATE_COLORS["unknown"], _("基数小") + "<br>" + words
    state = "normal" if on_time.rate >= GOOD else "soon" if on_time.rate >= FAIR else "blocked"
    return charts.STATE_COLORS[state], words


def _by_child(session: ScopedSession, card: CenterCard, shown: Shown) -> dict[str, dict[str, Measured]]:
    found: dict[str, dict[str, Measured]] = {}
    names = ("received", *NAMES)
    for measured in measure(session, names, card.center.code, shown.period, shown.moment, By.CHILD):
        found.setdefault(measured.key, {})[measured.metric] = measured
    return found


def picture(session: ScopedSession, card: CenterCard, shown: Shown) -> None:
    """Children as areas: as large as their work, colored by how it goes."""
    if not card.children:
        return
    measured = _by_child(session, card, shown)
    sizes: dict[str, float] = {}
    shades: dict[str, maps.Shade] = {}
    for child in card.children:
        found = measured.get(child.code, {})
        received = found["received"].numerator if "received" in found else 0
        overdue = found["overdue"].numerator if "overdue" in found else 0
        color, words = _state(found.get("on_time"), overdue)
        hover = "<br>".join(
            [
                f"<b>{in_chart(child.name)}</b>",
                _("当月接报{count}件").format(count=numbers.whole(received)),
                words,
            ]
        )
        sizes[child.code] = float(received)
        shades[child.code] = maps.Shade(in_chart(child.name), color, words, hover)
    worst = min(
        (
            m
            for m in (f.get("on_time") for f in measured.values())
            if m and m.rate is not None and not m.small_base
        ),
        key=lambda m: m.rate or 0,
        default=None,
    )
    names = {child.code: child.name for child in card.children}
    title = _("下级中心当月按期办结情况")
    if worst is not None and worst.key in names:
        title = _("{name}按期办结率最低：{rate}（只比较到期{least}件以上的）").format(
            name=names[worst.key],
            rate=numbers.percent(worst.rate),
            least=METRICS["on_time"].least_base,
        )
    chosen = draw_tiles(
        sizes,
        shades,
        title,
        key=f"children of {card.center.code}",
        alt=_("{title}。面积是当月接报量，颜色是按期办结率；同样的数字在下面的表里。").format(title=title),
    )
    if chosen is not None:
        leave_for("overview", {**st.query_params.to_dict(), "center": chosen})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(_("面积是当月接报量，颜色是按期办结率："), width="content")
        st.badge(_("平稳 ≥{good}%").format(good=GOOD), color="blue")
        st.badge(_("关注 {fair}%–{good}%").format(good=GOOD, fair=FAIR), color="orange")
        st.badge(_("滞后 <{fair}%").format(fair=FAIR), color="red")
        st.badge(_("基数小或当月无到期"), color="gray")


def needs_me(page: Page, session: ScopedSession, card: CenterCard) -> None:
    """What waits, as links to the very lists; nothing waits: said plainly."""
    code = card.center.code
    links: list[tuple[str, str, dict[str, str], str]] = []
    if page.viewer.may(Permission.READ_CASES):
        for kind, words, icon in (
            (Kind.OVERDUE, _("{count}件事件已超期未结"), ":material/error:"),
            (Kind.DUE_SOON, _("{count}件事件将在24小时内到期"), ":material/schedule:"),
        ):
            count = count_cases(session, code, kind, page.moment, page.start_of_today)
            if count:
                target = {"center": code, "kind": kind.value}
                links.append(("cases", words.format(count=numbers.whole(count)), target, icon))
    if page.viewer.may(Permission.READ_GRIDS):
        counts = count_gaps(session, code)
        for gap, words, icon in (
            (Gap.NO_OFFICIAL, _("{count}个红黄网格未落实包抓干部"), ":material/flag:"),
            (Gap.VACANT, _("{count}个网格没有专职网格员"), ":material/person_off:"),
            (
                Gap.INCOMPLETE,
                _("{count}个城市网格“1+4+X”配备不齐"),
                ":material/group_off:",
            ),
        ):
            count = counts[gap]
            if count:
                target = {"center": code, "gap": gap.value}
                links.append(("grids", words.format(count=numbers.whole(count)), target, icon))
    st.subheader(_("现在需要处理"), anchor=False)
    if not links:
        st.caption(_("现在没有超期、临期事件，网格人员齐备。"))
    with st.grid(columns=3, min_column_width=320):
        for name, words, target, icon in links:
            st.page_link(BY_NAME[name].file, label=words, icon=icon, query_params=target)


def children(page: Page, session: ScopedSession, card: CenterCard, shown: Shown | None) -> None:
    """The same numbers as a table; a chosen row leads down. Without `shown` there are no figures."""
    if not card.children:
        if card.center.level is Level.VILLAGE and page.viewer.may(Permission.READ_GRIDS):
            _grids_of_village(session, card)
        return
    st.subheader(_("下级中心"), anchor=False)
    table: dict[str, list[object]] = {_("名称"): [c.name for c in card.children]}
    metrics: dict[str, str] = {}
    if shown is not None:
        measured = _by_child(session, card, shown)
        for name in ("received", *NAMES):
            metric = METRICS[name]
            heading = _("当月接报") if name == "received" else _(metric.words)
            column: list[object] = []
            for child in card.children:
                found = measured.get(child.code, {}).get(name)
                if metric.is_rate:
                    column.append(float(found.rate) if found and found.rate is not None else None)
                else:
                    column.append(found.numerator if found else 0)
            heading = f"{heading} (%)" if metric.is_rate else heading
            table[heading], metrics[heading] = column, name
    if page.viewer.may(Permission.READ_GRIDS):
        grids = counts_by_child(session, card.center.code, child_length(card.center.code))
        table[_("小网格数")] = [grids.get(c.code, (0, 0, 0))[0] for c in card.children]
        table[_("红色")] = [grids.get(c.code, (0, 0, 0))[1] for c in card.children]
        table[_("黄色")] = [grids.get(c.code, (0, 0, 0))[2] for c in card.children]
    key = f"table of {card.center.code}"
    codes = tuple(c.code for c in card.children)
    event: Any = st.dataframe(
        pd.DataFrame(table),
        key=key,
        hide_index=True,
        on_select=lambda: go_down(key, codes, metrics),
        selection_mode=SELECTION,
        column_config={_("名称"): st.column_config.TextColumn(width="medium")}
        | {name: st.column_config.NumberColumn(format="%.1f") for name in table if name.endswith("(%)")},
        placeholder=numbers.NOTHING,
        alt=_("下级中心的数字，点一行进入该中心"),
    )
    st.caption(_("点名称进入该中心；点一个指标的数，看它的算式和背后的事件。"))
    for row, heading in event["selection"].get("cells", ()):
        if shown is not None and heading in metrics and 0 <= row < len(codes):
            leave_for("figure", figure_address(metrics[heading], codes[row], shown.period))


def _grids_of_village(session: ScopedSession, card: CenterCard) -> None:
    st.subheader(_("本村社的网格"), anchor=False)
    found = find_grids(session, GridFilter(card.center.code, size=None), Order.CODE, page_size=100)
    small = [row for row in found.rows if row.size is GridSize.SMALL]
    if not small:
        st.caption(_("这里还没有划分小网格。"))
        return
    shades = {
        row.code: maps.Shade(
            in_chart(row.name),
            charts.GRID_COLORS[row.color.value],
            _(COLOR_WORDS[row.color]),
            f"<b>{in_chart(row.name)}</b><br>{in_chart(row.full_time)}",
        )
        for row in small
    }
    sizes = {row.code: float(row.households) for row in small}
    colored = sum(row.color is not GridColor.BLUE for row in small)
    title = _("{count}个网格需要关注").format(count=colored) if colored else _("所有网格都是蓝色")
    chosen = draw_tiles(sizes, shades, title, key=f"grids of {card.center.code}")
    if chosen is not None:
        leave_for("grid", {"code": chosen})
    with st.grid(columns=4, min_column_width=220):
        for row in small:
            st.page_link(
                BY_NAME["grid"].file,
                label=escaped(row.name),
                icon=":material/grid_view:",
                query_params={"code": row.code},
            )
