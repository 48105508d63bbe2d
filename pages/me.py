"""My account: why I see what I see, where I am signed in, my password."""

import pandas as pd
import streamlit as st

from lib.access.commands import end_own_session
from lib.access.permissions import GRANTS, ROLE_WORDS, WORDS
from lib.access.queries import own_sessions
from lib.access.scope import explain_scope
from lib.access.work import acting, reading
from lib.errors import Told
from lib.i18n import _, listed, numbers
from lib.ui.page import open_page
from lib.ui.plain import escaped

# The form stands in front of the application, so this leaves it: a plain link.
_LINK = '<a href="/auth/password?next=/me" target="_self" style="color:#2b78c5">{}</a>'
CHANGE_PASSWORD_ZH = _LINK.format("修改密码")
CHANGE_PASSWORD_EN = _LINK.format("Change the password")

page = open_page("me")
viewer = page.viewer
st.title(_("{name}，{role}").format(name=escaped(viewer.name), role=_(ROLE_WORDS[viewer.role])), anchor=False)
with reading(viewer) as session:
    grounds = explain_scope(session)
    signed_in = own_sessions(session)

st.subheader(_("为什么我能看到这些"), anchor=False)
for ground in grounds:
    st.text(f"{ground.center_code}  {ground.sentence}")
st.caption(
    _("您的角色可以：{permissions}。").format(
        permissions=listed(_(words) for p, words in WORDS.items() if p in GRANTS[viewer.role])
    )
)

st.subheader(_("登录记录"), anchor=False)
st.dataframe(
    pd.DataFrame(
        {
            _("登录时间"): [numbers.table_moment(s.began_at) for s in signed_in],
            _("最后使用"): [numbers.table_moment(s.seen_at) for s in signed_in],
            _("状态"): [
                _("本次登录") if s.this_one else _("在线") if s.counts else _("已退出") for s in signed_in
            ],
            _("IP地址"): [s.address for s in signed_in],
            _("浏览器"): [s.browser for s in signed_in],
        }
    ),
    hide_index=True,
    alt=_("最近十次登录"),
)


def end(mark: str) -> None:
    try:
        with acting(viewer) as session:
            end_own_session(session, mark)
        st.toast(_("已退出那台设备。"))
    except Told as told:
        st.toast(escaped(told.sentence))


others = [s for s in signed_in if s.counts and not s.this_one]
for other in others:
    st.button(
        _("退出{time}从{address}的登录").format(
            time=numbers.table_moment(other.began_at), address=other.address
        ),
        key=other.mark,
        icon=":material/logout:",
        on_click=end,
        args=(other.mark,),
    )
if not others:
    st.caption(_("没有其他设备在登录。看到不认识的登录，请马上修改密码。"))
st.subheader(_("密码"), anchor=False)
st.html(CHANGE_PASSWORD_EN if viewer.language == "en" else CHANGE_PASSWORD_ZH)
