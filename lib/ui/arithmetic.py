"""A figure taken apart: its formula in words and numbers, what was left out, and the cases behind it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import streamlit as st

from lib import clock
from lib.access.permissions import Permission
from lib.access.work import acting
from lib.cases.queries import SOURCE_WORDS, STAGE_WORDS, CaseRow
from lib.exports.comma_separated import csv_bytes
from lib.exports.commands import new_export_id, register_case_export
from lib.exports.sheet import Column, ColumnKind, Sheet, facts_of
from lib.exports.workbook import workbook_bytes
from lib.i18n import _, language, listed, numbers, speaking
from lib.metrics.catalogue import METRICS
from lib.metrics.metric import Base, Metric, Unit
from lib.metrics.queries import Arithmetic, cases_behind
from lib.metrics.question import Side
from lib.metrics.spelling import share_words, value_words
from lib.metrics.staffing.catalogue import ROSTER_METRICS
from lib.metrics.variant import QUESTIONS, version_words, words_of
from lib.ui.cases import case_table
from lib.ui.look import Look
from lib.ui.panel import EXCEL
from lib.ui.plain import escaped

PAGE_SIZE = 30
EXPORT_AT_MOST = 20_000  # rows without titles, which may name people
BASE_WORDS = {Base.RESIDENTS: "人", Base.GRIDS: "个", Base.GRIDWORKERS: "人"}


def sentence(found: Arithmetic) -> str:
    """The formula with its numbers."""
    measured, metric = found.measured, found.measured.of
    if metric.unit is Unit.CASES:
        return numbers.whole(measured.numerator)
    if metric.unit is Unit.HOURS:
        return _("{count}件事件的{metric}").format(
            count=numbers.whole(measured.numerator), metric=_(metric.words)
        )
    return f"{share_words(measured)} = {value_words(measured)}"


def explain(look: Look, metric: Metric, found: Arithmetic) -> None:
    """Words first, then the numbers, then what was left out and by which variant."""
    left, right = st.columns([1, 2], vertical_alignment="top")
    with left:
        st.metric(_(metric.words), value_words(found.measured), border=True, help=_(metric.formula))
    with right:
        st.markdown(f"**{escaped(_(metric.words))} = {escaped(_(metric.formula))}**")
        st.text(sentence(found))
        if found.measured.small_base:
            st.caption(_("分母不足{least}件，仅供参考，不与别处比较。").format(least=metric.least_base))
        if band := found.measured.band:
            st.caption(
                _("仅因随机波动，这个比率也会在{low}%到{high}%之间（95%置信区间）。").format(
                    low=f"{band[0]:.1f}", high=f"{band[1]:.1f}"
                )
            )
        st.caption(escaped(_("依据：{source}").format(source=_(metric.source))))
        st.caption(escaped(look.days_words()))
    st.subheader(_("口径与剔除"), anchor=False)
    choices = listed(words_of(field, getattr(look.variant, field)) for field in QUESTIONS)
    words = _("{variant}：{choices}").format(variant=version_words(look.variant), choices=choices)
    st.caption(escaped(words))
    if found.excluded:
        for words, count in found.excluded:
            st.text(_("剔除{what}{count}件").format(what=words, count=numbers.whole(count)))
    else:
        st.caption(_("没有剔除任何事件。"))
    if metric.weights and metric.weights(_terms(look)) is not None:
        st.caption(_("本指标按次计：同一事件返工两次计两次，所以分子、分母是次数，下面的清单是件数。"))
    if metric.base is not None:
        st.caption(
            _("分母是{of}：{count}{unit}，按现状。").format(
                of=_(metric.of),
                count=numbers.whole(found.measured.denominator or 0),
                unit=BASE_WORDS[metric.base] if language() == "zh" else "",
            )
        )


def _terms(look: Look):  # type: ignore[no-untyped-def]
    from lib.metrics.variant import Terms

    return Terms(look.moment, look.variant)


def sides(metric: Metric, found: Arithmetic) -> dict[str, str]:
    """The lists that there are for this figure, each with its number of cases."""
    count = {side: numbers.whole(number) for side, number in found.rows.items()}
    if not metric.is_rate:
        words = {Side.NUMERATOR: _("计入的事件 {count}").format(count=count[Side.NUMERATOR])}
    else:
        words = {
            Side.NUMERATOR: _("分子：{what} {count}").format(
                what=_(metric.counts), count=count[Side.NUMERATOR]
            ),
            Side.REST: _("分母中其余 {count}").format(count=count[Side.REST]),
            Side.DENOMINATOR: _("分母：{what} {count}").format(
                what=_(metric.of), count=count[Side.DENOMINATOR]
            ),
        }
    if found.excluded:
        words[Side.EXCLUDED] = _("剔除的 {count}").format(count=count[Side.EXCLUDED])
    return {side.value: text for side, text in words.items()}


def behind() -> tuple[datetime, int] | None:
    """The last row of the page before, as the address says it; nonsense means the first page."""
    seconds, _dot, number = st.query_params.get("behind", "").partition(".")
    if not all(part.isascii() and part.isdigit() for part in (seconds, number)):
        return None
    if len(seconds) > 10 or len(number) > 18:
        return None
    return datetime.fromtimestamp(int(seconds), UTC), int(number)


def rows(look: Look, metric: Metric, side: Side, total: int) -> None:
    """The cases of one side, a page at a time, each leading to its case."""
    found = cases_behind(
        look.session, metric.name, side, look.code, look.period, look.moment, look.only, look.variant,
        behind(), PAGE_SIZE,
    )  # fmt: skip
    if not found:
        st.info(_("这一部分没有事件。"), icon=":material/task_alt:")
        return
    case_table(found, look.page.moment, key=f"behind {metric.name} {side.value}")
    here = {name: value for name, value in st.query_params.items() if name != "behind"}
    with st.container(horizontal=True):
        if behind() is not None:
            st.page_link(
                "pages/figure.py", label=_("回到开头"), icon=":material/first_page:", query_params=here
            )
        if len(found) == PAGE_SIZE:
            last = found[-1]
            st.page_link(
                "pages/figure.py",
                label=_("后面{count}件").format(count=PAGE_SIZE),
                icon=":material/navigate_next:",
                query_params={**here, "behind": f"{int(last.reported_at.timestamp())}.{last.id}"},
            )
    _export(look, metric, side, total)


def _export(look: Look, metric: Metric, side: Side, total: int) -> None:
    if not look.page.viewer.may(Permission.EXPORT_CASES):
        return
    if total > EXPORT_AT_MOST:
        st.caption(
            _("清单超过{most}件，请缩小范围或时段后再导出。").format(most=numbers.whole(EXPORT_AT_MOST))
        )
        return
    export_id = new_export_id()
    name = f"{_(metric.words)} {look.card.center.name} {export_id}"
    with st.container(horizontal=True):
        for kind, label, mime in (
            ("xlsx", _("导出清单Excel"), EXCEL),
            ("csv", _("导出清单CSV"), "text/csv"),
        ):
            st.download_button(
                label,
                _written(look, metric, side, total, export_id, kind),
                file_name=f"{name}.{kind}",
                mime=mime,
                key=f"rows {kind} {metric.name} {side.value}",
                icon=":material/download:",
            )
    st.caption(_("导出的清单不含标题和详情，导出会记入审计日志。"))


def _written(look: Look, metric: Metric, side: Side, total: int, export_id: str, kind: str):  # type: ignore[no-untyped-def]
    """Reads the rows and makes the file when it is asked for."""
    viewer, tongue = look.page.viewer, language()
    asked = (metric.name, side, look.code, look.period, look.moment, look.only, look.variant)
    facts = facts_of(
        filters=look.words,
        period=look.days_words(),
        as_of=look.moment,
        center=look.card.center.name,
        exported_by=viewer.name,
        exported_at=clock.now(),
        metric=_(metric.words),
        formula=_(metric.formula),
        variant=version_words(look.variant),
    )

    def write() -> bytes:
        with speaking(tongue), acting(viewer) as session:
            found = cases_behind(session, *asked, None, max(total, 1))
            sheet = Sheet(f"{_(metric.words)} {look.card.center.name}", facts, columns(found), export_id)
            made = workbook_bytes(sheet) if kind == "xlsx" else csv_bytes(sheet)
            digest = hashlib.sha256(made).hexdigest()
            register_case_export(
                session, export_id, kind, "figure", sheet.title, look.words, len(found), digest
            )
        return made

    return write


def columns(found: list[CaseRow]) -> tuple[Column, ...]:
    """What a list of cases says outside: where, what and when, but no free text."""

    def texts(heading: str, values: list[str], kind: ColumnKind = ColumnKind.TEXT) -> Column:
        return Column(heading, kind, tuple(values))

    def moments(heading: str, values: list[datetime | None]) -> Column:
        return Column(heading, ColumnKind.MOMENT, tuple(values))

    return (
        texts(_("编号"), [row.number for row in found], ColumnKind.CODE),
        texts(_("所在中心"), [row.center_name for row in found]),
        texts(_("网格编码"), [row.grid_code for row in found], ColumnKind.CODE),
        texts(_("网格名称"), [row.grid_name for row in found]),
        texts(_("类别"), [row.category for row in found]),
        texts(_("来源"), [_(SOURCE_WORDS[row.source]) for row in found]),
        texts(_("承办部门"), [row.department for row in found]),
        texts(_("环节"), [_(STAGE_WORDS[row.stage]) for row in found]),
        moments(_("上报时间"), [row.reported_at for row in found]),
        moments(_("到期时间"), [row.due_at for row in found]),
        moments(_("结案时间"), [row.closed_at for row in found]),
        texts(_("挂账"), [_("是") if row.suspended else "" for row in found]),
    )


def metric_in_address() -> Metric | None:
    name = st.query_params.get("metric", "")
    return METRICS.get(name) or ROSTER_METRICS.get(name)
