"""Rows edited as in a spreadsheet, whatever they are rows of: the editor, what it would change, conflicts,
one save. A `Sheet` says what the rows are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import streamlit as st

from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.access.work import reading
from lib.errors import Told
from lib.fields.field import Field
from lib.i18n import _, mark, numbers
from lib.ui import filters
from lib.ui.page import say
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.register_changes import Outcome, preview, summary
from lib.ui.sheet_conflicts import conflicts
from lib.ui.sheet_draft import Draft, Line, overlaid, settled
from lib.ui.sheet_table import column_of, frame

PAGE_SIZE = 500


class Sheet(ABC):
    """What is edited. `name` tells it from other sheets of the same person; `asked` changes when other rows
    are asked for; `beside` are the columns that are no fields, by their keys, of which some can be typed
    into."""

    name: str
    viewer: Viewer
    session: ScopedSession
    fields: Sequence[Field]
    may: Collection[str]
    asked: tuple[object, ...]
    beside: Mapping[str, Any]
    open_beside: Collection[str] = ()
    order: Sequence[str]
    # Where a field's column offers something else than usual.
    columns: Mapping[str, Any] = MappingProxyType({})
    titled = mark("标题")  # what a row is called by
    grows: Literal["dynamic", "add"] = "dynamic"
    hint: str

    @abstractmethod
    def load(self) -> tuple[tuple[Line, ...], int]:
        """A page of rows, and how many there are in all."""

    @abstractmethod
    def changes(self, draft: Draft) -> list[Any]:
        """What of the draft is a change, as the commands take it."""

    def notes(self, draft: Draft) -> list[str]:
        """What was typed and does not count, in sentences."""
        return []

    @abstractmethod
    def preview(self, changes: list[Any]) -> Sequence[Outcome]: ...

    @abstractmethod
    def save(self, session: ScopedSession, changes: list[Any]) -> int:
        """The key of the change-set."""

    @abstractmethod
    def saved(self, made: int) -> None: ...

    @abstractmethod
    def fresh(self, session: ScopedSession, key: int) -> Line | None:
        """The row as it stands now; None when it is not there any more."""


def draft_key(name: str) -> str:
    return f"sheet of {name}"


def edits_key(name: str) -> str:
    """What the editor said last, beside the editor: a browser that comes back finds it here."""
    return f"edits of sheet {name}"


def editor_key(name: str, mount: int) -> str:
    return f"rows of sheet {name} {mount}"


def _columns(sheet: Sheet) -> list[str]:
    return [*sheet.open_beside, *(one.key for one in sheet.fields)]


def begin(sheet: Sheet, loaded: tuple[tuple[Line, ...], int] | None = None) -> Draft:
    lines, total = loaded or sheet.load()
    mount = getattr(st.session_state.get(draft_key(sheet.name)), "mount", 0)
    draft = Draft(lines, (), sheet.asked, total, mount + 1)
    st.session_state[draft_key(sheet.name)] = draft
    st.session_state.pop(edits_key(sheet.name), None)
    return draft


def held(sheet: Sheet) -> Draft:
    """What this person works on. It stays until they save or give it up, whatever the address says then."""
    given, name = st.session_state, sheet.name
    draft: Draft | None = given.get(draft_key(name))
    if draft is None:
        return begin(sheet)
    if editor_key(name, draft.mount) not in given:
        # Somebody was away: what they had typed is laid under a new editor.
        draft = overlaid(draft, given.pop(edits_key(name), None), _columns(sheet))
        draft = replace(draft, mount=draft.mount + 1)
        given[draft_key(name)] = draft
    else:
        given[edits_key(name)] = deepcopy(dict(given[editor_key(name, draft.mount)]))
    if not now(sheet, draft)[1]:
        # Nothing would be lost: what stands now is shown, also after an undo or somebody else's work.
        loaded = sheet.load()
        known = draft.asked == sheet.asked and editor_key(name, draft.mount) in given
        if not known or loaded != (draft.lines, draft.total):
            return begin(sheet, loaded)
    if draft.asked != sheet.asked:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(_("还有没保存的改动，表中仍是原来那些记录。"), icon=":material/edit_note:")
            st.button(_("放弃改动，按新条件载入"), key="give up the sheet", on_click=forget, args=(name,))
    return draft


def forget(name: str) -> None:
    """The mount goes on counting, so that an old editor's words are never laid over new rows."""
    draft: Draft | None = st.session_state.get(draft_key(name))
    st.session_state.pop(edits_key(name), None)
    if draft is not None:
        st.session_state.pop(editor_key(name, draft.mount), None)
        st.session_state[draft_key(name)] = Draft((), mount=draft.mount)


