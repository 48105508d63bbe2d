"""The box for files, in the reader's language: Streamlit's own says its limits and its button in English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.i18n import language

CHINESE = """<style>
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"] p,
[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"]
[data-testid="stMarkdownContainer"] { font-size: 0; }
[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"]::after {
  content: "选择文件或拖到这里"; font-size: 0.9rem;
}
</style>"""
ENGLISH = """<style>
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
</style>"""


def own_words() -> None:
    """For a page with such a box: its button in the reader's language, without limits that are not ours."""
    st.html(CHINESE if language() == "zh" else ENGLISH)


def upload_box(
    label: str, kinds: Sequence[str], key: str, most_megabytes: int, *, several: bool
) -> list[Any]:
    """The files that were chosen. What they are is for the command to decide, whatever they are called."""
    own_words()
    chosen: Any = st.file_uploader(
        label, type=list(kinds), key=key, accept_multiple_files=several, max_upload_size=most_megabytes
    )
    if chosen is None:
        return []
    return list(chosen) if several else [chosen]
