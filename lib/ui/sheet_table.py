"""The table that an editor is given, and what its columns offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lib.fields.field import Field
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import _
from lib.ui.plain import escaped
from lib.ui.sheet_draft import NUMBERS, Line


def frame(lines: Sequence[Line], fields: Sequence[Field], beside: Sequence[str]) -> pd.DataFrame:
    """`beside` are the keys of columns that are no fields; whole numbers stay whole."""
    found: dict[str, Any] = {}
    for key in beside:
        cells = [line.cells.get(key) for line in lines]
        whole = bool(cells) and all(cell is None or isinstance(cell, int) for cell in cells)
        found[key] = pd.array(cells, dtype="Int64") if whole else pd.Series(cells, dtype="object")
    for one in fields:
        cells = [line.cells.get(one.key) for line in lines]
        if one.kind in NUMBERS and not is_masked(one):
            found[one.key] = pd.array(cells, dtype="Float64")
        elif one.kind == "yes_no" and not is_masked(one):
            found[one.key] = pd.array(cells, dtype="boolean")
        elif one.kind == "date" and not is_masked(one):
            found[one.key] = pd.Series(pd.to_datetime(pd.Series(cells, dtype="object")))
        else:
            found[one.key] = pd.Series(cells, dtype="object")
    return pd.DataFrame(found)


def column_of(one: Field) -> Any:
    """What the browser offers; what it lets through is read again as if it came from anywhere."""
    column, label, hint = st.column_config, one.words, escaped(one.help) or None
    required = _("{label}（必填）").format(label=label) if one.required else label
    unit = one.unit or getattr(kind_of(one), "unit", lambda _field: "")(one)
    titled = _("{label}（{unit}）").format(label=required, unit=unit) if unit else required
    if one.kind == "serial":
        return column.TextColumn(label, help=hint, pinned=True)
    if is_masked(one):
        return column.TextColumn(required, help=_("只显示一部分；不改就保持原样。"))
    if one.kind in NUMBERS:
        return column.NumberColumn(titled, help=hint)
    if one.kind == "date":
        return column.DateColumn(required, help=hint, format="YYYY-MM-DD")
    if one.kind == "yes_no":
        return column.CheckboxColumn(required, help=hint)
    if one.kind == "choice":
        return column.SelectboxColumn(required, help=hint, options=[c.words for c in one.choices])
    if one.kind == "choices":
        return column.MultiselectColumn(required, help=hint, options=[c.words for c in one.choices])
    return column.TextColumn(titled, help=hint, width="large" if one.kind == "long_text" else None)
