"""Buttons that hand out documents: the meeting pack as Word and PowerPoint, the monthly notice as Word.

A document is made when somebody asks for it; its number and its digest go into the audit chain.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, reading
from lib.assessment.queries import assessment
from lib.assessment.states import SHOWN
from lib.errors import BadInput, Told
from lib.exports.commands import new_export_id, register_export
from lib.exports.sheet import LONGEST_NAME
from lib.i18n import _, language, speaking
from lib.reports import chapters, notice_chapters
from lib.reports.notice import Notice
from lib.reports.queries import meeting_pack, monthly_notice
from lib.reports.section import Document
from lib.reports.slides import slides_bytes
from lib.reports.word import word_bytes
from lib.ui.page import Page, say
from lib.ui.plain import escaped

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
MOST_PROBLEMS = 12


def pack_buttons(page: Page, round_id: int, center_code: str) -> None:
    """The pack of a round and a center as two files."""
    viewer = page.viewer
    if not viewer.may(Permission.EXPORT_FIGURES):
        return

    def made(export_id: str) -> Document:
        with reading(viewer) as session:
            pack = meeting_pack(session, round_id, center_code)
        if not viewer.may(Permission.EXPORT_CASES):  # a list of cases, which fewer people may take out
            pack = replace(pack, oldest=())
        return chapters.document_of(pack, export_id)

    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for ending, label, mime, write in (
            ("docx", _("下载Word"), WORD, word_bytes),
            ("pptx", _("下载PPT"), SLIDES, slides_bytes),
        ):
            export_id = new_export_id()
            st.download_button(
                label,
                writer(viewer, "pack", ending, export_id, made, write),
                file_name=_file_name(_("会议材料"), export_id, ending),
                mime=mime,
                key=f"{ending} of round {round_id} {center_code}",
                icon=":material/download:",
            )


def notice_button(page: Page, assessment_id: int) -> None:
    """Opens to the notice, or to what does not agree in its numbers. Only for those who assess, and once the
    places are shown. Raises NotFound."""
    viewer = page.viewer
    if not (viewer.may(Permission.EXPORT_FIGURES) and viewer.may(Permission.READ_ASSESSMENT)):
        return
    with reading(viewer) as session:
        row = assessment(session, assessment_id)
    if row.state not in SHOWN or not viewer.scope.covers(row.center_code):
        return
    opened = st.popover(
        _("月度通报"), icon=":material/article:", key=f"notice of {assessment_id}", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        try:
            with reading(viewer) as session:
                notice = monthly_notice(session, assessment_id)
        except BadInput as bad:
            for sentence in dict.fromkeys(problem.sentence for problem in bad.problems[:MOST_PROBLEMS]):
                st.error(escaped(sentence), icon=":material/error:")
            st.caption(_("数字没有对上，不能生成通报。请退回自查，重新计算后再试。"))
            return
        except Told as told:
            say(told)
            return
        _notice(viewer, notice, assessment_id)


def _notice(viewer: Viewer, notice: Notice, assessment_id: int) -> None:
    st.caption(
        _("已核对{count}项百分比与件数，各单位合计与全部一致。").format(count=notice.checked)
        if not notice.changes
        else _("封存后有{count}项数值因事件更正而不同，通报附更正说明。").format(count=len(notice.changes))
    )
    export_id = new_export_id()
    st.download_button(
        _("下载Word"),
        writer(
            viewer,
            "notice",
            "docx",
            export_id,
            lambda number: notice_chapters.document_of(notice, number),
            word_bytes,
        ),
        file_name=_file_name(notice.about.scheme.name, export_id, "docx"),
        mime=WORD,
        key=f"docx of notice {assessment_id}",
        icon=":material/download:",
    )


def writer(
    viewer: Viewer,
    page: str,
    ending: str,
    export_id: str,
    make: Callable[[str], Document],
    write: Callable[[Document], bytes],
) -> Callable[[], bytes]:
    """Makes the file when it is asked for, and notes who took it."""
    tongue = language()

    def written() -> bytes:
        with speaking(tongue):  # whoever asks for the file is no page and knows no language
            document = make(export_id)
            made = write(document)
            digest = hashlib.sha256(made).hexdigest()
            with acting(viewer) as session:
                register_export(
                    session, export_id, ending, page, document.title, document.subtitle, document.row_count,
                    digest,
                )  # fmt: skip
        return made

    return written


def _file_name(words: str, export_id: str, ending: str) -> str:
    plain = re.sub(r"[^\w.（）、，%·-]+", " ", words).strip(" .")[:LONGEST_NAME].strip(" .")
    return f"{plain} {export_id}.{ending}".lstrip()
