"""Tables whose rows can be opened: by the box at the left or by any cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

SELECTION: list[Literal["single-row", "single-cell"]] = ["single-row", "single-cell"]
MANY: list[Literal["multi-row", "single-cell"]] = ["multi-row", "single-cell"]


def chosen_row(event: Mapping[str, Any], count: int) -> int | None:
    """The number of the chosen row; None when none is. `count` is how many rows there are."""
    selection = event["selection"]
    rows = [*selection.get("rows", ()), *(cell[0] for cell in selection.get("cells", ()))]
    return rows[0] if rows and isinstance(rows[0], int) and 0 <= rows[0] < count else None
