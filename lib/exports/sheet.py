"""What leaves the product: one table with the sentence it stands for, where it comes from, and its chart.

The same sheet becomes a text file or a workbook. It is checked when it is made, so that whoever
writes it need not ask what a cell holds.
"""

from __future__ import annotations

import enum
import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lib.i18n import _, mark
from lib.i18n.numbers import moment

Value = str | int | float | Decimal | date | datetime | None
Fact = tuple[str, str]
LONGEST_NAME = 50  # characters of a file's name before the export's number; 255 bytes are a disk's limit


class ColumnKind(enum.StrEnum):
    """How a column is written. A code is text even when it is all digits; a percentage is 87.3 for 87.3 %."""

    TEXT = "text"
    CODE = "code"
    COUNT = "count"
    PERCENT = "percent"
    HOURS = "hours"
    # A number to the tenth whose heading says all that is to be said of it.
    DECIMAL = "decimal"
    # An amount to the hundredth, and to the ten-thousandth where it has one.
    AMOUNT = "amount"
    DAY = "day"
    MOMENT = "moment"


class DrawingKind(enum.StrEnum):
    COLUMN = "column"
    BAR = "bar"
    LINE = "line"
    STACKED_BAR = "stacked bar"


NUMBERS = (ColumnKind.COUNT, ColumnKind.PERCENT, ColumnKind.HOURS, ColumnKind.DECIMAL, ColumnKind.AMOUNT)
# A heading says its unit where the cell does not.
UNITS = {ColumnKind.PERCENT: mark("{heading}（%）"), ColumnKind.HOURS: mark("{heading}（小时）")}


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _is_no_number(value: Value) -> bool:
    """NaN and infinity: a rate of nothing."""
    return isinstance(value, float | Decimal) and not math.isfinite(value)


def _fits(kind: ColumnKind, value: Value) -> bool:
    if value is None:
        return True
    if kind in (ColumnKind.TEXT, ColumnKind.CODE):
        return isinstance(value, str)
    if kind is ColumnKind.DAY:
        return isinstance(value, date) and not isinstance(value, datetime)
    if kind is ColumnKind.MOMENT:
        return isinstance(value, datetime) and value.utcoffset() is not None
    return _is_number(value)


@dataclass(frozen=True)
class Column:
    """The heading is without a unit. None is nothing there or nothing due, which is not the same as 0."""

    heading: str
    kind: ColumnKind
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", ColumnKind(self.kind))
        values = tuple(None if _is_no_number(value) else value for value in self.values)
        object.__setattr__(self, "values", values)
        wrong = next((value for value in self.values if not _fits(self.kind, value)), None)
        if wrong is not None:
            raise TypeError(f"{type(wrong).__name__} in a column of kind {self.kind}")

    @property
    def heading_with_unit(self) -> str:
        words = UNITS.get(self.kind)
        return _(words).format(heading=self.heading) if words else self.heading


@dataclass(frozen=True)
class Drawing:
    """A chart of the sheet's own columns: one names the categories, the others are drawn."""

    kind: DrawingKind
    category: int
    series: tuple[int, ...]
    axis_title: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", DrawingKind(self.kind))


@dataclass(frozen=True)
class Sheet:
    """`title` is the finding in a sentence; `facts` say what was counted, where, when and for whom."""

    title: str
    facts: tuple[Fact, ...]
    columns: tuple[Column, ...]
    export_id: str
    drawing: Drawing | None = None

    def __post_init__(self) -> None:
        if len({len(column.values) for column in self.columns}) > 1:
            raise ValueError("the columns are not equally long")
        if self.drawing is not None:
            kinds = [column.kind for column in self.columns]
            drawn = self.drawing.series
            if not drawn or not all(0 <= n < len(kinds) and kinds[n] in NUMBERS for n in drawn):
                raise ValueError("a chart draws columns of numbers")
            if len({kinds[n] for n in drawn}) > 1 or not 0 <= self.drawing.category < len(kinds):
                raise ValueError("a chart has one column of categories and one unit")

    @property
    def row_count(self) -> int:
        return len(self.columns[0].values) if self.columns else 0

    @property
    def lines(self) -> tuple[Fact, ...]:
        """All that is said beside the table: the given facts, the size, the export's number."""
        lines = [*self.facts, (_("数据行数"), str(self.row_count))]
        if any(column.kind in NUMBERS and None in column.values for column in self.columns):
            lines.append((_("空白单元格"), _("没有应计的数，不等于0")))
        if all(text != self.export_id for _label, text in lines):
            lines.append((_("导出编号"), self.export_id))
        return tuple(lines)

    def file_name(self, ending: str) -> str:
        """The finding and the number, without anything that a disk or a browser could read otherwise."""
        words = re.sub(r"[^\w.（）、，%·-]+", " ", self.title).strip(" .")[:LONGEST_NAME].strip(" .")
        return f"{words} {self.export_id}.{ending}".lstrip()


def facts_of(
    *,
    filters: str,
    period: str,
    as_of: datetime,
    center: str,
    exported_by: str,
    exported_at: datetime,
    metric: str = "",
    formula: str = "",
    variant: str = "",
) -> tuple[Fact, ...]:
    """The facts in the order in which every export tells them; what is empty is left out."""
    told = (
        (_("范围"), center),
        (_("统计期间"), period),
        (_("数据截至"), moment(as_of)),
        (_("筛选条件"), filters or _("无")),
        (_("指标"), metric),
        (_("计算公式"), formula),
        (_("口径版本"), variant),
        (_("导出人"), exported_by),
        (_("导出时间"), moment(exported_at)),
    )
    return tuple((label, text) for label, text in told if text)
