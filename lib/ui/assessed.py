"""One unit's score taken apart: place, arithmetic, why it moved, and what it would take."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib.assessment.movement import Movement
from lib.assessment.queries import UnitCard, unit_card
from lib.assessment.result import Value
from lib.assessment.words import group_words, period_words
from lib.errors import NotFound
from lib.grids.queries import grid_card
from lib.i18n import _, listed, numbers
from lib.metrics.dimensions import By
from lib.metrics.measured import Period
from lib.schemes.scheme import Indicator, Rhythm, Subject, rule_words
from lib.schemes.scoring import RuleKind
from lib.ui.assessed_change import change_bars
from lib.ui.assessment import address_of, total_words
from lib.ui.assessment_units import neighbors_table
from lib.ui.assessment_work import value_words
from lib.ui.charts import CONFIG_QUIET
from lib.ui.menu import BY_NAME
from lib.ui.page import leave_for, say
from lib.ui.plain import escaped
from lib.ui.pressing import number_said
from lib.ui.spans import figure_address
from lib.ui.tables import SELECTION, chosen_row

LONGEST_KEY = 20
MOST_STEPS = 5


def opened(session: ScopedSession) -> UnitCard | None:
    """The unit that the address names, with its title; otherwise a sentence and the way to the list."""
    number, key = number_said("assessment"), str(st.query_params.get("unit", ""))
    try:
        if number is None or not key:
            st.title(_("单位得分"), anchor=False)
            st.info(_("请从考核排名中点开一个单位。"), icon=":material/info:")
            card = None
        else:
            card = unit_card(session, number, key[:LONGEST_KEY])
    except NotFound as told:
        st.title(_("单位得分"), anchor=False)
        say(told)
        card = None
    back = address_of(card.assessment) if card is not None else {}
    if card is not None:
        st.title(escaped(_title(card)), anchor=False)
    st.page_link(
        BY_NAME["assessment"].file, label=_("考核排名"), icon=":material/arrow_back:", query_params=back
    )
    return card


def _title(card: UnitCard) -> str:
    name, placed = card.placed.score.unit.name, card.placed
    period = period_words(card.assessment.scheme.rhythm, card.assessment.first)
    if not card.shown:
        return _("{unit}：{period}名次还没有公示").format(unit=name, period=period)
    if placed.rank is None:
        return _("{unit}：{period}没有应办事项，不参加排名").format(unit=name, period=period)
    return _("{unit}：{period}第{rank}名，{total}分").format(
        unit=name, period=period, rank=placed.rank, total=total_words(placed.score.total)
    )


def facts(card: UnitCard) -> None:
    """By which scheme, among whom, and what makes the place less firm."""
    score, row = card.placed.score, card.assessment
    group = score.unit.group
    said = [_("{scheme}第{wording}版").format(scheme=row.scheme.name, wording=row.wording)]
    if card.shown and card.placed.rank is not None:
        said.append(_("{group}共{among}个单位参加排名").format(
            group=group_words(group) if group else "", among=card.placed.among))  # fmt: skip
        said.append(_("第{bracket}档").format(bracket=card.placed.bracket))
        grade = row.scheme.grade(score.total)
        if grade:
            said.append(_("等级：{grade}").format(grade=grade))
    said.append(_("数据截至{moment}").format(moment=numbers.moment(row.moment)))
    st.caption(escaped(" · ".join(said)))
    names = {one.key: one.name for one in row.scheme.indicators}
    if score.vetoed_by:
        st.error(
            escaped(
                _("一票否决：{names}，总分为0。").format(names=listed(names[key] for key in score.vetoed_by))
            ),
            icon=":material/block:",
        )
    if score.small_base:
        st.warning(
            escaped(
                _("{names}的基数小，几件事就能改变比率，名次仅供参考。").format(
                    names=listed(names[key] for key in score.small_base)
                )
            ),
            icon=":material/warning:",
        )


def indicators(session: ScopedSession, card: UnitCard) -> None:
    """Every line of the scheme with its value, rule and points; a row opens the cases behind it."""
    score, scheme = card.placed.score, card.assessment.scheme
    st.subheader(escaped(_sum_words(card)), anchor=False)
    scaled = score.scale not in (Decimal(0), Decimal(1))
    if scaled:
        st.caption(
            escaped(
                _("有的指标没有应办事项，其余指标的得分按{scale}倍折算到满分。").format(
                    scale=f"{numbers.half_up(score.scale, 4).normalize():f}"
                )
            )
        )
    lines = scheme.indicators
    values = [score.unit.values.get(one.key, Value(None)) for one in lines]
    table: dict[str, list[Any]] = {
        _("指标"): [one.name for one in lines],
        _("值"): [value_words(one, value.value) for one, value in zip(lines, values, strict=True)],
        _("分子"): [value.numerator for value in values],
        _("分母"): [value.denominator for value in values],
        _("得分"): [_points(score.points.get(one.key)) for one in lines],
    }
    if scaled:
        table[_("计入总分")] = [_points(score.counted.get(one.key)) for one in lines]
    table[_("计分规则")] = [rule_words(one) for one in lines]
    table[_("备注")] = [_note(card, one, value) for one, value in zip(lines, values, strict=True)]
    table[_("依据")] = [one.source for one in lines]
    event: Any = st.dataframe(
        pd.DataFrame(table),
        key=f"lines of {card.assessment.id} {card.key}",
        hide_index=True,
        height="content",
        placeholder=numbers.NOTHING,
        column_config={
            _("得分"): st.column_config.NumberColumn(format="%.2f"),
            _("计入总分"): st.column_config.NumberColumn(format="%.2f"),
            _("计分规则"): st.column_config.TextColumn(width="large"),
        },
        on_select="rerun",
        selection_mode=SELECTION,
        alt=_("每项指标的值、规则和得分，点一行看背后的事件"),
    )
    st.caption(_("点一行系统计算的指标，看它的算式和背后的事件；手工填报的指标看上方的佐证。"))
    number = chosen_row(event, len(lines))
    if number is not None and lines[number].metric is not None:
        if card.assessment.scheme.subject is Subject.WINDOW:  # its visitors are no cases
            leave_for("windows", {"center": card.center_code, "month": f"{card.assessment.first:%Y-%m}"})
        leave_for("figure", _figure(session, card, lines[number]))


def _points(points: Decimal | None) -> float | None:
    return None if points is None else float(numbers.half_up(points, 2))


def _note(card: UnitCard, one: Indicator, value: Value) -> str:
    said = []
    if one.by_hand:
        said.append(_("手工填报"))
    if any(other.indicator == one.key and other.value is not None for other in card.objections):
        said.append(_("异议成立后改定"))
    if one.key in card.placed.score.small_base:
        said.append(_("基数小（{base}件）").format(base=value.denominator))
    if one.key in card.placed.score.vetoed_by:
        said.append(_("一票否决"))
    if value.value is None and not one.by_hand:
        said.append(_("没有应办事项"))
    if value.value is None and one.by_hand:
        said.append(_("待填报"))
    return _("；").join(said)


def _sum_words(card: UnitCard) -> str:
    """`40.00 + 47.94 - 1.00 = 86.94`, as the total is added up."""
    score = card.placed.score
    if score.total is None:
        return _("本期没有应办事项，不计总分")
    if score.vetoed_by:
        return _("总分0分：一票否决")
    added = [numbers.half_up(score.counted[one.key], 2) for one in card.assessment.scheme.indicators
             if one.key in score.counted and one.rule.kind is not RuleKind.VETO]  # fmt: skip
    sums = "".join(
        f"{part}" if number == 0 else f" − {-part}" if part < 0 else f" + {part}"
        for number, part in enumerate(added)
    )
    exact = sum(added, Decimal(0)) == score.total
    sign = "=" if exact else "≈"  # each part is rounded where it is shown, and the total once
    return _("总分 {sums} {sign} {total}").format(sums=sums, sign=sign, total=total_words(score.total))


def _figure(session: ScopedSession, card: UnitCard, one: Indicator) -> dict[str, str]:
    """The page of figures, narrowed to the unit and to the cases that the indicator counts."""
    row = card.assessment
    period = Period(row.first, row.last, monthly=row.scheme.rhythm is Rhythm.MONTH)
    found = figure_address(one.metric or "", card.center_code, period)
    found |= {by.value: key for by, key in one.only}
    if row.scheme.subject is Subject.DEPARTMENT:
        found[By.DEPARTMENT.value] = card.key
    if row.scheme.subject is Subject.GRID:
        found[By.GRID.value] = str(grid_card(session, card.key).row.id)
    return found


def why_moved(card: UnitCard) -> None:
    """What each indicator added to the change, and how many places are one's own doing."""
    if not card.shown:
        return
    moved = card.movement
    if moved is None:
        st.subheader(_("为什么变动"), anchor=False)
        st.caption(_("没有可以对照的上一期。"))
        return
    st.subheader(escaped(_moved_words(moved)), anchor=False)
    st.caption(escaped(_places_words(moved)))
    if not moved.contributions:
        return
    st.plotly_chart(
        change_bars(moved),
        key=f"why {card.assessment.id} {card.key}",
        config=CONFIG_QUIET,
        alt=_("各项指标使总分增加或减少了多少"),
    )


