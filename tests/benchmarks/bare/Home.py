"""An empty page behind the same settings: what Streamlit itself costs here."""

import gc
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
import streamlit.runtime
from starlette.responses import PlainTextResponse
from starlette.routing import Route

ROOT = str(Path(__file__).parent.parent.parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

if streamlit.runtime.exists():
    st.text("empty")
else:
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401

    @asynccontextmanager
    async def lifespan(app):
        gc.collect()
        gc.freeze()
        yield {}

    async def ready(request):
        return PlainTextResponse("ready")

    app = st.App(__file__, routes=[Route("/healthz", ready)], lifespan=lifespan)
