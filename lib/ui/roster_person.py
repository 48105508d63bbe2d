"""What is known of a person: facts with numbers in part, posts over time, leaves, and what was changed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from db.models.roster import PostRole
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.work import acting
from lib.errors import Told
from lib.grids.words import BACKGROUND_WORDS, POST_WORDS
from lib.i18n import _, listed, numbers
from lib.roster.fields import roster_fields
from lib.roster.people.commands import set_photo, show_person_numbers
from lib.roster.people.queries import PersonCard, PostRow
from lib.roster.words import ACTION_WORDS, ENDING_WORDS, LEAVE_WORDS, POLITICAL_WORDS, SEX_WORDS
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.pressing import press

FIRST_SHOWN = 10


def post_words(one: PostRow) -> str:
    """明泰新村网格 · 专职网格员"""
    return f"{one.grid_name or one.center_name} · {_(POST_WORDS[one.role])}"


def facts(page: Page, card: PersonCard) -> None:
    """Who it is. Numbers are shown in part until somebody says why they need the whole."""
    held = [one for one in card.posts if one.standing]
    with st.container(horizontal=True, gap="medium"):
        if card.photo is not None:
            st.image(card.photo, width=120, caption=None)
        with st.container(gap="small"):
            if not held:
                st.badge(_("目前无岗位"), icon=":material/person_off:", color="gray")
            for one in held:
                words = post_words(one) + (_("（代{name}）").format(name=one.covers) if one.covers else "")
                st.badge(
                    escaped(words), icon=":material/badge:",
                    color="blue" if one.role is PostRole.FULL_TIME else "gray",
                )  # fmt: skip
            pairs = (
                (_("性别"), _(SEX_WORDS[card.sex]) if card.sex else ""),
                (_("年龄"), _("{years}岁").format(years=card.age) if card.age is not None else ""),
                (
                    _("在岗年限"),
                    _("{years}年").format(years=card.service) if card.service is not None else "",
                ),
                (_("联系电话"), card.phone),
                (_("身份证号"), card.citizen_id),
                (_("工作单位"), card.employer),
                (_("政治面貌"), _(POLITICAL_WORDS[card.political_status]) if card.political_status else ""),
                (_("人员身份"), _(BACKGROUND_WORDS[card.background]) if card.background else ""),
            )
            with st.grid(columns=4, min_column_width=150):
                for label, value in pairs:
                    with st.container(gap=None):
                        st.caption(label)
                        st.text(value or numbers.NOTHING)
    with st.container(horizontal=True, gap="small"):
        _whole_numbers(page, card)
        if page.viewer.may(Permission.KEEP_ROSTER):
            _photo(page, card)


def _whole_numbers(page: Page, card: PersonCard) -> None:
    """Shown once and kept nowhere: the next click hides them."""
    if not (card.phone or card.citizen_id) or not page.viewer.may(Permission.SEE_WHOLE_NUMBERS):
        return
    with st.popover(_("查看完整号码"), key="open unmasking", icon=":material/visibility:"):
        with st.form("unmasking", clear_on_submit=True, border=False):
            why = st.text_input(_("查看理由（必填）"), max_chars=200)
            asked = st.form_submit_button(_("查看一次"), type="primary")
        st.caption(_("查看的人、时间和理由会记入审计日志。"))
    if not asked:
        return
    try:
        with acting(page.viewer) as session:
            found = show_person_numbers(session, card.id, why)
    except Told as told:
        say(told)
        return
    with st.container(border=True, gap="xsmall"):
        st.caption(_("只显示这一次，下一次点击后隐藏。"))
        words = {"phone": _("联系电话"), "citizen_id": _("身份证号")}
        for key, value in found.items():
            st.markdown(f"{words[key]}  **{escaped(value)}**")


def _photo(page: Page, card: PersonCard) -> None:
    with st.popover(_("照片"), key="open photo", icon=":material/photo_camera:"):
        given = st.file_uploader(
            _("上传证件照（JPG或PNG，不超过5MB）"), type=["jpg", "jpeg", "png"], key=f"photo of {card.id}"
        )
        if given is not None:
            content = given.getvalue()
            st.button(
                _("保存照片"), key="save photo", type="primary", on_click=press,
                args=(page.viewer, _("照片已保存。"),
                      lambda session: set_photo(session, card.id, card.seen, content)),
            )  # fmt: skip
        if card.photo is not None:
            st.button(
                _("删除照片"), key="remove photo", on_click=press,
                args=(page.viewer, _("照片已删除。"),
                      lambda session: set_photo(session, card.id, card.seen, None)),
            )  # fmt: skip


def posts(card: PersonCard, day: date) -> None:
    """All posts, the newest first: the history that answers who was responsible when."""
    st.subheader(_("任职履历"), anchor=False)
    if not card.posts:
        st.caption(_("没有登记过岗位。"))
        return
    st.dataframe(
        pd.DataFrame(
            {
                _("岗位"): [_(POST_WORDS[one.role]) for one in card.posts],
                _("网格"): [one.grid_name or numbers.NOTHING for one in card.posts],
                _("所在中心"): [one.center_name for one in card.posts],
                _("上岗日期"): [one.since.isoformat() for one in card.posts],
                _("离岗日期"): [one.until.isoformat() if one.until else None for one in card.posts],
                _("状态"): [_state(one, day) for one in card.posts],
                _("备注"): [one.note or None for one in card.posts],
            }
        ),
        hide_index=True, placeholder=numbers.NOTHING, alt=_("任职履历，最近的在前"),
    )  # fmt: skip


def _state(one: PostRow, day: date) -> str:
    if one.standing:
        return _("代岗") if one.covers else _("在岗")
    if one.since > day:
        return _("待上岗")
    return _(ENDING_WORDS[one.ending]) if one.ending else _("已结束")


def leaves(card: PersonCard) -> None:
    if not card.leaves:
        return
    st.subheader(_("请假"), anchor=False)
    for one in card.leaves:
        st.markdown(
            escaped(
                _("{kind}：{since}至{until}").format(
                    kind=_(LEAVE_WORDS[one.kind]), since=numbers.day(one.since), until=numbers.day(one.until)
                )
                + (f"（{one.note}）" if one.note else "")
            )
        )


def beside(page: Page, session: ScopedSession, card: PersonCard) -> None:
    """Where the rest about a person stands."""
    with st.container(horizontal=True, gap="small"):
        for name, label, icon in (
            ("training", _("培训记录"), ":material/school:"),
            ("spot_checks", _("履职抽查"), ":material/fact_check:"),
            ("duty", _("巡查走访"), ":material/directions_walk:"),
            ("allowances", _("积分补助"), ":material/payments:"),
            ("accountability", _("责任追究"), ":material/gavel:"),
        ):
            if name in BY_NAME and page.viewer.may(BY_NAME[name].permission):
                st.page_link(
                    BY_NAME[name].file, label=label, icon=icon,
                    query_params={"center": card.center_code, "person": str(card.id)},
                )  # fmt: skip


def changes(card: PersonCard) -> None:
    """Who wrote what down, and when; numbers and photos are told by their name alone."""
    st.subheader(_("变动记录"), anchor=False)
    if not card.changes:
        st.caption(_("还没有在本系统中办理过变动。"))
        return
    labels = {one.key: one.words for one in roster_fields()}
    labels |= {"grid_id": _("网格"), "photo": _("照片"), "born": _("出生日期"), "ending": _("离岗原因")}
    shown = card.changes if st.session_state.get("all changes") else card.changes[:FIRST_SHOWN]
    for one in shown:
        fields = listed(labels[key] for key in one.fields if key in labels)
        line = f"**{_(ACTION_WORDS[one.action])}** {escaped(fields)}"
        about = f"{one.done_by}　{numbers.table_moment(one.done_at)}"
        if one.day is not None:
            about += _("　自{day}起").format(day=one.day)
        with st.container(gap=None):
            st.markdown(line)
            st.caption(escaped(about))
    if len(card.changes) > FIRST_SHOWN:
        st.toggle(_("显示全部{count}条").format(count=len(card.changes)), key="all changes")
