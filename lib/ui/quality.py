"""How good the data is: where the figures come from, and which rows break a rule, here and below."""

from __future__ import annotations

import streamlit as st

from lib import clock
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, listed, numbers
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured, Period
from lib.metrics.queries import freshness
from lib.metrics.rules import RULES
from lib.ui import bars, cells, parts
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.plain import escaped

TIMED = tuple(rule.name for rule in RULES if not rule.only_now)
ONLY_NOW = tuple(rule.name for rule in RULES if rule.only_now)
WORDS = {rule.name: rule.words for rule in RULES}


def this_moment(look: Look) -> Period:
    """A rule that speaks of this moment is asked for today, whatever period is looked at."""
    return Period(look.page.today, look.page.today)


def measured(look: Look, by: By = By.WHOLE) -> dict[tuple[str, str], Measured]:
    """Each rule by the key of the part."""
    found = [*look.measure(*TIMED, by=by), *look.measure(*ONLY_NOW, by=by, period=this_moment(look))]
    return {(m.metric, m.key): m for m in found}


def figures(look: Look) -> None:
    """Where the figures come from, as of when, and how many rows there are."""
    fresh = freshness(look.session)
    recorded = next(iter(look.measure("recorded", period=this_moment(look))), None)
    received = next(iter(look.measure("received")), None)
    shown = [
        (
            _("数据来源"),
            _("分析副本") if fresh.from_replica else _("业务库"),
            _("分析副本与业务库逐行一致，提交后立即同步"),
        ),
        (_("数据同步至"), f"{clock.local(fresh.as_of):%m-%d %H:%M}", _("此刻之前提交的都已计入")),
        (_("在册事件"), numbers.whole(recorded.numerator if recorded else 0), _("此刻登记在册的全部事件数")),
        (_("期内接报"), numbers.whole(received.numerator if received else 0), _("期内上报的事件数")),
    ]
    with st.grid(columns=4, min_column_width=170):
        for label, value, explanation in shown:
            st.metric(label, value, border=True, help=explanation)
    if look.page.deployment.demonstration:
        st.caption(
            escaped(
                _("演示数据停在{moment}；同步时间是服务器的真实时间。").format(
                    moment=numbers.moment(look.page.moment)
                )
            )
        )


def address(look: Look, name: str, center_code: str = "") -> dict[str, str]:
    period = this_moment(look) if name in ONLY_NOW else None
    return look.figure_address(name, period=period, center_code=center_code)


def rules(look: Look) -> Panel:
    """Each rule with the rows that break it, the most first."""
    found = measured(look)
    whole = {name: found.get((name, look.code)) or Measured(name, look.code, 0, 0) for name in WORDS}
    order = sorted(WORDS, key=lambda name: -whole[name].numerator)
    broken = [name for name in order if whole[name].numerator]
    kept = [name for name in order if not whole[name].numerator]
    said = [_("违反每条规则的事件数和占比；同一事件可同时违反多条；数据按原样保留，点表中的数查看是哪些事件")]
    if kept and broken:
        said.append(_("没有违反的：{rules}").format(rules=listed(_(WORDS[name]) for name in kept)))
    drawn = [
        bars.Bar(
            _(WORDS[name]),
            float(whole[name].numerator),
            _("{count}件  {share}").format(
                count=numbers.whole(whole[name].numerator), share=numbers.percent(whole[name].rate)
            ),
            parts.hover(_(WORDS[name]), whole[name]),
        )
        for name in broken or order
    ]
    return Panel(
        "rules of the data",
        _found(look, whole, order, broken),
        _("；").join(said),
        bars.ranked(drawn, _("件"), keep_order=True),
        (
            Column(_("规则"), ColumnKind.TEXT, tuple(_(WORDS[name]) for name in order)),
            Column(_("违反"), ColumnKind.COUNT, tuple(whole[name].numerator for name in order)),
            Column(_("应检查"), ColumnKind.COUNT, tuple(whole[name].denominator or 0 for name in order)),
            Column(_("占比"), ColumnKind.PERCENT, tuple(whole[name].rate for name in order)),
            Column(_("计算公式"), ColumnKind.TEXT, tuple(_(whole[name].of.formula) for name in order)),
        ),
        tuple(order),
        Drawing(DrawingKind.BAR, 0, (1,), _("件")),
        cell=lambda column, row: address(look, order[row]) if column in (1, 2, 3) else None,
        expanded=True,
    )


def _found(look: Look, whole: dict[str, Measured], order: list[str], broken: list[str]) -> str:
    if not broken:
        return _("{count}条规则都没有违反").format(count=len(order))
    most = whole[broken[0]]
    return _("{count}条规则中{broken}条有违反，最多的是{rule}：{number}件，占{share}").format(
        count=len(order),
        broken=len(broken),
        rule=_(WORDS[most.metric]),
        number=numbers.whole(most.numerator),
        share=numbers.percent(most.rate),
    )


def by_center(look: Look) -> Panel | None:
    """The share of each rule in each center below; nothing below a village."""
    if not look.card.children:
        return None
    found = measured(look, By.CHILD)
    codes = [child.code for child in look.card.children]
    names = [child.name for child in look.card.children]
    rules = list(WORDS)
    rows = [[found.get((rule, code)) for rule in rules] for code in codes]
    broken = [[m.numerator if m else 0 for m in row] for row in rows]
    shares = [[None if m is None or m.rate is None else float(m.rate) for m in row] for row in rows]
    hover = [
        [parts.hover(name, m) if m is not None else f"{escaped(name)} {numbers.NOTHING}" for m in row]
        for name, row in zip(names, rows, strict=True)
    ]
    targets = [[("center", code)] * len(rules) for code in codes]
    firm = [m for row in rows for m in row if m is not None and m.numerator and not m.small_base]
    worst = max(firm, key=lambda m: (m.rate or 0, m.numerator), default=None)
    title = _("各下级中心均无违反规则的事件，或基数小")
    if worst is not None:
        title = _("{name}{rule}占比最高，{share}（{count}件）").format(
            name=names[codes.index(worst.key)] if worst.key in codes else worst.key,
            rule=_(WORDS[worst.metric]),
            share=numbers.percent(worst.rate),
            count=numbers.whole(worst.numerator),
        )

    def cell(column: int, row: int) -> dict[str, str] | None:
        return address(look, rules[column - 1], codes[row]) if column else None

    return Panel(
        "rules by center",
        title,
        _("各下级中心违反各条规则的占比（%），颜色越深占比越高；表中是件数"),
        cells.heat([_(WORDS[rule]) for rule in rules], names, shares, hover, targets, "%"),
        (
            Column(_("名称"), ColumnKind.TEXT, tuple(names)),
            *(
                Column(_(WORDS[rule]), ColumnKind.COUNT, tuple(counts[n] for counts in broken))
                for n, rule in enumerate(rules)
            ),
        ),
        tuple(rules),
        None,
        cell=cell,
        clicks=True,
        expanded=True,
    )