def _moved_words(moved: Movement) -> str:
    won, change = moved.places_won, moved.total_change
    if won is None or change is None:
        return _("为什么变动：有一期没有参加排名")
    places = _("名次持平")
    if won:
        places = (_("上升{places}名") if won > 0 else _("下降{places}名")).format(places=abs(won))
    most = next((one for one in moved.contributions if one.points), None)
    sentence = _("{places}（第{before}名→第{now}名），总分{change}").format(
        places=places, before=moved.before.rank, now=moved.now.rank, change=signed(change)
    )
    if most is None:
        return sentence
    return sentence + _("，影响最大的是{name}（{points}）").format(
        name=most.indicator.name, points=signed(numbers.half_up(most.points, 2))
    )


def signed(points: Decimal) -> str:
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def _places_words(moved: Movement) -> str:
    if moved.own is None or moved.others is None:
        return _("各项指标得分与上期相比的增减，单位：分。")
    return _(
        "本单位得分变化带来{own}名，其他单位变化带来{others}名；正数为上升。下图为各项指标得分的增减，单位：分。"
    ).format(own=signed(Decimal(moved.own)), others=signed(Decimal(moved.others)))


def what_it_takes(card: UnitCard) -> None:
    """How few more cases would have led to the next better place."""
    if not card.shown or card.placed.rank is None:
        return
    st.subheader(_("怎样追上一名"), anchor=False)
    if card.placed.rank == 1:
        st.caption(_("已经是第1名。"))
        return
    if not card.steps:
        st.caption(_("没有单靠一项指标就能追上的办法，或其他单位的得分不公布。"))
        return
    for step in card.steps[:MOST_STEPS]:
        words = (
            _("{name}再多{cases}件，就能升到第{rank}名（总分{total}）")
            if step.indicator.rule.more_is_better
            else _("{name}再少{cases}件，就能升到第{rank}名（总分{total}）")
        )
        st.markdown(
            ":material/trending_up: "
            + escaped(
                words.format(
                    name=step.indicator.name, cases=step.cases, rank=step.rank, total=total_words(step.total)
                )
            )
        )


def neighbors(card: UnitCard) -> None:
    if not card.shown or card.placed.rank is None:
        return
    st.subheader(_("前后名次"), anchor=False)
    name = card.placed.score.unit.name
    rows = [(one.rank, one.name, one.total) for one in card.neighbors]
    rows.append((card.placed.rank, name, card.placed.score.total))
    neighbors_table(rows, name, f"near {card.assessment.id} {card.key}")
