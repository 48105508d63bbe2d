"""The access list on the screen: what is in force by kind of duty, and one matter with its evaluation and
exit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import CenterCard
from lib.errors import NotFound, Told
from lib.i18n import _, numbers
from lib.lists.access.commands import LONGEST_WORDS, evaluate_matter, propose_exit
from lib.lists.access.held import TEMPLATE
from lib.lists.access.queries import Duty, Matter, duty_list
from lib.registers.entries.queries import EntryCard, entry_card
from lib.registers.queries import register_card
from lib.registers.templates import access_list as fields
from lib.ui import filters
from lib.ui.access_moves import steps
from lib.ui.list_days import day
from lib.ui.list_papers import duty_button, term_words
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.pressing import number_said, press
from lib.ui.service_list import bare
from lib.ui.tables import SELECTION, chosen_row

SOON = 30  # days before a temporary matter expires on which it is marked


def in_force(page: Page, session: ScopedSession, center: CenterCard) -> None:
    """The duty list of gridworkers as of a day, by the eight kinds."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        on = day("on", _("截至日期"), page.today)
        duties = duty_list(session, center.center.code, on)
        words = {"": _("全部")} | {one.key: one.words for one in duties}
        kind = filters.choice("kind", _("职责类别"), words)
        duty_button(page, center.center.name, duties, on)
    matters = [each for one in duties for each in one.matters]
    ending = [one for one in matters if one.until is not None and (one.until - page.today).days <= SOON]
    st.subheader(
        _("{day}可以交给网格员的事项共{count}项，临时{temporary}项").format(
            day=numbers.day(on), count=len(matters), temporary=sum(one.temporary for one in matters)
        ),
        anchor=False,
    )
    if ending:
        st.warning(
            escaped(
                _("{days}天内到期：{names}。到期自动失效，需要延续的请重新申请。").format(
                    days=SOON, names="、".join(one.name for one in ending)
                )
            ),
            icon=":material/timer:",
        )
    if not matters:
        st.info(_("这一天清单上没有事项。请由责任部门提交准入申请。"), icon=":material/info:")
    for one in duties:
        if one.matters and kind in ("", one.key):
            _kind(one)
    empty = [one.words for one in duties if not one.matters]
    if matters and empty and not kind:
        st.caption(escaped(_("没有事项的类别：{names}").format(names="、".join(empty))))
    matter_card(page, session)


def _kind(duty: Duty) -> None:
    st.markdown(f"**{escaped(duty.words)}** · {len(duty.matters)}")
    key, ids = f"matters of {duty.key}", tuple(one.entry_id for one in duty.matters)
    st.dataframe(
        frame(duty.matters), key=key, hide_index=True, on_select=lambda: open_row(key, ids),
        selection_mode=SELECTION, placeholder=numbers.NOTHING,
        column_config=_columns(), alt=_("清单上的事项，点一行查看"),
    )  # fmt: skip


def _columns() -> dict[str, Any]:
    """As wide in every kind of duty, so that they stand below each other."""
    widths = {
        _("事项"): 168, _("期限类型"): 76, _("有效期"): 180, _("频次"): 84, _("申请部门"): 158,
        _("依据"): 206, _("准入单位"): 82,
    }  # fmt: skip
    return {
        name: st.column_config.TextColumn(width=width, pinned=name == _("事项"))
        for name, width in widths.items()
    }


def frame(matters: Sequence[Matter]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("事项"): [one.name for one in matters],
            _("期限类型"): [_("临时") if one.temporary else _("长期") for one in matters],
            _("有效期"): [term_words(one.since, one.until) for one in matters],
            _("频次"): [one.frequency for one in matters],
            _("申请部门"): [one.department for one in matters],
            _("依据"): [one.basis for one in matters],
            _("准入单位"): [one.center_name for one in matters],
        }
    )


def open_row(key: str, ids: tuple[int, ...]) -> None:
    row = chosen_row(st.session_state[key], len(ids))
    if row is not None:
        st.query_params["matter"] = str(ids[row])


