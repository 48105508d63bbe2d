"""Which assessment a page looks at, where it stands in its life, and what may be done to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import streamlit as st

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.assessment import commands
from lib.assessment.measuring import period_of
from lib.assessment.queries import assessments_of
from lib.assessment.reading import AssessmentRow
from lib.assessment.states import STATE_WORDS
from lib.assessment.words import period_words
from lib.centers.queries import center_card
from lib.i18n import _, numbers
from lib.metrics.measured import Period
from lib.metrics.variant import Variant, version_words
from lib.schemes.queries import SchemeRow, schemes_for
from lib.schemes.scheme import SUBJECT_WORDS, Rhythm
from lib.ui import filters
from lib.ui.look import Look
from lib.ui.menu import BY_NAME
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import number_said, press

OPEN_PERIODS = 3  # periods that are over and not counted yet, offered to those who may count them


@dataclass(frozen=True)
class Chosen:
    """A scheme and one of its periods. `row` is None while the period is not counted."""

    page: Page
    session: ScopedSession
    scheme: SchemeRow
    period: Period
    row: AssessmentRow | None

    @property
    def assesses(self) -> bool:
        """Whether this person stands over all that is assessed, and so sees all of it."""
        return self.page.viewer.scope.covers(self.scheme.center_code)

    @property
    def runs(self) -> bool:
        return self.assesses and self.page.viewer.may(Permission.RUN_ASSESSMENT)


def choose(page: Page, session: ScopedSession) -> Chosen | None:
    """Draws the title with the two choices; None, with a way on, where there is nothing to choose from."""
    title = st.container()
    found = [one for one in schemes_for(session, page.today) if one.in_force is not None]
    if not found:
        title.title(_("考核排名"), anchor=False)
        st.info(_("还没有已生效的考核方案，所以没有排名。"), icon=":material/info:")
        if page.viewer.may(Permission.EDIT_SCHEMES):
            st.page_link(BY_NAME["schemes"].file, label=_("起草考核方案"), icon=":material/edit_document:")
        return None
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        schemes = {str(one.id): one for one in found}
        with st.container(width=340):
            words = {key: one.name for key, one in schemes.items()}
            scheme = schemes[filters.choice("scheme", _("考核方案"), words, next(iter(words)))]
        rows = assessments_of(session, scheme.id)
        _from_number(rows)
        by_key = {f"{one.first:%Y-%m}": one for one in rows}
        with st.container(width=240):
            key = _choose_period(page, scheme, by_key)
    rhythm = scheme.in_force.scheme.rhythm if scheme.in_force else Rhythm.MONTH
    row = by_key.get(key)
    period = Period(row.first, row.last, monthly=rhythm is Rhythm.MONTH) if row else _period(rhythm, key)
    said = period_words(row.scheme.rhythm if row else rhythm, period.first)
    title.title(escaped(_("{scheme}：{period}").format(scheme=scheme.name, period=said)), anchor=False)
    return Chosen(page, session, scheme, period, row)


def _from_number(rows: tuple[AssessmentRow, ...]) -> None:
    """The address may name the period by the assessment's own key."""
    number = number_said("month")
    named = next((one for one in rows if one.id == number), None)
    if named is not None:
        st.query_params["month"] = f"{named.first:%Y-%m}"


def _period(rhythm: Rhythm, key: str) -> Period:
    return period_of(rhythm, date.fromisoformat(f"{key}-01"))


def _choose_period(page: Page, scheme: SchemeRow, rows: dict[str, AssessmentRow]) -> str:
    """Periods that were counted, and for those who count the last ones that were not. Those who are
    assessed begin with the newest one that was counted."""
    wording = scheme.in_force
    rhythm = wording.scheme.rhythm if wording else Rhythm.MONTH
    states = {key: _(STATE_WORDS[one.state]) for key, one in rows.items()}
    words = {key: f"{period_words(rhythm, one.first)} · {states[key]}" for key, one in rows.items()}
    uncounted = _("未计算")
    running = period_of(rhythm, page.today)
    first = running.first
    for _number in range(OPEN_PERIODS):
        period = period_of(rhythm, first - timedelta(days=1))
        first = period.first
        key = f"{first:%Y-%m}"
        if key not in words and (not rows or page.viewer.scope.covers(scheme.center_code)):
            words[key] = f"{period_words(rhythm, first)} · {uncounted}"
    words = dict(sorted(words.items(), reverse=True))
    return filters.choice("month", _("考核期"), words, next(iter(rows), next(iter(words))))


def look_of(chosen: Chosen, row: AssessmentRow) -> Look:
    """What a chart and its files need to know of where they come from."""
    viewer = chosen.page.viewer
    code = row.center_code if chosen.assesses else viewer.scope.prefixes[0]
    words = f"{row.scheme.name} · {period_words(row.scheme.rhythm, row.first)}"
    return Look(
        chosen.page, "assessment", chosen.session, center_card(chosen.session, code),
        chosen.period, (), Variant.read(row.variant), words,
    )  # fmt: skip


def not_counted(chosen: Chosen) -> None:
    said = period_words(_rhythm(chosen), chosen.period.first)
    if not chosen.runs:
        st.info(
            _("{period}还没有计算，由组织考核的中心计算后才有结果。").format(period=said),
            icon=":material/info:",
        )
        return
    st.info(
        _("{period}还没有计算。计算后进入自查填报，公示以前只有组织考核的人看得到名次。").format(period=said),
        icon=":material/info:",
    )
    count_button(chosen, _("计算{period}").format(period=said), primary=True)


def _rhythm(chosen: Chosen) -> Rhythm:
    return chosen.scheme.in_force.scheme.rhythm if chosen.scheme.in_force else Rhythm.MONTH


def count_button(chosen: Chosen, label: str, *, primary: bool) -> None:
    st.button(
        label,
        key="count the period",
        icon=":material/calculate:",
        type="primary" if primary else "secondary",
        on_click=press,
        args=(
            chosen.page.viewer,
            _("已计算{period}。").format(period=period_words(_rhythm(chosen), chosen.period.first)),
            partial(_compute, chosen.scheme.id, chosen.period.first),
        ),
    )


def _compute(scheme_id: int, first: date, session: ScopedSession) -> None:
    commands.compute(session, scheme_id, first)


def about(chosen: Chosen, row: AssessmentRow) -> None:
    """By which wording and how it was counted."""
    st.caption(
        escaped(
            _(
                "考核对象：{subject} · 方案第{wording}版 · 依据：{source} · 数据截至{moment} · {variant}"
            ).format(
                subject=_(SUBJECT_WORDS[row.scheme.subject]),
                wording=row.wording,
                source=row.scheme.source,
                moment=numbers.moment(row.moment),
                variant=version_words(Variant.read(row.variant)),
            )
        )
    )


def total_words(total: object) -> str:
    return numbers.NOTHING if total is None else f"{total:.2f}"


def address_of(row: AssessmentRow) -> dict[str, str]:
    return {"scheme": str(row.scheme_id), "month": f"{row.first:%Y-%m}"}
