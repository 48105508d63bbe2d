"""How points and allowances are counted: what holds, who decided it, and a new rule with its effect."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd
import streamlit as st

from db.models.roster import PostRole
from db.scope import ScopedSession
from lib import clock
from lib.access.permissions import Permission
from lib.centers.queries import CenterCard
from lib.errors import BadInput
from lib.grids.words import POST_WORDS
from lib.i18n import _, numbers
from lib.roster.rewards.commands import LONGEST_SOURCE, set_allowance_rule
from lib.roster.rewards.differing import Effect
from lib.roster.rewards.rules import MAY_BE_NONE, NUMBER_WORDS, USUAL, Rule, is_money
from lib.roster.rewards.ruling.queries import RuleRow, effect_of_rule, rule_history, rule_in_force
from lib.roster.rewards.words import amount, money
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press

SOURCE, SINCE = "source of the rule", "month of the rule"
MONTHS_BACK, MONTHS_ON = 1, 3


def draw(page: Page, session: ScopedSession, center: CenterCard, month: date) -> None:
    code = center.center.code
    held = rule_in_force(session, code, month)
    if held is None:
        st.info(_("这里还没有补助办法。可由本级或上级设定，按月生效。"), icon=":material/gavel:")
    else:
        _in_force(held, month)
    if page.viewer.may(Permission.SET_STAFFING_RULES) and page.viewer.scope.covers(code):
        _form(page, session, code, held)
    _history(rule_history(session, code))


def _in_force(held: RuleRow, month: date) -> None:
    st.subheader(_("{month}执行的办法").format(month=numbers.month(month)), anchor=False)
    st.caption(
        escaped(
            _("{center}自{since}起执行；依据：{source}；设定人：{person}").format(
                center=held.center_name, since=numbers.month(held.since), source=held.source,
                person=held.decided_by,
            )
        )
    )  # fmt: skip
    lines = [
        (_("{role}基础补助（元/月）").format(role=_(POST_WORDS[role])), amount(cents))
        for role, cents in held.rule.base.items()
    ]
    lines += [(_(words), _value(held.rule, name)) for name, words in NUMBER_WORDS.items()]
    with st.container(width=560):
        st.table(
            pd.DataFrame({_("标准"): [escaped(value) for _words, value in lines]},
                         index=[escaped(words) for words, _said in lines]),
            border="horizontal", alt=_("现行补助办法的各项标准"),
        )  # fmt: skip


def _value(rule: Rule, name: str) -> str:
    value = getattr(rule, name)
    if value is None:
        return _("不封顶")
    return amount(value) if is_money(name) else str(value)


# -- a new one


def _form(page: Page, session: ScopedSession, code: str, held: RuleRow | None) -> None:
    box = st.expander(_("设定新办法"), icon=":material/edit:", key="a new rule", on_change="rerun")
    if not box.open:
        return
    with box:
        rule = held.rule if held else USUAL
        name = f"rule after {held.id if held else 0} {code}"
        said = _entered(rule, name)
        months = [clock.start_of_month(page.today, back) for back in range(MONTHS_BACK, -MONTHS_ON - 1, -1)]
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            since = st.selectbox(
                _("开始月份"), months, index=MONTHS_BACK, key=SINCE, format_func=numbers.month, width=180
            )  # fmt: skip
            st.text_input(_("依据的文件或会议"), key=SOURCE, max_chars=LONGEST_SOURCE, width=420)
        _effect_of(session, code, said)
        st.button(
            _("设定办法"), key="set the rule", type="primary", on_click=_set, args=(page, code, said, since)
        )
        st.caption(_("只影响以后编制或重新计算的发放表；已审批的不变。没有填基础补助的岗位不上发放表。"))


def _entered(rule: Rule, name: str) -> dict[str, Any]:
    """What the form says, as the command reads it; an amount that is none to the cent stays wrong."""
    roles = list(PostRole)
    label, each = _("岗位"), _("基础补助（元/月）")
    frame = pd.DataFrame(
        {
            label: [_(POST_WORDS[role]) for role in roles],
            each: pd.Series([_yuan(rule.base.get(role)) for role in roles], dtype="float64"),
        }
    )
    edited = st.data_editor(
        frame, key=f"{name} base", hide_index=True, num_rows="fixed", disabled=[label], width=420,
        height="content", placeholder=_("不发"),
        column_config={each: st.column_config.NumberColumn(min_value=0, step=0.01, format="%.2f")},
        alt=_("各岗位每月基础补助"),
    )  # fmt: skip
    base = {
        role.value: _cents(edited.iloc[place][each])
        for place, role in enumerate(roles)
        if not pd.isna(edited.iloc[place][each])
    }
    said: dict[str, Any] = {"base": base}
    with st.grid(columns=3, min_column_width=220, vertical_alignment="bottom"):
        for field, words in NUMBER_WORDS.items():
            value = asdict(rule)[field]
            if is_money(field):
                typed = st.number_input(
                    _(words), value=_yuan(value), min_value=0.0, step=0.5, format="%.2f",
                    key=f"{name} {field}", placeholder=_("不封顶") if field in MAY_BE_NONE else None,
                )  # fmt: skip
                said[field] = None if typed is None and field in MAY_BE_NONE else _cents(typed or 0)
            else:
                said[field] = st.number_input(
                    _(words), value=value, min_value=0, step=1, key=f"{name} {field}"
                )
    return said


def _yuan(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def _cents(yuan: Any) -> int:
    """Below nothing where it is no amount to the cent, which the rule refuses."""
    try:
        value = Decimal(str(yuan)) * 100
        return int(value) if value == value.to_integral_value() else -1
    except (InvalidOperation, ValueError, OverflowError):
        return -1


def _effect_of(session: ScopedSession, code: str, said: dict[str, Any]) -> None:
    try:
        found = effect_of_rule(session, code, said)
    except BadInput as bad:
        for sentence in dict.fromkeys(problem.sentence for problem in bad.problems):
            st.error(escaped(sentence), icon=":material/error:")
        return
    if found is None:
        st.caption(_("还没有发放表，不能试算影响。"))
    else:
        _told(found)


def _told(found: Effect) -> None:
    moved = found.now - found.before
    sentence = _("按{month}的{people}人试算：合计{before} → {now}（{sign}{moved}），{changed}人不同。")
    st.info(
        escaped(
            sentence.format(
                month=numbers.month(found.month), people=numbers.whole(found.people),
                before=money(found.before), now=money(found.now), sign="+" if moved > 0 else "",
                moved=money(moved), changed=numbers.whole(found.changed),
            )
        ),
        icon=":material/calculate:",
    )  # fmt: skip
    if found.largest:
        st.dataframe(
            pd.DataFrame(
                {
                    _("姓名"): [name for name, _before, _now in found.largest],
                    _("现在（元）"): [before / 100 for _name, before, _now in found.largest],
                    _("新办法（元）"): [now / 100 for _name, _before, now in found.largest],
                    _("变化（元）"): [(now - before) / 100 for _name, before, now in found.largest],
                }
            ),
            hide_index=True, alt=_("金额变化最大的人员"),
            column_config={
                heading: st.column_config.NumberColumn(format="accounting")
                for heading in (_("现在（元）"), _("新办法（元）"), _("变化（元）"))
            },
        )  # fmt: skip


def _set(page: Page, code: str, said: dict[str, Any], since: date) -> None:
    source = str(st.session_state.get(SOURCE, ""))
    press(
        page.viewer, _("已设定办法，自{month}起执行。").format(month=numbers.month(since)),
        lambda session: set_allowance_rule(session, code, said, since, source), (SOURCE,),
    )  # fmt: skip


def _history(rows: tuple[RuleRow, ...]) -> None:
    if len(rows) < 2:
        return
    st.subheader(_("历次设定"), anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                _("单位"): [one.center_name for one in rows],
                _("开始月份"): [numbers.month(one.since) for one in rows],
                _("依据"): [one.source for one in rows],
                _("设定人"): [one.decided_by for one in rows],
                _("设定时间"): [numbers.table_moment(one.decided_at) for one in rows],
            }
        ),
        hide_index=True, alt=_("本级和上级历次设定的补助办法，最近的在前"),
    )  # fmt: skip
