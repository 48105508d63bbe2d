"""One public notice on the screen, as it will look on the wall; phones are masked until it is printed."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pandas as pd
import streamlit as st
from PIL import Image, UnidentifiedImageError

from lib.grids.words import POST_WORDS
from lib.i18n import _, numbers
from lib.reports.grid_notice import facts_of, name_of, title_of
from lib.roster.notices.board import CITIZENS_HOTLINE, DUTIES, Board, Posted
from lib.ui.page import Page
from lib.ui.plain import escaped

# Paper is white in both themes.
STYLE = """<style>
.st-key-notice { background: #fff; border: 1px solid #9db4d6; border-radius: 6px; overflow: hidden;
  max-width: 960px; gap: 0.6rem; padding-bottom: 0.6rem; }
.st-key-notice, .st-key-notice p, .st-key-notice li, .st-key-notice td, .st-key-notice th {
  color: #1a1a1a !important; }
.st-key-notice_title { background: #1b4f9c; padding: 0.6rem 1rem; }
.st-key-notice_title p { color: #fff !important; font-size: 1.6rem; font-weight: 600; text-align: center; }
.st-key-notice_place p { text-align: center; }
.st-key-notice_halves, .st-key-notice_phones { padding: 0 1rem; }
.st-key-notice td, .st-key-notice th { border: 1px solid #9db4d6 !important; }
.st-key-notice th, .st-key-notice th p { background: #eaf1fb; color: #1b4f9c !important; font-weight: 600; }
.st-key-notice_staff thead th, .st-key-notice_staff thead th p { background: #1b4f9c;
  color: #fff !important; }
.st-key-notice_staff td:last-child { white-space: nowrap; }
.st-key-notice_duties strong { color: #1b4f9c; }
.st-key-notice_phones [data-testid="stMarkdown"] { background: #eaf1fb; border: 1px solid #9db4d6;
  padding: 0.5rem; }
.st-key-notice_phones p { color: #b42318 !important; font-weight: 700; font-size: 1.1rem;
  text-align: center; }
.st-key-notice_foot p { text-align: right; padding: 0 1rem; }
</style>"""


def preview(page: Page, board: Board, center_name: str) -> None:
    st.html(STYLE)
    with st.container(key="notice"):
        with st.container(key="notice_title"):
            st.markdown(escaped(title_of(board)))
        with st.container(key="notice_place"):
            st.markdown(escaped(" · ".join((*board.places, board.code))))
        with st.container(key="notice_halves"), st.grid(columns=2, min_column_width=300):
            with st.container():
                facts = facts_of(board)
                st.table(
                    pd.DataFrame(
                        {"": [escaped(words) for _label, words in facts]},
                        index=[label for label, _words in facts],
                    ),
                    hide_header=True,
                )
                _duties()
            with st.container():
                _staff(board.staff)
        with st.container(key="notice_phones"), st.grid(columns=2, min_column_width=260):
            own = _("监督电话：{phone}").format(phone=board.supervision or numbers.NOTHING)
            st.markdown(escaped(own))
            st.markdown(escaped(_("政务服务便民热线：{phone}").format(phone=CITIZENS_HOTLINE)))
        with st.container(key="notice_foot"):
            issued = _("{center}　{day}制").format(center=center_name, day=numbers.day(page.today))
            st.markdown(escaped(issued))


def _duties() -> None:
    lines = "\n".join(f"{number}. {escaped(_(words))}" for number, words in enumerate(DUTIES, 1))
    with st.container(key="notice_duties"):
        st.markdown(f"**{escaped(_('网格员职责'))}**\n\n{lines}")


def _staff(staff: Sequence[Posted]) -> None:
    with st.container(key="notice_staff"):
        if not staff:
            st.markdown(_("暂缺"))
            return
        st.table(
            pd.DataFrame(
                {
                    _("岗位"): [_(POST_WORDS[one.role]) for one in staff],
                    _("姓名"): [escaped(name_of(one)) for one in staff],
                    _("联系电话"): [escaped(one.phone or numbers.NOTHING) for one in staff],
                }
            ),
            hide_index=True,
        )
        photos = [one for one in staff if one.photo is not None and _is_picture(one.photo)]
        if photos:
            with st.container(horizontal=True, gap="small"):
                for one in photos:
                    assert one.photo is not None
                    st.image(one.photo, caption=escaped(one.name), width=72)


def _is_picture(photo: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(photo)) as found:
            found.verify()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True
