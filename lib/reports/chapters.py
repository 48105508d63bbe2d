"""A pack as chapters: the same findings, tables and charts whether they are printed or projected."""

from __future__ import annotations

from db.models.scheduling import RoundKind, TaskState
from lib import clock
from lib.assessment.reading import RankRow
from lib.assessment.states import STATE_WORDS
from lib.centers.groups import GROUP_WORDS, group_of
from lib.exports.sheet import ColumnKind, DrawingKind
from lib.i18n import _, listed, numbers
from lib.metrics.bands import rule_words
from lib.metrics.catalogue import METRICS
from lib.metrics.measured import Measured
from lib.metrics.metric import Unit
from lib.metrics.spelling import share_words, value_words
from lib.metrics.variant import QUESTIONS, version_words, words_of
from lib.reports import findings
from lib.reports.pack import RATES, Pack, Parts
from lib.reports.section import Chapter, Chart, Document, Section, Series, Table
from lib.reports.words import MOST_NAMED, before_words, change, period_words
from lib.scheduling.plan import KIND_WORDS
from lib.scheduling.states import TASK_WORDS
from lib.scheduling.tasks.queries import TaskRow

# Rounds that are called after a meeting.
MEETINGS = (
    RoundKind.CITY_ANALYSIS, RoundKind.COUNTY_REVIEW, RoundKind.TOWN_JOINT, RoundKind.VILLAGE_TALK,
)  # fmt: skip


def document_of(pack: Pack, export_id: str) -> Document:
    """The whole pack; `export_id` is what the file will be known by."""
    words = _("{kind}材料（{center}）") if pack.kind in MEETINGS else _("{center}{kind}会议材料")
    title = words.format(center=pack.center_name, kind=_(KIND_WORDS[pack.kind]))
    chapters = [
        _agenda(pack),
        Chapter(_("本期指标"), (_figures(pack), *_trend(pack))),
        *((_by_child(pack), _exceptions(pack), _moves(pack)) if pack.children else ()),
        _decided(pack),
        _open(pack),
        _arithmetic(pack),
    ]
    return Document(title, period_words(pack.period), tuple(chapters), facts(pack, export_id), export_id)


def facts(pack: Pack, export_id: str) -> tuple[str, ...]:
    return (*sources(pack), _("导出编号{number}").format(number=export_id))


def sources(pack: Pack) -> tuple[str, ...]:
    """Where the figures come from, as of when, and how they were counted."""
    source = _("分析副本") if pack.from_replica else _("业务库")
    return (
        _("来源：{source}").format(source=source),
        _("数据截至{moment}").format(moment=numbers.moment(pack.moment)),
        version_words(pack.variant),
    )


def _agenda(pack: Pack) -> Chapter:
    rows = tuple((str(n), *point) for n, point in enumerate(findings.agenda(pack), 1))
    table = Table((_("序号"), _("议程"), _("要点")), rows, frozenset(), (8, 24, 68))
    return Chapter(
        _("会议议程"), (Section(_("本次会议共{count}项议程").format(count=len(rows)), table=table),)
    )


def _figures(pack: Pack) -> Section:
    rows = tuple(
        (
            _(METRICS[one.metric].words),
            value_words(one.now),
            share_words(one.now),
            change(one.now, one.before),
            change(one.now, one.last_year),
        )
        for one in pack.figures
    )
    then = _("比{days}").format(days=before_words(pack.period))
    headings = (_("指标"), _("本期"), _("算式"), then, _("比去年同期"))
    notes = []
    small = [_(METRICS[one.metric].words) for one in pack.figures if one.now and one.now.small_base]
    if small:
        notes.append(_("{metrics}基数小，仅供参考").format(metrics=listed(small)))
    return Section(
        findings.figure_sentence(pack, "on_time"),
        tuple(notes),
        table=Table(headings, rows, frozenset({1, 2, 3, 4}), (22, 16, 22, 20, 20)),
    )


