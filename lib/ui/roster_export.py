"""Hands out the lines of the roster that a list shows, all pages of it, as a workbook or a text file."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import acting
from lib.exports.commands import new_export_id
from lib.exports.sheet import LONGEST_NAME, Sheet
from lib.grids.words import POST_WORDS
from lib.i18n import _, language, listed, numbers, speaking
from lib.roster.exporting.commands import LONGEST_REASON, export_roster
from lib.roster.queries import RosterFilter
from lib.ui.page import Page
from lib.ui.panel import EXCEL
from lib.ui.plain import escaped
from lib.ui.roster_table import ISSUE_WORDS


def files(page: Page, wanted: RosterFilter, total: int) -> None:
    """Opens to what would leave, the reason, and the files."""
    if not page.viewer.may(Permission.EXPORT_ROSTER) or not total:
        return
    box = st.popover(_("导出花名册"), icon=":material/download:", key="export the roster", on_change="rerun")
    if not box.open:
        return
    words = words_of(wanted)
    with box:
        st.markdown(
            escaped(
                _("将导出{count}条。{filters}").format(
                    count=numbers.whole(total), filters=words or _("没有筛选。")
                )
            )
        )
        st.caption(
            _("电话和身份证号仍然脱敏；改好后可以原样导入。文件带导出人、时间和编号，并记入审计日志。")
        )
        reason = st.text_input(
            _("用途（必填）"), key="what the roster is for", max_chars=LONGEST_REASON
        ).strip()
        if not reason:
            st.caption(_("填写用途后可以下载。"))
            return
        for ending, label, mime in (("xlsx", _("下载Excel"), EXCEL), ("csv", _("下载CSV"), "text/csv")):
            export_id = new_export_id()
            name = Sheet(_("花名册 {day}").format(day=page.today)[:LONGEST_NAME], (), (), export_id)
            st.download_button(
                label, _writer(page, wanted, ending, export_id, reason, words), mime=mime,
                file_name=name.file_name(ending), key=f"{ending} of the roster", icon=":material/download:",
            )  # fmt: skip


def words_of(wanted: RosterFilter) -> str:
    """What the list is narrowed to."""
    parts = []
    if wanted.text:
        parts.append(_("查找：{text}").format(text=wanted.text))
    if wanted.roles:
        parts.append(_("岗位：{roles}").format(roles=listed(_(POST_WORDS[one]) for one in wanted.roles)))
    if wanted.issue is not None:
        parts.append(_(ISSUE_WORDS[wanted.issue]))
    return "；".join(parts)


def _writer(
    page: Page, wanted: RosterFilter, ending: str, export_id: str, reason: str, words: str
) -> Callable[[], bytes]:
    """Makes the file when it is asked for; who took it is noted with it."""
    tongue, viewer = language(), page.viewer

    def written() -> bytes:
        with speaking(tongue), acting(viewer) as session:  # whoever asks for the file is no page
            return export_roster(session, wanted, export_id, ending, reason, words)

    return written
