"""A file that somebody hands over for a list: opened, its sheet chosen, its columns matched. `key` is what
the list is called in the session (`lib.ui.importing.Importing`).

The bytes are gone as soon as the file is open; what was read stays until it is imported or given up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib.errors import BadInput
from lib.fields.field import Field
from lib.i18n import _, listed, numbers
from lib.imports.file import open_file
from lib.imports.matching import Match, Matching, match
from lib.imports.repair import in_part
from lib.imports.sheet import LARGEST_FILE, MEGABYTE, Sheet
from lib.imports.table import Table, choose_table, find_table
from lib.ui.plain import escaped
from lib.ui.pressing import OUTCOME
from lib.ui.uploading import own_words

LONGEST_NAME = 120
EXAMPLES = 3


@dataclass(frozen=True)
class Upload:
    """`number` counts the files of this screen."""

    name: str
    sheets: tuple[Sheet, ...]
    number: int


def upload_key(key: str) -> str:
    return f"import of {key}"


def count_key(key: str) -> str:
    return f"files for {key}"


def tried_key(key: str) -> str:
    return f"trial of {key}"


def ask(key: str) -> None:
    number = int(st.session_state.get(count_key(key), 0))
    box = f"file for {key} {number}"
    own_words()
    st.file_uploader(
        _("上传填好的表格（xlsx或csv，最大{most}MB）").format(most=LARGEST_FILE // MEGABYTE), key=box,
        on_change=_take, args=(key, box), help=_("表头可以不在第一行，列的顺序、多余的列都不要紧。"),
    )  # fmt: skip


def _take(key: str, box: str) -> None:
    """Opened at once; a new box for the next file lets go of the bytes."""
    file: Any = st.session_state.get(box)
    if file is None:
        return
    number = int(st.session_state.get(count_key(key), 0)) + 1
    st.session_state[count_key(key)] = number
    name = "".join(c for c in str(file.name) if c.isprintable())[-LONGEST_NAME:]
    try:
        if file.size > LARGEST_FILE:
            raise BadInput(
                _("文件“{name}”太大：最多{most} MB，请分开导入。").format(
                    name=name, most=LARGEST_FILE // MEGABYTE
                )
            )
        sheets = open_file(name, file.getvalue())
        if not sheets:
            raise BadInput(_("文件“{name}”里没有内容。").format(name=name))
    except BadInput as bad:
        st.session_state[OUTCOME] = ("told", (bad.sentence,))
        return
    finally:
        _let_go(file)
    give_up(key)
    st.session_state[upload_key(key)] = Upload(name, sheets, number)


def _let_go(file: Any) -> None:
    """Streamlit would keep the bytes as long as the browser's page is open."""
    run = get_script_run_ctx()
    forget = getattr(run.uploaded_file_mgr, "remove_file", None) if run is not None else None
    if run is not None and forget is not None:
        forget(session_id=run.session_id, file_id=file.file_id)
    file.close()


def give_up(key: str) -> None:
    for name in (upload_key(key), tried_key(key)):
        st.session_state.pop(name, None)


def table_of(upload: Upload, fields: tuple[Field, ...]) -> Table:
    """The table in the sheet that was chosen. Raises BadInput."""
    sheet = upload.sheets[0]
    if len(upload.sheets) > 1:
        places = list(range(len(upload.sheets)))
        best = choose_table(upload.sheets, fields).sheet
        first = next((place for place in places if upload.sheets[place].name == best), 0)
        place = st.selectbox(
            _("工作表"), places, index=first, format_func=lambda one: upload.sheets[one].name,
            key=f"sheet of file {upload.number}",
        )  # fmt: skip
        sheet = upload.sheets[place]
    return find_table(sheet, fields)


