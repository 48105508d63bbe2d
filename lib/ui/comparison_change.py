"""How the centers that are compared moved: over twelve months, and against the same days of last year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lib.exports.sheet import Column, ColumnKind, Drawing, DrawingKind
from lib.i18n import _, numbers
from lib.metrics.comparison import comparable, moved
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured
from lib.metrics.metric import UNIT_WORDS, Unit
from lib.metrics.spelling import value_words
from lib.ui import multiples as small
from lib.ui import parts, slopes
from lib.ui.cards import change_of
from lib.ui.comparison_parts import KINDS, Beside
from lib.ui.panel import Panel

MOST = 12  # centers in a picture; the table has all
MONTHS = 12
MOODS = {"green": "better", "red": "worse", "gray": "same"}


@dataclass(frozen=True)
class Moved:
    """A center on both ends of a year."""

    code: str
    then: Measured
    now: Measured
    by: Decimal


def _moves(beside: Beside) -> list[Moved]:
    """Who can be compared with last year, the largest change first."""
    found = []
    for code, now in beside.now.items():
        then = beside.last_year.get(code)
        by = moved(now, then)
        if then is not None and by is not None and comparable(now, then):
            found.append(Moved(code, then, now, by))
    return sorted(found, key=lambda move: (-abs(move.by), move.code))


def against_last_year(beside: Beside) -> Panel:
    """From the same days of last year to now; what rests on few cases is in the table of the ranking."""
    look, moves = beside.look, _moves(beside)
    shown = moves[:MOST]
    lines = []
    for move in shown:
        change, name = change_of(move.now, move.then), beside.called[move.code]
        words = change.words if change else ""
        lines.append(
            slopes.Slope(
                float(move.then.value or 0),
                float(move.now.value or 0),
                MOODS[change.color] if change else "same",
                f"{name} {value_words(move.then)}",
                f"{value_words(move.now)} {name}",
                parts.hover(f"{name} {words}", move.now, move.then),
                ("center", move.code),
            )
        )
    kind = KINDS[beside.metric.unit]
    # The figures of this table lead on from the table of the ranking, which has all centers.
    columns = (
        Column(_("名称"), ColumnKind.TEXT, tuple(beside.called[m.code] for m in moves)),
        Column(_("去年同期"), kind, tuple(m.then.value for m in moves)),
        Column(_("本期"), kind, tuple(m.now.value for m in moves)),
        Column(_("变化"), ColumnKind.DECIMAL, tuple(m.by for m in moves)),
    )

    def cell(column: int, row: int) -> dict[str, str] | None:
        if column not in (1, 2):
            return None
        period = look.period.last_year() if column == 1 else None
        return look.figure_address(beside.metric.name, period=period, center_code=moves[row].code)

    return Panel(
        f"last year {beside.metric.name} {beside.by.value} {beside.kind}",
        _turn(beside, moves),
        _how_to_read(beside, len(moves), len(shown)),
        slopes.slopes(lines, _("去年同期"), _("本期"), height=max(220, 30 * len(lines) + 100)),
        columns,
        (beside.metric.name,),
        Drawing(DrawingKind.BAR, 0, (1, 2), _(UNIT_WORDS[beside.metric.unit])) if moves else None,
        cell=cell,
        clicks=True,
    )


def _turn(beside: Beside, moves: list[Moved]) -> str:
    """How many moved which way, in the metric's own sense of better."""
    if not moves:
        return _("{metric}：没有可与去年同期比较的中心").format(metric=beside.words)
    up, down = sum(m.by > 0 for m in moves), sum(m.by < 0 for m in moves)
    better = beside.metric.more_is_better
    if better is None:
        sentence = _("{metric}比去年同期：{up}个中心上升，{down}个下降")
    else:
        up, down = (up, down) if better else (down, up)
        sentence = _("{metric}比去年同期：{up}个中心变好，{down}个变差")
    return sentence.format(metric=beside.words, up=up, down=down)


