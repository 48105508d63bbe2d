"""Questions about metrics: over a period, for a center's subtree, in parts, and the rows behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from db.models.case import Case, CaseCategory
from db.models.department import Department
from db.models.indicator import VariantVersion
from db.scope import ScopedSession, within
from lib import clock
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.cases.queries import EARLIEST, CaseRow, cases_by_id
from lib.errors import BadInput
from lib.i18n import _, language
from lib.metrics import answering
from lib.metrics.answering import Freshness, kept_answer
from lib.metrics.behind import all_behind, page_behind, sides
from lib.metrics.catalogue import METRICS
from lib.metrics.counting import count
from lib.metrics.dimensions import BY_WORDS, PARTS, By, Only
from lib.metrics.entries import count_registered
from lib.metrics.hotspots import Hotspot, RepeatedMatter, hottest, most_repeated
from lib.metrics.measured import Measured, Period
from lib.metrics.names import ended_centers, names_of
from lib.metrics.people import with_bases
from lib.metrics.question import Question, Side
from lib.metrics.registered import figure_of
from lib.metrics.staffing.behind import rows_on_sides
from lib.metrics.staffing.catalogue import ROSTER_METRICS
from lib.metrics.staffing.counting import count_roster, spot_of
from lib.metrics.variant import Decision, Variant

VARIANT = "variant in force"


@query(Permission.READ_FIGURES)
def variant_in_force(session: ScopedSession) -> Variant:
    """How this deployment counts: its newest decision."""
    if VARIANT not in session.info:
        newest = select(VariantVersion).order_by(VariantVersion.version.desc()).limit(1)
        row = session.scalars(newest).first()
        session.info[VARIANT] = Variant.of(row) if row else Variant()
    found: Variant = session.info[VARIANT]
    return found


@query(Permission.READ_FIGURES)
def variant_history(session: ScopedSession) -> tuple[Decision, ...]:
    """All decisions, the newest first."""
    found = session.scalars(select(VariantVersion).order_by(VariantVersion.version.desc()))
    return tuple(Decision(Variant.of(row), row.reason, row.decided_by, row.decided_at) for row in found)


@query(Permission.READ_FIGURES)
def measure(
    session: ScopedSession,
    names: tuple[str, ...],
    center_code: str,
    period: Period,
    moment: datetime,
    by: By = By.WHOLE,
    second: By | None = None,
    only: Only = (),
    variant: Variant | None = None,
) -> tuple[Measured, ...]:
    """The metrics over a period, counted at `moment`; what falls after it is not counted.

    The key is the child center's code (or the center's own for what lies at no child), the local month
    as 2026-06, the kind of department and so on, as `by` says; with `By.WHOLE` the center's own code.
    Parts in which nothing was counted are left out. Raises BadInput for a metric that does not exist or
    has no such periods, and NotReady while the replica is needed and not there.
    """
    registered = tuple(name for name in names if figure_of(name) is not None)
    of_roster = tuple(name for name in names if name in ROSTER_METRICS)
    names = tuple(name for name in names if name not in (*registered, *of_roster))
    if unknown := [name for name in names if name not in METRICS]:
        raise BadInput(_("没有“{name}”这个指标。").format(name=unknown[0]))
    timeless = [METRICS[name] for name in names if METRICS[name].placed_by is None]
    for part in (by, second):
        if part in PARTS and timeless:
            sentence = _("“{name}”反映的是当前情况，不能按{part}细分。请换一个指标。")
            raise BadInput(sentence.format(name=_(timeless[0].words), part=_(BY_WORDS[part])))
    chosen = variant or variant_in_force(session)
    question = _question(session, names, center_code, period, moment, only, chosen, by, second)
    others = count_registered(session, question, registered) if registered else ()
    others += count_roster(session, question, of_roster) if of_roster else ()
    if not names:
        return others
    found = kept_answer(session, question.to_the_minute, lambda: count(session, question))
    return with_bases(session, question, found) + others


def _question(
    session: ScopedSession,
    names: tuple[str, ...],
    center_code: str,
    period: Period,
    moment: datetime,
    only: Only,
    variant: Variant,
    by: By = By.WHOLE,
    second: By | None = None,
) -> Question:
    quality = any(METRICS[name].about_quality for name in names)
    ended = ended_centers(session, center_code) if quality else ()
    return Question(names, center_code, period, moment, by, second, only, variant, ended)


@query(Permission.READ_FIGURES)
def first_month(session: ScopedSession, center_code: str, moment: datetime) -> date | None:
    """The local month of the center's first case, as its first day; None when there is none."""

    def look() -> date | None:
        # Two ends make SQLite walk the index of the reports from its start.
        first = session.scalar(
            select(Case.reported_at)
            .where(within(Case.center_code, [center_code]), Case.reported_at.between(EARLIEST, moment))
            .order_by(Case.reported_at)
            .limit(1)
        )
        return clock.start_of_month(clock.local(first).date()) if first else None

    return kept_answer(session, ("first month", center_code), look)


@query(Permission.READ_FIGURES)
def freshness(session: ScopedSession) -> Freshness:
    """As of when the figures of this look stand, and where they come from."""
    return answering.freshness(session)


