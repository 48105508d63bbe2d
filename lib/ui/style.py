"""The few things of the look that Streamlit's theme cannot say."""

from __future__ import annotations

import streamlit as st

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
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 3rem; } }
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"] { display: none !important; }
}
</style>"""


def apply_style() -> None:
    st.html(CSS)
