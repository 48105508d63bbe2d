"""Units that the reader can open: their own before anything is shown, those that stand apart, and the
places next to one's own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from lib.assessment.queries import unit_card
from lib.assessment.reading import AssessmentRow, RankRow
from lib.assessment.states import SHOWN
from lib.assessment.units.queries import UnitRow, own_units
from lib.i18n import _, listed, numbers
from lib.ui.assessment import Chosen
from lib.ui.page import leave_for
from lib.ui.plain import escaped
from lib.ui.tables import SELECTION, chosen_row

MOST_NAMED = 30


def before_shown(chosen: Chosen, row: AssessmentRow) -> None:
    """Those who are assessed see no places yet; they find their own units and what is to be entered."""
    units = own_units(chosen.session, row.id)
    if row.state in SHOWN or not units:
        st.info(_("这一期没有您范围内的单位。"), icon=":material/info:")
        return
    waiting = [unit for unit in units if unit.waiting]
    sentence = _("公示以后才能看到名次。现在可以核对本单位的指标值。")
    if waiting:
        sentence = _("公示以后才能看到名次。还有{count}个单位有指标要填报，请点开填写。").format(
            count=len(waiting)
        )
    st.info(sentence, icon=":material/info:")
    _own_table(row, units)


def _own_table(row: AssessmentRow, units: tuple[UnitRow, ...]) -> None:
    shown = sorted(units, key=lambda unit: (not unit.waiting, unit.key))
    table = {
        _("单位"): [unit.name for unit in shown],
        _("待填报"): [listed(unit.waiting) or numbers.NOTHING for unit in shown],
    }
    event: Any = st.dataframe(
        pd.DataFrame(table),
        key=f"own units of {row.id}",
        hide_index=True,
        on_select="rerun",
        selection_mode=SELECTION,
        alt=_("您范围内的被考核单位，点一行打开"),
    )
    open_chosen(row, event, [unit.key for unit in shown])


def open_chosen(row: AssessmentRow, event: Any, keys: Sequence[str | None]) -> None:
    number = chosen_row(event, len(keys))
    key = keys[number] if number is not None else None
    if key is not None:
        leave_for("assessed", {"assessment": str(row.id), "unit": key})


def apart_from_ranking(row: AssessmentRow, apart: Sequence[RankRow]) -> None:
    """Nothing was due there: no place, and no zero either."""
    st.markdown(escaped(_("{count}个单位本期没有应办事项，不参加排名：").format(count=len(apart))))
    own = [one for one in apart if one.own]
    if own:
        event: Any = st.dataframe(
            pd.DataFrame({_("单位"): [one.name for one in apart]}),
            key=f"apart of {row.id} {apart[0].group}",
            hide_index=True,
            on_select="rerun",
            selection_mode=SELECTION,
            alt=_("不参加排名的单位"),
        )
        open_chosen(row, event, [one.key if one.own else None for one in apart])
        return
    names = listed(one.name for one in apart[:MOST_NAMED])
    st.caption(escaped(names + ("…" if len(apart) > MOST_NAMED else "")))


def neighbors(chosen: Chosen, row: AssessmentRow, own: Sequence[RankRow]) -> None:
    """Where the notice shows each unit no more than the places next to its own."""
    st.caption(_("本方案只公布本单位和前后名次。"))
    for one in own:
        near = [(n.rank, n.name, n.total) for n in unit_card(chosen.session, row.id, one.key).neighbors]
        if one.rank is not None:
            neighbors_table([*near, (one.rank, one.name, one.total)], one.name, f"near {row.id} {one.key}")


def neighbors_table(rows: Sequence[tuple[int | None, str, Decimal | None]], own: str, key: str) -> None:
    """Places next to each other, with one's own among them."""
    shown = sorted(rows, key=lambda one: (one[0] or 0, one[1] != own))
    mine = _("本单位")
    st.dataframe(
        pd.DataFrame(
            {
                _("名次"): [rank for rank, _name, _total in shown],
                _("单位"): [name for _rank, name, _total in shown],
                _("总分"): [float(total or 0) for _rank, _name, total in shown],
                _("备注"): [mine if name == own else "" for _rank, name, _total in shown],
            }
        ),
        key=key,
        hide_index=True,
        column_config={_("总分"): st.column_config.NumberColumn(format="%.2f")},
        alt=_("前后名次"),
    )
