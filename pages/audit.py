"""The audit log: who did what, when, from where; and whether the chain holds."""

import pandas as pd
import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.audit.queries import EVENT_WORDS, check_chain, find_entries
from lib.audit.words import subject_in_words, values_in_words
from lib.i18n import _, numbers
from lib.ui import filters
from lib.ui.page import open_page

PAGE_SIZE = 50
page = open_page("audit")
with reading(page.viewer) as session:
    st.title(_("审计日志"), anchor=False)
    if page.viewer.may(Permission.CHECK_AUDIT) and st.button(_("校验审计链"), icon=":material/verified:"):
        verdict = check_chain(session)
        if verdict.holds:
            st.success(
                _("全部{rows}条记录完整，没有被改动。").format(rows=numbers.whole(verdict.rows)),
                icon=":material/check_circle:",
            )
        else:
            st.error(
                _("从第{seq}条起不可信（{why}）。请勿改动数据库，保留原样，联系上级审计部门。").format(
                    seq=verdict.first_wrong, why=_(verdict.why)
                ),
                icon=":material/gpp_bad:",
            )
    with st.grid(columns=3, min_column_width=200, vertical_alignment="bottom"):
        text = filters.search("find", _("查找"), _("账号、对象或地址"))
        event = filters.choice(
            "event", _("操作"), {"": _("全部操作")} | {name: _(words) for name, words in EVENT_WORDS.items()}
        )
    filters.clear(_("清除筛选"), "find", "event")
    found = find_entries(session, text, event, page=filters.page_number(), page_size=PAGE_SIZE)
    st.caption(_("共{count}条，从新到旧。").format(count=numbers.whole(found.total)))
    if found.rows:
        st.dataframe(
            pd.DataFrame(
                {
                    _("序号"): [r.seq for r in found.rows],
                    _("时间"): [numbers.table_moment(r.at) for r in found.rows],
                    _("账号"): [r.person for r in found.rows],
                    _("操作"): [_(EVENT_WORDS.get(r.event, r.event)) for r in found.rows],
                    _("结果"): [_("完成") if r.result == "done" else _("被拒") for r in found.rows],
                    _("对象"): [subject_in_words(r.subject) for r in found.rows],
                    _("变更前"): [values_in_words(r.before) for r in found.rows],
                    _("变更后"): [values_in_words(r.after) for r in found.rows],
                    _("中心"): [r.center_code for r in found.rows],
                    _("IP地址"): [r.address for r in found.rows],
                }
            ),
            hide_index=True,
            alt=_("审计记录"),
        )
        filters.pages(found.total, PAGE_SIZE)
    else:
        st.info(_("没有符合条件的记录。请放宽筛选。"), icon=":material/search_off:")
