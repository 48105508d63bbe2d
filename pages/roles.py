"""Who may do what: drawn from the very table that the checks read."""

import pandas as pd
import streamlit as st

from lib.access.permissions import GRANTS, ROLE_WORDS, WORDS
from lib.i18n import _
from lib.ui.page import open_page

page = open_page("roles")
st.title(_("八种角色各能做什么"), anchor=False)
st.caption(_("系统管理员管账号而看不到事件，安全审计员查日志而不能改动数据；职责分开，互相制约。"))
table = {_("权限"): [_(words) for words in WORDS.values()]}
for role, words in ROLE_WORDS.items():
    table[_(words)] = ["✓" if permission in GRANTS[role] else "" for permission in WORDS]
st.dataframe(
    pd.DataFrame(table),
    hide_index=True,
    column_config={_("权限"): st.column_config.TextColumn(pinned=True, width="medium")},
    alt=_("角色与权限对照表"),
)
