"""Tables of visits and of patrols on the screen: what they take, what would come of them, earlier ones."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.i18n import _, mark, numbers
from lib.roster.duty.batches.commands import record_many, undo_records
from lib.roster.duty.batches.queries import record_template, recorded_batches, try_records
from lib.roster.duty.importing import TITLE_WORDS, WHAT_WORDS, Trial, What, columns_of
from lib.ui import filters
from lib.ui.importing import Importing, more_than_shown
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.taking_back import take_back

ABOUT: dict[What, str] = {
    What.VISITS: mark("每行是一次走访：一名网格员、一天、一户。同一人同一天的同一户只登记一次。"),
    What.PATROLS: mark("每行是一次巡查：一名网格员、一天、一个网格。"),
}


def chosen() -> What:
    """What the table is about, from the address."""
    words = {one.value: _(said) for one, said in WHAT_WORDS.items()}
    return What(filters.tabs("what", _("导入什么"), words, What.VISITS.value))


def key_of(what: What) -> str:
    return f"duty {what.value}"


def importing(what: What) -> Importing:
    def preview(tried: Trial) -> None:
        headings = [one.words for one in columns_of(what)]
        st.dataframe(
            pd.DataFrame(list(tried.shown), columns=headings).replace("", None),
            hide_index=True, placeholder=numbers.NOTHING,
            height="content" if len(tried.shown) <= 10 else 380, alt=_("将要登记的内容"),
        )  # fmt: skip
        more_than_shown(len(tried.shown), len(tried.changes))

    return Importing(
        key_of(what),
        _(TITLE_WORDS[what]),
        lambda session: record_template(session, what),
        lambda session, table, matching, progress: try_records(session, what, table, matching, progress),
        lambda session, name, tried: record_many(session, name, tried.changes),
        preview,
    )


def batches(page: Page, session: ScopedSession) -> None:
    """The imports of before, each with its way back."""
    rows = recorded_batches(session)
    with st.popover(_("以前的导入（{count}）").format(count=len(rows)), icon=":material/history:"):
        if not rows:
            st.caption(_("还没有导入过。"))
        for one in rows:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    escaped(
                        _("{moment} {person}：{source}，{count}条").format(
                            moment=numbers.table_moment(one.done_at), person=one.done_by, source=one.source,
                            count=numbers.whole(one.rows),
                        )
                    )
                )  # fmt: skip
                if one.undone_by:
                    st.caption(escaped(_("{person}已撤销").format(person=one.undone_by)))
                elif one.undoable:
                    st.button(
                        _("整批撤销"), key=f"undo batch {one.id}", icon=":material/undo:",
                        on_click=take_back, args=(page.viewer, "duty", undo_records, one.id),
                    )  # fmt: skip
