"""Public notices on the screen: which grids, who is posted with which phone, and the files to print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from db.models.roster import PostRole
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import Told
from lib.exports.commands import new_export_id
from lib.grids.words import POST_WORDS
from lib.i18n import _, language, numbers, speaking
from lib.reports.grid_notice import notice_bytes
from lib.roster.notices.board import ORDER, USUAL, Notices
from lib.roster.notices.commands import print_notices
from lib.roster.notices.queries import Postable
from lib.ui.documents import WORD
from lib.ui.page import say

ROLES, PHONES = "roles on a notice", "roles on a notice with their phone"
READY = "notices that are ready"


def posted_roles() -> dict[PostRole, bool]:
    """Who stands on a board, and whether with the phone; chosen by the person, the usual ones first. What is
    chosen is remembered by its words, so another language begins anew."""
    words = {role.value: _(POST_WORDS[role]) for role in ORDER}
    left, right = st.columns((3, 2))
    with left:
        roles = st.multiselect(
            _("上牌人员"), list(words), default=[role.value for role in ORDER if role in USUAL],
            format_func=lambda one: words[one], key=f"{ROLES} {language()}", on_change=_forget,
        )  # fmt: skip
    with right:
        known = [role.value for role in ORDER if USUAL.get(role)]
        phones = st.multiselect(
            _("公示电话的人员"), list(words), default=known, format_func=lambda one: words[one],
            key=f"{PHONES} {language()}", on_change=_forget,
        )  # fmt: skip
    return {PostRole(role): role in phones for role in roles}


def grid_table(found: Sequence[Postable], key: str) -> list[str]:
    """The grids to choose from; answers the codes of the chosen ones, or of all where none is chosen."""
    event = st.dataframe(
        pd.DataFrame(
            {
                _("网格名称"): [one.name for one in found],
                _("村（社区）"): [one.center_name for one in found],
                _("专职网格员"): [_("在岗") if one.staffed else _("空缺") for one in found],
                _("网格代码"): [one.code for one in found],
            }
        ),
        key=key, hide_index=True, height=320, on_select=_forget, selection_mode="multi-row",
        alt=_("可以制作公示牌的网格，可多选"),
    )  # fmt: skip
    rows = [row for row in event["selection"]["rows"] if 0 <= row < len(found)]
    return [found[row].code for row in rows] or [one.code for one in found]


def printing(
    viewer: Viewer, center_code: str, center_name: str, codes: Sequence[str], roles: Mapping[PostRole, bool],
    vacant: int,
) -> None:  # fmt: skip
    """Makes the file with a bar that moves, then hands it out. A choice made anew needs a new file."""
    also_vacant = False
    if vacant:
        also_vacant = st.checkbox(
            _("{count}个网格没有专职网格员，也制作").format(count=vacant), key="notices of vacant grids",
            on_change=_forget, help=_("不选时，这些网格只列在首页清单中，不制作公示牌。"),
        )  # fmt: skip
    wanted = (center_code, tuple(codes), tuple(roles.items()), also_vacant, language())
    ready = st.session_state.get(READY)
    if ready is None or ready[0] != wanted:
        label = _("制作{count}个网格的公示牌").format(count=numbers.whole(len(codes)))
        if st.button(label, key="make the notices", type="primary", icon=":material/print:"):
            ready = _made(viewer, wanted, roles)
    if ready is not None and ready[0] == wanted:
        _wanted, export_id, content = ready
        name = _("{center}网格公示牌").format(center=center_name)
        st.download_button(
            _("下载Word"), content, file_name=f"{name} {export_id}.docx", mime=WORD,
            key="download the notices", type="primary", icon=":material/download:",
        )  # fmt: skip
        st.success(
            _("已制作，导出编号{number}，已记入审计日志。").format(number=export_id),
            icon=":material/check_circle:",
        )


def _made(
    viewer: Viewer, wanted: tuple[str, tuple[str, ...], tuple[tuple[PostRole, bool], ...], bool, str],
    roles: Mapping[PostRole, bool],
) -> tuple[object, str, bytes] | None:  # fmt: skip
    center_code, codes, _roles, also_vacant, tongue = wanted
    export_id = new_export_id()
    bar = st.progress(0.0, _("正在读取人员……"))

    def write(notices: Notices, number: str) -> bytes:
        return notice_bytes(notices, number, _moving(bar.progress))

    try:
        with speaking(tongue), acting(viewer) as session:
            content = print_notices(session, center_code, codes, roles, also_vacant, export_id, write)
    except Told as told:
        bar.empty()
        say(told)
        return None
    bar.empty()
    ready = (wanted, export_id, content)
    st.session_state[READY] = ready
    return ready


def _moving(show: Callable[[float, str], object]) -> Callable[[int, int], None]:
    """Says how far it is, twenty times at most."""

    def moved(done: int, total: int) -> None:
        if done == total or done % max(total // 20, 1) == 0:
            show(done / total, _("正在制作第{done}个，共{total}个……").format(done=done, total=total))

    return moved


def _forget() -> None:
    st.session_state.pop(READY, None)
