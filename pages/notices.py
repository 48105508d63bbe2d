"""Public notices of grids: which are posted, how one looks, and the file to print."""

import streamlit as st

from lib.access.work import reading
from lib.errors import NotFound
from lib.i18n import _, listed, numbers
from lib.roster.notices.queries import MOST_GRIDS, board_of, postable_grids
from lib.ui import filters, notices
from lib.ui.notice_preview import preview
from lib.ui.page import open_page, say
from lib.ui.place import place
from lib.ui.plain import escaped

page = open_page("notices")
with reading(page.viewer) as session:
    grid_code = st.query_params.get("grid", "")
    center = place(page, session, "notices")
    name, code = center.center.name, center.center.code
    title = st.container()
    text = filters.search("find", _("查找"), _("网格名称、代码或村（社区）"))
    filters.clear(_("清除筛选"), "find", "grid")
    found = postable_grids(session, code, text)
    if grid_code:
        found = tuple(one for one in found if one.code == grid_code) or found
    vacant = [one.code for one in found if not one.staffed]
    words = _("{center}{count}个网格的公示牌")
    if vacant:
        words = _("{center}{count}个网格的公示牌，{vacant}个还没有专职网格员")
    title.title(
        escaped(
            words.format(center=name, count=numbers.whole(len(found)), vacant=numbers.whole(len(vacant)))
        ),
        anchor=False,
    )
    if not found:
        st.info(
            _("没有符合条件的网格。请放宽查找条件，或从上方路径换一个中心。"), icon=":material/search_off:"
        )
        st.stop()
    if len(found) == MOST_GRIDS:
        st.info(
            _("一次最多{most}个网格，这里只列出前{most}个。请换到下级中心，或查找村（社区）。").format(
                most=MOST_GRIDS
            ),
            icon=":material/info:",
        )
    roles = notices.posted_roles()
    codes = notices.grid_table(found, f"postable {code} {text}")
    if len(codes) == len(found):
        st.caption(_("没有勾选时制作全部网格。每个网格一页A4横向，首页是清单。"))
    else:
        st.caption(_("已勾选{count}个网格。").format(count=len(codes)))
    chosen = set(codes)
    notices.printing(
        page.viewer, code, name, codes, roles, sum(one in chosen for one in vacant)
    )  # fmt: skip
    st.subheader(_("预览"), anchor=False)
    shown = codes[0]
    if len(codes) > 1:
        said = {one.code: f"{one.center_name} {one.name}" for one in found if one.code in chosen}
        shown = st.selectbox(
            _("网格名称"), list(said), format_func=lambda one: said[one], key=f"preview of {code}"
        )
    st.caption(_("屏幕上电话按规定遮挡，制作的文件中是完整号码，供对外公示。"))
    try:
        board = board_of(session, shown, roles)
    except NotFound as told:
        say(told)
        st.stop()
    preview(page, board, name)
    if board.without_phone:
        st.warning(
            escaped(
                _("没有登记电话：{names}。请先在花名册补登，再制作。").format(
                    names=listed(board.without_phone)
                )
            ),
            icon=":material/phone_disabled:",
        )
