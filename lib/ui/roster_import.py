"""The roster as the shared screen of imports sees it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from db.models.register import ChangeSetKind
from lib.i18n import _
from lib.roster.changes.commands import save_lines
from lib.roster.effect import EARLIEST_BACK, LATEST_AHEAD
from lib.roster.tables.queries import RosterTrial, roster_template, try_roster
from lib.ui.importing import Importing, more_than_shown
from lib.ui.page import Page
from lib.ui.register_changes import preview

KEY = "roster"
MOST_FOLLOWS = 20


def as_of(page: Page) -> date:
    """The day from which those who work elsewhere according to the table have moved."""
    said = st.date_input(
        _("调岗生效日期"), page.today, min_value=page.today - EARLIEST_BACK,
        max_value=page.today + LATEST_AHEAD, key="day of the moves", width=200,
        help=_("表里的网格与现在不同的人，从这一天起调岗；表里的上岗日期更晚的，按上岗日期。"),
    )  # fmt: skip
    return said if isinstance(said, date) else page.today


def importing(day: date) -> Importing:
    return Importing(
        KEY,
        _("花名册"),
        template=roster_template,
        try_it=lambda session, table, matching, progress: try_roster(session, table, matching, day, progress),
        save=lambda session, source, tried: save_lines(
            session, ChangeSetKind.IMPORT, source, tried.changes, day, tried.action
        ),
        preview=_preview,
        of=(day,),
        nothing=_("表里的内容和花名册里的一样，没有要写入的。"),
    )


def _preview(tried: RosterTrial) -> None:
    preview(tried.previews, {})
    follows = [(row, words) for row in tried.previews for words in row.follows]
    if follows:
        with st.expander(
            _("随之发生的变动（{count}）").format(count=len(follows)), expanded=len(follows) < 6
        ):
            st.dataframe(
                {
                    _("行"): [row.number for row, _words in follows],
                    _("姓名"): [row.title for row, _words in follows],
                    _("变动"): [words for _row, words in follows],
                },
                hide_index=True, alt=_("随之发生的变动"), height="content" if len(follows) <= 10 else 380,
            )  # fmt: skip
    more_than_shown(len(tried.previews), len(tried.changes))
