"""The rules of staffing: what holds here and who decided it, what breaks it, and deciding another value."""

import streamlit as st

from db.models.roster import RuleKind
from lib.access.work import reading
from lib.i18n import _, numbers
from lib.roster.rules.queries import breaches, count_breaches, decisions, staffing_rules
from lib.roster.words import RULE_WORDS
from lib.ui import filters, list_days, pressing, roster_rules
from lib.ui.page import leave_for, open_page
from lib.ui.place import place
from lib.ui.plain import escaped

PAGE_SIZE = 50
page = open_page("staffing_rules")
with reading(page.viewer) as session:
    pressing.outcome()
    center = place(page, session, "staffing_rules")
    code = center.center.code
    title = st.container()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        day = list_days.day("day", _("截至日期"), page.today)
        said = filters.choice(
            "kind", _("规则"), {"": _("全部规则")} | {one.value: _(w) for one, w in RULE_WORDS.items()}
        )
        filters.clear(_("清除筛选"), "day", "kind")
    counts = count_breaches(session, code, day)
    total = sum(counts.values())
    words = _("{center}有{count}处不符合配备规则") if total else _("{center}全部符合配备规则")
    title.title(escaped(words.format(center=center.center.name, count=numbers.whole(total))), anchor=False)
    if day != page.today:
        st.caption(_("按{day}的规则和在岗人员判断。").format(day=numbers.day(day)))
    rows = staffing_rules(session, code, day)
    roster_rules.cards(rows, counts)
    decided = decisions(session, code, day)
    if day == page.today:
        roster_rules.deciding(page, session, center, rows, decided, counts)
    kind = RuleKind(said) if said else None
    number = filters.page_number()
    found = breaches(session, code, day, kind, number, PAGE_SIZE)
    st.subheader(_("不符合的网格和人员"), anchor=False)
    chosen = None
    if found.total:
        chosen = roster_rules.broken_table(found, f"breaches {code} {day} {said} {number}")
        filters.pages(found.total, PAGE_SIZE)
        st.caption(_("点击表中任意一行打开网格卡片。“列出”的不妨碍办理，“禁止”的在保存时拦下。"))
    else:
        st.info(_("没有不符合的。规则变化或人员变动后，这里会随时更新。"), icon=":material/check_circle:")
    st.subheader(_("历次规定"), anchor=False)
    roster_rules.history(decided)
if chosen is not None:
    leave_for("grid", {"code": chosen[0]} | ({"day": f"{day}"} if day != page.today else {}))
