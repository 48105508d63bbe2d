"""Entries of a register edited as in a spreadsheet: the editor, what it would change, conflicts, one save."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from db.models.register import ChangeSetKind
from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.access.work import reading
from lib.errors import Told
from lib.fields.field import Field
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import _, numbers
from lib.registers.changes.commands import save_changes
from lib.registers.changes.judging import RowChange
from lib.registers.changes.queries import preview_changes
from lib.registers.seeing import editable, fills
from lib.ui import filters
from lib.ui.page import say
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.register_changes import last_set, preview, summary
from lib.ui.register_conflicts import as_it_stands, conflicts
from lib.ui.register_listing import Listing
from lib.ui.register_sheet_draft import (
    CENTER,
    NUMBERS,
    SERIAL,
    STATE,
    Draft,
    Line,
    changes_of,
    line_of,
    moved,
    overlaid,
    settled,
)

PAGE_SIZE = 500


def draft_key(register_id: int) -> str:
    return f"sheet of register {register_id}"


def edits_key(register_id: int) -> str:
    """What the editor said last, beside the editor: a browser that comes back finds it here."""
    return f"edits of sheet {register_id}"


def editor_key(register_id: int, mount: int) -> str:
    return f"rows of sheet {register_id} {mount}"


def columns_of(listing: Listing) -> list[str]:
    return [CENTER, *(one.key for one in listing.fields)]


def begin(listing: Listing, asked: tuple[object, ...]) -> Draft:
    found = listing.find(number=listing.number, size=PAGE_SIZE)
    lines = tuple(line_of(row, listing.fields, listing.design.stage(row.state).words) for row in found.rows)
    mount = getattr(st.session_state.get(draft_key(listing.id)), "mount", 0)
    draft = Draft(lines, (), asked, found.total, mount + 1)
    st.session_state[draft_key(listing.id)] = draft
    st.session_state.pop(edits_key(listing.id), None)
    return draft


def held(listing: Listing) -> Draft:
    """What this person works on. It stays until they save or give it up, whatever the address says then."""
    given, asked = st.session_state, (*sorted(listing.address().items()), listing.number)
    draft: Draft | None = given.get(draft_key(listing.id))
    if draft is None:
        return begin(listing, asked)
    if editor_key(listing.id, draft.mount) not in given:
        # Somebody was away: what they had typed is laid under a new editor.
        draft = overlaid(draft, given.pop(edits_key(listing.id), None), columns_of(listing))
        draft = replace(draft, mount=draft.mount + 1)
        given[draft_key(listing.id)] = draft
    else:
        given[edits_key(listing.id)] = deepcopy(dict(given[editor_key(listing.id, draft.mount)]))
    changed = bool(now(listing, draft)[1])
    if not changed and (draft.asked != asked or editor_key(listing.id, draft.mount) not in given):
        return begin(listing, asked)
    if draft.asked != asked:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(_("还有没保存的改动，表中仍是原来那些记录。"), icon=":material/edit_note:")
            st.button(
                _("放弃改动，按新条件载入"), key="give up the sheet", on_click=forget, args=(listing.id,)
            )
    return draft


def forget(register_id: int) -> None:
    """The mount goes on counting, so that an old editor's words are never laid over new rows."""
    draft: Draft | None = st.session_state.get(draft_key(register_id))
    st.session_state.pop(edits_key(register_id), None)
    if draft is not None:
        st.session_state.pop(editor_key(register_id, draft.mount), None)
        st.session_state[draft_key(register_id)] = Draft((), mount=draft.mount)


def now(listing: Listing, draft: Draft) -> tuple[Draft, list[RowChange]]:
    """The draft as the editor says it now, and what of it is a change."""
    said = st.session_state.get(editor_key(listing.id, draft.mount))
    current = overlaid(draft, said, columns_of(listing))
    return current, changes_of(current, _open_fields(listing), listing.code)


def _open_fields(listing: Listing) -> list[Field]:
    may = editable(listing.page.viewer, listing.design)
    return [one for one in listing.fields if one.key in may]


