"""A chart as the browser gets it.

Plotly's own figure holds every property against its schema and copies all of it, which costs a page more
than its questions do. Here what was written is sent as it stands; the tests hold all of it against the
schema.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure


class Drawn(BaseFigure):  # type: ignore[misc]
    """Data and layout as plotly.js reads them. Being one of plotly's figures, Streamlit sends it on."""

    def __init__(self, data: list[dict[str, Any]], layout: dict[str, Any]) -> None:
        # Without plotly's own beginning, which would check and copy.
        self._traces, self._frame = data, layout

    @property
    def data(self) -> list[dict[str, Any]]:
        return self._traces

    @property
    def layout(self) -> dict[str, Any]:
        return self._frame

    def to_dict(self) -> dict[str, Any]:
        return {"data": self._traces, "layout": self._frame}

    def checked(self) -> go.Figure:
        """Plotly's own figure of the same, held against its schema. Raises ValueError."""
        return go.Figure(self.to_dict())
