"""What is done with several entries at once: a step of the workflow, or one value in one field; with what
would come of it before, and a way back after."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from db.models.register import ChangeSetKind
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.registers.bulk.queries import OpenMove, moves_for
from lib.registers.changes.commands import move_all, save_changes, undo_changes
from lib.registers.changes.judging import RowChange
from lib.registers.changes.queries import KIND_WORDS, change_sets_of, preview_changes
from lib.registers.entries.commands import LONGEST_WORDS
from lib.registers.entries.rows import EntryRow
from lib.registers.seeing import editable
from lib.ui import bulk_filling
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.register_listing import Listing
from lib.ui.register_print import print_button

STEP, REASON = "step for several", "reason for several"
MOST_SETS = 20


def may_change(listing: Listing) -> bool:
    return not listing.card.closed and listing.page.viewer.may(Permission.FILL_REGISTERS)


def actions(listing: Listing, rows: Sequence[EntryRow]) -> None:
    """At the bottom of the window, where it is seen beside whatever rows are chosen."""
    if not rows:
        st.caption(_("点一格打开记录；勾选左边的方框可批量办理。"))
        return
    steps = moves_for(listing.session, listing.id, tuple(row.id for row in rows))
    fields = _fillable(listing) if any(listing.design.stage(row.state).editable for row in rows) else {}
    with st.bottom, st.container(horizontal=True, gap="small", vertical_alignment="center"):
        words = _("已选{count}条").format(count=numbers.whole(len(rows)))
        st.markdown(f"**{escaped(words)}**", width="content")
        if steps:
            with st.popover(_("批量办理"), icon=":material/done_all:", key="move several"):
                _moving(listing, rows, steps)
        if fields:
            with st.popover(_("批量填写"), icon=":material/edit_note:", key="fill several"):
                _filling(listing, rows, fields)
        if listing.design.exported:
            print_button(
                listing.page.viewer,
                listing.session,
                listing.id,
                tuple(row.id for row in rows),
                "print several",
            )
        if not steps and not fields:
            st.caption(_("所选记录现在没有您可以办理的步骤，内容也不能修改。"))


def _moving(listing: Listing, rows: Sequence[EntryRow], steps: tuple[OpenMove, ...]) -> None:
    by_key = {one.move.key: one for one in steps}

    def label(key: str) -> str:
        return _("{step}（{count}条可办）").format(step=by_key[key].move.words, count=len(by_key[key].seen))

    chosen = by_key[st.selectbox(_("步骤"), list(by_key), format_func=label, key=f"{STEP} {listing.id}")]
    drawn = {row.id: row.version for row in rows}
    # The versions that were on the screen: what was written since is refused.
    seen = {key: drawn[key] for key in chosen.seen if key in drawn}
    left = [row for row in rows if row.id not in seen]
    if left:
        numbers_left = "、".join(f"#{row.serial}" for row in left[:20])
        st.caption(
            escaped(
                _("这{count}条不能这样办理，保持不变：{numbers}").format(
                    count=len(left), numbers=numbers_left
                )
            )
        )
    st.text_input(
        _("理由") if chosen.move.asks_reason else _("说明（可不填）"), key=REASON, max_chars=LONGEST_WORDS
    )
    target = listing.design.stage(chosen.move.target).words
    st.button(
        escaped(
            _("{step}{count}条，变为“{state}”").format(step=chosen.move.words, count=len(seen), state=target)
        ),
        key="move all",
        type="primary",
        icon=":material/done_all:",
        on_click=_move,
        args=(listing.page.viewer, listing.id, seen, chosen.move.key, chosen.move.words),
    )


def _move(viewer: Viewer, register_id: int, seen: dict[int, int], action: str, words: str) -> None:
    reason = str(st.session_state.get(REASON, ""))
    press(
        viewer,
        lambda count: _("已{step}{count}条。").format(step=words, count=count),
        lambda session: move_all(session, register_id, seen, action, reason),
        empties=(REASON,),
    )


def _fillable(listing: Listing) -> dict[str, Field]:
    keys = editable(listing.page.viewer, listing.design)
    return {one.key: one for one in listing.fields if one.key in keys}


def _filling(listing: Listing, rows: Sequence[EntryRow], fields: dict[str, Field]) -> None:
    def changes(field: Field, typed: object) -> list[RowChange]:
        return [RowChange(row.id, {field.key: typed}, row.version) for row in rows]

    bulk_filling.filling(
        fields,
        lambda field, typed: preview_changes(listing.session, listing.id, changes(field, typed)),
        lambda field, typed: _fill(listing.page.viewer, listing.id, field, changes(field, typed)),
    )


def _fill(viewer: Viewer, register_id: int, field: Field, changes: Sequence[RowChange]) -> None:
    press(
        viewer,
        lambda _key: _("已保存。需要时可在“改动批次”里撤销。"),
        lambda session: save_changes(session, register_id, ChangeSetKind.BULK, field.label, changes),
        forgets=bulk_filling.value_keys(field),
    )


def batches(listing: Listing) -> None:
    """What was changed at once lately, and the way back."""
    if not listing.page.viewer.may(Permission.FILL_REGISTERS):
        return
    box = st.popover(_("改动批次"), icon=":material/history:", key="change sets", on_change="rerun")
    if not box.open:
        return
    with box:
        found = change_sets_of(listing.session, listing.id, MOST_SETS)
        if not found:
            st.caption(_("还没有批量的改动。"))
        for one in found:
            words = _("{moment} {person} {kind}{source}：新增{made}、修改{edited}、删除{removed}").format(
                moment=numbers.moment(one.done_at), person=one.done_by, kind=_(KIND_WORDS[one.kind]),
                source=f"“{one.source}”" if one.source else "", made=one.made, edited=one.edited,
                removed=one.removed,
            )  # fmt: skip
            st.markdown(escaped(words))
            if one.undone_at is not None:
                st.caption(escaped(_("{person}已撤销").format(person=one.undone_by or "")))
            elif may_change(listing):
                st.button(
                    _("撤销这一批"), key=f"undo {one.id}", icon=":material/undo:", on_click=_undo,
                    args=(listing.page.viewer, one.id),
                )  # fmt: skip


def _undo(viewer: Viewer, change_set_id: int) -> None:
    press(
        viewer,
        lambda count: _("已撤销，{count}条恢复原样。").format(count=count),
        partial(_undone, change_set_id),
    )


def _undone(change_set_id: int, session: ScopedSession) -> int:
    return undo_changes(session, change_set_id)
