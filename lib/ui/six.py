"""The six charts that a briefing begins with, each with the finding as its title."""

from __future__ import annotations

from datetime import date, timedelta

from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, numbers
from lib.metrics.dimensions import By
from lib.metrics.measured import Period
from lib.metrics.names import ordered
from lib.ui import cells, parts, series
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.plain import in_chart

MONTHS, DAYS = 24, 90
HALF = 480  # pixels of a chart in half a page of 1280


def volume_by_month(look: Look) -> Panel:
    """How many came in, month by month, split by the centers below."""
    span = parts.months(look, MONTHS)
    found = look.measure("received", by=By.CHILD, second=By.MONTH, period=span)
    keys = parts.month_keys(span)
    totals = dict.fromkeys(keys, 0)
    by_code: dict[str, dict[str, int]] = {}
    for one in found:
        totals[one.second] = totals.get(one.second, 0) + one.numerator
        by_code.setdefault(one.key, {})[one.second] = one.numerator
    largest = sorted(by_code, key=lambda code: -sum(by_code[code].values()))
    look.know(By.CHILD, largest)
    shown = largest[:4]
    rest = {key: totals[key] - sum(by_code[code].get(key, 0) for code in shown) for key in keys}
    lines = [
        series.Line(
            look.name_of(By.CHILD, code),
            keys,
            [by_code[code].get(key, 0) for key in keys],
            [
                f"<b>{key}</b><br>{in_chart(look.name_of(By.CHILD, code))} {by_code[code].get(key, 0):,}"
                for key in keys
            ],
            [parts.part_of(look, By.CHILD, code)] * len(keys),
        )
        for code in shown
    ]
    if len(largest) > len(shown):
        lines.append(
            series.Line(
                _("其余{count}个").format(count=len(largest) - len(shown)),
                keys,
                [rest[key] for key in keys],
                [f"<b>{key}</b><br>{rest[key]:,}" for key in keys],
                muted=True,
            )
        )
    whole = [key for key in keys if key < keys[-1] or not look.running]
    peak = max(whole, key=lambda key: totals[key], default=keys[-1])
    columns = (
        Column(_("月份"), ColumnKind.TEXT, tuple(keys)),
        Column(_("合计"), ColumnKind.COUNT, tuple(totals[key] for key in keys)),
        *(
            Column(
                look.name_of(By.CHILD, code), ColumnKind.COUNT, tuple(by_code[code].get(k, 0) for k in keys)
            )
            for code in largest
        ),
    )

    def cell(column: int, row: int) -> dict[str, str] | None:
        if column < 1:
            return None
        center = "" if column == 1 else largest[column - 2]
        return look.figure_address("received", period=parts.whole_month(keys[row]), center_code=center)

    return Panel(
        "volume by month",
        _("{month}接报最多，{count}件").format(
            month=numbers.month(date.fromisoformat(f"{peak}-01")), count=numbers.whole(totals[peak])
        ),
        _("近{months}个月接报事件，按下级中心").format(months=len(keys)),
        series.lines(lines, _("件"), from_zero=True),
        columns,
        ("received",),
        Drawing(DrawingKind.LINE, 0, (1,), _("件")),
        cell=cell,
        clicks=True,
    )


def category_by_source(look: Look) -> Panel:
    """Where what comes from."""
    found = look.measure("received", by=By.GROUP, second=By.SOURCE)
    counts = {(m.key, m.second): m.numerator for m in found}
    groups = sorted(
        {m.key for m in found}, key=lambda g: -sum(n for (key, _s), n in counts.items() if key == g)
    )
    sources = ordered(By.SOURCE, {m.second for m in found})
    look.know(By.GROUP, groups)
    look.know(By.SOURCE, sources)
    across = [look.name_of(By.SOURCE, s) for s in sources]
    down = [look.name_of(By.GROUP, g) for g in groups]
    values = [[counts.get((g, s), 0) for s in sources] for g in groups]
    texts = [
        [
            f"<b>{in_chart(down[r])} · {in_chart(across[c])}</b><br>{values[r][c]:,}"
            for c in range(len(across))
        ]
        for r in range(len(down))
    ]
    targets = [[(By.GROUP.value, g)] * len(sources) for g in groups]
    best = max(counts, key=lambda key: counts[key], default=None)
    title = (
        _("经{source}反映的{group}最多，{count}件").format(
            group=look.name_of(By.GROUP, best[0]),
            source=look.name_of(By.SOURCE, best[1]),
            count=numbers.whole(counts[best]),
        )
        if best
        else _("期内没有接报事件")
    )

    def cell(column: int, row: int) -> dict[str, str] | None:
        if column < 1:
            return None
        kept = tuple(pair for pair in look.only if pair[0] not in (By.GROUP, By.SOURCE))
        return look.figure_address(
            "received", only=(*kept, (By.GROUP, groups[row]), (By.SOURCE, sources[column - 1]))
        )

    return Panel(
        "category by source",
        title,
        _("接报事件，按大类和来源"),
        cells.heat(across, down, values, texts, targets, _("件"), height=320, room=HALF),
        (
            Column(_("大类"), ColumnKind.TEXT, tuple(down)),
            *(
                Column(name, ColumnKind.COUNT, tuple(row[c] for row in values))
                for c, name in enumerate(across)
            ),
        ),
        ("received",),
        Drawing(DrawingKind.STACKED_BAR, 0, tuple(range(1, len(across) + 1)), _("件")) if groups else None,
        cell=cell,
        clicks=True,
    )


