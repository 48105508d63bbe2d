"""The service list on the screen: what holds for a center on a day, filtered, and one item of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.centers.queries import CenterCard
from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.registers.commands import make_register, use_draft
from lib.registers.design import Design
from lib.registers.publishing.queries import ItemRow, items_on
from lib.registers.queries import RegisterCard, designs_of
from lib.registers.seeing import seen
from lib.registers.templates.service_list import (
    AGENT,
    CHANNELS,
    DEPARTMENT,
    FEE,
    KIND,
    LIMIT,
    VISITS,
)
from lib.typed import plain
from lib.ui import filters
from lib.ui.list_days import day
from lib.ui.menu import BY_NAME
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.tables import SELECTION, chosen_row

OWN, ABOVE = "own", "above"
TABLE = "items of the service list"


def begin(page: Page, center: CenterCard, name: str, design: Design, template: str) -> None:
    """A list that is not there yet is made from its template, by whoever designs registers."""
    st.info(
        _("这里还没有启用《{name}》。启用后即可填写、审定和公布。").format(name=design.words),
        icon=":material/info:",
    )
    code = center.center.code
    if not page.viewer.may(Permission.DESIGN_REGISTERS):
        st.caption(_("请联系本级中心主任启用。"))
        return

    def start(session: ScopedSession) -> None:
        made = make_register(session, code, design, template)
        use_draft(session, made, designs_of(session, made)[0].seen)

    st.button(
        _("在{center}启用").format(center=escaped(center.center.name)), key=f"start {name}", type="primary",
        icon=":material/playlist_add:", on_click=press, args=(page.viewer, _("已启用。"), start),
    )  # fmt: skip


def edit_link(register_id: int, center_code: str) -> None:
    """To the register itself, where items are written."""
    if "register" in BY_NAME:
        st.page_link(
            BY_NAME["register"].file, label=_("编辑事项"), icon=":material/edit:",
            query_params={"register": str(register_id), "center": center_code},
        )  # fmt: skip


def holding(page: Page, session: ScopedSession, center: CenterCard, card: RegisterCard) -> list[ItemRow]:
    """What holds, as the filters let it through; returns what is shown, for printing."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        text = filters.search("find", _("搜索"), _("事项名称、材料、依据"))
        on = day("on", _("截至日期"), page.today)
    found = items_on(session, card.id, center.center.code, on)
    rows = _chosen(found, center.center.code, text)
    _headline(found, center, on)
    if not found:
        st.info(_("这一天还没有公布的事项。填写事项后，在“起草与公布”里提出公布。"), icon=":material/info:")
        return []
    if not rows:
        st.info(_("没有符合条件的事项。"), icon=":material/search_off:")
    else:
        _table(rows, seen(page.viewer, card.design))
    filters.clear(_("清除条件"), "find", "kind", "department", "channel", "once", "agent", "whose", "on")
    _item(found, seen(page.viewer, card.design))
    return rows


def _headline(found: Sequence[ItemRow], center: CenterCard, on: date) -> None:
    own = sum(one.center_code == center.center.code for one in found)
    st.subheader(
        _("共{count}项：本级{own}项，继承上级{above}项").format(
            count=len(found), own=own, above=len(found) - own
        ),
        anchor=False,
    )
    st.caption(
        _("{day}有效 · 最多跑一次{once}项 · 可代办{agent}项").format(
            day=numbers.day(on), once=sum(map(once, found)), agent=sum(map(by_agent, found))
        )
    )


def once(row: ItemRow) -> bool:
    """One visit at most."""
    said = str(row.kept.get(VISITS, ""))
    return said != "" and float(said) <= 1


def by_agent(row: ItemRow) -> bool:
    return row.kept.get(AGENT) == "1"


