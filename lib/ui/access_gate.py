"""The gate on the screen: what was let through beside the list, by department, and the rule it follows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.centers.queries import CenterCard
from lib.i18n import _, numbers
from lib.lists.access.commands import set_gate_rule
from lib.lists.access.queries import GateRuleRow, exceptions_of, gate_rule_of
from lib.ui.list_days import day
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press


def exceptions(page: Page, session: ScopedSession, center: CenterCard) -> None:
    """By department, the most first; and the rule that let them through."""
    _rule(page, center, gate_rule_of(session, center.center.code))
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        first = day("first", _("从"), page.today.replace(month=1, day=1))
        last = day("last", _("到"), page.today)
    found = exceptions_of(session, center.center.code, first, max(first, last))
    total = sum(len(one.rows) for one in found)
    if not found:
        st.subheader(_("这段时间没有清单外交办"), anchor=False)
        st.caption(_("交给网格员的事项都在准入清单上。"))
        return
    st.subheader(
        escaped(
            _("清单外交办{count}次，{department}最多（{most}次）").format(
                count=total, department=found[0].department, most=len(found[0].rows)
            )
        ),
        anchor=False,
    )
    st.dataframe(
        pd.DataFrame(
            {
                _("部门"): [one.department for one in found],
                _("次数"): [len(one.rows) for one in found],
                _("最近一次"): [numbers.table_moment(one.rows[0].allowed_at) for one in found],
            }
        ),
        key="exceptions by department", hide_index=True, alt=_("各部门的清单外交办次数"),
    )  # fmt: skip
    rows = [(one.department, row) for one in found for row in one.rows]
    st.dataframe(
        pd.DataFrame(
            {
                _("事项"): [row.matter for _name, row in rows],
                _("部门"): [name for name, _row in rows],
                _("依据"): [row.basis for _name, row in rows],
                _("交给"): [row.center_name for _name, row in rows],
                _("交办人"): [row.allowed_by for _name, row in rows],
                _("时间"): [numbers.table_moment(row.allowed_at) for _name, row in rows],
            }
        ),
        key="exceptions", hide_index=True, placeholder=numbers.NOTHING,
        column_config={
            _("事项"): st.column_config.TextColumn(width=190, pinned=True),
            _("部门"): st.column_config.TextColumn(width=170),
            _("依据"): st.column_config.TextColumn(width=260),
            _("时间"): st.column_config.TextColumn(width=140),
        },
        alt=_("每一次清单外交办和它的依据"),
    )  # fmt: skip


def _rule(page: Page, center: CenterCard, rule: GateRuleRow) -> None:
    with st.container(border=True):
        allowed = rule.allows_exceptions
        st.markdown(
            _("**清单外的事项：作为例外登记，必须写明依据**")
            if allowed
            else _("**清单外的事项：一律不得交给网格员**")
        )
        if rule.center_code:
            st.caption(
                escaped(
                    _("{center}的规定，{person}于{moment}设定。").format(
                        center=rule.center_name, person=rule.changed_by,
                        moment=numbers.table_moment(rule.changed_at),
                    )
                )
            )  # fmt: skip
        else:
            st.caption(_("没有单位设定过，按不允许例外办理。"))
        viewer, code = page.viewer, center.center.code
        if code == viewer.center_code and viewer.may(Permission.DECIDE_ENTRIES):
            st.button(
                _("改为一律拒绝") if allowed else _("改为可登记例外"), key="turn the rule",
                icon=":material/gpp_bad:" if allowed else ":material/gpp_maybe:",
                on_click=lambda: press(
                    viewer, _("闸口规则已更改。"),
                    lambda session: set_gate_rule(session, code, not allowed, rule.seen),
                ),
            )  # fmt: skip