def now(sheet: Sheet, draft: Draft) -> tuple[Draft, list[Any]]:
    """The draft as the editor says it now, and what of it is a change."""
    said = st.session_state.get(editor_key(sheet.name, draft.mount))
    current = overlaid(draft, said, _columns(sheet))
    return current, sheet.changes(current)


def editor(sheet: Sheet, draft: Draft) -> None:
    config: dict[str, Any] = {
        **sheet.beside,
        **{one.key: column_of(one) for one in sheet.fields},
        **sheet.columns,
    }
    fixed = [key for key in sheet.beside if key not in sheet.open_beside]
    fixed += [one.key for one in sheet.fields if one.key not in sheet.may]
    st.data_editor(
        frame(draft.lines, sheet.fields, tuple(sheet.beside)), key=editor_key(sheet.name, draft.mount),
        num_rows=sheet.grows, hide_index=True, placeholder="", column_config=config, disabled=fixed,
        column_order=[*sheet.order, *(one.key for one in sheet.fields if one.key not in sheet.order)],
        height=min(max(len(draft.lines), 6), 16) * 35 + 80, alt=_("可以直接修改的记录表"),
    )  # fmt: skip
    st.caption(sheet.hint)
    filters.pages(draft.total, PAGE_SIZE)


def outlook(sheet: Sheet, draft: Draft) -> None:
    """What saving would do, conflicts, and the one button that saves."""
    current, changes = now(sheet, draft)
    for note in sheet.notes(current):
        st.warning(escaped(note))
    if not changes:
        st.caption(_("改好后，这里先列出每一处原来是什么、改成什么，再一次保存。"))
        return
    try:
        found = sheet.preview(changes)
    except Told as told:
        say(told)
        return
    st.subheader(_("将要{summary}").format(summary=summary(found)), anchor=False)
    beside = [one for one in found if one.conflict]
    if beside:
        conflicts(sheet, current, beside, _settle)
    problems = sum(len(one.problems) for one in found)
    if problems:
        st.error(
            _("有{count}处要改。改好之前什么都不会写入，您填的内容都还在。").format(count=problems),
            icon=":material/error:",
        )
    preview(
        [one for one in found if not one.conflict],
        {one.key: one.words for one in sheet.fields},
        _(sheet.titled),
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("保存{count}行改动").format(count=numbers.whole(len(changes))), key="save the sheet",
            type="primary", icon=":material/save:", disabled=bool(problems or beside), on_click=_save,
            args=(sheet, changes),
        )  # fmt: skip
        st.button(
            _("放弃改动"), key="forget the sheet", icon=":material/delete_sweep:", on_click=forget,
            args=(sheet.name,),
        )  # fmt: skip


def _save(sheet: Sheet, changes: list[Any]) -> None:
    def done(made: int) -> str:
        sheet.saved(made)
        forget(sheet.name)
        return _("已保存{count}行改动。").format(count=len(changes))

    press(sheet.viewer, done, lambda session: sheet.save(session, changes))


def _settle(sheet: Sheet, key: int, mine: bool) -> None:
    """The others' rows stay as they are typed, under a new editor."""
    draft: Draft = st.session_state[draft_key(sheet.name)]
    current, _changes = now(sheet, draft)
    with reading(sheet.viewer) as session:
        fresh = sheet.fresh(session, key)
    st.session_state.pop(editor_key(sheet.name, draft.mount), None)
    st.session_state.pop(edits_key(sheet.name), None)
    settled_draft = settled(current, fresh, key, mine=mine)
    st.session_state[draft_key(sheet.name)] = replace(settled_draft, mount=draft.mount)
