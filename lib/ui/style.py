"""The few things of the look that Streamlit's theme cannot say."""

from __future__ import annotations

import streamlit as st

from lib.i18n import language

CSS = """<style>
[data-testid="stMainBlockContainer"] { padding: 2.2rem 2rem 3rem; }
[data-testid="stSidebar"] { width: 232px !important; min-width: 232px !important; }
[data-testid="stMetricValue"] { font-size: 1.75rem; font-variant-numeric: tabular-nums; }
[data-testid="stMetricLabel"] p { font-weight: 600; }
[data-testid="stCaptionContainer"] { opacity: 1; color: inherit; }
[data-testid="stCaptionContainer"] p { opacity: 0.82; }
h1 { font-size: 1.6rem !important; padding: 0.2rem 0 0.4rem !important; }
h2 { font-size: 1.2rem !important; }
h3 { font-size: 1.05rem !important; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 3rem; }
  [class*="st-key-wide-"] { overflow-x: auto; }
  [class*="st-key-wide-"] > * { min-width: 760px; }
}
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"] { display: none !important; }
}
</style>"""
# An empty field for a day says yyyy-mm-dd in every language.
DAYS = """<style>
[data-testid="stDateInput"] [data-placeholder="true"][data-type] { font-size: 0; }
[data-testid="stDateInput"] [data-placeholder="true"]::after { font-size: 1rem; }
[data-testid="stDateInput"] [data-placeholder="true"][data-type="year"]::after { content: "年"; }
[data-testid="stDateInput"] [data-placeholder="true"][data-type="month"]::after { content: "月"; }
[data-testid="stDateInput"] [data-placeholder="true"][data-type="day"]::after { content: "日"; }
</style>"""


def apply_style() -> None:
    st.html(CSS)
    if language() == "zh":
        st.html(DAYS)