def _trend(pack: Pack) -> tuple[Section, ...]:
    if len(pack.trend) < 2:
        return ()
    names = tuple(
        name for name in RATES if any(one.metric == name for _m, rows in pack.trend for one in rows)
    )
    values = {(month, one.metric): one.value for month, rows in pack.trend for one in rows}
    months = [month for month, _rows in pack.trend]
    finding = findings.of_trend(pack)
    chart = Chart(
        DrawingKind.LINE,
        ColumnKind.PERCENT,
        tuple(months),
        tuple(
            Series(_(METRICS[name].words), tuple(values.get((month, name)) for month in months))
            for name in names
        ),
        _("折线图：{finding}。").format(finding=finding),
    )
    return (Section(finding, (_("每月按月末口径统计"),), chart),)


def _by_child(pack: Pack) -> Chapter:
    heading = _("各{children}指标").format(children=findings.children_words(pack))
    drawn = tuple(_bars(pack, parts) for parts in pack.parts if parts.rows)
    return Chapter(heading, (*drawn, _side_by_side(pack)))


def _bars(pack: Pack, parts: Parts) -> Section:
    metric, shown = METRICS[parts.metric], parts.rows
    finding = findings.of_parts(pack, parts)
    percent = metric.unit is Unit.PERCENT
    chart = Chart(
        DrawingKind.BAR,
        ColumnKind.PERCENT if percent else ColumnKind.COUNT,
        tuple(_called(pack, one) for one in shown),
        (Series(_(metric.words), tuple(one.value if percent else one.numerator for one in shown)),),
        _("条形图：{finding}。").format(finding=finding),
        frozenset(n for n, one in enumerate(shown) if one.small_base),
    )
    whole = pack.figure(parts.metric).now
    notes = [_("{metric} = {formula}").format(metric=_(metric.words), formula=_(metric.formula))]
    if percent:
        notes[0] = _("{formula}，括号里是分母").format(formula=notes[0])
        notes.append(_("全部{value}").format(value=value_words(whole)))
    if any(one.small_base for one in shown):
        notes.append(_("浅色的基数小，仅供参考"))
    if parts.without:
        notes.append(
            _("{names}等{count}个没有应计的事件").format(
                names=listed(parts.without[:MOST_NAMED]), count=len(parts.without)
            )
        )
    return Section(finding, tuple(notes), chart)


def _called(pack: Pack, one: Measured) -> str:
    name = pack.names[one.key]
    if one.of.unit is not Unit.PERCENT:
        return name
    return _("{name}（{base}）").format(name=name, base=numbers.whole(one.denominator or 0))


def _side_by_side(pack: Pack) -> Section:
    """Every child with its rates and what stands on both sides of them."""
    held = {(one.key, one.metric): one for parts in pack.parts for one in parts.rows}
    rows = []
    for code in sorted(pack.names):
        own = [held.get((code, name)) for name in RATES]
        rows.append((pack.names[code], *(f"{value_words(one)}\n{share_words(one)}".strip() for one in own)))
    headings = (_("单位"), *(_(METRICS[name].words) for name in RATES))
    return Section(
        _("各{children}指标和算式").format(children=findings.children_words(pack)),
        table=Table(headings, tuple(rows), frozenset({1, 2, 3}), (31, 23, 23, 23)),
        paper_only=True,
    )


def _exceptions(pack: Pack) -> Chapter:
    rows = tuple(
        (
            pack.names[one.now.key],
            _(METRICS[one.now.metric].words),
            value_words(one.now),
            share_words(one.now),
            _("{low}%至{high}%").format(low=one.usual.low, high=one.usual.high),
        )
        for one in pack.unusual
    )
    headings = (_("单位"), _("指标"), _("本期"), _("算式"), _("平常区间"))
    table = Table(headings, rows, frozenset({2, 3, 4}), (24, 20, 14, 18, 24)) if rows else None
    notes = (rule_words(), _("本期共比较{count}项").format(count=pack.compared))
    return Chapter(_("异常情况"), (Section(findings.of_unusual(pack), notes, table=table),))


