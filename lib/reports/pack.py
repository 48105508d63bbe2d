"""What a meeting is held over: the figures of its round, what is unusual in them, who moved, what was
decided last time and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from db.models.assessment import AssessmentState
from db.models.center import Level
from db.models.scheduling import Meeting, Round, RoundKind
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import viewer_of
from lib.access.permissions import Permission
from lib.assessment.queries import assessments_of, ranking
from lib.assessment.reading import AssessmentRow, RankRow
from lib.assessment.states import SHOWN
from lib.cases.queries import CaseRow, Kind, find_cases
from lib.centers.queries import CenterCard, center_card
from lib.metrics.bands import BACK, Usual, usual
from lib.metrics.comparison import Against
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured, Period
from lib.metrics.queries import freshness, measure, part_names, variant_in_force
from lib.metrics.variant import Variant
from lib.scheduling.figures import period_of
from lib.scheduling.reading import round_at
from lib.scheduling.tasks.queries import TaskRow, tasks_of
from lib.schemes.queries import schemes_for
from lib.schemes.scheme import Subject

FIGURES = ("received", "closed", "due", "resolution", "on_time", "satisfaction", "rework", "overdue")
RATES = ("on_time", "resolution", "satisfaction")
OLDEST = 8  # overdue cases that are told one by one
CHILD_LEVEL = {Level.CITY: Level.COUNTY, Level.COUNTY: Level.TOWN, Level.TOWN: Level.VILLAGE}
SUBJECTS = {Level.COUNTY: Subject.COUNTY, Level.TOWN: Subject.TOWN, Level.VILLAGE: Subject.VILLAGE}


@dataclass(frozen=True)
class Line:
    """A figure of the period, beside the period before and the same days of last year."""

    metric: str
    now: Measured | None
    before: Measured | None
    last_year: Measured | None


@dataclass(frozen=True)
class Parts:
    """A figure by child center: who has a value, the worst first, and who has nothing due."""

    metric: str
    rows: tuple[Measured, ...]
    without: tuple[str, ...]


@dataclass(frozen=True)
class Unusual:
    """A rate of a child center outside of where it usually lies."""

    now: Measured
    usual: Usual


@dataclass(frozen=True)
class Places:
    """The newest ranking that is shown of the child centers."""

    scheme: str
    first: date
    last: date
    state: AssessmentState
    rows: tuple[RankRow, ...]


@dataclass(frozen=True)
class Pack:
    """`trend` is by local month as 2026-05, `names` by the code of the child center. `compared` is how
    many rates could be held against their usual band. `tasks` are those of the meeting before, `carried`
    what is still open of earlier ones."""

    kind: RoundKind
    center_code: str
    center_name: str
    children: Level | None
    period: Period
    moment: datetime
    variant: Variant
    from_replica: bool
    figures: tuple[Line, ...]
    trend: tuple[tuple[str, tuple[Measured, ...]], ...]
    parts: tuple[Parts, ...]
    overdue: Parts | None
    names: dict[str, str]
    unusual: tuple[Unusual, ...]
    compared: int
    places: Places | None
    met_at: datetime | None
    tasks: tuple[TaskRow, ...]
    carried: tuple[TaskRow, ...]
    oldest: tuple[CaseRow, ...]

    def figure(self, metric: str) -> Line:
        return next(one for one in self.figures if one.metric == metric)


@dataclass(frozen=True)
class _Asking:
    """One center, one period, one moment, one way of counting."""

    session: ScopedSession
    code: str
    period: Period
    moment: datetime
    variant: Variant

    def measure(self, *names: str, by: By = By.WHOLE, second: By | None = None) -> tuple[Measured, ...]:
        return measure(
            self.session, names, self.code, self.period, self.moment, by, second, variant=self.variant
        )

    def over(self, period: Period, moment: datetime) -> _Asking:
        return _Asking(self.session, self.code, period, moment, self.variant)


def gather(session: ScopedSession, round_id: int, center_code: str) -> Pack:
    """Raises NotFound, NotReady."""
    found = round_at(session, round_id)
    card = center_card(session, center_code)
    period = period_of(found)
    now = deployment.moment_of(session)
    asking = _Asking(session, center_code, period, period.stands_at(now), variant_in_force(session))
    children = CHILD_LEVEL.get(card.center.level)
    parts: tuple[Parts, ...] = ()
    unusual: tuple[Unusual, ...] = ()
    overdue, compared, names = None, 0, dict[str, str]()
    if children is not None:
        names = {one.code: one.name for one in card.children}
        parts = tuple(_parts(asking, card, name) for name in RATES)
        overdue = _parts(asking, card, "overdue")
        unusual, compared = _unusual(asking, parts)
        names |= part_names(
            session, By.CHILD, tuple(one.key for each in (*parts, overdue) for one in each.rows)
        )
    met_at, tasks, carried = _tasks(session, found, center_code)
    may = viewer_of(session).may
    start = clock.start_of_day(clock.local(asking.moment).date())
    return Pack(
        found.kind, center_code, card.center.name, children, period, asking.moment, asking.variant,
        freshness(session).from_replica, _figures(asking), _trend(asking), parts, overdue, names, unusual,
        compared,
        _places(session, found, center_code, children) if may(Permission.READ_ASSESSMENT) else None,
        met_at, tasks, carried,
        tuple(find_cases(session, center_code, Kind.OVERDUE, asking.moment, start, page_size=OLDEST))
        if may(Permission.READ_CASES) else (),
    )  # fmt: skip


def _figures(asking: _Asking) -> tuple[Line, ...]:
    against = Against.of(asking.period, asking.moment)
    now, before, year = (
        {one.metric: one for one in each.measure(*FIGURES)}
        for each in (
            asking,
            asking.over(against.before, against.moment_before),
            asking.over(against.last_year, against.moment_last_year),
        )
    )
    return tuple(Line(name, now.get(name), before.get(name), year.get(name)) for name in FIGURES)


def _trend(asking: _Asking) -> tuple[tuple[str, tuple[Measured, ...]], ...]:
    """The rates of the last twelve months and of the one that the period ends in."""
    span = Period(clock.start_of_month(asking.period.last, BACK), asking.period.last)
    found: dict[str, dict[str, Measured]] = {}
    for one in asking.over(span, asking.moment).measure(*RATES, by=By.MONTH):
        found.setdefault(one.key, {})[one.metric] = one
    return tuple(
        (month, tuple(values[name] for name in RATES if name in values))
        for month, values in sorted(found.items())
    )


def _parts(asking: _Asking, card: CenterCard, name: str) -> Parts:
    found = [one for one in asking.measure(name, by=By.CHILD) if one.key != asking.code]
    bare = name == "overdue"  # of a count nothing is zero and no gap
    valued = [one for one in found if one.value is not None and (one.numerator or not bare)]
    upward = valued[0].of.more_is_better is True if valued else False
    valued.sort(key=lambda one: ((one.value or Decimal(0)) * (1 if upward else -1), one.key))
    valued.sort(key=lambda one: one.small_base)
    there = {one.key for one in valued}
    without = () if bare else tuple(one.name for one in card.children if one.code not in there)
    return Parts(name, tuple(valued), without)


def _unusual(asking: _Asking, parts: tuple[Parts, ...]) -> tuple[tuple[Unusual, ...], int]:
    """Who left the usual band, and how many rates could be held against one."""
    earlier: dict[tuple[str, str], list[Measured]] = {}
    for one in _before(asking):
        earlier.setdefault((one.metric, one.key), []).append(one)
    found, compared = [], 0
    for each in parts:
        for one in each.rows:
            band = usual(earlier.get((one.metric, one.key), ()))
            if band is None or one.small_base:
                continue
            compared += 1
            if band.left_by(one):
                found.append(Unusual(one, band))
    return tuple(found), compared


def _before(asking: _Asking) -> list[Measured]:
    """The rates by child of the periods before, each as it stood at its own end."""
    if asking.period.monthly:
        first = clock.start_of_month(asking.period.first, BACK)
        last = asking.period.first - timedelta(days=1)
        found = asking.over(Period(first, last), Period(first, last).end()).measure(
            *RATES, by=By.CHILD, second=By.MONTH
        )
        return list(found)
    rows: list[Measured] = []
    period = asking.period
    for _number in range(BACK):
        period = period.before()
        rows += asking.over(period, period.end()).measure(*RATES, by=By.CHILD)
    return rows


def _places(session: ScopedSession, found: Round, code: str, children: Level | None) -> Places | None:
    if children is None:
        return None
    shown: list[AssessmentRow] = []
    for scheme in schemes_for(session, found.last):
        if code.startswith(scheme.center_code):
            shown += [
                one
                for one in assessments_of(session, scheme.id)
                if one.state in SHOWN and one.scheme.subject is SUBJECTS[children] and one.first <= found.last
            ]
    newest = max(shown, key=lambda one: (one.first, one.center_code), default=None)
    if newest is None:
        return None
    rows = tuple(one for one in ranking(session, newest.id) if one.key.startswith(code))
    return Places(newest.scheme.name, newest.first, newest.last, newest.state, rows)


def _tasks(
    session: ScopedSession, found: Round, code: str
) -> tuple[datetime | None, tuple[TaskRow, ...], tuple[TaskRow, ...]]:
    """When the center's last meeting before this round was, its tasks, and what is open of earlier ones."""
    last = session.scalar(
        select(Meeting)
        .join(Round, Round.id == Meeting.round_id)
        .where(Meeting.center_code == code, Round.id != found.id, Round.last <= found.last)
        .order_by(Meeting.held_at.desc(), Meeting.id.desc())
        .limit(1)
    )
    tasks = tasks_of(session, code, meeting_id=last.id) if last is not None else ()
    known = {one.id for one in tasks}
    carried = tuple(
        one
        for one in tasks_of(session, code, undone=True)
        if one.id not in known and one.round_id != found.id
    )
    return (last.held_at if last is not None else None), tasks, carried
