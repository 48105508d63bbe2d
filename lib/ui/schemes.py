"""Schemes on the screen: the list, what a wording says, how it came about, and who decides on it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from db.models.assessment import SchemeState
from db.scope import ScopedSession
from lib import clock
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.i18n import _, listed, numbers
from lib.metrics.registered import metric_named
from lib.schemes.commands import LONGEST_REASON, draft_next, draft_scheme, move_draft
from lib.schemes.differences import differences
from lib.schemes.queries import SchemeRow, Wording
from lib.schemes.scheme import PUBLISHED_WORDS, RHYTHM_WORDS, SUBJECT_WORDS, plain, rule_words
from lib.schemes.states import SCHEME, STATE_WORDS
from lib.schemes.templates import TEMPLATE_WORDS, Template, definition
from lib.ui import filters
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.scheme_draft import NOTHING_DUE_WORDS
from lib.ui.scheme_rewards import rewards_words
from lib.ui.tables import SELECTION, chosen_row
from lib.workflow import Step

MONTHS_AHEAD = 12


def may_edit(page: Page, center_code: str) -> bool:
    return page.viewer.may(Permission.EDIT_SCHEMES) and page.viewer.scope.covers(center_code)


def listing(rows: tuple[SchemeRow, ...]) -> None:
    """All schemes; a row chooses the one that is shown below."""
    key, ids = "table of schemes", tuple(row.id for row in rows)
    held = [row.in_force or row.in_work for row in rows]
    subjects = [_(SUBJECT_WORDS[one.scheme.subject]) if one else numbers.NOTHING for one in held]
    rhythms = [_(RHYTHM_WORDS[one.scheme.rhythm]) if one else numbers.NOTHING for one in held]
    st.dataframe(
        pd.DataFrame(
            {
                _("方案"): [row.name for row in rows],
                _("考核对象"): subjects,
                _("周期"): rhythms,
                _("现行版本"): [_version(row.in_force) for row in rows],
                _("开始月份"): [
                    numbers.month(row.in_force.first_month) if row.in_force else numbers.NOTHING
                    for row in rows
                ],
                _("正在办理"): [
                    _(STATE_WORDS[row.in_work.state]) if row.in_work else numbers.NOTHING for row in rows
                ],
            }
        ),
        key=key,
        hide_index=True,
        on_select=lambda: _choose(key, ids),
        selection_mode=SELECTION,
        alt=_("考核方案，点一行查看"),
    )


def _version(wording: Wording | None) -> str:
    return _("第{number}版").format(number=wording.number) if wording else numbers.NOTHING


def _choose(key: str, ids: tuple[int, ...]) -> None:
    row = chosen_row(st.session_state[key], len(ids))
    if row is not None:
        st.query_params["scheme"] = str(ids[row])


def chosen(rows: tuple[SchemeRow, ...]) -> SchemeRow:
    words = {str(row.id): row.name for row in rows}
    key = filters.choice("scheme", _("查看方案"), words, next(iter(words)))
    return next(row for row in rows if str(row.id) == key)


def in_words(wording: Wording) -> None:
    """Everything that a wording says."""
    scheme = wording.scheme
    facts = [
        _("对象：{subject}").format(subject=_(SUBJECT_WORDS[scheme.subject])),
        _(RHYTHM_WORDS[scheme.rhythm]),
        _("自{month}起").format(month=numbers.month(wording.first_month)),
        _("满分{whole}").format(whole=plain(scheme.whole)),
        _("公布：{published}").format(published=_(PUBLISHED_WORDS[scheme.published])),
        _("没有应办事项：{nothing}").format(nothing=_(NOTHING_DUE_WORDS[scheme.nothing_due])),
        _("依据：{source}").format(source=scheme.source),
    ]
    if scheme.grades:
        grades = listed(
            _("{name}≥{least}").format(name=name, least=plain(least)) for least, name in scheme.grades
        )
        facts.append(_("等级：{grade}").format(grade=grades))
    st.caption(escaped(" · ".join(facts)))
    earned = rewards_words(scheme)
    if earned:
        st.caption(escaped(_("奖励：{rewards}").format(rewards=earned)))
    lines = scheme.indicators
    by_hand = _("手工填报")
    st.dataframe(
        pd.DataFrame(
            {
                _("指标"): [one.name for one in lines],
                _("取数"): [_(metric_named(one.metric).words) if one.metric else by_hand for one in lines],
                _("计分规则"): [rule_words(one) for one in lines],
                _("小基数界线"): [one.least_base or None for one in lines],
                _("依据"): [one.source for one in lines],
            }
        ),
        key=f"lines of {wording.id}",
        hide_index=True,
        height="content",
        placeholder=numbers.NOTHING,
        column_config={_("计分规则"): st.column_config.TextColumn(width="large")},
        alt=_("方案的各项指标和计分规则"),
    )


def history(found: tuple[Wording, ...]) -> None:
    """Every version: who, when, why, and what it says otherwise than the one before."""
    with st.expander(_("历次版本（{count}）").format(count=len(found)), icon=":material/history:"):
        for number, one in enumerate(found):
            before = found[number + 1] if number + 1 < len(found) else None
            said = [
                _("{person}起草于{moment}").format(
                    person=one.drafted_by, moment=numbers.table_moment(one.drafted_at)
                )
            ]
            if one.decided_by:
                said.append(
                    _("{person}审定于{moment}").format(
                        person=one.decided_by, moment=numbers.table_moment(one.decided_at)
                    )
                )
            if one.reason:
                said.append(_("理由：{reason}").format(reason=one.reason))
            st.markdown(f"**{escaped(_version(one))} · {escaped(_(STATE_WORDS[one.state]))}**")
            st.caption(escaped(" · ".join(said)))
            if before is not None:
                changes(before, one)


def changes(before: Wording, after: Wording) -> None:
    found = differences(before.scheme, after.scheme)
    if not found:
        st.caption(_("与上一版内容相同。"))
    for sentence in found:
        st.markdown(f"- {escaped(sentence)}")


# -- drafting and deciding


def begin_next(page: Page, row: SchemeRow) -> None:
    """The next wording of a scheme, which begins as what holds."""
    if row.in_work is not None or not may_edit(page, row.center_code):
        return
    month = clock.start_of_month(page.today)
    st.button(
        _("修改方案"), key="draft next", icon=":material/edit:", on_click=press,
        args=(
            page.viewer, _("已按现行方案起草下一版，审定后生效。"),
            lambda session: draft_next(session, row.id, month),
        ),
    )  # fmt: skip


def new_scheme(page: Page) -> None:
    """A new scheme from one of the usual ones, for what lies below the person's own center."""
    if not page.viewer.may(Permission.EDIT_SCHEMES):
        return
    with st.expander(_("起草新方案"), icon=":material/add:", key="new scheme"):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            with st.container(width=300):
                st.selectbox(
                    _("从常用方案开始"), list(TEMPLATE_WORDS), key="template",
                    format_func=lambda one: _(TEMPLATE_WORDS[one]),
                )  # fmt: skip
            with st.container(width=320):
                st.text_input(_("名称（不填用常用方案的名称）"), key="name of the scheme", max_chars=60)
            st.button(
                _("起草"), key="draft scheme", type="primary", on_click=_draft,
                args=(page.viewer, clock.start_of_month(page.today)),
            )  # fmt: skip
        st.caption(_("起草后可以改动每一项；由另一个人审定后才生效。"))


