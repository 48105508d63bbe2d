"""What the charts of several pages share: how a figure is spelled, the periods of a series, parts in
order with their table, and where a click or a cell leads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from db.models.case import Source
from lib import clock
from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, listed, numbers
from lib.metrics.dimensions import LENGTHS, By, child_length
from lib.metrics.measured import Measured, Period
from lib.metrics.metric import Unit
from lib.metrics.queries import categories, department_kinds
from lib.metrics.question import grouped
from lib.metrics.registered import metric_named
from lib.metrics.spelling import share_words, value_words
from lib.ui import bars, dots
from lib.ui.look import Look
from lib.ui.panel import Panel
from lib.ui.plain import in_chart

MOST = 12  # bars of a ranking; the table has all
NAMED = 3  # parts of which nothing counts, by name; the others are only counted
PLACES = (By.CHILD, *LENGTHS)


def sums(measured: Measured) -> str:
    """`95.2% = 1,234 ÷ 1,296`, the count, or the time and how many cases it was found among."""
    unit = measured.of.unit
    if unit in (Unit.CASES, Unit.GRIDS):
        return numbers.whole(measured.numerator)
    if unit is Unit.HOURS:
        words = _("{value}（{count}件）")
        return words.format(value=value_words(measured), count=numbers.whole(measured.numerator))
    return f"{value_words(measured)} = {share_words(measured)}"


def hover(name: str, *measured: Measured | None) -> str:
    lines = [f"<b>{in_chart(name)}</b>"]
    lines += [f"{_(m.of.words)} {sums(m)}" for m in measured if m is not None]
    return "<br>".join(lines)


def months(look: Look, count: int) -> Period:
    """So many local months up to the one that the look ends in."""
    return Period(clock.start_of_month(look.period.last, count - 1), look.period.last)


def month_keys(span: Period) -> list[str]:
    found, day = [], clock.start_of_month(span.first)
    while day <= span.last:
        found.append(f"{day:%Y-%m}")
        day = clock.start_of_month(day, -1)
    return found


def day_keys(span: Period) -> list[str]:
    return [f"{span.first + timedelta(days=n):%Y-%m-%d}" for n in range(span.days)]


def part_of(look: Look, by: By, key: str) -> tuple[str, str]:
    """What a click on a part does: down to a center, or narrow to it."""
    if by in PLACES:
        return ("center", key) if key != look.code else ("", "")
    return (by.value, key) if key else ("", "")


def whole_month(key: str) -> Period:
    first = date.fromisoformat(f"{key}-01")
    return Period(first, clock.start_of_month(first, -1) - timedelta(days=1), monthly=True)


def of_level(look: Look, by: By, measured: Sequence[Measured]) -> list[Measured]:
    """Without what lies at a center itself and at none below it, unless there is nothing else."""
    length = child_length(look.code) if by is By.CHILD else LENGTHS.get(by)
    if length is None or len({m.key for m in measured}) == 1:
        return list(measured)
    return [m for m in measured if len(m.key) == length]


def all_parts(look: Look, by: By) -> dict[str, str]:
    """The names of all parts that there could be of a kind, as far as they can be told; nothing where a
    narrowing leaves out most of them anyway."""
    if by is By.CHILD:
        return {child.code: child.name for child in look.card.children}
    if any(kind in (By.SOURCE, By.CATEGORY, By.GROUP, By.DEPARTMENT, By.GRID) for kind, _key in look.only):
        return {}
    if by is By.SOURCE:
        return {source.value: look.name_of(by, source.value) for source in Source}
    if by is By.DEPARTMENT:
        return dict(department_kinds(look.session))
    if by in (By.CATEGORY, By.GROUP):
        names = categories(look.session)
        groups = set(grouped(names).values())
        if by is By.GROUP:
            return {code: names[code] for code in sorted(groups)}
        members = {code for code, group in grouped(names).items() if code != group}
        return {code: names[code] for code in sorted(members)}
    return {}


def apart(look: Look, by: By, counted: Collection[str]) -> str:
    """The parts of which nothing counts, so that no rate can be told of them; empty when there are none."""
    names = [name for key, name in all_parts(look, by).items() if key not in counted]
    if not names:
        return ""
    if len(names) <= NAMED:
        return _("{names}没有应计的事件，不排名").format(names=listed(names))
    return _("{names}等{count}个没有应计的事件，不排名").format(names=listed(names[:NAMED]), count=len(names))


def ranking(
    look: Look, name: str, by: By, title: str, lowest_first: bool = True, own: str = "", dotted: bool = False
) -> Panel:
    """One rate, part by part, with what chance alone could have done; nothing due stands apart, and what
    rests on a few cases comes behind. `own` is the part that is looked at. Rates that are all small are
    `dotted`: they need not share a scale with 100 %."""
    found = {m.key: m for m in of_level(look, by, look.measure(name, by=by))}
    whole = next(iter(look.measure(name)), None)
    rated = sorted(
        (m for m in found.values() if m.value is not None),
        key=lambda m: (m.value or 0, m.key),
        reverse=not lowest_first,
    )
    look.know(by, [m.key for m in found.values()])
    firm = [m for m in rated if not m.small_base]
    shown = [*firm, *(m for m in rated if m.small_base)][:MOST]
    drawn = [
        bars.Bar(
            look.name_of(by, m.key),
            float(m.value or 0),
            f"{numbers.percent(m.rate)}  ({numbers.whole(m.denominator or 0)})",
            hover(look.name_of(by, m.key), m),
            m.small_base,
            part_of(look, by, m.key),
            m.band,
            bool(own) and m.key == own,
        )
        for m in shown
    ]
    metric = metric_named(name)
    words = _(metric.words)
    if len(firm) > 1 and firm[0].rate == firm[-1].rate:
        sentence = _("{metric}：各部分都是{value}").format(metric=words, value=numbers.percent(firm[0].rate))
    elif len(firm) == 1:
        sentence = _("{name}{metric}{value}").format(
            name=look.name_of(by, firm[0].key), metric=words, value=numbers.percent(firm[0].rate)
        )
    elif firm:
        edge = firm[0]
        extreme = _("{name}{metric}最低，{value}") if lowest_first else _("{name}{metric}最高，{value}")
        sentence = extreme.format(
            name=look.name_of(by, edge.key), metric=words, value=numbers.percent(edge.rate)
        )
    else:
        sentence = _("{metric}：各部分基数都小，不作比较").format(metric=words)
    line = (
        (float(whole.rate), _("全部 {rate}").format(rate=numbers.percent(whole.rate)))
        if whole is not None and whole.rate is not None
        else None
    )
    without = apart(look, by, [m.key for m in rated])
    return Panel(
        f"{name} by {by.value} {own}",
        sentence,
        _("{words}；{more}").format(words=title, more=without) if without else title,
        dots.ranked(drawn, "%", line, percent=True)
        if dotted
        else bars.ranked(drawn, "%", line, 100, keep_order=True),
        rate_columns(look, name, by, rated, [m for m in found.values() if m.value is None]),
        (name,),
        Drawing(DrawingKind.BAR, 0, (1,), "%") if rated else None,
        cell=cell_by_part(
            look, name, by, [m.key for m in [*rated, *(m for m in found.values() if m.value is None)]]
        ),
        clicks=True,
    )


def rate_columns(
    look: Look, name: str, by: By, rated: list[Measured], empty: Iterable[Measured] = ()
) -> tuple[Column, ...]:
    rows = [*rated, *empty]
    return (
        Column(_("名称"), ColumnKind.TEXT, tuple(look.name_of(by, m.key) for m in rows)),
        Column(_(metric_named(name).words), ColumnKind.PERCENT, tuple(m.value for m in rows)),
        Column(_("分子"), ColumnKind.COUNT, tuple(m.numerator for m in rows)),
        Column(_("分母"), ColumnKind.COUNT, tuple(m.denominator or 0 for m in rows)),
    )


def cell_by_part(
    look: Look, name: str, by: By, keys: list[str]
) -> Callable[[int, int], dict[str, str] | None]:
    """A cell of a table of parts leads to the part's figure."""

    def cell(column: int, row: int) -> dict[str, str] | None:
        if column < 1:
            return None
        kind, key = part_of(look, by, keys[row])
        if not kind and by not in PLACES:  # what belongs to no part has no address
            return None
        if kind == "center":
            return look.figure_address(name, center_code=key)
        only = (*(pair for pair in look.only if pair[0] is not by), *(((by, key),) if kind else ()))
        return look.figure_address(name, only=only)

    return cell


def cells_by_part(
    look: Look, by: By, keys: list[str], metrics: Mapping[int, str]
) -> Callable[[int, int], dict[str, str] | None]:
    """The same where each column has a metric of its own."""
    cells = {column: cell_by_part(look, name, by, keys) for column, name in metrics.items()}
    return lambda column, row: cells[column](column, row) if column in cells else None
