"""Centers of the four levels: the tree, and a search by name, pinyin initials or code."""

import pandas as pd
import streamlit as st

from lib.access.work import reading
from lib.centers.queries import LEVEL_WORDS, find_centers
from lib.i18n import _, listed, numbers
from lib.ui import filters
from lib.ui.menu import BY_NAME
from lib.ui.page import open_page
from lib.ui.place import go_down, place
from lib.ui.plain import escaped
from lib.ui.tables import SELECTION

page = open_page("centers")
with reading(page.viewer) as session:
    card = place(page, session, "centers")
    st.title(escaped(card.center.name), anchor=False)
    words = filters.search("find", _("查找中心"), _("名称、拼音首字母或代码，例如 城关、cgq、620102"))
    if words:
        found = find_centers(session, words)
        if not found:
            st.info(
                _("没有找到“{words}”。请换名称中的几个字、拼音首字母或代码前几位再试。").format(
                    words=escaped(words)
                )
            )
        else:
            st.caption(_("找到{count}个中心，点名称打开。").format(count=len(found)))
        with st.grid(columns=3, min_column_width=260):
            for row in found:
                st.page_link(
                    BY_NAME["centers"].file,
                    label=f"{escaped(row.name)} · {_(LEVEL_WORDS[row.level])} · {row.code}",
                    query_params={"center": row.code},
                )
    facts = [
        (_("级别"), _(LEVEL_WORDS[card.center.level])),
        (_("代码"), card.center.code),
        (_("负责人"), card.director_name or numbers.NOTHING),
        (_("电话"), card.phone or numbers.NOTHING),
    ]
    facts += [(_(LEVEL_WORDS[level]), numbers.whole(count)) for level, count in card.counts.items()]
    with st.grid(columns=len(facts), min_column_width=140):
        for name, value in facts:
            with st.container(border=True):
                st.caption(name)
                st.text(value)
    if card.center.invented:
        st.caption(_("这个单位是为演示虚构的，公开的区划名录里没有。"))
    if card.former:
        st.caption(_("曾用名称和代码：{former}").format(former=escaped(listed(card.former))))
    with st.container(horizontal=True):
        for name, label in (("overview", _("一屏尽览")), ("grids", _("网格")), ("analysis", _("分析总览"))):
            entry = BY_NAME[name]
            if page.viewer.may(entry.permission):
                st.page_link(
                    entry.file, label=label, icon=entry.icon, query_params={"center": card.center.code}
                )
    st.subheader(_("下级中心"), anchor=False)
    if not card.children:
        st.caption(_("这是最末级的中心，下面是网格。"))
    else:
        key, codes = f"centers under {card.center.code}", tuple(c.code for c in card.children)
        st.dataframe(
            pd.DataFrame(
                {
                    _("名称"): [c.name for c in card.children],
                    _("级别"): [_(LEVEL_WORDS[c.level]) for c in card.children],
                    _("代码"): codes,
                }
            ),
            key=key,
            hide_index=True,
            on_select=lambda: go_down(key, codes),
            selection_mode=SELECTION,
            alt=_("下级中心，点一行进入"),
        )
        st.caption(_("点击表中任意一行进入该中心。"))