def editor(listing: Listing, draft: Draft) -> None:
    may = {one.key for one in _open_fields(listing)}
    words = {SERIAL: _("编号"), CENTER: _("填报中心"), STATE: _("状态")}
    column = st.column_config
    config: dict[str, Any] = {
        SERIAL: column.NumberColumn(words[SERIAL], format="%d", pinned=True, width="small"),
        CENTER: column.TextColumn(
            words[CENTER], help=_("新增的行填中心代码，不填就是上方的中心；已有记录不能换中心。")
        ),
        STATE: column.TextColumn(words[STATE], width="small"),
    }
    config |= {one.key: _column(one) for one in listing.fields}
    several = not fills(listing.design, listing.code) or len(listing.code) < 12
    numbers_first = [one.key for one in listing.fields if one.kind == "serial"] or [SERIAL]
    order = [
        *numbers_first,
        *([CENTER] if several else []),
        *([STATE] if len(listing.design.stages) > 1 else []),
    ]
    fixed = [SERIAL, STATE, *(one.key for one in listing.fields if one.key not in may)]
    st.data_editor(
        _frame(draft.lines, listing.fields), key=editor_key(listing.id, draft.mount), num_rows="dynamic",
        hide_index=True, placeholder="", column_config=config, disabled=fixed,
        column_order=[*order, *(one.key for one in listing.fields if one.key not in order)],
        height=min(max(len(draft.lines), 6), 16) * 35 + 80, alt=_("可以直接修改的记录表"),
    )  # fmt: skip
    st.caption(
        _("可以从Excel复制一块粘贴进来；最下面一行新增，选中左边的方框可删除。脱敏的内容不改就保持原样。")
    )
    filters.pages(draft.total, PAGE_SIZE)


def _frame(lines: Sequence[Line], fields: Sequence[Field]) -> pd.DataFrame:
    found: dict[str, Any] = {
        SERIAL: pd.array([line.cells.get(SERIAL) for line in lines], dtype="Int64"),
        CENTER: pd.Series([line.cells.get(CENTER) for line in lines], dtype="object"),
        STATE: pd.Series([line.cells.get(STATE) for line in lines], dtype="object"),
    }
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


def _column(one: Field) -> Any:
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


def outlook(listing: Listing, draft: Draft) -> None:
    """What saving would do, conflicts, and the one button that saves."""
    current, changes = now(listing, draft)
    if wrong := moved(current):
        said = "、".join(f"#{one}" for one in wrong[:20])
        st.warning(escaped(_("已有记录不能换中心，这一列的改动不算：{said}").format(said=said)))
    if not changes:
        st.caption(_("改好后，这里先列出每一处原来是什么、改成什么，再一次保存。"))
        return
    try:
        found = preview_changes(listing.session, listing.id, changes)
    except Told as told:
        say(told)
        return
    st.subheader(_("将要{summary}").format(summary=summary(found)), anchor=False)
    beside = [one for one in found if one.conflict]
    if beside:
        conflicts(listing, current, beside, _settle)
    problems = sum(len(one.problems) for one in found)
    if problems:
        st.error(
            _("有{count}处要改。改好之前什么都不会写入，您填的内容都还在。").format(count=problems),
            icon=":material/error:",
        )
    preview([one for one in found if not one.conflict], {one.key: one.words for one in listing.fields})
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("保存{count}行改动").format(count=numbers.whole(len(changes))), key="save the sheet",
            type="primary", icon=":material/save:", disabled=bool(problems or beside), on_click=_save,
            args=(listing.page.viewer, listing.id, changes),
        )  # fmt: skip
        st.button(
            _("放弃改动"), key="forget the sheet", icon=":material/delete_sweep:", on_click=forget,
            args=(listing.id,),
        )  # fmt: skip


def _save(viewer: Viewer, register_id: int, changes: Sequence[RowChange]) -> None:
    def act(session: ScopedSession) -> int:
        return save_changes(session, register_id, ChangeSetKind.EDITOR, "", changes)

    def done(made: int) -> str:
        st.session_state[last_set(register_id)] = made
        forget(register_id)
        return _("已保存{count}行改动。").format(count=len(changes))

    press(viewer, done, act)


def _settle(listing: Listing, entry_id: int, mine: bool) -> None:
    """The others' rows stay as they are typed, under a new editor."""
    draft: Draft = st.session_state[draft_key(listing.id)]
    current, _changes = now(listing, draft)
    with reading(listing.page.viewer) as session:
        fresh = as_it_stands(listing, session, entry_id)
    st.session_state.pop(editor_key(listing.id, draft.mount), None)
    st.session_state.pop(edits_key(listing.id), None)
    settled_draft = settled(current, fresh, entry_id, mine=mine)
    st.session_state[draft_key(listing.id)] = replace(settled_draft, mount=draft.mount)