def _draft(viewer: Viewer, month: Any) -> None:
    template = Template(st.session_state.get("template", Template.TOWNS))
    said = definition(template, st.session_state.get("name of the scheme", ""))

    def act(session: ScopedSession) -> None:
        draft_scheme(session, viewer.center_code, said, month)

    press(viewer, _("已起草“{name}”，请在下方修改后提交审定。").format(name=said["name"]), act,
          ("name of the scheme",))  # fmt: skip


def decisions(page: Page, wording: Wording, unsaved: bool) -> None:
    """What may be done to a draft; the one who drafted it sees why somebody else has to decide."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for step in SCHEME.open_to(page.viewer, wording.state):
            if step.action == "propose" and unsaved:
                st.button(
                    _(step.words), key=f"{step.action} {wording.id}", disabled=True, icon=":material/lock:",
                    help=_("有改动还没有保存，请先保存草稿。"),
                )  # fmt: skip
            else:
                _decision(page, wording, step)


def _decision(page: Page, wording: Wording, step: Step[SchemeState]) -> None:
    label = _(step.words)
    if step.by_another and wording.drafted_by_id == page.viewer.account_id:
        st.button(
            label, key=f"{step.action} {wording.id}", disabled=True, icon=":material/lock:",
            help=_("这份方案由您起草，须由另一个人{action}。").format(action=label),
        )  # fmt: skip
        return
    if not step.asks_reason and step.action == "take back":
        _decide_button(page, wording, step)
        return
    with st.popover(label, key=f"open {step.action} {wording.id}"):
        st.text_input(
            _("理由") if step.asks_reason else _("说明（可不填）"), key=f"why {step.action} {wording.id}",
            max_chars=LONGEST_REASON,
        )  # fmt: skip
        _decide_button(page, wording, step)


def _decide_button(page: Page, wording: Wording, step: Step[SchemeState]) -> None:
    st.button(
        _(step.words), key=f"{step.action} {wording.id}", on_click=_decide,
        args=(page.viewer, wording.id, step.action, step.words, wording.seen),
    )  # fmt: skip


def _decide(viewer: Viewer, version_id: int, action: str, words: str, seen: int) -> None:
    reason = st.session_state.get(f"why {action} {version_id}", "")
    press(
        viewer,
        _("{action}：已完成。").format(action=_(words)),
        lambda session: move_draft(session, version_id, action, reason, seen),
        forgets=(f"draft {version_id}",),
    )
