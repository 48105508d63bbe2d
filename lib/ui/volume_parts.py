"""How much comes in part by part, and at which hours of the week."""

from __future__ import annotations

from collections.abc import Callable

from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, numbers
from lib.metrics.comparison import Against
from lib.metrics.dimensions import BY_WORDS, WEEKDAYS, By
from lib.ui import bars, cells, filters
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.parts import PLACES, part_of
from lib.ui.plain import in_chart
from lib.ui.volume import compared, in_hover

HOURS = range(24)
SHOWN = 20  # bars of parts; the table has all
Address = dict[str, str] | None


def choose_kind(look: Look) -> By:
    """Of which parts the chart is. A village has no centers below it, but grids; a group that is looked
    at is taken apart into its categories."""
    finer = bool(look.chosen(By.GROUP) or look.chosen(By.CATEGORY))
    kinds = {
        "place": By.GRID if len(look.code) == 12 else By.CHILD,
        "matter": By.CATEGORY if finer else By.GROUP,
        "source": By.SOURCE,
        "department": By.DEPARTMENT,
    }
    words = {name: _(BY_WORDS[by]) for name, by in kinds.items()}
    return kinds[filters.tabs("part", _("构成"), words, "place")]


def by_part(look: Look, by: By, own: str) -> Panel | str:
    """Counts part by part; those beyond the largest few come together, in grey. `own` is the part that
    is looked at."""
    against = Against.of(look.period, look.moment)
    spans = (
        (look.period, look.moment),
        (against.before, against.moment_before),
        (against.last_year, against.moment_last_year),
    )
    found = [
        {m.key: m.numerator for m in look.measure("received", by=by, period=p, moment=moment)}
        for p, moment in spans
    ]
    total = sum(found[0].values())
    if not total:
        return _("按{part}：期内没有接报事件").format(part=_(BY_WORDS[by]))
    keys = sorted({key for counts in found for key in counts}, key=lambda key: (-found[0].get(key, 0), key))
    now, before, last_year = ([counts.get(key, 0) for key in keys] for counts in found)
    look.know(by, keys)
    names = [_part_name(look, by, key) for key in keys]
    drawn = [
        bars.Bar(
            names[n],
            now[n],
            _with_share(now[n], total),
            f"<b>{in_chart(names[n])}</b><br>{in_hover(now[n], before[n], last_year[n])}",
            target=part_of(look, by, key),
            own=bool(own) and key == own,
        )
        for n, key in enumerate(keys[:SHOWN])
        if now[n]
    ]
    subtitle = _("接报事件及占比，按{part}；环比、同比见数据表").format(part=_(BY_WORDS[by]))
    if rest := [n for n in range(SHOWN, len(keys)) if now[n]]:
        name = _("其余{count}个").format(count=len(rest))
        count = sum(now[n] for n in rest)
        if count <= now[0]:
            drawn.append(bars.Bar(name, count, _with_share(count, total), f"<b>{name}</b>", faded=True))
        else:  # one bar that is longer than all others would make these too short to tell apart
            words = _("{subtitle}；{rest}共{count}件，未画出")
            subtitle = words.format(subtitle=subtitle, rest=name, count=numbers.whole(count))
    most = max(range(len(keys)), key=lambda n: now[n] - before[n])
    title = _("{name}接报最多，{count}件，占{share}").format(
        name=names[0], count=numbers.whole(now[0]), share=numbers.percent(numbers.share(now[0], total))
    )
    if any(before) and now[most] > before[most]:
        words = (
            _("{finding}；较上期增加最多的是{name}，多{more}件") if most else _("{finding}，比上期多{more}件")
        )
        more = numbers.whole(now[most] - before[most])
        title = words.format(finding=title, name=names[most], more=more)
    received, *others = compared(now, before, last_year)
    return Panel(
        f"volume of {by.value} {own}",
        title,
        subtitle,
        bars.ranked(drawn, _("件"), keep_order=True),
        (
            Column(_("名称"), ColumnKind.TEXT, tuple(names)),
            received,
            Column(_("占比"), ColumnKind.PERCENT, tuple(numbers.share(count, total) for count in now)),
            *others,
        ),
        ("received",),
        Drawing(DrawingKind.BAR, 0, (1,), _("件")),
        cell=_cells(look, by, keys, against),
        clicks=True,
    )