def about(upload: Upload, table: Table) -> None:
    first, last = table.header_rows
    where = f"{first}" if first == last else f"{first}–{last}"
    st.markdown(
        escaped(
            _("“{name}”工作表“{sheet}”：表头在第{where}行，{rows}行数据，{columns}列。").format(
                name=upload.name,
                sheet=table.sheet,
                where=where,
                rows=numbers.whole(len(table.rows)),
                columns=len(table.columns),
            )
        )
    )
    if table.notes:
        with st.expander(_("读的时候略过或改正了什么（{count}）").format(count=len(table.notes))):
            for note in table.notes:
                st.markdown(escaped(note))


def matched(
    upload: Upload,
    table: Table,
    fields: tuple[Field, ...],
    corrected: Callable[[Matching], Matching],
    beside: Collection[str],
) -> Matching:
    """What was found by itself, with what the person says of it."""
    found = corrected(match(table.headers, fields))
    names = {one.key: one.words for one in fields}
    doubles = {word for word in names.values() if list(names.values()).count(word) > 1}
    words = {key: f"{word}（{key}）" if word in doubles else word for key, word in names.items()}
    key = f"matching of file {upload.number} {table.sheet}"
    said = _said(found, st.session_state.get(key), words)
    unsure = [one for one in found.columns if not _unread(one, beside) and one.certainty < 0.9]
    label = _("各列对应的字段：{matched}列已对上，{unused}列不用").format(
        matched=len(said.by_key), unused=len(said.unused)
    )
    with st.expander(label, expanded=bool(unsure or said.missing), icon=":material/conversion_path:"):
        st.data_editor(
            _frame(table, found, words, beside), key=key, hide_index=True, num_rows="fixed", placeholder="",
            disabled=["letter", "heading", "examples", "sure"],
            column_config={
                "letter": st.column_config.TextColumn(_("列"), width="small"),
                "heading": st.column_config.TextColumn(_("表里的标题")),
                "field": st.column_config.SelectboxColumn(
                    _("对应的字段"), options=list(words.values()),
                    help=_("不对的在这里改；清空就不导入这一列")
                ),
                "sure": st.column_config.TextColumn(_("把握")),
                "examples": st.column_config.TextColumn(_("前几行的内容"), width="large"),
            },
            alt=_("各列对应的字段"),
        )  # fmt: skip
    if said.missing:
        missing = listed(one.words for one in said.missing)
        st.warning(escaped(_("必填的字段还没有对应的列：{names}。").format(names=missing)))
    return said


def _unread(one: Match, beside: Collection[str]) -> bool:
    """Columns that count the lines, or that our own sheets have beside what people fill in."""
    return one.passed_over or (one.key is None and one.heading.strip() in beside)


def _frame(table: Table, found: Matching, words: Mapping[str, str], beside: Collection[str]) -> pd.DataFrame:
    rows = []
    for one, column in zip(found.columns, table.columns, strict=True):
        field = found.field(one.index)
        cells = [in_part(row.cells[column.index], field)[:20] for row in table.rows[: 4 * EXAMPLES]]
        examples = " · ".join([cell for cell in cells if cell][:EXAMPLES])
        if _unread(one, beside):
            sure = _("不读")
        elif one.key is None:
            sure = _("请选择") if one.candidates else _("没对上")
        else:
            sure = _("确定") if one.certainty >= 0.9 else _("请核对")
        rows.append(
            {
                "letter": column.letter, "heading": one.heading, "field": words.get(one.key or ""),
                "sure": sure, "examples": examples,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["letter", "heading", "field", "sure", "examples"]).astype("object")


def _said(found: Matching, said: Any, words: Mapping[str, str]) -> Matching:
    """Only columns and fields that there are."""
    keys = {word: key for key, word in words.items()}
    edits = said.get("edited_rows") if isinstance(said, Mapping) else None
    for place, cells in edits.items() if isinstance(edits, Mapping) else ():
        if str(place).isdigit() and int(place) < len(found.columns) and isinstance(cells, Mapping):
            chosen = cells.get("field")
            if "field" in cells and (chosen is None or chosen in keys):
                found = found.with_column(int(place), keys.get(chosen) if chosen else None)
    return found
