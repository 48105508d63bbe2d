"""A monthly notice as chapters: the basis, the places, who moved, who stands apart, what was achieved."""

from __future__ import annotations

from lib import clock
from lib.assessment.reading import RankRow
from lib.assessment.result import Value
from lib.assessment.states import STATE_WORDS
from lib.assessment.words import group_words, period_words
from lib.centers.groups import Group
from lib.i18n import _, listed, numbers
from lib.metrics.measured import Measured
from lib.metrics.metric import Unit
from lib.metrics.registered import metric_named
from lib.metrics.spelling import share_words, value_words
from lib.metrics.variant import Variant, version_words
from lib.reports.chapters import rank_cells
from lib.reports.notice import Change, Notice
from lib.reports.section import Chapter, Document, Section, Table
from lib.schemes.scheme import SUBJECT_WORDS, rule_words

MOST_MOVED = 10
TOGETHER = 3  # indicators beside each other in a table


def document_of(notice: Notice, export_id: str) -> Document:
    about = notice.about
    title = _("关于{scheme}（{period}）结果的通报").format(
        period=period_words(about.scheme.rhythm, about.first), scheme=about.scheme.name
    )
    chapters = [_overall(notice), _ranked(notice), _moved(notice)]
    if any(one.rank is None for one in notice.rows):
        chapters.append(_apart(notice))
    chapters += [_achieved(notice), _rules(notice)]
    if notice.changes:
        chapters.append(_changed(notice))
    return Document(
        title,
        _(STATE_WORDS[about.state]),
        tuple(chapters),
        facts(notice, export_id),
        export_id,
        (
            _("根据{source}，现将{scheme}{period}的结果通报如下。").format(
                source=about.scheme.source,
                period=period_words(about.scheme.rhythm, about.first),
                scheme=about.scheme.name,
            ),
        ),
        (notice.center_name, numbers.day(clock.local(about.published_at or clock.now()).date())),
    )


def facts(notice: Notice, export_id: str) -> tuple[str, ...]:
    return (
        _("来源：{source}").format(source=notice.about.scheme.name),
        _("数据截至{moment}").format(moment=numbers.moment(notice.about.moment)),
        version_words(Variant.read(notice.about.variant)),
        _("导出编号{number}").format(number=export_id),
    )


def _groups(notice: Notice) -> dict[str, list[RankRow]]:
    """In the order in which groups are always told."""
    order = [one.value for one in Group]
    found: dict[str, list[RankRow]] = {}
    for one in sorted(notice.rows, key=lambda one: order.index(one.group) if one.group in order else 0):
        found.setdefault(one.group, []).append(one)
    return found


def _overall(notice: Notice) -> Chapter:
    ranked = sum(one.rank is not None for one in notice.rows)
    counts = listed(
        _("{group}{count}个").format(group=group_words(group), count=len(rows))
        for group, rows in _groups(notice).items()
    )
    said = _(
        "本期考核{subject}{count}个（{groups}），参加排名{ranked}个，分组排名，得分相同的名次并列"
    ).format(
        subject=_(SUBJECT_WORDS[notice.about.scheme.subject]),
        count=len(notice.rows),
        groups=counts,
        ranked=ranked,
    )
    checked = _("已核对：{count}项数值的百分比与件数一致，各单位合计与全部一致").format(
        count=numbers.whole(notice.checked)
    )
    if notice.changes:
        checked = _("封存后有事件更正，结果以封存为准，更正情况附后")
    return Chapter(_("总体情况"), (Section(said, (checked,)),))


def _ranked(notice: Notice) -> Chapter:
    headings = (_("名次"), _("单位"), _("得分"), _("上期名次"), _("变化"))
    graded = any(one.grade for one in notice.rows)
    sections = []
    for group, rows in _groups(notice).items():
        placed = [one for one in rows if one.rank is not None]
        if not placed:
            continue
        first = [one.name for one in placed if one.rank == 1]
        said = _("{group}：{names}第1名") if len(first) <= 3 else _("{group}：{names}等{count}个并列第1名")
        cells = []
        for one in placed:
            _rank, before, moved, points = rank_cells(one)
            cells.append((str(one.rank), one.name, points, before, moved, *((one.grade,) if graded else ())))
        sections.append(
            Section(
                said.format(group=group_words(group), names=listed(first[:3]), count=len(first)),
                table=Table(
                    (*headings, *((_("等次"),) if graded else ())),
                    tuple(cells),
                    frozenset({0, 2, 3, 4}),
                    (10, 36, 15, 14, 12, *((13,) if graded else ())),
                ),
            )
        )
    return Chapter(_("考核名次"), tuple(sections))