def satisfaction_by_month(look: Look) -> Panel:
    """Whether people are content, month by month."""
    span = parts.months(look, MONTHS)
    found = {m.key: m for m in look.measure("satisfaction", by=By.MONTH, period=span)}
    keys = parts.month_keys(span)
    rows = [found.get(key) for key in keys]
    line = series.Line(
        _("满意率"),
        keys,
        [None if m is None or m.rate is None else float(m.rate) for m in rows],
        [parts.hover(key, m) for key, m in zip(keys, rows, strict=True)],
        small=[bool(m and m.small_base) for m in rows],
    )
    firm = [m for m in rows if m is not None and m.rate is not None and not m.small_base]
    title = _("满意率：评价太少，看不出变化")
    if firm:
        last = firm[-1]
        place = keys.index(last.key)
        before = rows[place - 1] if place else None
        title = _("{month}满意率{value}").format(
            month=numbers.month(date.fromisoformat(f"{last.key}-01")), value=numbers.percent(last.rate)
        )
        if before in firm:
            moved = numbers.points(last.rate, before.rate) or _("持平")
            title += _("，较前一个月{moved}").format(moved=moved)
        elif place:
            title += _("，前一个月评价太少，未作比较")
    return Panel(
        "satisfaction by month",
        title,
        _("近{months}个月满意率 = 满意 ÷ 有效评价，按评价月份").format(months=len(keys)),
        series.lines([line], "%"),
        (
            Column(_("月份"), ColumnKind.TEXT, tuple(keys)),
            Column(_("满意率"), ColumnKind.PERCENT, tuple(m.value if m else None for m in rows)),
            Column(_("满意"), ColumnKind.COUNT, tuple(m.numerator if m else 0 for m in rows)),
            Column(_("有效评价"), ColumnKind.COUNT, tuple(m.denominator or 0 if m else 0 for m in rows)),
        ),
        ("satisfaction",),
        Drawing(DrawingKind.LINE, 0, (1,), "%"),
        cell=lambda column, row: (
            look.figure_address("satisfaction", period=parts.whole_month(keys[row])) if column else None
        ),
    )


def volume_by_day(look: Look) -> Panel:
    """The last ninety days, one bar a day."""
    span = Period(look.period.last - timedelta(days=DAYS - 1), look.period.last)
    found = {m.key: m.numerator for m in look.measure("received", by=By.DAY, period=span)}
    keys = parts.day_keys(span)
    counts = [found.get(key, 0) for key in keys]
    whole = counts[:-1] if look.running else counts
    average = sum(whole) / len(whole) if whole else 0
    peak = max(range(len(counts)), key=lambda n: counts[n])
    line = series.Line(
        _("接报事件"),
        keys,
        counts,
        [f"<b>{key}</b><br>{count:,}" for key, count in zip(keys, counts, strict=True)],
    )
    return Panel(
        "volume by day",
        _("{day}接报最多，{count}件；日均{average}件").format(
            day=numbers.day(date.fromisoformat(keys[peak])),
            count=numbers.whole(counts[peak]),
            average=numbers.whole(round(average)),
        ),
        _("近{days}天每天接报的事件").format(days=len(keys)),
        series.bars(line, _("件"), keys[-1] if look.running else ""),
        (
            Column(_("日期"), ColumnKind.TEXT, tuple(keys)),
            Column(_("接报事件"), ColumnKind.COUNT, tuple(counts)),
        ),
        ("received",),
        Drawing(DrawingKind.COLUMN, 0, (1,), _("件")),
        cell=lambda column, row: (
            look.figure_address(
                "received", period=Period(date.fromisoformat(keys[row]), date.fromisoformat(keys[row]))
            )
            if column
            else None
        ),
    )
