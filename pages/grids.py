"""Grids: filter, sort, page through all of a center's grids; a chosen row opens the grid's card."""

import pandas as pd
import streamlit as st

from db.models.grid import GridColor, GridSetting, GridSize
from lib.access.permissions import Permission
from lib.access.work import reading
from lib.grids.queries import Gap, GridFilter, Order, find_grids
from lib.grids.words import COLOR_WORDS, POST_WORDS, SETTING_WORDS, SIZE_WORDS
from lib.i18n import _, listed, numbers
from lib.ui import filters, list_days
from lib.ui.page import leave_for, open_page
from lib.ui.place import place
from lib.ui.plain import escaped
from lib.ui.tables import SELECTION, chosen_row

PAGE_SIZE = 50
NARROWING = ("find", "setting", "color", "gap")
page = open_page("grids")
with reading(page.viewer) as session:
    card = place(page, session, "grids")
    title = st.container()
    sees_cases = page.viewer.may(Permission.READ_CASES)
    with st.grid(columns=7, min_column_width=118, vertical_alignment="bottom"):
        text = filters.search("find", _("查找"), _("网格或姓名"))
        size = filters.choice("size", _("网格级别"), {s.value: _(w) for s, w in SIZE_WORDS.items()}, "small")
        setting = filters.choice(
            "setting", _("类型"), {"": _("全部类型")} | {s.value: _(w) for s, w in SETTING_WORDS.items()}
        )
        color = filters.choice(
            "color", _("颜色"), {"": _("全部颜色")} | {c.value: _(w) for c, w in COLOR_WORDS.items()}
        )
        gap = filters.choice(
            "gap",
            _("存在问题"),
            {
                "": _("不限"),
                Gap.VACANT.value: _("没有专职网格员"),
                Gap.INCOMPLETE.value: _("“1+4+X”配备不齐"),
                Gap.NO_OFFICIAL.value: _("红黄网格未落实包抓干部"),
            },
        )
        orders = {
            "code": _("按代码"),
            "name": _("按名称"),
            "-households": _("户数从多到少"),
            "color": _("红黄在前"),
        } | ({"-open_cases": _("在办事件从多到少")} if sees_cases else {})
        order = filters.choice("order", _("排序"), orders, "code")
        day = list_days.day("day", _("截至日期"), page.today)
    filters.clear(_("清除筛选"), "find", "size", "setting", "color", "gap", "order", "day")
    if day != page.today:
        words = _("网格员、缺配岗位和存在的问题按{day}的在岗人员显示。")
        st.caption(words.format(day=numbers.day(day)))
    wanted = GridFilter(
        card.center.code,
        text,
        GridSize(size),
        GridSetting(setting) if setting else None,
        (GridColor(color),) if color else (),
        Gap(gap) if gap else None,
        day,
    )
    number = filters.page_number()
    found = find_grids(
        session, wanted, Order(order.removeprefix("-")), order.startswith("-"), number, PAGE_SIZE
    )
    narrowed = any(name in st.query_params for name in NARROWING)
    words = _("{center}有{count}个符合条件的{size}") if narrowed else _("{center}有{count}个{size}")
    title.title(
        words.format(
            center=escaped(card.center.name),
            count=numbers.whole(found.total),
            size=_(SIZE_WORDS[GridSize(size)]),
        ),
        anchor=False,
    )
    if not found.rows:
        st.info(_("没有符合条件的网格。请放宽筛选，或从上方路径换一个中心。"), icon=":material/search_off:")
        st.stop()

    table: dict[str, list[object]] = {
        _("网格名称"): [row.name for row in found.rows],
        _("代码"): [row.code for row in found.rows],
        _("所在中心"): [row.center_name for row in found.rows],
        _("类型"): [_(SETTING_WORDS[row.setting]) if row.setting else numbers.NOTHING for row in found.rows],
        _("颜色"): [[_(COLOR_WORDS[row.color])] for row in found.rows],
        _("专职网格员"): [
            row.full_time or (_("空缺") if row.missing else numbers.NOTHING) for row in found.rows
        ],
        _("缺配岗位"): [listed(_(POST_WORDS[post]) for post in row.missing) for row in found.rows],
        _("户数"): [row.households for row in found.rows],
        _("人口"): [row.residents for row in found.rows],
    }
    if sees_cases:
        table[_("在办事件")] = [row.open_cases for row in found.rows]
    codes = tuple(row.code for row in found.rows)
    chosen = st.dataframe(
        pd.DataFrame(table),
        key=f"grids {card.center.code} {number}",
        hide_index=True,
        height=620,
        on_select="rerun",
        selection_mode=SELECTION,
        column_config={
            _("网格名称"): st.column_config.TextColumn(width=156),
            _("缺配岗位"): st.column_config.TextColumn(width=160),
            _("颜色"): st.column_config.MultiselectColumn(
                options=[_(word) for word in COLOR_WORDS.values()], color=["red", "yellow", "blue"]
            ),
        },
        alt=_("网格列表，点一行打开网格卡片"),
    )
    filters.pages(found.total, PAGE_SIZE)
    st.caption(_("点击表中任意一行打开网格卡片。"))
    row = chosen_row(chosen, len(codes))
if row is not None:
    leave_for("grid", {"code": codes[row]} | ({"day": f"{day}"} if day != page.today else {}))