def _moves(pack: Pack) -> Chapter:
    places = pack.places
    if places is None:
        return Chapter(_("名次变化"), (Section(findings.of_places(None)),))
    notes = _("{scheme} · {period} · {state}").format(
        scheme=places.scheme, period=numbers.month(places.first), state=_(STATE_WORDS[places.state])
    )
    rows = tuple(
        (_(GROUP_WORDS[group_of(one.key)]), one.name, *rank_cells(one))
        for one in sorted(places.rows, key=lambda one: (-abs(one.places_won or 0), one.group, one.rank or 0))
    )
    headings = (_("分组"), _("单位"), _("名次"), _("上期名次"), _("变化"), _("得分"))
    table = Table(headings, rows, frozenset({2, 3, 4, 5}), (14, 28, 15, 15, 15, 13))
    return Chapter(_("名次变化"), (Section(findings.of_places(places), (notes,), table=table),))


def rank_cells(one: RankRow) -> tuple[str, str, str, str]:
    """Rank among how many, the one before, places won, and the points."""
    won = one.places_won
    moved = (
        numbers.NOTHING if won is None else _("持平") if not won else f"{'▲' if won > 0 else '▼'}{abs(won)}"
    )
    return (
        f"{one.rank}/{one.among}" if one.rank is not None else numbers.NOTHING,
        str(one.rank_before) if one.rank_before is not None else numbers.NOTHING,
        moved,
        numbers.NOTHING if one.total is None else f"{one.total:.2f}",
    )


def _decided(pack: Pack) -> Chapter:
    sections = [Section(findings.of_tasks(pack), table=_tasks(pack.tasks))]
    if pack.carried:
        sections.append(Section(findings.of_carried(pack), table=_tasks(pack.carried)))
    return Chapter(_("任务落实"), tuple(sections))


def _tasks(rows: tuple[TaskRow, ...]) -> Table | None:
    if not rows:
        return None
    cells = tuple(
        (
            one.matter,
            one.department or one.owner,
            one.measure,
            f"{one.due_on:%Y-%m-%d}",
            _state(one),
        )
        for one in rows
    )
    headings = (_("任务"), _("责任单位"), _("衡量标准"), _("时限"), _("进展"))
    return Table(headings, cells, frozenset(), (30, 17, 25, 14, 14))


def _state(one: TaskRow) -> str:
    said = _(TASK_WORDS[one.state])
    if one.state is TaskState.OPEN:
        said = _("{state}{percent}%").format(state=said, percent=one.percent)
    return _("{state}，逾期{days}天").format(state=said, days=one.overdue) if one.overdue else said


def _open(pack: Pack) -> Chapter:
    sections = [Section(findings.of_overdue(pack))]
    if pack.overdue is not None and pack.overdue.rows:
        drawn = _bars(pack, pack.overdue)
        sections = [Section(findings.of_overdue(pack), drawn.notes, drawn.chart)]
    if pack.oldest:
        today = (
            numbers.day(clock.local(pack.oldest[0].due_at).date())
            if pack.oldest[0].due_at
            else numbers.NOTHING
        )
        rows = tuple(
            (
                one.number,
                one.center_name,
                one.category,
                one.department or numbers.NOTHING,
                numbers.table_moment(one.due_at)[:10],
                str((pack.moment - one.due_at).days) if one.due_at else numbers.NOTHING,
            )
            for one in pack.oldest
        )
        headings = (_("事件编号"), _("所在地"), _("类别"), _("承办部门"), _("时限"), _("已超期天数"))
        sections.append(
            Section(
                _("至今未结的事件中，最早的一件{day}到期").format(day=today),
                table=Table(headings, rows, frozenset({5}), (25, 19, 15, 17, 14, 10)),
            )
        )
    return Chapter(_("未结事项"), tuple(sections))


def _arithmetic(pack: Pack) -> Chapter:
    rows = tuple(
        (_(METRICS[one.metric].words), _(METRICS[one.metric].formula), _(METRICS[one.metric].source))
        for one in pack.figures
    )
    choices = listed(words_of(field, getattr(pack.variant, field)) for field in QUESTIONS)
    notes = (_("{variant}：{choices}").format(variant=version_words(pack.variant), choices=choices),)
    table = Table((_("指标"), _("计算公式"), _("依据")), rows, frozenset(), (20, 42, 38))
    return Chapter(_("指标算式"), (Section(_("各项指标的算式和口径"), notes, table=table),))
