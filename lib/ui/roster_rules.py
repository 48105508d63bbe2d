"""The rules of staffing on the screen: what holds here and who decided it, deciding another value with what
would follow, and what breaks them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from db.models.roster import RuleKind
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.centers.queries import CenterCard
from lib.i18n import _, mark, numbers
from lib.roster.rules.commands import EARLIEST, GREATEST, LATEST, LONGEST_REASON, REFUSABLE, decide_rule
from lib.roster.rules.queries import BreachPage, Decision, RuleRow, count_if_decided
from lib.roster.rules.rules import Rule
from lib.roster.words import RULE_WORDS
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.tables import SELECTION, chosen_row

# Of what a rule counts.
UNITS: dict[RuleKind, tuple[str, str, str]] = {
    RuleKind.FULL_TIME_PER_GRID: (mark("{least}人"), mark("{least}至{most}人"), mark("{count}个网格不符合")),
    RuleKind.GRIDS_PER_PERSON: (mark("{least}个"), mark("不超过{most}个"), mark("{count}人不符合")),
    RuleKind.ONE_FOUR_X: (mark("{least}类齐全"), mark("{least}至{most}类"), mark("{count}个网格不符合")),
    RuleKind.HOUSEHOLDS_PER_GRID: (
        mark("{least}户"), mark("{least}至{most}户"), mark("{count}个网格不符合")
    ),
}  # fmt: skip
KIND, LEAST, MOST, WATCHED, REFUSES, SINCE, REASON = (
    f"staffing rule {name}" for name in ("kind", "least", "most", "watched", "refuses", "since", "reason")
)


def limits_said(kind: RuleKind, least: int, most: int) -> str:
    one, two, _count = UNITS[kind]
    return (_(one) if least == most else _(two)).format(least=least, most=most)


def cards(rows: tuple[RuleRow, ...], counts: dict[RuleKind, int]) -> None:
    """What holds here, rule by rule, with how much breaks it."""
    with st.grid(columns=4, min_column_width=210):
        for row in rows:
            rule, count = row.rule, counts[row.rule.kind]
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.caption(_(RULE_WORDS[rule.kind]))
                st.markdown(f"**{escaped(limits_said(rule.kind, rule.least, rule.most))}**")
                if not rule.watched:
                    st.badge(_("不检查"), icon=":material/visibility_off:", color="gray")
                elif count:
                    words = _(UNITS[rule.kind][2]).format(count=numbers.whole(count))
                    st.badge(words, icon=":material/warning:", color="orange")
                else:
                    st.badge(_("全部符合"), icon=":material/check_circle:", color="green")
                st.caption(escaped(_decided(row)))


def _decided(row: RuleRow) -> str:
    """Who decided it since when, and whether it forbids."""
    handled = _("超过上限的禁止保存，其他只列出。") if row.rule.refuses else _("不符合的只列出，不禁止。")
    if not row.rule.watched:
        handled = ""
    if row.rule.since is None:
        return _("系统默认，各级还没有另作规定。{handled}").format(handled=handled)
    return _("{center}规定，自{day}起。{handled}").format(
        center=row.center_name, day=numbers.day(row.rule.since), handled=handled
    )


def broken_table(found: BreachPage, key: str) -> tuple[str, int | None] | None:
    """What breaks the rules; answers the grid and the person of the chosen row."""
    table = {
        _("网格名称"): [one.grid_name for one in found.rows],
        _("问题"): [one.sentence for one in found.rows],
        _("所在中心"): [one.center_name for one in found.rows],
        _("规则"): [_(RULE_WORDS[one.kind]) for one in found.rows],
        _("网格代码"): [one.grid_code for one in found.rows],
    }
    event = st.dataframe(
        pd.DataFrame(table), key=key, hide_index=True, on_select="rerun", selection_mode=SELECTION,
        column_config={_("问题"): st.column_config.TextColumn(width=460)},
        alt=_("不符合配备规则的网格和人员，点一行打开"),
    )  # fmt: skip
    row = chosen_row(event, len(found.rows))
    return None if row is None else (found.rows[row].grid_code, found.rows[row].person_id)


def history(rows: tuple[Decision, ...]) -> None:
    """Every decision of this center, of those above it and of those below it."""
    if not rows:
        st.caption(_("各级还没有另作规定，按系统默认执行。"))
        return
    st.dataframe(
        pd.DataFrame(
            {
                _("规则"): [_(RULE_WORDS[one.kind]) for one in rows],
                _("标准"): [limits_said(one.kind, one.least, one.most) for one in rows],
                _("规定单位"): [one.center_name for one in rows],
                _("施行日期"): [one.since.isoformat() for one in rows],
                _("处理"): [_handled(one) for one in rows],
                _("状态"): [_("现行") if one.holds else _("未施行或已被替代") for one in rows],
                _("依据"): [one.reason for one in rows],
                _("设定人"): [one.decided_by for one in rows],
                _("设定时间"): [numbers.table_moment(one.decided_at) for one in rows],
            }
        ),
        hide_index=True,
        alt=_("历次设定的配备规则，最近的在前"),
    )


def _handled(one: Decision) -> str:
    if not one.watched:
        return _("不检查")
    return _("禁止") if one.refuses else _("列出")


def deciding(
    page: Page,
    session: ScopedSession,
    center: CenterCard,
    rows: tuple[RuleRow, ...],
    decided: tuple[Decision, ...],
    counts: dict[RuleKind, int],
) -> None:
    """Another value, with how much would break it; only for those who may decide, for a center of theirs."""
    viewer, code = page.viewer, center.center.code
    if not viewer.may(Permission.SET_STAFFING_RULES) or not viewer.scope.covers(code):
        return
    rules = {row.rule.kind: row.rule for row in rows}
    with st.expander(
        escaped(_("为{center}及下级设定新标准").format(center=center.center.name)),
        icon=":material/edit:", key="decide a staffing rule",
    ):  # fmt: skip
        words = {one.value: _(said) for one, said in RULE_WORDS.items()}
        chosen = st.selectbox(
            _("规则"), list(words), format_func=lambda one: words[one], key=KIND, on_change=_forget
        )
        kind = RuleKind(chosen)
        rule = rules[kind]
        own = [one for one in decided if one.kind is kind and one.center_code == code]
        seen = max((one.id for one in own), default=None)
        least, most = _numbers(rule)
        with st.container(horizontal=True, gap="medium"):
            watched = st.checkbox(_("列出不符合的"), value=rule.watched, key=WATCHED)
            refuses = False
            if kind in REFUSABLE:
                refuses = st.checkbox(
                    _("超过上限时禁止保存"), value=rule.refuses, key=REFUSES, disabled=not watched
                )
        since = st.date_input(
            _("自哪天起施行"), value=page.today, min_value=EARLIEST, max_value=LATEST, key=SINCE,
            format="YYYY-MM-DD",
        )  # fmt: skip
        reason = st.text_input(
            _("依据"), key=REASON, max_chars=LONGEST_REASON, placeholder=_("文件名称和文号")
        )
        if least > most:
            st.error(_("下限不能大于上限。"), icon=":material/error:")
            return
        _preview(session, code, kind, least, most, counts[kind], watched)
        st.button(
            _("设定标准"), key="decide the rule", type="primary", icon=":material/gavel:",
            on_click=_decide, disabled=not reason.strip() or not isinstance(since, date),
            args=(viewer, code, kind, least, most, watched, refuses and watched, since, reason, seen),
        )  # fmt: skip
        if not reason.strip():
            st.caption(_("写明依据后才能设定。规则只增加不修改，原来的标准留在历史中。"))


def _numbers(rule: Rule) -> tuple[int, int]:
    greatest = GREATEST[rule.kind]
    with st.container(horizontal=True, gap="medium"):
        least = st.number_input(
            _("不少于"), min_value=0, max_value=greatest, value=rule.least, step=1, key=LEAST
        )
        most = st.number_input(
            _("不多于"), min_value=0, max_value=greatest, value=rule.most, step=1, key=MOST
        )
    return int(least), int(most)


def _preview(
    session: ScopedSession, code: str, kind: RuleKind, least: int, most: int, now: int, watched: bool
) -> None:
    if not watched:
        st.info(_("不再检查这条规则，也不列出不符合的。"), icon=":material/visibility_off:")
        return
    then = count_if_decided(session, code, kind, least, most)
    st.info(
        _("按新标准“{limits}”，今天有{then}（现在{now}）。下级另有规定的仍按其规定。").format(
            limits=limits_said(kind, least, most),
            then=_(UNITS[kind][2]).format(count=numbers.whole(then)),
            now=numbers.whole(now),
        ),
        icon=":material/preview:",
    )


def _forget() -> None:
    """Another rule begins with what holds of it."""
    for key in (LEAST, MOST, WATCHED, REFUSES):
        st.session_state.pop(key, None)


def _decide(
    viewer: Viewer,
    code: str,
    kind: RuleKind,
    least: int,
    most: int,
    watched: bool,
    refuses: bool,
    since: date,
    reason: str,
    seen: int | None,
) -> None:
    press(
        viewer,
        _("已设定“{rule}”为{limits}，自{day}起施行。").format(
            rule=_(RULE_WORDS[kind]), limits=limits_said(kind, least, most), day=numbers.day(since)
        ),
        lambda session: decide_rule(
            session, code, kind, least, most, watched, refuses, since, reason, seen
        ),
        empties=(REASON,),
        forgets=(LEAST, MOST, WATCHED, REFUSES, SINCE),
    )  # fmt: skip
