"""The places of one period: the finding, the picture, the table whose rows open, and who stands apart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from lib.assessment.places import Mark
from lib.assessment.queries import ranking
from lib.assessment.reading import AssessmentRow, RankRow
from lib.assessment.words import group_words
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, listed, numbers
from lib.schemes.scheme import Published, Scheme, Subject
from lib.ui import bars, filters
from lib.ui.assessment import Chosen, look_of, total_words
from lib.ui.assessment_units import apart_from_ranking, before_shown, neighbors, open_chosen
from lib.ui.panel import Panel, draw
from lib.ui.plain import escaped
from lib.ui.tables import SELECTION

ALL_DRAWN, ENDS_DRAWN = 20, 8  # bars: all of them up to here, of more so many from each end
MOST_CARDS = 3  # own units whose neighbors are shown


def places(chosen: Chosen, row: AssessmentRow) -> tuple[RankRow, ...]:
    """Draws the ranking and returns the places of the group that is looked at."""
    found = ranking(chosen.session, row.id)
    if not found:
        before_shown(chosen, row)
        return ()
    groups = list(dict.fromkeys(one.group for one in found))
    group = groups[0]
    if len(groups) > 1:
        sizes = {one: sum(other.group == one for other in found) for one in groups}
        own = [one.group for one in found if one.own] if not chosen.assesses else []
        usual = own[0] if own else max(groups, key=lambda one: sizes[one])
        words = {
            one or "all": _("{group}（{count}个）").format(group=group_words(one), count=sizes[one])
            for one in groups
        }
        key = filters.tabs("group", _("分组"), words, usual or "all")
        group = "" if key == "all" else key
    rows = tuple(one for one in found if one.group == group)
    ranked = [one for one in rows if one.rank is not None]
    if len(ranked) > 1:
        draw(look_of(chosen, row), _panel(chosen, row, ranked, group))
    elif ranked:
        st.subheader(escaped(_finding(chosen, ranked, group)), anchor=False)
    if ranked:
        _table(row, ranked)
    apart = [one for one in rows if one.rank is None]
    if apart:
        apart_from_ranking(row, apart)
    if not chosen.assesses and row.scheme.published is Published.NEIGHBORS:
        neighbors(chosen, row, [one for one in rows if one.own][:MOST_CARDS])
    return rows


def _finding(chosen: Chosen, ranked: Sequence[RankRow], group: str) -> str:
    """For those who are assessed where they stand; for those who assess who leads and who is last."""
    own = [one for one in ranked if one.own]
    own = [one for one in own if one.key == chosen.page.viewer.center_code] or own
    said = group_words(group) if group else ""
    if not chosen.assesses and len(own) == 1:
        one = own[0]
        sentence = _("{name}在{group}{among}个单位中排第{rank}名，{total}分").format(
            name=one.name, group=said, among=one.among, rank=one.rank, total=total_words(one.total)
        )
        return sentence + _moved_words(one)
    first = [one for one in ranked if one.rank == 1]
    last = ranked[-1]
    if len(first) == 1:
        lead = _("{group}：{name}第1（{total}分）").format(
            group=said or _("全部"), name=first[0].name, total=total_words(first[0].total)
        )
    else:
        lead = _("{group}：{name}等{count}个单位并列第1（{total}分）").format(
            group=said or _("全部"), name=first[0].name, count=len(first), total=total_words(first[0].total)
        )
    if last.rank == 1:
        return lead
    equal = [one for one in ranked if one.rank == last.rank]
    end = _("，末位是{name}（{total}分）") if len(equal) == 1 else _("，末位是{name}等{count}个（{total}分）")
    return lead + end.format(name=equal[0].name, count=len(equal), total=total_words(last.total))


def _moved_words(one: RankRow) -> str:
    won = one.places_won
    if won is None:
        return ""
    if won == 0:
        return _("，名次与上期持平")
    return (_("，比上期升{places}名") if won > 0 else _("，比上期降{places}名")).format(places=abs(won))


def change_words(one: RankRow) -> str:
    won = one.places_won
    if won is None:
        return numbers.NOTHING
    return f"▲{won}" if won > 0 else f"▼{-won}" if won < 0 else _("持平")


def _panel(chosen: Chosen, row: AssessmentRow, ranked: Sequence[RankRow], group: str) -> Panel:
    drawn = _drawn(chosen, ranked)
    totals = [one.total for one in ranked if one.total is not None]
    mean = numbers.half_up(sum(totals, Decimal(0)) / len(totals), 2)
    figure = bars.ranked(
        [_bar(chosen, one) for one in drawn],
        _("总分"),
        keep_order=True,
    )
    subtitle = _("满分{whole}分，平均{mean}分；名次＝1＋同组内得分更高的单位数，得分相同名次并列").format(
        whole=f"{row.scheme.whole.normalize():f}", mean=mean
    )
    if len(drawn) < len(ranked):
        subtitle += _("；图中为{shown}个，其余{rest}个见下表").format(
            shown=len(drawn), rest=len(ranked) - len(drawn)
        )
    return Panel(
        f"places of {row.id} {group}",
        _finding(chosen, ranked, group),
        subtitle,
        figure,
        _columns(row, ranked),
        tuple(dict.fromkeys(one.metric for one in row.scheme.indicators if one.metric is not None)),
        Drawing(DrawingKind.BAR, 1, (2,), _("分")),
    )


def _drawn(chosen: Chosen, ranked: Sequence[RankRow]) -> list[RankRow]:
    """Both ends of a long ranking, and one's own places with those next to them."""
    if len(ranked) <= ALL_DRAWN:
        return list(ranked)
    keep = {*range(ENDS_DRAWN), *range(len(ranked) - ENDS_DRAWN, len(ranked))}
    own = [number for number, one in enumerate(ranked) if one.own]
    if not chosen.assesses and len(own) <= MOST_CARDS:
        keep |= {near for number in own for near in (number - 1, number, number + 1)}
    return [one for number, one in enumerate(ranked) if number in keep]