def _part_name(look: Look, by: By, key: str) -> str:
    """What lies at the center itself and at none below it is said to."""
    name = look.name_of(by, key)
    own_level = by in PLACES and key == look.code and len(look.code) < 12
    return _("{center}（未分到下级）").format(center=name) if own_level else name


def _cells(look: Look, by: By, keys: list[str], against: Against) -> Callable[[int, int], Address]:
    """Where each count is taken apart. The figure of other days is read at their end, as theirs are here
    only when the day that is looked at is over."""
    periods = {1: look.period}
    if not look.running:
        periods |= {3: against.before, 5: against.last_year}

    def cell(column: int, row: int) -> Address:
        kind, target = part_of(look, by, keys[row])
        if column not in periods or not kind:  # what belongs to no part has no address
            return None
        period = periods[column]
        if kind == "center":
            return look.figure_address("received", period=period, center_code=target)
        return look.figure_address("received", period=period, only=(*look.only, (by, target)))

    return cell


def _with_share(count: int, total: int) -> str:
    return f"{numbers.whole(count)}  {numbers.percent(numbers.share(count, total))}"


def by_hour(look: Look, own: str) -> Panel | str:
    """When in the week it comes in. `own` is the hour or the weekday that is looked at."""
    counts = {m.key: m.numerator for m in look.measure("received", by=By.HOUR)}
    total = sum(counts.values())
    if not total:
        return _("按星期和钟点：期内没有接报事件")
    keys = [[f"{day}-{hour:02d}" for hour in HOURS] for day in range(1, 8)]
    values = [[counts.get(key, 0) for key in row] for row in keys]
    days = [_(name) for name in WEEKDAYS]
    best = max((key for row in keys for key in row), key=lambda key: counts.get(key, 0))
    weekend = numbers.share(sum(values[5]) + sum(values[6]), total)
    hours = [_("{hour}时").format(hour=hour) for hour in HOURS]

    def cell(column: int, row: int) -> Address:
        if not 1 <= column <= len(HOURS) + 1:
            return None
        key = keys[row][column - 1] if column <= len(HOURS) else f"{row + 1}"
        return look.figure_address("received", only=(*look.only, (By.HOUR, key)))

    return Panel(
        f"volume by hour {own}",
        _("{when}接报最多，{count}件；周末占{share}").format(
            when=look.name_of(By.HOUR, best),
            count=numbers.whole(counts[best]),
            share=numbers.percent(weekend),
        ),
        _("接报事件，按上报的星期和钟点；点选一格只看该钟点，点选右侧合计只看该星期"),
        cells.heat(
            hours,
            days,
            values,
            [
                [f"<b>{in_chart(look.name_of(By.HOUR, key))}</b><br>{counts.get(key, 0):,}" for key in row]
                for row in keys
            ],
            [[(By.HOUR.value, key) for key in row] for row in keys],
            _("件"),
            height=300,
            totals=[
                (numbers.whole(sum(row)), (By.HOUR.value, f"{day}")) for day, row in enumerate(values, 1)
            ],
            total_name=_("全天"),
            chosen=own,
        ),
        (
            Column(_("星期"), ColumnKind.TEXT, tuple(days)),
            *(
                Column(name, ColumnKind.COUNT, tuple(row[hour] for row in values))
                for hour, name in enumerate(hours)
            ),
            Column(_("全天"), ColumnKind.COUNT, tuple(sum(row) for row in values)),
        ),
        ("received",),
        cell=cell,
        clicks=True,
    )