def _moved(notice: Notice) -> Chapter:
    risen = sorted(
        (one for one in notice.rows if (one.places_won or 0) > 0), key=lambda one: -(one.places_won or 0)
    )
    fallen = sorted(
        (one for one in notice.rows if (one.places_won or 0) < 0), key=lambda one: one.places_won or 0
    )
    said = _("与上期相比，名次上升{risen}个，下降{fallen}个").format(risen=len(risen), fallen=len(fallen))
    if not any(one.rank_before is not None for one in notice.rows):
        said = _("没有上期名次可以比较")
    shown = [*risen[:MOST_MOVED], *fallen[:MOST_MOVED]]
    rows = tuple((one.name, group_words(one.group), *rank_cells(one)[:3]) for one in shown)
    headings = (_("单位"), _("分组"), _("名次"), _("上期名次"), _("变化"))
    notes = (
        (_("上升、下降各列变化最大的{count}个").format(count=MOST_MOVED),)
        if max(len(risen), len(fallen)) > MOST_MOVED
        else ()
    )
    table = Table(headings, rows, frozenset({2, 3, 4}), (36, 18, 16, 16, 14)) if rows else None
    return Chapter(_("名次变化"), (Section(said, notes, table=table),))


def _apart(notice: Notice) -> Chapter:
    names = [one.name for one in notice.rows if one.rank is None]
    said = _("{names}共{count}个单位本期没有应计的事件，单独列出，不参加排名").format(
        names=listed(names), count=len(names)
    )
    return Chapter(_("不参加排名的单位"), (Section(said),))


def _achieved(notice: Notice) -> Chapter:
    """Each indicator that comes from cases, by the places right below."""
    sections = []
    for start in range(0, len(notice.totals), TOGETHER):
        totals = notice.totals[start : start + TOGETHER]
        parts = [{one.key: one for one in total.parts} for total in totals]
        rows = [
            (notice.names[code], *(_cell(held.get(code)) for held in parts))
            for code in sorted({code for held in parts for code in held})
        ]
        rows.append((_("合计"), *(_cell(total.whole) for total in totals)))
        headings = (_("单位"), *(total.indicator.name for total in totals))
        each = 72 // len(totals)
        names = listed(total.indicator.name for total in totals)
        sections.append(
            Section(
                _("各地{names}").format(names=names),
                table=Table(
                    headings, tuple(rows), frozenset(range(1, len(headings))), (28, *(each for _t in totals))
                ),
            )
        )
    if not sections:
        sections.append(Section(_("本方案的指标都由人工填报")))
    return Chapter(_("指标完成情况"), tuple(sections))


def _cell(measured: Measured | None) -> str:
    if measured is None:
        return numbers.NOTHING
    return f"{value_words(measured)}\n{share_words(measured)}".strip()


def _rules(notice: Notice) -> Chapter:
    rows = tuple((one.name, rule_words(one), one.source) for one in notice.about.scheme.indicators)
    table = Table((_("指标"), _("计分办法"), _("依据")), rows, frozenset(), (24, 50, 26))
    said = _("方案第{wording}版，共{count}项指标").format(
        wording=notice.about.wording, count=len(notice.about.scheme.indicators)
    )
    mark = notice.about.fingerprint
    notes = (_("封存指纹{mark}").format(mark=mark),) if mark else ()
    return Chapter(_("计分办法"), (Section(said, notes, table=table),))


def _changed(notice: Notice) -> Chapter:
    kinds = {one.name: one.metric for one in notice.about.scheme.indicators}
    rows = tuple(
        (one.unit, one.indicator, _then(one, kinds, one.then), _then(one, kinds, one.today))
        for one in notice.changes
    )
    headings = (_("单位"), _("指标"), _("封存时"), _("现有数据"))
    said = _("封存后有{count}项数值因事件更正而不同，名次以封存为准").format(count=len(rows))
    table = Table(headings, rows, frozenset({2, 3}), (30, 26, 22, 22))
    return Chapter(_("数据更正说明"), (Section(said, table=table),))


def _then(change: Change, kinds: dict[str, str | None], value: Value) -> str:
    if value.value is None:
        return numbers.NOTHING
    metric = kinds.get(change.indicator)
    percent = metric is not None and metric_named(metric).unit is Unit.PERCENT
    return numbers.percent(value.value) if percent else f"{value.value}"
