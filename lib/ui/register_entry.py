"""One entry's page: what it is, where it stands in its workflow, and the steps that can be taken now."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.errors import Told
from lib.i18n import _, numbers
from lib.registers.design import Design, Move, StageKind
from lib.registers.entries.commands import move_entry, remove_entry, restore_entry
from lib.registers.entries.queries import EntryCard, entry_card
from lib.registers.filling.queries import BlankEntry, blank_entry
from lib.registers.naming.queries import fillers
from lib.ui import drafts
from lib.ui.menu import BY_NAME
from lib.ui.page import LAST_CENTER, Page, say, way_back
from lib.ui.plain import escaped
from lib.ui.pressing import number_said, press
from lib.ui.register_form import changed, keep, marking
from lib.ui.register_widgets import Filling

NOBODY = 0  # the number of no entry
LIST = "register"
STAGE_COLORS = {
    StageKind.DRAFT: "blue",
    StageKind.WAITING: "orange",
    StageKind.DONE: "green",
    StageKind.REFUSED: "red",
}


@dataclass(frozen=True)
class Opened:
    page: Page
    card: EntryCard

    @property
    def filling(self) -> Filling:
        card = self.card
        return Filling(
            card.register_id, card.row.id, card.design, card.fields, card.may_edit, card.row.cells,
            card.row.kept, card.row.version,
        )  # fmt: skip

    @property
    def may_fill(self) -> bool:
        """Whether this person writes into it while its stage is open."""
        return not self.card.closed and self.page.viewer.may(Permission.FILL_REGISTERS)


def open_entry(page: Page, session: ScopedSession) -> Opened | None:
    """The entry that the address names; a sentence and a way out where there is none."""
    try:
        card = entry_card(session, number_said("entry") or NOBODY)
    except Told as told:
        _refused(told)
        return None
    # A link from one entry to another draws it but leaves the address alone; said once more, it follows.
    st.query_params["entry"] = str(card.row.id)
    return Opened(page, card)


def open_blank(page: Page, session: ScopedSession) -> tuple[Filling, str] | None:
    """A new entry of the register that the address names, and the center whose it becomes."""
    try:
        blank = blank_entry(session, number_said("register") or NOBODY)
    except Told as told:
        _refused(told)
        return None
    filling = Filling(
        blank.register_id, None, blank.design, blank.fields, blank.may_edit, blank.cells, blank.kept, None
    )
    return filling, _center_of(page, session, blank)


def _center_of(page: Page, session: ScopedSession, blank: BlankEntry) -> str:
    """The one that the address names, or that was looked at last, or the own one; "" where none of them
    has entries in this register."""
    looked_at = (st.query_params.get("center", ""), st.session_state.get(LAST_CENTER, ""))
    own = page.viewer.center_code if blank.own else ""
    for code in (*looked_at, own):
        found = fillers(session, blank.register_id, str(code)) if code else ()
        same = [one for one in found if one.partition(" ")[0] == code]
        if same:
            return same[0]
    only = fillers(session, blank.register_id, "")
    return only[0] if len(only) == 1 else ""


def _refused(told: Told) -> None:
    say(told)
    _way_out(None)


def _way_out(register_id: int | None) -> None:
    """Back to the list that it was opened from, or to the list of its register."""
    back = way_back()
    if back is not None and back[0] != "entry":
        st.page_link(
            BY_NAME[back[0]].file, label=_("返回"), query_params=back[1], icon=":material/arrow_back:"
        )
    elif LIST in BY_NAME and register_id is not None:
        st.page_link(
            BY_NAME[LIST].file, label=_("返回台账"), query_params={LIST: str(register_id)},
            icon=":material/arrow_back:",
        )  # fmt: skip


def head_of_new(filling: Filling) -> None:
    _way_out(filling.register_id)
    st.title(escaped(_("新增记录：{register}").format(register=filling.design.words)), anchor=False)
    if filling.design.about_words:
        st.caption(escaped(filling.design.about_words))


def head(opened: Opened) -> None:
    """What it is, whose, and where it stands."""
    card, row = opened.card, opened.card.row
    _way_out(card.register_id)
    st.title(
        escaped(_("{register}第{number}号").format(register=card.design.words, number=row.serial)),
        anchor=False,
    )
    st.caption(
        escaped(
            _("{center} · {person}登记于{made} · 最近变化{changed}").format(
                center=row.center_name,
                person=row.made_by,
                made=numbers.table_moment(row.made_at),
                changed=numbers.table_moment(row.changed_at),
            )
        )
    )
    stages(card.design, row.state)
    if row.removed:
        st.warning(_("这条记录已删除，不再计入台账。恢复后才能修改。"), icon=":material/delete:")
    if card.closed:
        st.info(_("这本台账已停用，只能查看。"), icon=":material/lock:")
    if card.written_with is not None and card.may_edit:
        st.caption(_("这条记录是按较早的设计填写的，保存后按现在的设计。"))


def stages(design: Design, state: str) -> None:
    """All stages in their order; the one where it is now has its color and a mark."""
    standing = design.stages
    if all(one.key != state for one in standing):
        standing = (*standing, design.stage(state))
    if len(standing) < 2:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="stages of the entry"):
        for number, one in enumerate(standing):
            if number:
                ends = one.kind is StageKind.REFUSED
                st.markdown(":material/more_vert:" if ends else ":material/chevron_right:", width="content")
            if one.key == state:
                color = STAGE_COLORS[one.kind]
                st.badge(escaped(one.words), icon=":material/location_on:", color=color)  # type: ignore[arg-type]
            else:
                st.markdown(f":gray[{escaped(one.words)}]", width="content")


# -- the steps


def steps(opened: Opened, seen: int | None) -> None:
    """What can be done with it now. What was typed into the form is kept with the step."""
    card = opened.card
    for move in card.moves:
        if not move.asks_reason:
            st.button(
                escaped(move.words), key=f"move {move.key}", on_click=_move, args=(opened, move, seen),
                type="secondary" if move.decides else "primary", icon=":material/arrow_forward:",
            )  # fmt: skip
            continue
        with st.popover(escaped(move.words), key=f"open {move.key}", icon=":material/edit_note:"):
            key = _reason(opened, move.key)
            st.text_area(_("理由（必填）"), key=key, max_chars=500, on_change="ignore")
            st.button(
                escaped(_("确定{step}").format(step=move.words)), key=f"move {move.key}", type="primary",
                on_click=_move, args=(opened, move, seen),
            )  # fmt: skip
    _removing(opened)


def _reason(opened: Opened, action: str) -> str:
    return f"reason to {action} entry {opened.card.row.id}"


def _move(opened: Opened, move: Move, seen: int | None) -> None:
    card, filling = opened.card, opened.filling
    reason = str(st.session_state.get(_reason(opened, move.key)) or "")

    def act(session: ScopedSession) -> None:
        version = card.row.version
        if card.may_edit and changed(filling):
            version = keep(session, filling, seen)
        move_entry(session, card.row.id, move.key, reason, version)

    done = _("已办理：{step}。").format(step=move.words)
    press(
        opened.page.viewer, done, marking(filling, act),
        empties=(_reason(opened, move.key),) if move.asks_reason else (),
        forgets=(drafts.base_of(filling.name),),
    )  # fmt: skip


def _removing(opened: Opened) -> None:
    card = opened.card
    if not opened.may_fill:
        return
    if card.row.removed:
        st.button(
            _("恢复这条记录"), key="restore the entry", icon=":material/restore_from_trash:",
            on_click=_restore, args=(opened,),
        )  # fmt: skip
    elif card.design.stage(card.row.state).editable:
        with st.popover(_("删除"), key="open removing", icon=":material/delete:"):
            key = _reason(opened, "remove")
            st.text_area(_("删除理由（必填）"), key=key, max_chars=500, on_change="ignore")
            st.caption(_("删除后仍可查看历史，也可以恢复。"))
            st.button(_("确定删除"), key="remove the entry", type="primary", on_click=_remove, args=(opened,))


def _remove(opened: Opened) -> None:
    row, key = opened.card.row, _reason(opened, "remove")
    why = str(st.session_state.get(key) or "")
    press(
        opened.page.viewer, _("已删除。需要时可以恢复。"),
        lambda session: remove_entry(session, row.id, why, row.version), empties=(key,),
    )  # fmt: skip


def _restore(opened: Opened) -> None:
    row = opened.card.row
    press(
        opened.page.viewer, _("已恢复。"), lambda session: restore_entry(session, row.id, row.version)
    )  # fmt: skip
