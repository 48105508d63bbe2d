"""What a wording would have made of the last periods; looking keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.assessment.queries import PreviewMonth, preview
from lib.assessment.reading import RankRow
from lib.assessment.words import group_words, period_words
from lib.errors import BadInput
from lib.i18n import _, numbers
from lib.schemes.queries import Wording
from lib.schemes.scheme import Rhythm
from lib.ui import filters
from lib.ui.assessment import total_words
from lib.ui.plain import escaped
from lib.ui.scheme_draft import in_words

PERIODS = 3
FIRM = 5  # how many at the top are compared from period to period


def previewed(session: ScopedSession, wording: Wording, definition: Mapping[str, Any] | None) -> None:
    """Opened by whoever wants to know; `definition` is what is being typed in the wording's place."""
    box = st.expander(
        _("预览：近三期会怎样排名"), icon=":material/preview:", on_change="rerun",
        key=f"preview {wording.id}",
    )  # fmt: skip
    if not box.open:
        return
    with box:
        try:
            found = preview(session, wording.id, PERIODS, definition)
        except BadInput as bad:
            st.warning(escaped(in_words(bad).sentence), icon=":material/error:")
            return
        st.caption(_("按现在填写的内容试算，不保存、不公布；手工填报的指标按没有应办事项处理。"))
        groups = list(dict.fromkeys(one.group for month in found for one in month.places))
        if not groups:
            st.info(_("没有可考核的单位。"), icon=":material/info:")
            return
        sizes = {group: sum(one.group == group for one in found[0].places) for group in groups}
        largest = max(groups, key=lambda group: sizes[group])
        group = largest
        if len(groups) > 1:
            words = {one or "all": group_words(one) for one in groups}
            group = filters.tabs("group", _("分组"), words, largest or "all")
            group = "" if group == "all" else group
        rhythm = _rhythm(definition, wording)
        _group(found, group, rhythm)


def _rhythm(definition: Mapping[str, Any] | None, wording: Wording) -> Rhythm:
    said = (definition or {}).get("rhythm")
    return Rhythm(said) if said in {one.value for one in Rhythm} else wording.scheme.rhythm


def _group(found: Sequence[PreviewMonth], group: str, rhythm: Rhythm) -> None:
    latest = sorted(
        (one for one in found[0].places if one.group == group),
        key=lambda one: (one.rank is None, one.rank or 0, one.key),
    )
    ranked = [one for one in latest if one.rank is not None]
    st.markdown(f"**{escaped(_finding(found, ranked, group, rhythm))}**")
    by_month = [{one.key: one for one in month.places} for month in found]
    table: dict[str, list[Any]] = {_("单位"): [one.name for one in latest]}
    for month, places in zip(found, by_month, strict=True):
        said = period_words(rhythm, month.period.first)
        rank_words = _("{period}名次").format(period=said)
        total = _("{period}总分").format(period=said)
        table[rank_words] = [_of(places, one.key, "rank") for one in latest]
        table[total] = [_of(places, one.key, "total") for one in latest]
    totals = [name for name in table if name.endswith(_("总分"))]
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        placeholder=numbers.NOTHING,
        column_config={name: st.column_config.NumberColumn(format="%.2f") for name in totals},
        alt=_("按草稿试算的各期名次和总分"),
    )


def _of(places: Mapping[str, RankRow], key: str, field: str) -> float | int | None:
    one = places.get(key)
    value = getattr(one, field) if one is not None else None
    return None if value is None else float(value) if field == "total" else int(value)


def _finding(found: Sequence[PreviewMonth], ranked: Sequence[RankRow], group: str, rhythm: Rhythm) -> str:
    said = period_words(rhythm, found[0].period.first)
    if not ranked:
        return _("{period}没有单位可以排名").format(period=said)
    sentence = _("{period}第1是{first}（{most}分），末位是{last}（{least}分）").format(
        period=said, first=_holders(ranked, 1), most=total_words(ranked[0].total),
        last=_holders(ranked, ranked[-1].rank), least=total_words(ranked[-1].total),
    )  # fmt: skip
    tops = [
        {one.key for one in month.places if one.group == group and one.rank is not None and one.rank <= FIRM}
        for month in found
    ]
    always = set.intersection(*tops) if tops else set()
    return sentence + _("；{periods}期都在前{firm}名的有{count}个").format(
        periods=len(found), firm=FIRM, count=len(always)
    )


def _holders(ranked: Sequence[RankRow], rank: int | None) -> str:
    """Whoever holds a place; of many the first and how many there are."""
    names = [one.name for one in ranked if one.rank == rank]
    if len(names) == 1:
        return names[0]
    return _("{name}等{count}个单位").format(name=names[0], count=len(names))
