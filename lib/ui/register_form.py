"""The form of an entry, made from the design of its register: nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import streamlit as st

from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.errors import BadInput
from lib.fields import expression
from lib.fields.field import Field
from lib.fields.kinds import kind_of
from lib.i18n import _, numbers
from lib.registers.design import Design
from lib.registers.entries.commands import edit_entry, make_entry
from lib.registers.naming.labels import heading
from lib.registers.naming.queries import fillers
from lib.ui import drafts, register_widgets
from lib.ui.plain import escaped
from lib.ui.pressing import outcome, press
from lib.ui.register_widgets import WIDE, Filling, begins_with, names_of, put_into

CENTER = "center"
ACTED_BELOW = "the last action was taken below the form"


def wrong_of(name: str) -> str:
    """Under this key stands what is wrong, by the keys of the fields."""
    return f"{name} wrong"


def sections(design: Design, fields: Iterable[Field]) -> list[tuple[str, list[Field]]]:
    """The fields in their order, under the sections in theirs; those without one come first."""
    standing = [one for one in fields if not one.retired and one.kind != "attachment"]
    names = ["", *design.sections]
    names += list(dict.fromkeys(one.section for one in standing if one.section not in names))
    grouped = [(name, [one for one in standing if one.section == name]) for name in names]
    return [(name, found) for name, found in grouped if found]


def _saved(filling: Filling) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in _open_fields(filling):
        found |= begins_with(one, filling)
    return found


def _open_fields(filling: Filling) -> list[Field]:
    return [one for one in filling.fields if one.key in filling.may_edit]


def form(viewer: Viewer, session: ScopedSession, filling: Filling, *, center: str = "") -> int | None:
    """Draws the form and answers the version that a change has to name as seen. `center` is whose entry a
    new one is, "" where that has to be said."""
    words: dict[str, str] = {}
    for one in _open_fields(filling):
        words |= names_of(one)
    start = {CENTER: center} if filling.entry_id is None else {}
    seen = drafts.begin(filling.name, _saved(filling), filling.seen, words, start)
    wrong: dict[str, tuple[str, ...]] = st.session_state.get(wrong_of(filling.name), {})
    if filling.entry_id is None:
        _center(session, filling, wrong)
    for name, fields in sections(filling.design, filling.fields):
        if name:
            st.subheader(escaped(name), anchor=False)
        for wide, group in _rows(fields):
            if wide:
                _cell(group[0], filling, session, wrong)
                continue
            with st.grid(columns=2, min_column_width=260, gap="small"):
                for one in group:
                    _cell(one, filling, session, wrong)
    for sentence in wrong.get("", ()):
        st.error(escaped(sentence), icon=":material/error:")
    if filling.entry_id is None and any(one.kind == "attachment" for one in filling.fields):
        st.caption(_("保存后可以上传附件。"))
    if st.session_state.pop(ACTED_BELOW, False):
        outcome()
    st.button(
        _("保存"), key=f"save {filling.name}", type="primary", icon=":material/save:", on_click=_save,
        args=(viewer, filling, seen),
    )  # fmt: skip
    return seen


def _rows(fields: list[Field]) -> list[tuple[bool, list[Field]]]:
    """Short fields stand beside each other, each long one for itself."""
    found: list[tuple[bool, list[Field]]] = []
    for one in fields:
        if one.kind in WIDE:
            found.append((True, [one]))
        elif found and not found[-1][0]:
            found[-1][1].append(one)
        else:
            found.append((False, [one]))
    return found


def _cell(one: Field, filling: Filling, session: ScopedSession, wrong: dict[str, tuple[str, ...]]) -> None:
    with st.container(gap="xsmall"):
        if one.key in filling.may_edit:
            register_widgets.draw(one, filling, session)
        else:
            read_only(one, filling)
        for sentence in wrong.get(one.key, ()):
            st.markdown(f":red[:material/error: {escaped(sentence)}]")


def _center(session: ScopedSession, filling: Filling, wrong: dict[str, tuple[str, ...]]) -> None:
    """Whose entry it becomes."""
    key = drafts.field_of(filling.name, CENTER)
    with st.container(gap="xsmall"):
        register_widgets.named(
            escaped(_("填写单位（必填）")), key, lambda said: fillers(session, filling.register_id, said)
        )
        for sentence in wrong.get(CENTER, ()):
            st.markdown(f":red[:material/error: {escaped(sentence)}]")


def read_only(one: Field, filling: Filling) -> None:
    """What nobody types here: its words, and of a formula how they came about."""
    words = filling.cells.get(one.key, "")
    if not words and filling.entry_id is None and not kind_of(one).filled_in:
        words = _("保存后自动填写")
    said = escaped(words or numbers.NOTHING).replace("\n", "  \n")
    st.markdown(f":small[{escaped(heading(one))}]  \n{said}", help=escaped(one.help) or None)
    how = arithmetic(one, filling.fields, filling.cells)
    if how:
        st.caption(escaped(how))


def arithmetic(one: Field, fields: tuple[Field, ...], cells: dict[str, str]) -> str:
    """A formula in words and with its numbers; "" when the viewer may not see all that is in it."""
    if one.kind != "formula":
        return ""
    known = {field.key: field for field in fields}
    if not expression.named(one.formula) <= set(known):
        return ""
    values = {
        key: replace(field, label=cells.get(key) or _("未填"), label_en="") for key, field in known.items()
    }
    formula = _bare(expression.labeled(one.formula, known))
    if not any(cells.get(key) for key in expression.named(one.formula)):
        return _("= {formula}").format(formula=formula)
    with_numbers = _bare(expression.labeled(one.formula, values))
    return _("= {formula} = {numbers}").format(formula=formula, numbers=with_numbers)


def _bare(formula: str) -> str:
    return formula.replace("[", "").replace("]", "")


def table(filling: Filling) -> None:
    """The same, to be read."""
    for name, fields in sections(filling.design, filling.fields):
        if name:
            st.subheader(escaped(name), anchor=False)
        with st.container(border=True, gap="small"):
            for wide, group in _rows(fields):
                if wide:
                    read_only(group[0], filling)
                    continue
                with st.grid(columns=3, min_column_width=200, gap="small"):
                    for one in group:
                        with st.container(gap=None):
                            read_only(one, filling)


# -- saving


def changed(filling: Filling) -> dict[str, object]:
    """What the person has put in that does not stand there already; of a new entry all."""
    base = st.session_state.get(drafts.base_of(filling.name))
    saved: dict[str, Any] = base[0] if base else {}
    found: dict[str, object] = {}
    for one in _open_fields(filling):
        if not kind_of(one).filled_in:
            continue
        now = {name: st.session_state.get(drafts.field_of(filling.name, name)) for name in names_of(one)}
        if filling.entry_id is None or any(
            (value or None) != (saved.get(name) or None) for name, value in now.items()
        ):
            found[one.key] = put_into(one, filling.name)
    return found


def marking(filling: Filling, act: Callable[[ScopedSession], Any]) -> Callable[[ScopedSession], Any]:
    """The action, which keeps what is wrong with which field, so that it is told there."""

    def marked(session: ScopedSession) -> Any:
        st.session_state.pop(wrong_of(filling.name), None)
        try:
            return act(session)
        except BadInput as bad:
            if not bad.problems:
                raise
            known = {one.key for one in filling.fields} | {CENTER}
            wrong: dict[str, tuple[str, ...]] = {}
            for one in bad.problems:
                place = one.field if one.field in known else ""
                wrong[place] = tuple(dict.fromkeys((*wrong.get(place, ()), one.sentence)))
            st.session_state[wrong_of(filling.name)] = wrong
            count = sum(len(sentences) for sentences in wrong.values())
            raise BadInput(
                _("有{count}处要改，已标在各项下面；您填写的内容仍在。").format(count=count)
            ) from None

    return marked


def _save(viewer: Viewer, filling: Filling, seen: int | None) -> None:
    st.session_state[ACTED_BELOW] = True
    if filling.entry_id is None:
        press(
            viewer,
            lambda made: _opened(filling, made),
            marking(filling, lambda session: _make(session, filling)),
        )
        return
    press(
        viewer, _("已保存。"), marking(filling, lambda session: keep(session, filling, seen)),
        forgets=(drafts.base_of(filling.name),),
    )  # fmt: skip


def _opened(filling: Filling, made: int) -> str:
    """The page then shows what was made; the form for new ones begins anew."""
    st.session_state.pop(drafts.base_of(filling.name), None)
    st.session_state.pop(ACTED_BELOW, None)
    for gone in ("register", "new", "center"):
        st.query_params.pop(gone, None)
    st.query_params["entry"] = str(made)
    return _("已登记，可在下面补充附件或继续办理。")


def keep(session: ScopedSession, filling: Filling, seen: int | None) -> int:
    """Writes what was changed; the version that stands then."""
    typed = changed(filling)
    assert filling.entry_id is not None
    assert seen is not None
    return edit_entry(session, filling.entry_id, typed, seen) if typed else seen


def _make(session: ScopedSession, filling: Filling) -> int:
    """Of the center that was named by its code or its name."""
    said = str(st.session_state.get(drafts.field_of(filling.name, CENTER)) or "").strip()
    found = fillers(session, filling.register_id, said) if said else ()
    code = found[0] if len(found) == 1 else said
    return make_entry(session, filling.register_id, code.partition(" ")[0], changed(filling))
