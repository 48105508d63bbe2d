"""Hands out the entries that a list shows, all pages of it, as a workbook or a text file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.exports.commands import new_export_id
from lib.exports.sheet import LONGEST_NAME, Sheet
from lib.i18n import _, language, numbers, speaking
from lib.registers.exporting.commands import LONGEST_REASON, MOST_ROWS, WITHOUT_REASON, export_entries
from lib.ui.panel import EXCEL
from lib.ui.plain import escaped
from lib.ui.register_filters import words_of
from lib.ui.register_listing import Listing

REASON = "what an export is for"


def files(listing: Listing) -> None:
    """Opens to what would leave, the reason where there are many, and the files."""
    if not listing.page.viewer.may(Permission.EXPORT_REGISTERS) or not listing.design.exported:
        return
    box = st.popover(_("导出"), icon=":material/download:", key="export the list", on_change="rerun")
    if not box.open:
        return
    with box:
        words = shown_words(listing)
        st.markdown(
            escaped(
                _("将导出{count}条。{filters}").format(
                    count=numbers.whole(listing.total), filters=words or _("没有筛选。")
                )
            )
        )
        st.caption(_("脱敏的内容仍然脱敏；文件带导出人、时间和编号，并记入审计日志。"))
        if listing.total > MOST_ROWS:
            st.info(_("一次最多导出{most}行，请先筛选。").format(most=MOST_ROWS), icon=":material/info:")
            return
        reason = ""
        if listing.total > WITHOUT_REASON:
            reason = st.text_input(
                _("用途（超过{most}行必填）").format(most=WITHOUT_REASON),
                key=REASON,
                max_chars=LONGEST_REASON,
            ).strip()
            if not reason:
                st.caption(_("填写用途后可以下载。"))
                return
        for ending, label, mime in (("xlsx", _("下载Excel"), EXCEL), ("csv", _("下载CSV"), "text/csv")):
            export_id = new_export_id()
            st.download_button(
                label,
                _writer(listing, ending, export_id, words, reason),
                file_name=_file_name(listing.design.words, export_id, ending, listing.page.today),
                mime=mime,
                key=f"{ending} of the list",
                icon=":material/download:",
            )


def shown_words(listing: Listing) -> str:
    """What the list is narrowed to, in words."""
    parts = []
    if listing.state:
        parts.append(_("状态：{state}").format(state=listing.design.stage(listing.state).words))
    if listing.search:
        parts.append(_("查找：{text}").format(text=listing.search))
    if listing.filters:
        parts.append(words_of(listing.fields, listing.filters))
    return "；".join(parts)


def _writer(listing: Listing, ending: str, export_id: str, words: str, reason: str) -> Callable[[], bytes]:
    """Makes the file when it is asked for; who took it is noted with it."""
    viewer: Viewer = listing.page.viewer
    tongue, number, code, state = language(), listing.id, listing.code, listing.state
    wanted, search, order, downward = listing.filters, listing.search, listing.order, listing.downward

    def written() -> bytes:
        with speaking(tongue), acting(viewer) as session:  # whoever asks for the file is no page
            return export_entries(
                session,
                number,
                export_id,
                ending,
                code,
                state,
                wanted,
                search,
                order,
                downward,
                words,
                reason,
            )

    return written


def _file_name(name: str, export_id: str, ending: str, today: date) -> str:
    return Sheet(f"{name[: LONGEST_NAME - 11]} {today}", (), (), export_id).file_name(ending)
