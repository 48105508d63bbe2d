"""Entries of a register as a sheet that is edited like a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from db.models.register import ChangeSetKind
from db.scope import ScopedSession
from lib.errors import NotFound
from lib.fields.field import Field
from lib.i18n import _
from lib.registers.changes.commands import save_changes
from lib.registers.changes.judging import RowChange
from lib.registers.changes.queries import PreviewRow, preview_changes
from lib.registers.entries.queries import entry_card
from lib.registers.entries.rows import EntryRow
from lib.registers.seeing import editable, fills
from lib.ui.register_changes import last_set
from lib.ui.register_listing import Listing
from lib.ui.sheet import PAGE_SIZE, Sheet
from lib.ui.sheet_draft import Draft, Line, cell_of, same, says_something, typed_over

# Columns beside the fields of the design.
SERIAL, CENTER, STATE = "serial", "center", "state"


class RegisterSheet(Sheet):
    """The entries that a listing asks for."""

    open_beside = (CENTER,)

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self.name = f"register {listing.id}"
        self.viewer, self.session, self.fields = listing.page.viewer, listing.session, listing.fields
        self.may = editable(self.viewer, listing.design)
        self.asked = (*sorted(listing.address().items()), listing.number)
        column = st.column_config
        self.beside = {
            SERIAL: column.NumberColumn(_("编号"), format="%d", pinned=True, width="small"),
            CENTER: column.TextColumn(
                _("填报中心"), help=_("新增的行填中心代码，不填就是上方的中心；已有记录不能换中心。")
            ),
            STATE: column.TextColumn(_("状态"), width="small"),
        }
        self.hint = _(
            "可以从Excel复制一块粘贴进来；最下面一行新增，选中左边的方框可删除。脱敏的内容不改就保持原样。"
        )

        several = not fills(listing.design, listing.code) or len(listing.code) < 12
        numbers = [one.key for one in self.fields if one.kind == "serial"] or [SERIAL]
        self.order = [
            *numbers, *([CENTER] if several else []),
            *([STATE] if len(listing.design.stages) > 1 else []),
        ]  # fmt: skip

    def load(self) -> tuple[tuple[Line, ...], int]:
        found = self._listing.find(number=self._listing.number, size=PAGE_SIZE)
        return tuple(self._line(row) for row in found.rows), found.total

    def _line(self, row: EntryRow) -> Line:
        return line_of(row, self.fields, self._listing.design.stage(row.state).words)

    def changes(self, draft: Draft) -> list[RowChange]:
        return changes_of(draft, [one for one in self.fields if one.key in self.may], self._listing.code)

    def notes(self, draft: Draft) -> list[str]:
        if wrong := moved(draft):
            said = "、".join(f"#{one}" for one in wrong[:20])
            return [_("已有记录不能换中心，这一列的改动不算：{said}").format(said=said)]
        return []

    def preview(self, changes: list[Any]) -> Sequence[PreviewRow]:
        return preview_changes(self.session, self._listing.id, changes)

    def save(self, session: ScopedSession, changes: list[Any]) -> int:
        return save_changes(session, self._listing.id, ChangeSetKind.EDITOR, "", changes)

    def saved(self, made: int) -> None:
        st.session_state[last_set(self._listing.id)] = made

    def fresh(self, session: ScopedSession, key: int) -> Line | None:
        try:
            row = entry_card(session, key).row
        except NotFound:
            return None
        return None if row.removed else self._line(row)


def line_of(row: EntryRow, fields: Sequence[Field], state: str) -> Line:
    cells: dict[str, Any] = {
        SERIAL: row.serial, CENTER: f"{row.center_code} {row.center_name}", STATE: state,
    }  # fmt: skip
    own = {one.key: cell_of(one, row.kept.get(one.key, ""), row.cells.get(one.key)) for one in fields}
    return Line(row.id, row.version, cells | own)


def changes_of(draft: Draft, fields: Sequence[Field], center_code: str) -> list[RowChange]:
    """One for each row that is other than it was, with its place in the table. New rows belong to
    `center_code` unless they say where."""
    found = []
    for place, line in enumerate(draft.lines, start=1):
        typed = typed_over(line, fields)
        if line.key is not None and typed:
            found.append(RowChange(line.key, typed, line.seen, row=place))
        elif line.key is None and says_something(typed):
            where = str(line.typed.get(CENTER) or "").strip().partition(" ")[0]
            found.append(RowChange(None, typed, None, where or center_code, row=place))
    removed = [RowChange(line.key, {}, line.seen, remove=True) for line in draft.gone]
    return found + removed


def moved(draft: Draft) -> list[int]:
    """Entries that somebody wanted to give to another center, which is not done here."""
    return [
        line.shown[SERIAL]
        for line in draft.lines
        if line.key is not None
        and CENTER in line.typed
        and not same(line.typed[CENTER], line.shown.get(CENTER))
    ]
