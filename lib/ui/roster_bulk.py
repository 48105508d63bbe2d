"""One value for several people of the roster at once, with what would come of it before."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from db.models.register import ChangeSetKind
from db.scope import ScopedSession
from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines
from lib.roster.changes.queries import preview_lines
from lib.roster.fields import roster_fields
from lib.roster.queries import LineRow
from lib.ui import bulk_filling
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.roster_undo import remember

# What is somebody's own is not given to several.
ONES_OWN = ("post", "name", "citizen_id", "phone")


def actions(page: Page, session: ScopedSession, rows: Sequence[LineRow]) -> None:
    """At the bottom of the window, where it is seen beside whatever rows are chosen."""
    rows = [row for row in rows if row.person_id is not None]
    if not rows:
        return
    fields = {one.key: one for one in roster_fields() if one.key not in ONES_OWN}
    with st.bottom, st.container(horizontal=True, gap="small", vertical_alignment="center"):
        words = _("已选{count}个岗位").format(count=numbers.whole(len(rows)))
        st.markdown(f"**{escaped(words)}**", width="content")
        with st.popover(_("批量填写"), icon=":material/edit_note:", key="fill several"):
            bulk_filling.filling(
                fields,
                lambda field, typed: preview_lines(session, _changes(rows, field, typed)),
                lambda field, typed: _fill(page, field, _changes(rows, field, typed)),
            )


def _changes(rows: Sequence[LineRow], field: Field, typed: object) -> list[LineChange]:
    return [LineChange(row.post_id, {field.key: typed}, row.seen) for row in rows]


def _fill(page: Page, field: Field, changes: Sequence[LineChange]) -> None:
    def done(made: int) -> str:
        remember(made)
        return _("已保存。需要时可在“改动批次”里撤销。")

    press(
        page.viewer, done,
        lambda session: save_lines(
            session, ChangeSetKind.BULK, _("批量填写：{field}").format(field=field.words), changes
        ),
        forgets=bulk_filling.value_keys(field),
    )  # fmt: skip
