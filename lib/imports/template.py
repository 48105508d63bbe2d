"""The workbook that people fill in: our headings, lists to choose from, a hint at every column.

What is filled in is read back without anybody matching a column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_range_abs

from lib.fields.field import Field, in_short
from lib.fields.kinds import kind_of
from lib.i18n import _
from lib.imports.matching import REQUIRED, heading_of
from lib.imports.sheet import TEMPLATE_HEADER
from lib.imports.writing import Page, format_of, space, width_for

TITLE_ROW, NOTE_ROW, HEADER_ROW = 0, 1, 2
FILLED_ROWS = 5_000  # that have lists to choose from
LONGEST_INLINE = 255  # characters of a list that stands in the cell's own rule
LONGEST_PROMPT, LONGEST_PROMPT_TITLE = 255, 32
LINE_HEIGHT = 16.5


def template(title: str, fields: Sequence[Field], world_lists: Mapping[str, Sequence[str]]) -> bytes:
    """`world_lists` are the names to choose from by the key of their field. Fields that nobody fills in are
    left out."""
    fields = [one for one in fields if kind_of(one).filled_in and not one.retired]
    page = Page(_("填报表"))
    sheet = page.sheet
    lists = _Lists(page)
    widths = [width_for([heading_of(one), *_choices(one)[:30]]) for one in fields]
    for column, (field, width) in enumerate(zip(fields, widths, strict=True)):
        sheet.set_column(column, column, width, page.look(num_format=format_of(field), valign="top"))
        _head(page, column, field)
        _rule(sheet, lists, column, field, world_lists.get(field.key))
    note = _(
        "带{sign}的列必填；请从第{row}行起逐行填写，不要改动标题行，不要合并单元格。把鼠标放在标题上可看填写说明。"
    ).format(sign=REQUIRED, row=HEADER_ROW + 2)
    _across(page, TITLE_ROW, len(fields), title, bold=True, font_size=14)
    _across(page, NOTE_ROW, len(fields), note, font_color="#5d6f82", text_wrap=True)
    lines = -(-space(note) // max(sum(widths), 20))
    sheet.set_row(TITLE_ROW, 1.6 * LINE_HEIGHT)
    sheet.set_row(NOTE_ROW, LINE_HEIGHT * max(lines, 1))
    sheet.set_row(HEADER_ROW, 1.4 * LINE_HEIGHT)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.repeat_rows(HEADER_ROW)
    page.book.define_name(TEMPLATE_HEADER, f"='{sheet.get_name()}'!${HEADER_ROW + 1}:${HEADER_ROW + 1}")
    return page.finished()


def _across(page: Page, row: int, columns: int, text: str, **look: Any) -> None:
    if columns > 1:
        page.sheet.merge_range(row, 0, row, columns - 1, "", page.look(valign="vcenter", **look))
    page.put(row, 0, text, valign="vcenter", **look)


def _head(page: Page, column: int, field: Field) -> None:
    look = {"bold": True, "bg_color": "#e8edf2", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
    if field.required:
        look["font_color"] = "#b3261e"
    page.put(HEADER_ROW, column, heading_of(field), **look)
    page.sheet.write_comment(HEADER_ROW, column, hint(field), {"x_scale": 2, "font_size": 9})


def hint(field: Field) -> str:
    """What goes into the column, in a few lines."""
    lines = [field.help] if field.help else []
    shapes = {
        "date": _("写成2026-06-01。"),
        "period": _("写成2026-01-01至2026-03-31。"),
        "time": _("写成14:30。"),
        "yes_no": _("填“是”或“否”。"),
        "choice": _("从下拉列表中选一项。"),
        "choices": _("可填多项，用顿号隔开：{known}").format(known="、".join(_choices(field)[:12])),
        "phone": _("11位手机号，或区号加座机号，如0931-8888888。"),
        "citizen_id": _("18位身份证号。"),
        "organization_code": _("18位统一社会信用代码。"),
        "money": _("单位：元，最多两位小数。"),
        "number": _("只填数字，不写单位。"),
    }
    lines.append(shapes.get(field.kind, _(kind_of(field).title)))
    if field.least or field.most:
        lines.append(_("从{low}到{high}。").format(low=field.least or "…", high=field.most or "…"))
    lines.append(_("必填。") if field.required else _("可以不填。"))
    return "\n".join(lines)[:1000]


def _choices(field: Field) -> list[str]:
    return [one.words for one in field.choices if not one.retired]


class _Lists:
    """Long lists stand on a hidden sheet, one in each column."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        self.sheet: Any = None

    def source(self, names: Sequence[str]) -> list[str] | str:
        joined = ",".join(names)
        if len(joined) <= LONGEST_INLINE and not any(sign in name for name in names for sign in ',"='):
            return list(names)
        if self.sheet is None:
            self.sheet = self.page.book.add_worksheet(_("可选项"))
            self.sheet.hide()
        column = self.count
        self.count += 1
        for row, name in enumerate(names):
            self.page.put(row, column, name, self.sheet, num_format="@")
        return f"='{self.sheet.get_name()}'!{xl_range_abs(0, column, len(names) - 1, column)}"


def _rule(sheet: Any, lists: _Lists, column: int, field: Field, names: Sequence[str] | None) -> None:
    choices = {"choice": _choices(field), "yes_no": [_("是"), _("否")]}.get(field.kind) or list(names or ())
    rule: dict[str, Any] = {"validate": "any"}
    if choices:
        rule = {
            "validate": "list",
            "source": lists.source(choices),
            "error_title": _("不在列表中"),
            "error_message": _("请从下拉列表中选择。"),
            # Names that stand elsewhere may have changed since; the import itself decides.
            "error_type": "warning" if names else "stop",
        }
    rule["input_title"] = in_short(field)[:LONGEST_PROMPT_TITLE]
    rule["input_message"] = hint(field)[:LONGEST_PROMPT]
    sheet.data_validation(HEADER_ROW + 1, column, HEADER_ROW + FILLED_ROWS, column, rule)
