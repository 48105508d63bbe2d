"""How each kind of round is planned: what is asked of which level and until when; and opening one by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.models.scheduling import RoundKind
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import LEVEL_WORDS
from lib.i18n import _, mark, numbers
from lib.scheduling.opening import Planned
from lib.scheduling.plan import EVERY, FIELD_WORDS, KIND_WORDS, FieldKind, Plan, period_before
from lib.scheduling.planning.commands import open_by_hand
from lib.scheduling.planning.queries import rounds_planned
from lib.ui import filters
from lib.ui.menu import BY_NAME
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.rounds import USUAL_KIND, limit_words, period_words

NEEDED = mark("＊")


def plans_here(page: Page) -> bool:
    """Whether this person may change how rounds are planned."""
    viewer = page.viewer
    return viewer.may(Permission.PLAN_ROUNDS) and viewer.scope.covers(page.deployment.root_code)


def choose_kind(session: ScopedSession) -> Planned:
    found = {one.kind: one for one in rounds_planned(session)}
    words = {kind.value: _(words) for kind, words in KIND_WORDS.items()}
    with st.container(width=320):
        kind = filters.choice("kind", _("调度种类"), words, USUAL_KIND.value)
    return found[RoundKind(kind)]


def opens_words(plan: Plan) -> str:
    if not plan.opens_after:
        return _("期末当天开轮")
    return _("期末后第{days}天开轮").format(days=plan.opens_after)


def shown(one: Planned) -> None:
    """The plan as it stands: a row for each thing that is asked, a column for each level."""
    plan = one.plan
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if one.active:
            st.badge(_("自动开轮"), icon=":material/check:", color="green")
        else:
            st.badge(_("不自动开轮"), icon=":material/pause:", color="gray")
        said = [opens_words(plan)]
        if one.changed_by is not None:
            said.append(
                _("{person}于{moment}修改").format(
                    person=one.changed_by, moment=numbers.table_moment(one.changed_at)
                )
            )
        else:
            said.append(_("通用安排，没有改过"))
        st.text(" · ".join(said), width="content")
    with st.grid(columns=len(plan.levels), min_column_width=180):
        for level in plan.levels:
            ask = plan.asks[level]
            filled = sum(field.kind is FieldKind.METRIC for field in ask.fields)
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.markdown(f"**{escaped(_(LEVEL_WORDS[level]))}**")
                st.text(limit_words(ask.days, f"{ask.hour:%H:%M}"))
                st.caption(
                    escaped(
                        _("{fields}项，系统填{filled}项，人工填{typed}项").format(
                            fields=len(ask.fields), filled=filled, typed=len(ask.fields) - filled
                        )
                    )
                )
    _matrix(plan)


def _matrix(plan: Plan) -> None:
    names: dict[str, str] = {}
    for level in plan.levels:
        for field in plan.asks[level].fields:
            names.setdefault(field.key, field.name)
    table = {_("项目"): [_(name) for name in names.values()]}
    for level in plan.levels:
        asked = {field.key: field for field in plan.asks[level].fields}
        table[_(LEVEL_WORDS[level])] = [
            _(FIELD_WORDS[asked[key].kind]) + (_(NEEDED) if asked[key].needed else "")
            if key in asked
            else numbers.NOTHING
            for key in names
        ]
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        height="content",
        column_config={_("项目"): st.column_config.TextColumn(width=200, pinned=True)},
        alt=_("各级要填的项目"),
    )
    st.caption(_("“系统指标”由系统从数据中取数，填报人只核对；带＊的必填。"))


def by_hand(page: Page, one: Planned) -> None:
    """Opening a round that the clock did not open."""
    with st.popover(_("手工开轮"), icon=":material/play_arrow:", key=f"open by hand {one.kind.value}"):
        day: Any = st.date_input(
            _("到哪一天为止已经结束的一期"), value=page.today, key=f"day to open {one.kind.value}",
            format="YYYY-MM-DD",
        )  # fmt: skip
        if not isinstance(day, date):
            return
        first, last = period_before(EVERY[one.kind], day, one.plan.opens_after)
        words = _("{period}的{kind}").format(
            period=period_words(one.kind, first, last), kind=_(KIND_WORDS[one.kind])
        )
        st.text(_("将开轮：{round}").format(round=words))
        st.button(
            _("开轮"), key="open the round", type="primary", on_click=_open,
            args=(page.viewer, one.kind, day, words),
        )  # fmt: skip


def _open(viewer: Viewer, kind: RoundKind, day: date, words: str) -> None:
    press(
        viewer,
        _("已开轮：{round}，各级材料已生成。").format(round=words),
        lambda session: open_by_hand(session, kind, day),
    )


def link_to_rounds(one: Planned) -> None:
    st.page_link(
        BY_NAME["rounds"].file, label=_("查看各期"), icon=":material/event_repeat:",
        query_params={"kind": one.kind.value},
    )  # fmt: skip
