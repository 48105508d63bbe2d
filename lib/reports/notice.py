"""What a monthly notice says of an assessment, and whether its totals agree before it may be made.

Every percentage must be its own numerator over its own denominator, every place must follow from the
values, and the counts of the units must add up to what the whole counts at the same moment. Where they do
not, no notice is made and the places are named. Of a sealed month whose inputs still carry its
fingerprint the cases may have changed since: that is told beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from db.models.assessment import AssessedUnit, Assessment, AssessmentState
from db.models.center import Center
from db.scope import ScopedSession
from lib.assessment.measuring import members
from lib.assessment.naming import called
from lib.assessment.places import overrides, unit_of
from lib.assessment.queries import ranking
from lib.assessment.reading import AssessmentRow, RankRow, assessment_at, must_assess, told
from lib.assessment.recomputing import from_cases, from_inputs
from lib.assessment.result import Unit, Value
from lib.assessment.states import SHOWN
from lib.errors import BadInput, Problem, WrongState
from lib.i18n import _
from lib.metrics.dimensions import By, Only
from lib.metrics.measured import Measured, Period
from lib.metrics.queries import measure, part_names
from lib.metrics.registered import metric_named
from lib.metrics.variant import Variant
from lib.reports.reconciling import Total, adds_up, can_be_added, percents, places, rates, units_and_whole
from lib.schemes.scheme import Indicator, Rhythm, Scheme, Subject

# Whose counts add up to the whole: several gridworkers share a grid, and windows have no cases.
ADDS_UP = {
    Subject.COUNTY: By.COUNTY,
    Subject.TOWN: By.TOWN,
    Subject.VILLAGE: By.VILLAGE,
    Subject.DEPARTMENT: By.DEPARTMENT,
    Subject.GRID: By.GRID,
}
Found = Mapping[tuple[Only, str], list[Measured]]


@dataclass(frozen=True)
class Change:
    """A value that the cases of today give otherwise."""

    unit: str
    indicator: str
    then: Value
    today: Value


@dataclass(frozen=True)
class Notice:
    """`totals` are the indicators that come from cases, `names` those of the places in them. `checked` is
    how many percentages were held against their counts, `changes` what became otherwise after sealing."""

    about: AssessmentRow
    center_name: str
    rows: tuple[RankRow, ...]
    totals: tuple[Total, ...]
    names: dict[str, str]
    checked: int
    changes: tuple[Change, ...]


def gather(session: ScopedSession, assessment_id: int) -> Notice:
    """Raises NotFound, NotAllowed, WrongState, NotReady, and BadInput where totals do not agree."""
    row = assessment_at(session, assessment_id)
    must_assess(session, row.center_code)
    if row.state not in SHOWN:
        raise WrongState(_("这一期还没有公示，不能生成通报。"))
    about = told(session, row)
    held = session.scalars(
        select(AssessedUnit).where(AssessedUnit.assessment_id == row.id).order_by(AssessedUnit.unit_key)
    ).all()
    name = called(session, about.scheme.subject)
    units = [replace(unit_of(one), name=name(one.name)) for one in held]
    wholes = _wholes(session, about)
    problems = [*percents(about.scheme, units), *places(about.scheme, held, units)]
    sums = _sums(session, about, units, wholes)
    changes: tuple[Change, ...] = ()
    if sums and row.state is AssessmentState.SEALED and from_inputs(session, row, about.scheme).matches:
        # What was sealed is as it was: the cases have changed since.
        changes, sums = _changes(session, row, about.scheme), []
    totals = _totals(session, about, wholes)
    problems += sums + [wrong for total in totals if (wrong := adds_up(total)) is not None]
    if problems:
        said = _("数字没有对上，不能生成通报：{first}。").format(first=problems[0].sentence)
        raise BadInput(said, tuple(problems))
    center = session.get(Center, row.center_code)
    codes = tuple(dict.fromkeys(one.key for total in totals for one in total.parts))
    return Notice(
        about,
        center.name if center else row.center_code,
        ranking(session, assessment_id),
        totals,
        part_names(session, By.CHILD, codes),
        sum(1 for _rate in rates(about.scheme, units)),
        changes,
    )


def _period(about: AssessmentRow) -> Period:
    return Period(about.first, about.last, monthly=about.scheme.rhythm is Rhythm.MONTH)


def _added(scheme: Scheme) -> list[tuple[Indicator, str]]:
    """The indicators whose counts can be added up, with their metric."""
    return [(one, one.metric) for one in scheme.indicators if can_be_added(one) and one.metric is not None]


def _ask(session: ScopedSession, about: AssessmentRow, by: By) -> Found:
    """What the metrics of the scheme count at the moment and by the variant of the assessment."""
    together: dict[Only, list[str]] = defaultdict(list)
    for one, metric in _added(about.scheme):
        if metric not in together[one.only]:
            together[one.only].append(metric)
    found: dict[tuple[Only, str], list[Measured]] = defaultdict(list)
    variant = Variant.read(about.variant)
    for only, names in together.items():
        for each in measure(
            session, tuple(names), about.center_code, _period(about), about.moment, by, None, only, variant
        ):
            found[only, each.metric].append(each)
    return found


def _wholes(session: ScopedSession, about: AssessmentRow) -> dict[str, Measured]:
    """By the key of the indicator."""
    found = _ask(session, about, By.WHOLE)
    wholes = {}
    for one, metric in _added(about.scheme):
        nothing = Measured(metric, about.center_code, 0, 0 if metric_named(metric).has_base else None)
        wholes[one.key] = next(iter(found.get((one.only, metric), ())), nothing)
    return wholes


def _sums(
    session: ScopedSession, about: AssessmentRow, units: list[Unit], wholes: Mapping[str, Measured]
) -> list[Problem]:
    by = ADDS_UP.get(about.scheme.subject)
    if by is None:
        return []
    there = members(session, about.scheme.subject, about.center_code, _period(about))
    measured_as = {one.key: one.measured_as for one in there}
    corrected = overrides(session, about.id)
    today = _ask(session, about, by)
    found = (
        units_and_whole(
            one, units, measured_as, corrected, today.get((one.only, metric), ()), wholes[one.key]
        )
        for one, metric in _added(about.scheme)
    )
    return [wrong for wrong in found if wrong is not None]


def _totals(
    session: ScopedSession, about: AssessmentRow, wholes: Mapping[str, Measured]
) -> tuple[Total, ...]:
    """Each indicator by the places right below, beside the whole."""
    found = _ask(session, about, By.CHILD)
    return tuple(
        Total(one, wholes[one.key], tuple(found.get((one.only, metric), ())))
        for one, metric in _added(about.scheme)
    )


def _changes(session: ScopedSession, row: Assessment, scheme: Scheme) -> tuple[Change, ...]:
    name = called(session, scheme.subject)
    return tuple(
        Change(name(one.name), one.indicator.name, one.sealed, one.today)
        for one in from_cases(session, row, scheme)
    )