def _chosen(found: Sequence[ItemRow], code: str, text: str) -> list[ItemRow]:
    kinds, departments, channels = ({"": _("全部")} for _place in range(3))
    for one in found:
        if KIND in one.cells:
            kinds[str(one.kept[KIND])] = one.cells[KIND]
        if DEPARTMENT in one.cells:
            departments[str(one.kept[DEPARTMENT])] = bare(one.cells[DEPARTMENT])
        for key, words in zip(
            one.kept.get(CHANNELS, ()), one.cells.get(CHANNELS, "").split("、"), strict=False
        ):
            channels[key] = words
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        whose = filters.choice("whose", _("来源"), {"": _("全部"), OWN: _("本级"), ABOVE: _("上级")})
        kind = filters.choice("kind", _("类别"), kinds)
        department = filters.choice("department", _("责任部门"), departments)
        channel = filters.choice("channel", _("渠道"), channels)
        visits = filters.choice("once", _("跑动"), {"": _("全部"), "1": _("最多跑一次")})
        agent = filters.choice("agent", _("代办"), {"": _("全部"), "1": _("可代办")})
    wanted = plain(text).casefold()
    return [
        one
        for one in found
        if (not whose or (one.center_code == code) is (whose == OWN))
        and (not kind or one.kept.get(KIND) == kind)
        and (not department or one.kept.get(DEPARTMENT) == department)
        and (not channel or channel in one.kept.get(CHANNELS, ()))
        and (not visits or once(one))
        and (not agent or by_agent(one))
        and (not wanted or any(wanted in plain(words, 5000).casefold() for words in one.cells.values()))
    ]


def bare(named: str) -> str:
    """A department without the key that stands behind its name."""
    return named.rpartition(" #")[0] or named


def cell(row: ItemRow, key: str) -> str:
    words = row.cells.get(key, "")
    return bare(words) if key == DEPARTMENT else words


def columns_of(fields: Sequence[Field]) -> list[Field]:
    """What stands in a table, as far as the reader sees it."""
    return [
        one
        for key in (KIND, DEPARTMENT, LIMIT, CHANNELS, VISITS, FEE, AGENT)
        for one in fields
        if one.key == key and not one.retired
    ]


def _table(rows: list[ItemRow], fields: Sequence[Field]) -> None:
    table: dict[str, list[Any]] = {
        _("事项"): [one.title for one in rows],
        _("来源"): [one.center_name for one in rows],
    }
    for field in columns_of(fields):
        label = field.words
        table[label] = [_counted(cell(one, field.key), field) for one in rows]
    ids = tuple(one.id for one in rows)
    st.dataframe(
        pd.DataFrame(table), key=TABLE, hide_index=True, on_select=lambda: _open(ids),
        selection_mode=SELECTION, placeholder=numbers.NOTHING,
        column_config=_columns(fields), alt=_("便民服务事项，点一行查看详情"),
    )  # fmt: skip


def _columns(fields: Sequence[Field]) -> dict[str, Any]:
    """So wide that whose an item is stands there too, and numbers with what they count."""
    widths = {KIND: 72, DEPARTMENT: 184, LIMIT: 94, CHANNELS: 140, VISITS: 72, FEE: 60, AGENT: 70}
    found: dict[str, Any] = {
        _("事项"): st.column_config.TextColumn(width=178, pinned=True),
        _("来源"): st.column_config.TextColumn(width=84),
    }
    for field in columns_of(fields):
        width, unit = widths[field.key], field.unit.replace("%", "%%")
        found[field.words] = (
            st.column_config.NumberColumn(width=width, format=f"%g{unit}")
            if field.kind == "number"
            else st.column_config.TextColumn(width=width)
        )
    return found


def _counted(words: str, field: Field) -> str | float | None:
    """Numbers stand at the right; what is not said is empty."""
    return float(words) if field.kind == "number" and words else words or None


def _open(ids: tuple[int, ...]) -> None:
    row = chosen_row(st.session_state[TABLE], len(ids))
    if row is not None:
        st.query_params["item"] = str(ids[row])


def _item(found: Sequence[ItemRow], fields: Sequence[Field]) -> None:
    """The item that the address names, with all that is said of it."""
    row = next((one for one in found if str(one.id) == st.query_params.get("item")), None)
    if row is None:
        return
    with st.container(border=True):
        st.subheader(escaped(row.title), anchor=False)
        st.caption(
            escaped(
                _("{center}公布，{since}起有效").format(center=row.center_name, since=numbers.day(row.since))
            )
        )
        with st.grid(columns=3, min_column_width=240):
            for field in fields:
                if field.key in row.cells and row.cells[field.key] != row.title:
                    with st.container(gap="xsmall"):
                        st.caption(escaped(field.words))
                        unit = field.unit if field.kind == "number" else ""
                        st.text(_with_unit(cell(row, field.key), unit))
        st.button(_("关闭"), key="close the item", icon=":material/close:", type="tertiary", on_click=_close)


def _with_unit(words: str, unit: str) -> str:
    return words if not unit or words.endswith(unit) else words + unit


def _close() -> None:
    st.query_params.pop("item", None)
