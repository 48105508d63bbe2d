"""Lists as Word documents: the service list by kind, the duty list of gridworkers by duty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from lib.access.permissions import Permission
from lib.exports.commands import new_export_id
from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.lists.access.queries import Duty
from lib.registers.publishing.queries import ItemRow
from lib.registers.queries import RegisterCard
from lib.registers.seeing import seen
from lib.registers.templates.service_list import KIND, MATERIALS
from lib.reports.section import Chapter, Document, Section, Table
from lib.reports.word import word_bytes
from lib.ui.documents import WORD, writer
from lib.ui.page import Page
from lib.ui.service_list import cell, columns_of

MOST_ROWS = 2000


def service_button(
    page: Page, card: RegisterCard, center_name: str, rows: Sequence[ItemRow], on: date
) -> None:
    """What is shown, on paper; only fields that may be taken out."""
    viewer = page.viewer
    if not rows or not card.design.exported or not viewer.may(Permission.EXPORT_REGISTERS):
        return
    fields = [one for one in seen(viewer, card.design) if one.exported]
    title = _("{center}便民服务清单").format(center=center_name)

    def made(export_id: str) -> Document:
        return _document(
            title, on, export_id, _service_chapters(rows[:MOST_ROWS], fields),
        )  # fmt: skip

    _button(page, "service list", title, made)


def duty_button(page: Page, center_name: str, duties: Sequence[Duty], on: date) -> None:
    if not any(one.matters for one in duties) or not page.viewer.may(Permission.EXPORT_REGISTERS):
        return
    title = _("{center}网格员职责清单").format(center=center_name)
    _button(
        page, "duty list", title, lambda export_id: _document(title, on, export_id, _duty_chapters(duties))
    )


def _button(page: Page, name: str, title: str, made: Callable[[str], Document]) -> None:
    export_id = new_export_id()
    st.download_button(
        _("下载Word"),
        writer(page.viewer, name, "docx", export_id, made, word_bytes),
        file_name=f"{title} {export_id}.docx",
        mime=WORD,
        key=f"docx of {name}",
        icon=":material/download:",
    )


def _document(title: str, on: date, export_id: str, chapters: tuple[Chapter, ...]) -> Document:
    as_of = _("{day}有效").format(day=numbers.day(on))
    return Document(
        title, as_of, chapters, (as_of, _("导出编号{number}").format(number=export_id)), export_id
    )


def _service_chapters(rows: Sequence[ItemRow], fields: Sequence[Field]) -> tuple[Chapter, ...]:
    columns = [one for one in columns_of(fields) if one.key != KIND]
    columns += [one for one in fields if one.key == MATERIALS and not one.retired]
    headings = (_("事项"), *(one.words for one in columns), _("来源"))
    widths = (22, *(26 if one.key == MATERIALS else 11 for one in columns), 12)
    visible = {one.key for one in fields}
    groups: dict[str, list[ItemRow]] = {}
    for one in rows:
        kind = one.cells.get(KIND, "") if KIND in visible else ""
        groups.setdefault(kind or _("其他"), []).append(one)
    return tuple(
        Chapter(
            kind,
            (
                Section(
                    _("共{count}项").format(count=len(held)),
                    table=Table(
                        headings,
                        tuple(
                            (one.title, *(cell(one, field.key) for field in columns), one.center_name)
                            for one in held
                        ),
                        frozenset(),
                        widths,
                    ),
                ),
            ),
        )
        for kind, held in _at_most_ten(groups).items()
    )


def _at_most_ten(groups: dict[str, list[ItemRow]]) -> dict[str, list[ItemRow]]:
    """Chapters are counted from one to ten; what is more stands in the last."""
    if len(groups) <= 10:
        return groups
    names = list(groups)
    rest = [one for name in names[9:] for one in groups[name]]
    return {name: groups[name] for name in names[:9]} | {_("其他类别"): rest}


def _duty_chapters(duties: Sequence[Duty]) -> tuple[Chapter, ...]:
    headings = (_("事项"), _("申请部门"), _("频次"), _("依据"), _("经费保障"), _("有效期"))
    return tuple(
        Chapter(
            one.words,
            (
                Section(
                    _("共{count}项").format(count=len(one.matters)),
                    table=Table(
                        headings,
                        tuple(
                            (
                                each.name,
                                each.department,
                                each.frequency,
                                each.basis,
                                each.payer,
                                term_words(each.since, each.until),
                            )
                            for each in one.matters
                        ),
                        frozenset(),
                        (24, 14, 10, 22, 14, 16),
                    ),
                ),
            ),
        )
        for one in [each for each in duties if each.matters][:10]
    )


def term_words(since: date, until: date | None) -> str:
    """From when, and the last day on which it holds."""
    if until is None:
        return _("{since}起长期").format(since=since)
    last = date.fromordinal(until.toordinal() - 1)
    return _("{since}至{last}").format(since=since, last=last)
