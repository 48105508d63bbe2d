"""The roster of a center as a sheet that is edited like a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import streamlit as st

from db.models.register import ChangeSetKind
from db.scope import ScopedSession
from lib.i18n import _, mark
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines
from lib.roster.changes.queries import LinePreview, preview_lines
from lib.roster.fields import POST, roster_fields
from lib.roster.posts.queries import grids_to_hold
from lib.roster.queries import LineRow, RosterFilter, find_lines, line_of_post
from lib.ui import filters
from lib.ui.page import Page
from lib.ui.roster_undo import remember
from lib.ui.sheet import PAGE_SIZE, Sheet
from lib.ui.sheet_draft import Draft, Line, cell_of, says_something, typed_over

MOST_GRIDS = 400


class RosterSheet(Sheet):
    """The posts that the filters ask for. Where the grid or the role of a post changes, it is a move from
    `as_of` on."""

    grows: Literal["dynamic", "add"] = "add"
    titled = mark("姓名")
    beside: dict[str, Any] = {}  # noqa: RUF012 - no column but the fields

    def __init__(self, page: Page, session: ScopedSession, wanted: RosterFilter, as_of: date) -> None:
        self.name = f"roster {wanted.center_code}"
        self.viewer, self.session = page.viewer, session
        self.fields = roster_fields()
        self.may = [one.key for one in self.fields if one.key != POST]
        self._wanted, self._as_of, self._number = wanted, as_of, filters.page_number()
        self.asked = (wanted.center_code, wanted.text, wanted.roles, wanted.issue, self._number)
        self.order = [POST, "name", "role", "grid", "phone", "since", "until"]
        self.hint = _(
            "可以从Excel复制一块粘贴进来；最下面一行新增。改网格或岗位就是调岗，原岗位留在履历里；"
            "离岗、交接请打开此人办理。脱敏的号码不改就保持原样。"
        )
        grids = grids_to_hold(session, wanted.center_code)
        if 0 < len(grids) <= MOST_GRIDS:
            column = st.column_config.SelectboxColumn(
                _("网格"), options=[f"{one.code} {one.name}" for one in grids], width=226
            )
            self.columns = {"grid": column}

    def load(self) -> tuple[tuple[Line, ...], int]:
        found = find_lines(self.session, self._wanted, self._number, PAGE_SIZE)
        rows = [row for row in found.rows if row.person_id is not None and not row.covers]
        return tuple(self._line(row) for row in rows), found.total

    def _line(self, row: LineRow) -> Line:
        cells = {one.key: cell_of(one, row.cells[one.key], row.cells[one.key] or None) for one in self.fields}
        return Line(row.post_id, row.seen, cells)

    def changes(self, draft: Draft) -> list[LineChange]:
        found = []
        for place, line in enumerate(draft.lines, start=1):
            typed = typed_over(line, [one for one in self.fields if one.key != POST])
            if line.key is not None and typed:
                found.append(LineChange(line.key, typed, line.seen, row=place))
            elif line.key is None and says_something(typed):
                found.append(LineChange(None, typed, row=place))
        return found

    def preview(self, changes: list[Any]) -> Sequence[LinePreview]:
        return preview_lines(self.session, changes, self._as_of)

    def save(self, session: ScopedSession, changes: list[Any]) -> int:
        return save_lines(session, ChangeSetKind.EDITOR, _("表格编辑"), changes, self._as_of)

    def saved(self, made: int) -> None:
        remember(made)

    def fresh(self, session: ScopedSession, key: int) -> Line | None:
        row = line_of_post(session, key)
        return self._line(row) if row is not None and row.person_id is not None else None
