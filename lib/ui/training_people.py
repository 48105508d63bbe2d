"""Who is to be trained, on the screen: how many lack what, and the list of names."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.centers.queries import CenterRow
from lib.grids.words import POST_WORDS
from lib.i18n import _, numbers
from lib.roster.shares import Share
from lib.roster.training.records.queries import LackingPage, count_lacking, untrained_people
from lib.roster.training.rows import TrainingRow
from lib.roster.training.words import LACK_WORDS, Lack, RoundState
from lib.ui import filters
from lib.ui.page import leave_for
from lib.ui.plain import escaped
from lib.ui.tables import SELECTION, chosen_row

PAGE_SIZE = 50


def finding(center: str, found: Share) -> str:
    if not found.denominator:
        return _("{center}今天没有在岗的专职网格员").format(center=center)
    words = _("{center}：{count}名专职网格员全部经过培训")
    if found.numerator:
        words = _("{center}：{count}名专职网格员中{lacking}人未培训或已过期")
    return words.format(
        center=center, count=numbers.whole(found.denominator), lacking=numbers.whole(found.numerator)
    )


def counts(session: ScopedSession, center: CenterRow, sees_people: bool) -> None:
    """The finding and how many lack what; each leads to its names where they may be seen."""
    found = count_lacking(session, center.code)
    everybody = found[Lack.ALL]
    st.title(escaped(finding(center.name, everybody)), anchor=False)
    st.caption(_("按今天在岗的专职网格员计算，每人只计一次。"))
    with st.grid(columns=4, min_column_width=150):
        for lack, share in found.items():
            with st.container(border=True, gap="xsmall", height="stretch"):
                said = numbers.whole(share.numerator) if everybody.denominator else numbers.NOTHING
                st.metric(_(LACK_WORDS[lack]), said)
                if share.numerator and sees_people:
                    st.button(
                        _("看名单"), key=f"lack {lack.value}", type="tertiary",
                        icon=":material/filter_list:", on_click=_narrow, args=(lack,),
                    )  # fmt: skip


def _narrow(lack: Lack) -> None:
    st.query_params.update(part="people", lack=lack.value)
    st.query_params.pop("page", None)


def people(session: ScopedSession, code: str) -> None:
    lack = Lack(
        filters.choice("lack", _("情形"), {one.value: _(word) for one, word in LACK_WORDS.items()}, "all")
    )
    page = untrained_people(session, code, lack, page=filters.page_number(), page_size=PAGE_SIZE)
    _table(page, f"untrained of {code} {lack} {filters.page_number()}")


def of_round(session: ScopedSession, code: str, row: TrainingRow) -> None:
    if row.state is RoundState.CANCELLED or not row.share.denominator:
        return
    page = untrained_people(
        session, code, round_id=row.id, page=filters.page_number(), page_size=PAGE_SIZE
    )  # fmt: skip
    st.subheader(_("还没有合格的{count}人").format(count=numbers.whole(page.total)), anchor=False)
    _table(page, f"untrained in round {row.id} {code} {filters.page_number()}")


def _table(found: LackingPage, key: str) -> None:
    if not found.rows:
        st.success(_("没有这样的人员。"), icon=":material/task_alt:")
        return
    rows = found.rows
    chosen = st.dataframe(
        pd.DataFrame(
            {
                _("姓名"): [one.name for one in rows],
                _("单位"): [one.center_name for one in rows],
                _("网格"): [one.grid_name or None for one in rows],
                _("岗位"): [_(POST_WORDS[one.role]) for one in rows],
                _("最近合格"): [one.last_on for one in rows],
                _("有效至"): [
                    one.until or (_("长期有效") if one.last_on else None) for one in rows
                ],
            }
        ).astype("object"),
        key=key, hide_index=True, on_select="rerun", selection_mode=SELECTION, placeholder=numbers.NOTHING,
        alt=_("未培训人员，点一行打开人员页"),
    )  # fmt: skip
    filters.pages(found.total, PAGE_SIZE)
    st.caption(_("点一行打开人员页。"))
    row = chosen_row(chosen, len(rows))
    if row is not None:
        leave_for("person", {"id": str(rows[row].person_id)})