def _how_to_read(beside: Beside, count: int, shown: int) -> str:
    last_year = beside.look.period.last_year()
    said = [
        _("左端是去年同期（{first}至{last}），右端是本期").format(
            first=numbers.day(last_year.first), last=numbers.day(last_year.last)
        )
    ]
    if beside.metric.more_is_better is not None:
        said.append(_("蓝线变好，红线变差，灰线不变"))
    if count > shown:
        words = _("图中为变化最大的{shown}个，其余{rest}个见数据表")
        said.append(words.format(shown=shown, rest=count - shown))
    left = len([code for code in {*beside.now, *beside.names} if beside.belongs(code)]) - count
    if left:
        said.append(_("{count}个中心因基数小或没有去年数据，未作比较").format(count=left))
    return _("；").join(said)


def by_month(beside: Beside) -> Panel:
    """Twelve months, one small chart for each center, all of the same scale."""
    look, metric = beside.look, beside.metric
    span = parts.months(look, MONTHS)
    keys = parts.month_keys(span)
    found: dict[str, dict[str, Measured]] = {}
    for m in look.measure(metric.name, by=beside.by, second=By.MONTH, period=span):
        if beside.belongs(m.key):
            found.setdefault(m.key, {})[m.second] = m
    whole = {m.key: m for m in look.measure(metric.name, by=By.MONTH, period=span)}
    codes = [m.key for m in beside.ranked] + [code for code in beside.without if code in found]
    shown = codes[:MOST]
    charts = []
    for code in shown:
        name, row = beside.called[code], [found.get(code, {}).get(key) for key in keys]
        charts.append(
            small.Small(
                name,
                value_words(beside.now[code]) if code in beside.now else numbers.NOTHING,
                [_float(m) for m in row],
                [bool(m and m.small_base) for m in row],
                [_hover(name, key, m, whole.get(key)) for key, m in zip(keys, row, strict=True)],
                ("center", code),
            )
        )
    kind = KINDS[metric.unit]
    columns = (
        Column(_("名称"), ColumnKind.TEXT, tuple(beside.called[code] for code in codes)),
        *(Column(key, kind, tuple(_value(found.get(code, {}).get(key)) for code in codes)) for key in keys),
    )
    unit = "%" if metric.unit is Unit.PERCENT else _(UNIT_WORDS[metric.unit])
    said = [_("每个中心一张小图，纵轴相同；蓝线是本中心，灰线是全部；空心点分母小"), _("名称后是本期数值")]
    if look.running:
        said.append(_("虚线段是本月至今"))
    if len(codes) > len(shown):
        said.append(_("其余{count}个见数据表").format(count=len(codes) - len(shown)))
    return Panel(
        f"months {metric.name} {beside.by.value} {beside.kind}",
        _largest_turn(beside, keys[:-1] if look.running else keys, found, whole),
        _("；").join(said),
        small.multiples(keys, charts, [_float(whole.get(key)) for key in keys], unit, look.running),
        columns,
        (metric.name,),
        None,
        cell=lambda column, row: (
            look.figure_address(
                metric.name, period=parts.whole_month(keys[column - 1]), center_code=codes[row]
            )
            if column
            else None
        ),
        clicks=True,
    )


def _largest_turn(
    beside: Beside, keys: list[str], found: dict[str, dict[str, Measured]], whole: dict[str, Measured]
) -> str:
    """The finding: who moved the most from the first to the last month that is over."""
    moves = []
    for code, row in found.items():
        then, now = (row.get(keys[0]), row.get(keys[-1])) if len(keys) > 1 else (None, None)
        by = moved(now, then)
        if then is not None and now is not None and by and comparable(now, then):
            moves.append((abs(by), code, then, now))
    if not moves:
        return _("{metric}：近{months}个月逐月").format(metric=beside.words, months=MONTHS)
    _size, code, then, now = max(moves, key=lambda move: (move[0], move[1]))
    return _("{metric}：{name}一年间变化最大，从{month}的{then}到{last}的{now}").format(
        metric=beside.words,
        name=beside.called.get(code, code),
        month=keys[0],
        then=value_words(then),
        last=keys[-1],
        now=value_words(now),
    )


def _float(measured: Measured | None) -> float | None:
    return None if measured is None or measured.value is None else float(measured.value)


def _value(measured: Measured | None) -> Decimal | None:
    return None if measured is None else measured.value


def _hover(name: str, key: str, own: Measured | None, whole: Measured | None) -> str:
    lines = [parts.hover(f"{name} {key}", own)]
    if whole is not None and whole.value is not None:
        lines.append(_("全部 {value}").format(value=value_words(whole)))
    return "<br>".join(lines)
