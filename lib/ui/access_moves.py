"""The steps that a person may take with one matter of the access list now."""

from __future__ import annotations

from collections.abc import Container

import streamlit as st

from lib.access.viewer import Viewer
from lib.i18n import _
from lib.registers.design import Move
from lib.registers.entries.commands import LONGEST_WORDS, move_entry
from lib.registers.entries.queries import EntryCard
from lib.ui.plain import escaped
from lib.ui.pressing import press

ICONS = {
    "submit": "send", "admit": "verified", "refuse": "block", "end": "logout", "stay": "undo",
    "draft_again": "edit_note",
}  # fmt: skip


def steps(viewer: Viewer, card: EntryCard, leaving: Container[str] = ()) -> None:
    """`leaving` out those that have a form of their own."""
    for move in card.moves:
        if move.key in leaving:
            continue
        if not move.asks_reason:
            _button(viewer, card, move)
            continue
        opened = st.popover(escaped(move.words), icon=_icon(move), key=f"open {move.key} of {card.row.id}")
        with opened:
            st.text_area(_("理由"), key=_reason(move, card), max_chars=LONGEST_WORDS)
            _button(viewer, card, move)


def _icon(move: Move) -> str:
    return f":material/{ICONS.get(move.key, 'arrow_forward')}:"


def _reason(move: Move, card: EntryCard) -> str:
    return f"reason to {move.key} {card.row.id}"


def _button(viewer: Viewer, card: EntryCard, move: Move) -> None:
    st.button(
        escaped(move.words), key=f"{move.key} matter {card.row.id}", icon=_icon(move), on_click=_move,
        type="primary" if move.key in ("submit", "admit", "end") else "secondary", args=(viewer, card, move),
    )  # fmt: skip


def _move(viewer: Viewer, card: EntryCard, move: Move) -> None:
    key = _reason(move, card)
    reason = str(st.session_state.get(key) or "")
    press(
        viewer, _("{action}：已完成。").format(action=move.words),
        lambda session: move_entry(session, card.row.id, move.key, reason, card.row.version),
        empties=(key,) if reason else (),
    )  # fmt: skip
