"""A design that is being worked on: what the person has made of it so far, beside what is saved.

It lives through refusals and visits to other pages. Grids keep what is typed into them over the rows that
they began with, so that the place in a grid is not lost; everything else changes the design at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from lib.access.viewer import Viewer
from lib.errors import BadInput, Problem
from lib.i18n import _
from lib.registers.checks import checked
from lib.registers.commands import save_draft
from lib.registers.design import Design
from lib.registers.queries import DesignRow
from lib.ui import pressing
from lib.ui.pressing import press

Cells = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A row of a grid; `typed` are the columns that the person wrote into. A new row has no key."""

    cells: Cells
    typed: frozenset[str]

    @property
    def key(self) -> str:
        return str(self.cells.get("key") or "")

    def said(self, column: str) -> str:
        found = self.cells.get(column)
        return " ".join(found.split()) if isinstance(found, str) else ""

    def true(self, column: str) -> bool:
        return self.cells.get(column) is True


@dataclass(frozen=True)
class Table:
    """A grid over a part of the design: its rows, and what becomes of the design with other ones. `gone` are
    the keys of the rows that were taken out."""

    name: str
    rows: Callable[[Design], list[Cells]]
    put: Callable[[Design, list[Line], list[str]], Design]


@dataclass
class Sketch:
    """`now` is what stands on the screen, `saved` what stands on the server as this person last read it."""

    register_id: int
    viewer: Viewer
    now: Design
    saved: Design
    seen: int | None
    in_use: int
    base: Design
    turn: int = 0
    part: str = ""
    # The field that is looked at, and entries that do not fit what was to be put to use.
    looked_at: str = ""
    misfits: tuple[Problem, ...] = ()
    tables: dict[str, Table] = field(default_factory=dict)

    @property
    def unsaved(self) -> bool:
        return self.now != self.saved

    def key(self, what: str) -> str:
        return f"design {self.register_id} {what}"

    def grid_key(self, name: str) -> str:
        return f"{self.key(name)} {self.turn}"

    # -- grids

    def fold(self) -> None:
        """What is typed into grids, laid over the design that they began with."""
        open_ones = [one for one in self.tables.values() if self.grid_key(one.name) in st.session_state]
        if not open_ones:
            return
        found = self.base
        for one in open_ones:
            changes = st.session_state[self.grid_key(one.name)]
            lines, gone = _lines(one.rows(self.base), changes)
            if gone or any(line.typed for line in lines):
                found = one.put(found, lines, gone)
        self.now = found

    def settle(self) -> None:
        """Grids begin anew from what stands now."""
        self.base, self.turn, self.tables = self.now, self.turn + 1, {}

    def grid(self, table: Table, config: Mapping[str, Any], alt: str) -> None:
        """A grid of the browser; what it sends is laid over our own rows."""
        self.tables[table.name] = table
        st.data_editor(
            pd.DataFrame(table.rows(self.base), columns=[*config, "key"], dtype=object),
            key=self.grid_key(table.name),
            num_rows="dynamic",
            height="content",
            hide_index=True,
            placeholder="",
            column_order=list(config),
            column_config=dict(config),
            alt=alt,
        )
        self.fold()

    # -- changes

    def change(self, act: Callable[[Design], Design]) -> None:
        """To be called by a callback."""
        self.fold()
        self.now = act(self.now)
        self.settle()

    def take(self, key: str, put: Callable[[Design, Any], Design]) -> None:
        """What a widget says goes into the design."""
        said = st.session_state.get(key)
        self.change(lambda design: put(design, said))

    def choose(self, key: str) -> None:
        self.change(lambda design: design)
        self.looked_at = key

    def keep(self) -> None:
        """To be called by a callback."""
        self.save()

    def save(self) -> bool:
        """Whether it is saved now; if not, why stands on the page and nothing that was typed is lost."""
        self.fold()
        if not self.unsaved and self.seen is not None:
            return True
        design, seen = self.now, self.seen

        def kept(version: int) -> str:
            self.saved, self.seen, self.misfits = design, version, ()
            return _("草稿已保存。")

        press(self.viewer, kept, lambda session: save_draft(session, self.register_id, design, seen))
        return bool(st.session_state[pressing.OUTCOME][0] == "done")


def _lines(rows: Sequence[Cells], changes: Any) -> tuple[list[Line], list[str]]:
    """Our rows with what a browser says of them, and the keys of those that went."""
    said = changes if isinstance(changes, Mapping) else {}
    edited = {
        int(number): cells
        for number, cells in dict(said.get("edited_rows") or {}).items()
        if str(number).isdecimal() and isinstance(cells, Mapping)
    }
    away = {number for number in said.get("deleted_rows") or () if isinstance(number, int)}
    lines, gone = [], []
    for number, row in enumerate(rows):
        if number in away:
            gone.append(str(row["key"]))
            continue
        cells = {
            name: value for name, value in edited.get(number, {}).items() if name in row and name != "key"
        }
        lines.append(Line({**row, **cells}, frozenset(cells)))
    for cells in said.get("added_rows") or ():
        if isinstance(cells, Mapping):
            known = {str(name): value for name, value in cells.items() if name != "key"}
            if any(value not in (None, "", False) for value in known.values()):
                lines.append(Line(known, frozenset(known)))
    return lines, gone


def opened(
    viewer: Viewer, register_id: int, rows: tuple[DesignRow, ...], part: str
) -> tuple[Sketch, DesignRow | None]:
    """The design that this person works on, and, where somebody else has saved another one meanwhile while
    there is something unsaved here, that one."""
    draft = next((one for one in rows if one.used_since is None), None)
    used = next((one for one in rows if one.used_since is not None), None)
    latest = draft or rows[0]
    marks = (draft.seen if draft else None, used.number if used else 0)
    given = st.session_state
    held: Sketch | None = given.get(f"sketch {register_id}")
    if held is None or (not held.unsaved and (held.seen, held.in_use) != marks):
        turn = held.turn + 1 if held else 0
        held = Sketch(register_id, viewer, latest.design, latest.design, *marks, latest.design, turn, part)
        given[f"sketch {register_id}"] = held
    held.viewer = viewer
    return held, latest if (held.seen, held.in_use) != marks else None


def arrive(register_id: int, part: str) -> None:
    """Before anything is drawn: what grids say is folded in, and who goes to another part has the draft
    saved."""
    held: Sketch | None = st.session_state.get(f"sketch {register_id}")
    if held is None:
        return
    held.fold()
    if held.part != part:
        if held.unsaved and held.save():
            st.session_state.pop(pressing.OUTCOME, None)
        held.settle()
        held.part = part
    elif held.tables and not any(held.grid_key(name) in st.session_state for name in held.tables):
        held.settle()  # back from another page
    held.tables = {}


def forget(register_id: int) -> None:
    st.session_state.pop(f"sketch {register_id}", None)


def faults(design: Design) -> tuple[Problem, ...]:
    """All that keeps a design from being used."""
    try:
        checked(design)
    except BadInput as bad:
        return bad.problems
    return ()