def matter_card(page: Page, session: ScopedSession) -> None:
    """The matter that the address names; one of a center above is told by the list alone."""
    if "matter" not in st.query_params:
        return
    try:
        card = entry_card(session, number_said("matter") or 0)
        if register_card(session, card.register_id).template != TEMPLATE:
            raise NotFound("")
    except NotFound:
        st.info(_("找不到这一事项，或它由上级准入，详情见上级清单。"), icon=":material/info:")
        return
    except Told as told:
        say(told)
        return
    with st.container(border=True):
        st.subheader(escaped(card.row.title), anchor=False)
        st.caption(
            escaped(
                _("{center} · 第{number}号 · {state}").format(
                    center=card.row.center_name, number=card.row.serial,
                    state=card.design.stage(card.row.state).words,
                )
            )
        )  # fmt: skip
        with st.grid(columns=3, min_column_width=240):
            for field in card.fields:
                if card.row.cells.get(field.key) and field.key != fields.MATTER:
                    with st.container(gap="xsmall"):
                        st.caption(escaped(field.words))
                        words = card.row.cells[field.key]
                        st.text(bare(words) if field.kind == "department" else words)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            steps(page.viewer, card, leaving=("propose_exit",))
            _evaluate(page.viewer, card)
            _leave(page, card)
            st.button(
                _("关闭"), key="close the matter", icon=":material/close:", type="tertiary", on_click=_close
            )


def _close() -> None:
    st.query_params.pop("matter", None)


def _own_in_force(viewer: Viewer, card: EntryCard) -> bool:
    own = card.row.center_code == viewer.center_code and not card.closed
    return own and card.row.state == fields.IN_FORCE


def _evaluate(viewer: Viewer, card: EntryCard) -> None:
    choices = card.design.field(fields.VERDICT)
    if not _own_in_force(viewer, card) or not viewer.may(Permission.DECIDE_ENTRIES) or choices is None:
        return
    entry, seen = card.row.id, card.row.version
    verdict, words = f"verdict on {entry}", f"evaluation of {entry}"
    with st.popover(_("年度评估"), icon=":material/rate_review:", key=f"evaluate {entry}"):
        known = {one.key: one.words for one in choices.choices if not one.retired}
        st.segmented_control(
            _("结论"),
            list(known),
            format_func=lambda key: escaped(known[key]),
            key=verdict,
            default=fields.KEEP,
        )
        st.text_area(_("评估意见"), key=words, max_chars=LONGEST_WORDS)
        st.button(
            _("记录评估"), key=f"record evaluation {entry}", type="primary",
            on_click=lambda: press(
                viewer, _("已记录年度评估。"),
                lambda session: evaluate_matter(
                    session, entry, str(st.session_state.get(verdict) or ""),
                    str(st.session_state.get(words) or ""), seen,
                ),
                empties=(words,),
            ),
        )  # fmt: skip


def _leave(page: Page, card: EntryCard) -> None:
    viewer = page.viewer
    if not any(one.key == "propose_exit" for one in card.moves) or not _own_in_force(viewer, card):
        return
    entry, seen = card.row.id, card.row.version
    reason, words = f"exit reason of {entry}", f"exit evaluation of {entry}"
    with st.popover(_("申请退出"), icon=":material/logout:", key=f"leave {entry}"):
        this_year = card.row.cells.get(fields.EVALUATED_ON, "").startswith(f"{page.today.year}-")
        st.text_area(
            _("评估意见（今年已评估，可不填）") if this_year else _("评估意见"), key=words,
            max_chars=LONGEST_WORDS,
        )  # fmt: skip
        st.text_area(_("退出原因"), key=reason, max_chars=LONGEST_WORDS)
        st.button(
            _("提交退出申请"), key=f"propose exit {entry}", type="primary",
            on_click=lambda: press(
                viewer, _("已提交退出申请，等待另一个人审核。"),
                lambda session: propose_exit(
                    session, entry, str(st.session_state.get(words) or ""),
                    str(st.session_state.get(reason) or ""), seen,
                ),
                empties=(words, reason),
            ),
        )  # fmt: skip
