"""The entries of a register as a table: a cell opens its entry, the boxes at the left choose rows."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from lib.fields.amounts import number_in
from lib.fields.field import Field
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import _, numbers
from lib.imports.matching import REQUIRED, heading_of
from lib.registers.design import Design, StageKind
from lib.registers.entries.rows import EntryRow
from lib.registers.exporting.sheet import number_heading
from lib.ui.page import leave_for
from lib.ui.register_links import ENTRY, leads
from lib.ui.register_listing import Listing
from lib.ui.tables import MANY, SELECTION

COLORS: dict[StageKind, Literal["gray", "orange", "green", "red"]] = {
    StageKind.DRAFT: "gray",
    StageKind.WAITING: "orange",
    StageKind.DONE: "green",
    StageKind.REFUSED: "red",
}
NUMBER, STATE, CENTER, MADE_BY, CHANGED_AT = "number", "state", "center", "made by", "changed at"
WITHOUT_SCROLLING, HEIGHT = 50, 620
WIDTHS = {"long_text": 260, "text": 180, "choices": 160, "grid": 190, "center": 180}


def entry_table(
    listing: Listing, rows: Sequence[EntryRow], key: str, *, several: bool = False
) -> tuple[EntryRow, ...]:
    """Draws the table and returns the rows that are chosen. Other rows, or rows that somebody has written
    meanwhile, make another table, so that what was chosen is never applied to what was not seen."""
    fields = ordered_fields(listing)
    drawn = zlib.crc32(repr([(row.id, row.version) for row in rows]).encode())
    chosen: Any = st.dataframe(
        frame(listing.design, fields, rows),
        key=f"{key} {listing.id} {drawn}",
        height="content" if len(rows) <= WITHOUT_SCROLLING else HEIGHT,
        hide_index=True,
        on_select="rerun",
        selection_mode=MANY if several else SELECTION,
        column_config=_columns(listing.design, fields),
        placeholder=numbers.NOTHING,
        alt=_("台账记录，点一格打开这条记录"),
    )
    selection = chosen["selection"]
    cells = [cell[0] for cell in selection.get("cells", ())]
    numbers_chosen = [n for n in selection.get("rows", ()) if isinstance(n, int) and 0 <= n < len(rows)]
    opened = cells if several else [*numbers_chosen, *cells]
    opened = [n for n in opened if isinstance(n, int) and 0 <= n < len(rows)]
    if opened and leads(listing.page.viewer, ENTRY):
        leave_for(ENTRY, {"entry": str(rows[opened[0]].id)})
    return tuple(rows[n] for n in numbers_chosen)


def ordered_fields(listing: Listing) -> list[Field]:
    """What an entry is called comes first; files are seen in the entry."""
    named = [one for key in listing.design.title if (one := listing.field(key)) is not None]
    return named + [one for one in listing.fields if one not in named and one.kind != "attachment"]


def frame(design: Design, fields: Sequence[Field], rows: Sequence[EntryRow]) -> pd.DataFrame:
    """The columns are named by keys; what they are called stands in their configuration."""
    table: dict[str, list[Any]] = {NUMBER: [row.serial for row in rows]}
    if len(design.stages) > 1:
        table[STATE] = [[design.stage(row.state).words] for row in rows]
    for one in fields:
        table[one.key] = _values(one, rows)
    table[CENTER] = [row.center_name for row in rows]
    table[MADE_BY] = [row.made_by for row in rows]
    table[CHANGED_AT] = [numbers.table_moment(row.changed_at) for row in rows]
    return pd.DataFrame(table)


def _values(field: Field, rows: Sequence[EntryRow]) -> list[Any]:
    if kind_of(field).counts and not is_masked(field):
        found = [number_in(str(row.kept.get(field.key, ""))) for row in rows]
        if all(one is not None or not row.kept.get(field.key) for one, row in zip(found, rows, strict=True)):
            return [None if one is None else float(one) for one in found]
    return [row.cells.get(field.key) for row in rows]


def _columns(design: Design, fields: Sequence[Field]) -> dict[str, Any]:
    stages = {one.words: COLORS[one.kind] for one in design.stages}
    found: dict[str, Any] = {
        NUMBER: st.column_config.NumberColumn(number_heading(design), format="%d", width=84, pinned=True),
        STATE: st.column_config.MultiselectColumn(
            _("状态"), options=list(stages), color=list(stages.values()), width=96
        ),
        CENTER: st.column_config.TextColumn(_("所在中心")),
        MADE_BY: st.column_config.TextColumn(_("登记人")),
        CHANGED_AT: st.column_config.TextColumn(_("修改时间")),
    }
    for place, one in enumerate(fields):
        label = heading_of(one).removesuffix(REQUIRED)
        if kind_of(one).counts and not is_masked(one):
            found[one.key] = st.column_config.NumberColumn(label, format="localized")
        else:
            width = 220 if place == 0 else WIDTHS.get(one.kind)
            found[one.key] = st.column_config.TextColumn(label, width=width, pinned=place == 0)
    return found
