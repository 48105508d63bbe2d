"""What is done with several entries at once: a step of the workflow, or one value in one field; with what
would come of it before, and a way back after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from db.models.register import ChangeSetKind
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.errors import Told
from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.registers.bulk.queries import OpenMove, moves_for
from lib.registers.changes.commands import move_all, save_changes, undo_changes
from lib.registers.changes.judging import RowChange
from lib.registers.changes.queries import KIND_WORDS, PreviewRow, change_sets_of, preview_changes
from lib.registers.entries.commands import LONGEST_WORDS
from lib.registers.entries.rows import EntryRow
from lib.registers.seeing import editable
from lib.ui.page import say
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.register_listing import Listing
from lib.ui.register_print import print_button

STEP, REASON, FIELD, VALUE, EMPTIED = (
    "step for several", "reason for several", "field of several",
    "value for several", "empty the field of several",
)  # fmt: skip
MOST_SHOWN, MOST_SETS = 200, 20


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
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        key = st.selectbox(_("字段"), list(fields), format_func=lambda one: fields[one].words, key=FIELD)
        field = fields[key]
        emptied = st.session_state.get(f"{EMPTIED} {key}", False)
        typed = "" if emptied else _value(field)
        st.checkbox(_("清空这一项"), key=f"{EMPTIED} {key}", disabled=field.required)
    if not typed and not emptied:
        st.caption(_("填好后这里先列出每条会变成什么，再保存。"))
        return
    changes = [RowChange(row.id, {key: typed}, row.version) for row in rows]
    try:
        found = preview_changes(listing.session, listing.id, changes)
    except Told as told:
        say(told)
        return
    changing = [one for one in found if one.kind == "edited"]
    wrong = [one for one in found if one.problems or one.conflict]
    _preview(found)
    if wrong:
        st.error(
            escaped(_("有{count}条不能这样修改，先取消勾选它们再保存。").format(count=len(wrong))),
            icon=":material/error:",
        )
    elif not changing:
        st.caption(_("所选记录已经是这个内容，没有改动。"))
    else:
        st.button(
            escaped(_("把{count}条的“{field}”改好并保存").format(count=len(changing), field=field.words)),
            key="fill all",
            type="primary",
            icon=":material/save:",
            on_click=_fill,
            args=(listing.page.viewer, listing.id, field, changes),
        )


def _value(field: Field) -> object:
    key = f"{VALUE} {field.key}"
    if field.kind == "choice":
        words = {"": ""} | {one.key: one.words for one in field.choices if not one.retired}
        return st.selectbox(_("改为"), list(words), format_func=lambda one: words[one], key=key)
    if field.kind == "choices":
        words = {one.key: one.words for one in field.choices if not one.retired}
        return tuple(st.multiselect(_("改为"), list(words), format_func=lambda one: words[one], key=key))
    if field.kind == "yes_no":
        words = {"": "", "1": _("是"), "0": _("否")}
        return st.selectbox(_("改为"), list(words), format_func=lambda one: words[one], key=key)
    if field.kind == "date":
        day: Any = st.date_input(_("改为"), value=None, key=key, format="YYYY-MM-DD")
        return f"{day}" if isinstance(day, date) else ""
    return st.text_input(_("改为"), key=key).strip()


def _preview(found: Sequence[PreviewRow]) -> None:
    lines = [
        (one, label, before, after)
        for one in found
        for _key, label, before, after in (one.changed or (("", "", "", ""),))
        if one.kind != "same" or one.problems or one.conflict
    ][:MOST_SHOWN]
    if not lines:
        return
    st.dataframe(
        pd.DataFrame(
            {
                _("编号"): [one.serial for one, _label, _before, _after in lines],
                _("标题"): [one.title for one, _label, _before, _after in lines],
                _("字段"): [label for _one, label, _before, _after in lines],
                _("原来"): [before for _one, _label, before, _after in lines],
                _("改为"): [after for _one, _label, _before, after in lines],
                _("问题"): [_problem(one) for one, _label, _before, _after in lines],
            }
        ),
        hide_index=True,
        height="content" if len(lines) <= 12 else 420,
        placeholder=numbers.NOTHING,
        alt=_("每条记录会变成什么"),
    )


def _problem(one: PreviewRow) -> str | None:
    if one.conflict:
        return _("刚被别人改过，请重新勾选")
    return "".join(problem.sentence for problem in one.problems) or None


def _fill(viewer: Viewer, register_id: int, field: Field, changes: Sequence[RowChange]) -> None:
    press(
        viewer,
        lambda _key: _("已保存。需要时可在“改动批次”里撤销。"),
        lambda session: save_changes(session, register_id, ChangeSetKind.BULK, field.label, changes),
        forgets=(f"{VALUE} {field.key}", f"{EMPTIED} {field.key}"),
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