def _bar(chosen: Chosen, one: RankRow) -> bars.Bar:
    words = _("第{rank}名 {total}分").format(rank=one.rank, total=total_words(one.total))
    hover = f"{one.name} {words}"
    if one.places_won is not None:
        hover += _("，较上期{change}").format(change=change_words(one))
    return bars.Bar(
        one.name,
        float(one.total or 0),
        words,
        hover,
        faded=bool(marked(one.marks, Mark.SMALL_BASE)),
        own=one.own and not chosen.assesses,
    )


def marked(marks: Sequence[str], kind: Mark) -> tuple[str, ...]:
    """The keys of the indicators that are marked so."""
    return tuple(one.removeprefix(f"{kind}:") for one in marks if one.startswith(f"{kind}:"))


def marks_words(scheme: Scheme, marks: Sequence[str]) -> str:
    """What makes a place less firm; empty where nothing does."""
    names = {one.key: one.name for one in scheme.indicators}
    vetoes, small = ([names.get(key, key) for key in marked(marks, kind)] for kind in Mark)
    said = []
    if vetoes:
        said.append(_("一票否决：{names}").format(names=listed(vetoes)))
    if small:
        said.append(_("基数小：{names}").format(names=listed(small)))
    return _("；").join(said)


def _columns(row: AssessmentRow, ranked: Sequence[RankRow]) -> tuple[Column, ...]:
    return (
        Column(_("名次"), ColumnKind.COUNT, tuple(one.rank for one in ranked)),
        Column(_("单位"), ColumnKind.TEXT, tuple(one.name for one in ranked)),
        Column(_("总分"), ColumnKind.DECIMAL, tuple(one.total for one in ranked)),
        *(
            (Column(_("等级"), ColumnKind.TEXT, tuple(one.grade for one in ranked)),)
            if row.scheme.grades
            else ()
        ),
        Column(_("上期名次"), ColumnKind.COUNT, tuple(one.rank_before for one in ranked)),
        Column(_("同档"), ColumnKind.COUNT, tuple(one.bracket for one in ranked)),
        Column(_("备注"), ColumnKind.TEXT, tuple(marks_words(row.scheme, one.marks) for one in ranked)),
    )


def _table(row: AssessmentRow, ranked: Sequence[RankRow]) -> None:
    """Everything at a glance; a row of one's own scope opens the unit."""
    table: dict[str, list[Any]] = {
        _("名次"): [one.rank for one in ranked],
        _("单位"): [one.name for one in ranked],
        _("总分"): [float(one.total or 0) for one in ranked],
    }
    if row.scheme.subject is Subject.GRID:  # many are called alike
        table[_("网格编码")] = [one.key for one in ranked]
    if row.scheme.grades:
        table[_("等级")] = [one.grade or numbers.NOTHING for one in ranked]
    table[_("较上期")] = [change_words(one) for one in ranked]
    table[_("上期名次")] = [one.rank_before for one in ranked]
    table[_("同档")] = [one.bracket for one in ranked]
    table[_("备注")] = [marks_words(row.scheme, one.marks) for one in ranked]
    event: Any = st.dataframe(
        pd.DataFrame(table),
        key=f"places of {row.id} {ranked[0].group}",
        hide_index=True,
        placeholder=numbers.NOTHING,
        column_config={_("总分"): st.column_config.NumberColumn(format="%.2f")},
        on_select="rerun",
        selection_mode=SELECTION,
        alt=_("考核排名，点一行看这个单位的得分算式"),
    )
    said = [_("点一行，看这个单位每项得分怎么来的。")]
    if any(not one.own for one in ranked):
        said = [_("点您范围内的一行，看每项得分怎么来的；其他单位只公布名次和总分。")]
    said.append(_("“同档”号相同的单位，分差小到偶然波动就能造成，名次先后不说明差别。"))
    if any(marked(one.marks, Mark.SMALL_BASE) for one in ranked):
        said.append(_("基数小的单位，几件事就能改变比率，图中以浅色表示。"))
    st.caption(escaped("".join(said)))
    open_chosen(row, event, [one.key if one.own else None for one in ranked])
