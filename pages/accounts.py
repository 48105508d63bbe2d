"""Accounts: who may sign in, with which role, over which centers; one account opens above the list."""

import pandas as pd
import streamlit as st

from db.models.account import AccountState, Role
from lib.access.permissions import ROLE_WORDS, Permission
from lib.access.queries import find_accounts
from lib.access.states import STATE_WORDS
from lib.access.work import reading
from lib.i18n import _, numbers
from lib.ui import accounts, filters
from lib.ui.page import open_page
from lib.ui.place import place
from lib.ui.plain import escaped
from lib.ui.tables import SELECTION

PAGE_SIZE = 50
page = open_page("accounts")
accounts.show_outcome()
with reading(page.viewer) as session:
    card = place(page, session, "accounts")
    title = st.container()
    with st.grid(columns=3, min_column_width=180, vertical_alignment="bottom"):
        text = filters.search("find", _("查找"), _("账号或姓名"))
        role = filters.choice(
            "role", _("角色"), {"": _("全部角色")} | {r.value: _(w) for r, w in ROLE_WORDS.items()}
        )
        state = filters.choice(
            "state", _("状态"), {"": _("全部状态")} | {s.value: _(w) for s, w in STATE_WORDS.items()}
        )
    filters.clear(_("清除筛选"), "find", "role", "state")
    number = filters.page_number()
    found = find_accounts(
        session,
        text,
        Role(role) if role else None,
        AccountState(state) if state else None,
        card.center.code,
        number,
        PAGE_SIZE,
    )
    title.title(
        _("{center}有{count}个账号").format(
            center=escaped(card.center.name), count=numbers.whole(found.total)
        ),
        anchor=False,
    )
    accounts.card(page, session)
    if page.viewer.may(Permission.MANAGE_ACCOUNTS):
        accounts.creation_form(page, session, card)
    if found.rows:
        key, ids = f"accounts {card.center.code} {number}", tuple(row.id for row in found.rows)
        st.dataframe(
            pd.DataFrame(
                {
                    _("账号"): [row.username for row in found.rows],
                    _("姓名"): [row.name for row in found.rows],
                    _("角色"): [_(ROLE_WORDS[row.role]) for row in found.rows],
                    _("所在中心"): [row.center_name for row in found.rows],
                    _("部门"): [row.department for row in found.rows],
                    _("状态"): [_(STATE_WORDS[row.state]) for row in found.rows],
                    _("最后登录"): [numbers.table_moment(row.last_sign_in_at) for row in found.rows],
                }
            ),
            key=key,
            hide_index=True,
            on_select=lambda: accounts.open_account(key, ids),
            selection_mode=SELECTION,
            alt=_("账号列表，点一行打开账号"),
        )
        filters.pages(found.total, PAGE_SIZE)
        st.caption(_("点击表中任意一行打开账号。"))
    else:
        st.info(_("没有符合条件的账号。请放宽筛选。"), icon=":material/search_off:")
