"""How content people are: five steps side by side by part and over time, and where the discontent are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, numbers
from lib.metrics.dimensions import BY_WORDS, By
from lib.metrics.measured import Measured
from lib.ui import bars, parts, series
from lib.ui.charts import STEPS
from lib.ui.cross_filter import Build
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.plain import in_chart
from lib.ui.rhythm import Rhythm, newest

# From very satisfied to very dissatisfied, as the legend reads.
ORDER = tuple(sorted(STEPS, reverse=True))
LEAST_WORDS = 6  # percent of a bar from which on its share is written into it


def say_step(look: Look) -> None:
    """Rates of those who all gave the same step would say nothing, so the step leaves them alone."""
    step = look.chosen(By.RATING)
    if step:
        st.caption(
            _("已选“{step}”：只有最下面的分布按此筛选，满意率、参评率和五级构成仍按全部评价计算。").format(
                step=look.name_of(By.RATING, step)
            )
        )


def _steps(look: Look) -> list[tuple[str, str, str]]:
    look.know(By.RATING, list(ORDER))
    return [(step, look.name_of(By.RATING, step), STEPS[step]) for step in ORDER]


def _by_step(found: Sequence[Measured]) -> dict[tuple[str, str], int]:
    return {(m.key, m.second): m.numerator for m in found}


def five_steps(by: By, step: str) -> Build:
    """The five steps of each part as shares, the least satisfied part on top, with what they rest on.
    `step` is the one that is looked at."""

    def build(look: Look, own: str) -> Panel | str:
        counts = _by_step(look.measure("rated", by=by, second=By.RATING))
        rates = {(m.metric, m.key): m for m in look.measure("satisfaction", "response", by=by)}
        found = [m for (name, _key), m in rates.items() if name == "satisfaction" and m.value is not None]
        found = parts.of_level(look, by, found)
        if not found:
            return _("期内没有群众评价。")
        found.sort(key=lambda m: (m.small_base, m.value, m.key))
        look.know(by, [m.key for m in found])
        steps = _steps(look)
        stacks = [
            _stack(look, by, m, rates.get(("response", m.key)), counts, steps, own)
            for m in found[: parts.MOST]
        ]
        firm = [m for m in found if not m.small_base]
        title = _("满意率：各部分评价都少，不作比较")
        if firm:
            title = _("{name}满意率最低，{value}") if len(firm) > 1 else _("{name}满意率{value}")
            title = title.format(name=look.name_of(by, firm[0].key), value=numbers.percent(firm[0].rate))
        without = parts.apart(look, by, [m.key for m in found])
        subtitle = _("期内有效评价的五级构成，满意率低的在上；评价不足30件的颜色变淡、排在后面，仅供参考")
        rated = {m.key: m.denominator or 0 for m in found}
        return Panel(
            f"five steps by {by.value} {own} {step}",
            title,
            _("{words}；{more}").format(words=subtitle, more=without) if without else subtitle,
            bars.stacked(stacks, steps, "%", 100, _("满意率 · 评价 · 参评率"), step),
            (
                Column(_(BY_WORDS[by]), ColumnKind.TEXT, tuple(look.name_of(by, m.key) for m in found)),
                Column(_("满意率"), ColumnKind.PERCENT, tuple(m.value for m in found)),
                Column(_("有效评价"), ColumnKind.COUNT, tuple(rated.values())),
                Column(
                    _("参评率"),
                    ColumnKind.PERCENT,
                    tuple(r.value if (r := rates.get(("response", m.key))) else None for m in found),
                ),
                *(
                    Column(name, ColumnKind.COUNT, tuple(counts.get((m.key, step), 0) for m in found))
                    for step, name, _color in steps
                ),
            ),
            ("satisfaction", "rated", "response"),
            Drawing(DrawingKind.STACKED_BAR, 0, (4, 5, 6, 7, 8), _("件")),
            cell=_step_cells(look, by, [m.key for m in found]),
            clicks=True,
        )

    return build


def _stack(
    look: Look,
    by: By,
    measured: Measured,
    response: Measured | None,
    counts: Mapping[tuple[str, str], int],
    steps: Sequence[tuple[str, str, str]],
    own: str,
) -> bars.Stack:
    total = measured.denominator or 0
    of = {step: counts.get((measured.key, step), 0) for step, _name, _color in steps}
    shares = {step: numbers.share(count, total) or 0 for step, count in of.items()}
    name = look.name_of(by, measured.key)
    return bars.Stack(
        name,
        {step: float(share) for step, share in shares.items()},
        {step: f"{share}%" if share >= LEAST_WORDS else "" for step, share in shares.items()},
        {
            step: f"<b>{in_chart(name)}</b><br>{words} {shares[step]}% = {of[step]:,} ÷ {total:,}<br>"
            + parts.hover("", measured, response).removeprefix("<b></b><br>")
            for step, words, _color in steps
        },
        targets={step: (By.RATING.value, step) for step in of},
        beside=" · ".join(
            [
                numbers.percent(measured.rate),
                _("{count}件").format(count=numbers.whole(total)),
                numbers.percent(response.rate if response else None),
            ]
        ),
        faded=measured.small_base or (bool(own) and measured.key != own),
    )


def _step_cells(look: Look, by: By, keys: list[str]) -> Callable[[int, int], dict[str, str] | None]:
    """The rates lead to their arithmetic, the count of a step to its cases."""
    rates = parts.cells_by_part(look, by, keys, {1: "satisfaction", 2: "rated", 3: "response"})
    rated = parts.cell_by_part(look, "rated", by, keys)

    def cell(column: int, row: int) -> dict[str, str] | None:
        if column < 4:
            return rates(column, row)
        address = rated(column, row)
        return None if address is None else {**address, By.RATING.value: ORDER[column - 4]}

    return cell


def over_time(look: Look, rhythm: Rhythm) -> Panel | str:
    """How many are satisfied, by month or week; the table adds how many say anything at all."""
    names = ("satisfaction", "response")
    found = {(m.metric, m.key): m for m in look.measure(*names, by=rhythm.by, period=rhythm.span)}
    keys = rhythm.keys
    rows = {name: [found.get((name, key)) for key in keys] for name in names}
    if not any(m is not None and m.value is not None for m in rows["satisfaction"]):
        return _("{length}没有群众评价。").format(length=rhythm.length_words)
    line = series.Line(
        _("满意率"),
        keys,
        [None if m is None or m.rate is None else float(m.rate) for m in rows["satisfaction"]],
        [parts.hover(rhythm.words(key), *(found.get((each, key)) for each in names)) for key in keys],
        small=[bool(m and m.small_base) for m in rows["satisfaction"]],
    )
    of_column = {1: "satisfaction", 2: "rated", 3: "response", 4: "closed"}
    return Panel(
        f"satisfaction by {rhythm.by.value}",
        newest(rhythm, rows["satisfaction"]),
        _("{length}满意率 = 评价满意 ÷ 有效评价，按评价时间；空心点评价不足30件").format(
            length=rhythm.length_words
        ),
        series.lines([line], "%", unfinished=rhythm.unfinished),
        (
            Column(rhythm.heading, ColumnKind.TEXT, tuple(keys)),
            Column(
                _("满意率"), ColumnKind.PERCENT, tuple(m.value if m else None for m in rows["satisfaction"])
            ),
            Column(
                _("有效评价"),
                ColumnKind.COUNT,
                tuple((m.denominator or 0) if m else 0 for m in rows["satisfaction"]),
            ),
            Column(_("参评率"), ColumnKind.PERCENT, tuple(m.value if m else None for m in rows["response"])),
            Column(
                _("结案事件"),
                ColumnKind.COUNT,
                tuple((m.denominator or 0) if m else 0 for m in rows["response"]),
            ),
        ),
        names,
        Drawing(DrawingKind.LINE, 0, (1, 3), "%"),
        cell=lambda column, row: (
            look.figure_address(of_column[column], period=rhythm.period(keys[row])) if column else None
        ),
    )


def steps_over_time(look: Look, rhythm: Rhythm) -> Panel | str:
    """The share of each step, by month or week."""
    counts = _by_step(look.measure("rated", by=rhythm.by, second=By.RATING, period=rhythm.span))
    keys, steps = rhythm.keys, _steps(look)
    totals = {key: sum(counts.get((key, step), 0) for step in ORDER) for key in keys}
    if not any(totals.values()):
        return _("{length}没有群众评价。").format(length=rhythm.length_words)
    lines = []
    for step, name, color in steps:
        of = [counts.get((key, step), 0) for key in keys]
        shares = [numbers.share(count, totals[key]) for count, key in zip(of, keys, strict=True)]
        texts = [
            f"<b>{rhythm.words(key)}</b><br>{name} {numbers.percent(share)} = {count:,} ÷ {totals[key]:,}"
            for key, count, share in zip(keys, of, shares, strict=True)
        ]
        values = [None if share is None else float(share) for share in shares]
        lines.append((series.Line(name, keys, values, texts, [(By.RATING.value, step)] * len(keys)), color))
    content = {key: counts.get((key, "5"), 0) for key in keys}
    whole, most = sum(totals.values()), sum(content.values())
    return Panel(
        f"steps by {rhythm.by.value}",
        _("{length}评价{count}件，其中非常满意占{share}").format(
            length=rhythm.length_words,
            count=numbers.whole(whole),
            share=numbers.percent(numbers.share(most, whole)),
        ),
        _("有效评价的五级构成，按评价时间；点选一级，只看这一级的分布"),
        series.stacked(lines, "%", rhythm.unfinished),
        (
            Column(rhythm.heading, ColumnKind.TEXT, tuple(keys)),
            Column(_("有效评价"), ColumnKind.COUNT, tuple(totals.values())),
            *(
                Column(name, ColumnKind.COUNT, tuple(counts.get((key, step), 0) for key in keys))
                for step, name, _color in steps
            ),
        ),
        ("rated",),
        Drawing(DrawingKind.STACKED_BAR, 0, (2, 3, 4, 5, 6), _("件")),
        cell=lambda column, row: _step_of_time(look, rhythm, column, row),
        clicks=True,
    )


def _step_of_time(look: Look, rhythm: Rhythm, column: int, row: int) -> dict[str, str] | None:
    if not column:
        return None
    only = look.only if column == 1 else (*look.only, (By.RATING, ORDER[column - 2]))
    return look.figure_address("rated", only=only, period=rhythm.period(rhythm.keys[row]))
