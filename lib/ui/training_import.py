"""A sheet of attendance as the shared screen of imports sees it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.roster.training.commands import record_attendance
from lib.roster.training.records.queries import attendance_template, try_attendance
from lib.roster.training.rows import SessionRow
from lib.roster.training.sheet import COLUMNS, NAME, RESULT, SCORE, Trial
from lib.ui import importing
from lib.ui.importing import Importing
from lib.ui.importing_upload import upload_key
from lib.ui.page import Page

MOST_SHOWN = 50
FIELDS = {field.key: field for field in COLUMNS}


def draw(page: Page, session: ScopedSession, row: SessionRow) -> None:
    if not page.viewer.may(Permission.KEEP_ROSTER) or row.held_on > page.today:
        return
    what = _what(row)
    with st.expander(
        _("从表格导入考勤"), icon=":material/upload_file:", expanded=upload_key(what.key) in st.session_state
    ):
        importing.template_button(page.viewer, what)
        importing.flow(
            page, session, what, COLUMNS,
            _("需要的列：姓名、考勤结果，可加人员编号、成绩。没有模板也可以，表头对得上就行。"),
        )  # fmt: skip
    importing.left_out(what)


def _what(row: SessionRow) -> Importing:
    def save(session: ScopedSession, source: str, tried: Any) -> int:
        return record_attendance(session, row.id, tried.changes, source)

    return Importing(
        f"attendance of session {row.id}",
        _("培训考勤"),
        template=lambda session: attendance_template(session, row.id),
        try_it=lambda session, table, matching, progress: try_attendance(
            session, row.id, table, matching, progress
        ),
        save=save,
        preview=_preview,
        nothing=_("表里的内容和已登记的一样，没有要写入的。"),
    )


def _preview(tried: Trial) -> None:
    rows = tried.run.writable[:MOST_SHOWN]
    told: dict[str, list[str]] = {RESULT: [], SCORE: []}
    for one in rows:
        old = {change.key: change.old for change in one.changes}
        for key, words in told.items():
            words.append(_told(FIELDS[key], one.values, old))
    st.dataframe(
        pd.DataFrame(
            {
                _("行"): [one.number for one in rows],
                _("姓名"): [str((one.values or {}).get(NAME, "")) for one in rows],
                _("结果"): told[RESULT],
                _("成绩"): told[SCORE],
            }
        ),
        hide_index=True, height="content" if len(rows) <= 10 else 380, placeholder=numbers.NOTHING,
        alt=_("导入以后会变成什么"),
    )  # fmt: skip
    importing.more_than_shown(len(rows), len(tried.changes))


def _told(field: Field, values: Any, before: dict[str, Any]) -> str:
    """The new value, behind the old one where there was another."""

    def words(kept: str) -> str:
        choice = field.choice(kept)
        return choice.words if choice else kept or numbers.NOTHING

    new = words(str((values or {}).get(field.key, "")))
    return f"{words(str(before[field.key]))} → {new}" if field.key in before else new
