"""One grid's card: kind, color with its reason, staff, Party organization, population, cases."""

import streamlit as st

from db.models.grid import GridColor, GridSize
from lib.access.permissions import Permission
from lib.access.work import reading
from lib.cases.queries import Kind, find_cases
from lib.centers.queries import center_card
from lib.errors import NotFound
from lib.grids.queries import grid_card
from lib.grids.words import (
    COLOR_WORDS,
    PARTY_WORDS,
    PLACE_WORDS,
    POST_WORDS,
    SETTING_WORDS,
    SIZE_WORDS,
)
from lib.i18n import _, listed, numbers
from lib.ui import grid_staff, list_days
from lib.ui.cases import case_table
from lib.ui.menu import BY_NAME
from lib.ui.page import leave_for, open_page, say
from lib.ui.place import links_up
from lib.ui.plain import escaped

page = open_page("grid")
with reading(page.viewer) as session:
    day = list_days.day_said("day", page.today)
    try:
        card = grid_card(session, st.query_params.get("code", ""), day)
    except NotFound as told:
        say(told)
        st.page_link(BY_NAME["grids"].file, label=_("打开网格列表"), icon=":material/grid_view:")
        st.stop()
    row = card.row
    with st.container(horizontal=True, vertical_alignment="center"):
        links_up(BY_NAME["overview"].file, center_card(session, row.center_code).path)
        st.page_link(BY_NAME["grids"].file, label=_("网格"), query_params={"center": row.center_code})
    st.title(escaped(row.name), anchor=False)
    kind = " · ".join(
        part
        for part in (
            _(SIZE_WORDS[row.size]),
            _(SETTING_WORDS[row.setting]) if row.setting else "",
            _(PLACE_WORDS[card.place]) if card.place else "",
            row.code,
        )
        if part
    )
    st.caption(kind)
    if card.former_codes:
        st.caption(_("曾用代码：{codes}").format(codes=listed(card.former_codes)))
    if row.color is GridColor.BLUE:
        st.badge(_(COLOR_WORDS[row.color]), icon=":material/check_circle:", color="blue")
    else:
        with st.container(border=True):
            st.badge(
                _(COLOR_WORDS[row.color]),
                icon=":material/flag:",
                color="red" if row.color is GridColor.RED else "yellow",
            )
            st.text(
                _("原因：{reason}（自{day}起）").format(
                    reason=card.color_reason, day=numbers.day(card.color_since)
                )
            )
            if row.official:
                st.text(_("包抓干部：{name}，负责到转为蓝色为止。").format(name=row.official))
            else:
                st.warning(_("这个网格尚未落实包抓干部，请尽快明确。"), icon=":material/person_alert:")
    with st.grid(columns=4, min_column_width=160):
        st.metric(_("户数"), numbers.whole(row.households), border=True, height="stretch")
        st.metric(_("人口"), numbers.whole(row.residents), border=True, height="stretch")
        if page.viewer.may(Permission.READ_CASES):
            st.metric(_("在办事件"), numbers.whole(row.open_cases), border=True, height="stretch")
        with st.container(border=True, height="stretch", gap="xsmall"):
            st.caption(_("党组织"))
            if card.party_organization is None:
                st.text(_("尚未建立"))
            else:
                st.text(card.party_organization_name or _(PARTY_WORDS[card.party_organization]))
                st.text(_("书记：{name}").format(name=card.secretary_name or numbers.NOTHING))
    st.subheader(_("人员配备"), anchor=False)
    grid_staff.as_of(day, page.today)
    if row.missing:
        st.warning(
            _("按“1+4+X”要求还缺：{posts}。").format(posts=listed(_(POST_WORDS[p]) for p in row.missing))
            if row.setting is not None and row.setting.value == "urban"
            else _("还缺：{posts}。").format(posts=listed(_(POST_WORDS[p]) for p in row.missing)),
            icon=":material/group_off:",
        )
        if page.viewer.may(Permission.KEEP_ROSTER) and day == page.today:
            st.page_link(
                BY_NAME["join"].file, label=_("办理上岗"), icon=":material/person_add:",
                query_params={"center": row.center_code, "grid": row.code},
            )  # fmt: skip
    elif card.staff:
        st.badge(_("配备齐全"), icon=":material/check:", color="green")
    opened = grid_staff.staff(card.staff, row.code, day)
    if page.viewer.may(Permission.EXPORT_ROSTER) and row.size is GridSize.SMALL and day == page.today:
        st.page_link(
            BY_NAME["notices"].file, label=_("制作公示牌"), icon=":material/signpost:",
            query_params={"center": row.center_code, "grid": row.code},
        )  # fmt: skip
    if page.viewer.may(Permission.READ_CASES):
        st.subheader(_("最近的事件"), anchor=False)
        cases = find_cases(
            session,
            row.center_code,
            Kind.ALL,
            page.moment,
            page.start_of_today,
            grid_code=row.code,
            page_size=20,
        )
        if cases:
            case_table(cases, page.moment, key=f"cases of grid {row.code}")
        else:
            st.caption(_("{name}还没有事件。").format(name=escaped(row.name)))
if opened is not None:
    leave_for("person", {"id": str(opened)} | ({"day": f"{day}"} if day != page.today else {}))
