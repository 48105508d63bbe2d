"""The indicators of a scheme as rows of an editor, and back as a definition that `read` judges.

What an editor sends is the browser's word: it is laid over our own rows here, only known columns pass,
and nothing is taken that `read` does not take.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lib.i18n import _
from lib.metrics.registered import metric_of
from lib.schemes.checks import MOST_INDICATORS
from lib.schemes.scheme import Indicator, Scheme, plain, written
from lib.schemes.scoring import RuleKind

NUMBERS = ("points", "target", "each", "floor", "most", "least_base")
COLUMNS = ("name", "metric", "rule", *NUMBERS[:4], "tiers", "more_is_better", "least_base", "most", "only",
           "source", "key")  # fmt: skip
UP, DOWN = "up", "down"
BY_HAND, BY_METRIC = "by hand", "by metric"  # a browser shows an empty choice as none
Row = dict[str, Any]


def column_words() -> dict[str, str]:
    return {
        "name": _("指标名称"),
        "metric": _("取数"),
        "rule": _("计分规则"),
        "points": _("满分"),
        "target": _("目标值"),
        "each": _("每差1扣（加）"),
        "floor": _("保底分"),
        "tiers": _("分档（值:得分）"),
        "more_is_better": _("方向"),
        "least_base": _("小基数界线"),
        "most": _("最多可填"),
        "only": _("只统计"),
        "source": _("依据"),
        "key": _("代号"),
    }


def rows_of(scheme: Scheme) -> list[Row]:
    """One row for each indicator, in the order of the scheme."""
    said = written(scheme)["indicators"]
    return [_row(one, line) for one, line in zip(scheme.indicators, said, strict=True)]


def _row(one: Indicator, said: Mapping[str, Any]) -> Row:
    row: Row = {name: _number(said.get(name)) for name in NUMBERS}
    metric = metric_of(one.metric or "")
    known = metric is not None and metric.more_is_better is not None
    beside = one.rule.kind in (RuleKind.BONUS, RuleKind.DEDUCTION, RuleKind.VETO)
    direction = UP if one.rule.more_is_better else DOWN
    return {
        **row,
        "name": one.name,
        "metric": one.metric or BY_HAND,
        "rule": one.rule.kind.value,
        "tiers": ", ".join(f"{plain(least)}:{plain(points)}" for least, points in one.rule.tiers),
        # A metric knows its own direction; asked again, the answer could only contradict it.
        "more_is_better": BY_METRIC if known and not beside else direction,
        "only": ", ".join(f"{by.value}:{key}" for by, key in one.only),
        "source": one.source,
        "key": one.key,
    }


def _number(said: Any) -> float | None:
    return None if said is None else float(said)


def edited(rows: Sequence[Row], changes: Any, columns: Sequence[str] = COLUMNS) -> list[Row]:
    """Our rows with what the editor says has changed, gone and come."""
    said = changes if isinstance(changes, Mapping) else {}
    found = [dict(row) for row in rows]
    for number, cells in dict(said.get("edited_rows") or {}).items():
        if str(number).isdigit() and int(number) < len(found) and isinstance(cells, Mapping):
            found[int(number)] |= _known(cells, columns)
    gone = {number for number in said.get("deleted_rows") or () if isinstance(number, int)}
    kept = [row for number, row in enumerate(found) if number not in gone]
    added = [
        dict.fromkeys(columns) | _known(cells, columns)
        for cells in said.get("added_rows") or ()
        if isinstance(cells, Mapping)
    ]
    return (kept + [row for row in added if any(value not in (None, "") for value in row.values())])[
        : MOST_INDICATORS + 1
    ]


def _known(cells: Mapping[Any, Any], columns: Sequence[str]) -> Row:
    return {name: cells[name] for name in columns if name in cells}


def lines_of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What `read` reads of the rows; an empty cell is not said."""
    taken = {str(row.get("key")) for row in rows if not _empty(row.get("key"))}
    return [_line(row, number, taken) for number, row in enumerate(rows, start=1)]


def _line(row: Row, number: int, taken: set[str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name in ("name", "metric", "rule", "source"):
        if not _empty(row.get(name)) and (name, row[name]) != ("metric", BY_HAND):
            said[name] = str(row[name])
    for name in NUMBERS:
        if not _empty(row.get(name)):
            said[name] = _exact(row[name])
    if not _empty(row.get("tiers")):
        said["tiers"] = pairs(str(row["tiers"]))
    if not _empty(row.get("only")):
        said["only"] = dict(found) if (found := pairs(str(row["only"]))) else str(row["only"])
    if row.get("more_is_better") in (UP, DOWN):
        said["more_is_better"] = row["more_is_better"] == UP
    said["key"] = str(row["key"]) if not _empty(row.get("key")) else _free(number, taken)
    return said


def _empty(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or (isinstance(value, str) and not value.strip())
    )


def _exact(value: Any) -> str:
    """A browser's 40.0 is the 40 that somebody typed."""
    text = str(value)
    return text.removesuffix(".0")


def _free(number: int, taken: set[str]) -> str:
    """A key for a row that nobody gave one."""
    key = next(f"i{n}" for n in range(number, number + len(taken) + 1) if f"i{n}" not in taken)
    taken.add(key)
    return key


def pairs(text: str) -> list[list[str]]:
    """`95:20, 90:15` as pairs; what is no pair is left for `read` to refuse. Full-width marks count."""
    narrow = text.replace("：", ":").replace("，", ",").replace("；", ",").replace("、", ",")
    return [[part.strip() for part in one.split(":", 1)] for one in narrow.split(",") if one.strip()]


def place_words(field: str) -> str:
    """Where a problem is, as the editor calls it; nothing where it is no field of the editor."""
    words = column_words() | {
        "name": _("名称"),
        "object": _("考核对象"),
        "rhythm": _("周期"),
        "nothing_due": _("没有应办事项时"),
        "published": _("公布范围"),
        "whole": _("总分"),
        "grades": _("等级"),
        "quotas": _("名额"),
        "rewards": _("奖励"),
        "indicators": _("指标表"),
    }
    if not field.startswith("indicators["):
        return words.get(field, "")
    number, _bracket, name = field.removeprefix("indicators[").partition("].")
    called = column_words().get(name, name)
    return _("第{row}行“{column}”").format(row=number, column=called)
