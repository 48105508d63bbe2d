"""What a change of many rows would do, row by row and cell by cell, and the way back from the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd
import streamlit as st

from lib.access.viewer import Viewer
from lib.errors import Problem
from lib.i18n import _, mark, numbers
from lib.registers.changes.commands import undo_changes
from lib.ui import taking_back
from lib.ui.plain import escaped

MOST_LINES = 400
KIND_WORDS = {
    "new": mark("新增"), "edited": mark("修改"), "removed": mark("删除"), "same": mark("不变"),
}  # fmt: skip


class Outcome(Protocol):
    """What would come of a row, whatever it is a row of; `key` is the row's, None for a new one."""

    @property
    def key(self) -> int | None: ...
    @property
    def number(self) -> int: ...
    @property
    def serial(self) -> int | None: ...
    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def changed(self) -> tuple[tuple[str, str, str, str], ...]: ...
    @property
    def problems(self) -> tuple[Problem, ...]: ...
    @property
    def conflict(self) -> bool: ...


def key_of(register_id: int) -> str:
    """What the register is in a person's session."""
    return f"register {register_id}"


def last_set(register_id: int) -> str:
    return taking_back.last_set(key_of(register_id))


def preview(rows: Sequence[Outcome], labels: dict[str, str], titled: str = "") -> None:
    """Old → new of each cell, with what is wrong at its row and field. `labels` are those of the fields,
    `titled` of what a row is called by."""
    lines: list[tuple[Outcome, str, str, str, str]] = []
    for row in rows:
        told: dict[str, list[Problem]] = {}
        for problem in row.problems:
            told.setdefault(problem.field, []).append(problem)
        for key, label, before, after in row.changed:
            lines.append((row, label, before, after, _sentences(told.pop(key, []), label)))
        for key, found in told.items():
            label = labels.get(key, "")
            lines.append((row, label, "", found[0].value, _sentences(found, label)))
        if not row.changed and not row.problems:
            lines.append((row, "", "", "", ""))
    shown = sorted(lines[: 10 * MOST_LINES], key=lambda one: not one[4])[:MOST_LINES]
    if not shown:
        return
    table = {
        _("行"): [row.number for row, *_rest in shown],
        _("编号"): [row.serial for row, *_rest in shown],
        titled or _("标题"): [row.title for row, *_rest in shown],
        _("做什么"): [_(KIND_WORDS[row.kind]) for row, *_rest in shown],
        _("字段"): [label for _row, label, *_rest in shown],
    }
    if any(why for *_rest, why in shown):
        table[_("问题")] = [why or None for *_rest, why in shown]
    table[_("原来")] = [before for _row, _label, before, *_rest in shown]
    table[_("改为")] = [after for _row, _label, _before, after, _why in shown]
    st.dataframe(
        pd.DataFrame(table).astype({_("编号"): "Int64"}), hide_index=True, placeholder=numbers.NOTHING,
        height="content" if len(shown) <= 12 else 440, alt=_("每一行会变成什么"),
    )  # fmt: skip
    if len(lines) > len(shown):
        st.caption(_("只列出前{most}处，共{count}处。").format(most=len(shown), count=len(lines)))


def _sentences(problems: Sequence[Problem], label: str) -> str:
    """Without the name of the field, which stands beside."""
    prefix = _("“{label}”：{sentence}").format(label=label, sentence="")
    return "".join(one.sentence.removeprefix(prefix) for one in problems)


def way_back(viewer: Viewer, register_id: int) -> None:
    taking_back.way_back(viewer, key_of(register_id), undo_changes)


def summary(rows: Sequence[Outcome]) -> str:
    count = {kind: sum(row.kind == kind for row in rows) for kind in KIND_WORDS}
    return escaped(
        _("新增{new}条、修改{edited}条、删除{removed}条").format(
            new=count["new"], edited=count["edited"], removed=count["removed"]
        )
    )