@dataclass(frozen=True)
class Arithmetic:
    """One figure taken apart: how many cases stand on each side, and what was left out and why."""

    measured: Measured
    rows: dict[Side, int]
    excluded: tuple[tuple[str, int], ...]


@query(Permission.READ_FIGURES)
def arithmetic(
    session: ScopedSession,
    name: str,
    center_code: str,
    period: Period,
    moment: datetime,
    only: Only = (),
    variant: Variant | None = None,
) -> Arithmetic:
    """The figure with the number of cases on each side; of a rate by times the cases are fewer. Of the roster
    it is grids and people."""
    chosen = variant or variant_in_force(session)
    found = measure(session, (name,), center_code, period, moment, By.WHOLE, None, only, chosen)
    measured = found[0] if found else Measured(name, center_code, 0, 0)
    if name in ROSTER_METRICS:
        behind = rows_on_sides(session, name, spot_of(center_code, period, moment))
        left_out = ROSTER_METRICS[name].exclusions
        return Arithmetic(measured, behind, tuple((_(one.words), behind[Side.EXCLUDED]) for one in left_out))
    metric = METRICS[name]
    question = _question(session, (name,), center_code, period, moment, only, chosen)
    counts = kept_answer(session, ("sides", question.to_the_minute), lambda: sides(session, question, metric))
    rows = dict(zip(Side, counts, strict=False))
    exclusions = zip(metric.excluded(chosen), counts[len(Side) :], strict=True)
    return Arithmetic(measured, rows, tuple((_(one.words), number) for one, number in exclusions))


@query(Permission.READ_CASES)
def cases_behind(
    session: ScopedSession,
    name: str,
    side: Side,
    center_code: str,
    period: Period,
    moment: datetime,
    only: Only = (),
    variant: Variant | None = None,
    behind: tuple[datetime, int] | None = None,
    page_size: int = 30,
) -> list[CaseRow]:
    """A page of exactly the cases that a figure counts on this side, the newest report first.

    `behind` is the report and the key of the last row seen.
    """
    metric = METRICS.get(name)
    if metric is None:
        raise BadInput(_("没有“{name}”这个指标。").format(name=name))
    chosen = variant or variant_in_force(session)
    question = _question(session, (name,), center_code, period, moment, only, chosen)
    return cases_by_id(session, page_behind(session, question, metric, side, behind, page_size))


@query(Permission.READ_CASES)
def keys_behind(
    session: ScopedSession,
    name: str,
    side: Side,
    center_code: str,
    period: Period,
    moment: datetime,
    only: Only = (),
    variant: Variant | None = None,
) -> tuple[int, ...]:
    """The keys of all the cases that a figure counts on this side, the lowest first. Raises BadInput."""
    metric = METRICS.get(name)
    if metric is None:
        raise BadInput(_("没有“{name}”这个指标。").format(name=name))
    chosen = variant or variant_in_force(session)
    question = _question(session, (name,), center_code, period, moment, only, chosen)
    return all_behind(session, question, metric, side)


@query(Permission.READ_FIGURES)
def hotspots(
    session: ScopedSession,
    center_code: str,
    period: Period,
    moment: datetime,
    only: Only = (),
    limit: int = 30,
) -> tuple[Hotspot, ...]:
    """The pairs of a grid and a category with the most cases received, beside the periods before."""
    question = _question(
        session, ("received",), center_code, period, moment, only, variant_in_force(session), By.GRID,
        By.CATEGORY,
    )  # fmt: skip
    return hottest(session, question, limit, first_month(session, center_code, moment))


@query(Permission.READ_CASES)
def repeated_matters(
    session: ScopedSession,
    center_code: str,
    period: Period,
    moment: datetime,
    only: Only = (),
    limit: int = 20,
) -> tuple[RepeatedMatter, ...]:
    """The matters that were reported once more most often in the period, each by its first report."""
    variant = variant_in_force(session)
    question = _question(session, ("received",), center_code, period, moment, only, variant)
    return most_repeated(session, question, limit)


@query(Permission.READ_FIGURES)
def part_names(session: ScopedSession, by: By, keys: tuple[str, ...]) -> dict[str, str]:
    """How the parts of a figure are called in the reader's language, by their key."""
    return names_of(session, by, keys)


@query(Permission.READ_FIGURES)
def categories(session: ScopedSession) -> dict[str, str]:
    """The name of every category that the viewer knows, by its code; a group's code begins its members'."""
    column = CaseCategory.name_en if language() == "en" else CaseCategory.name
    rows = session.execute(select(CaseCategory.code, column).order_by(CaseCategory.code))
    return dict(rows.all())


@query(Permission.READ_FIGURES)
def department_kinds(session: ScopedSession) -> dict[str, str]:
    """The kinds of departments that the viewer knows, each called as its highest one."""
    kinds = session.scalars(select(Department.kind).distinct().order_by(Department.kind)).all()
    names = names_of(session, By.DEPARTMENT, kinds)
    return {kind: names[kind] for kind in kinds}
