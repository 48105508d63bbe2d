"""Questions about rounds: which are open, who has handed in, what a report says, what is asked of whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select

from db.models.center import Center, Level
from db.models.scheduling import Report, ReportState, ReportStep, Round, RoundKind
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.metrics.queries import variant_in_force
from lib.scheduling import content as contents
from lib.scheduling.content import Content
from lib.scheduling.figures import Figure, Restated, filled, restated
from lib.scheduling.plan import Ask, FieldKind, Plan
from lib.scheduling.reading import (
    ask_of,
    below,
    moment_of,
    plan_of,
    report_at,
    reviews,
    round_at,
    variant_in,
)
from lib.scheduling.states import HANDED_IN, WAITING
from lib.schemes.checks import exact


@dataclass(frozen=True)
class RoundRow:
    """A round, with how many of the reports that the reader sees are in."""

    id: int
    kind: RoundKind
    first: date
    last: date
    opened_at: datetime
    closed_at: datetime | None
    asked: int
    handed_in: int
    late: int
    own_report: int | None
    own_state: ReportState | None
    own_due: datetime | None


@dataclass(frozen=True)
class ReportRow:
    id: int
    center_code: str
    center_name: str
    state: ReportState
    due_at: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    urged_times: int
    late: bool


@dataclass(frozen=True)
class RoundCard:
    """`below` are the reports of the next level; `levels` how many of each level are in, late and asked."""

    round: RoundRow
    plan: Plan
    levels: dict[Level, tuple[int, int, int]]
    below: tuple[ReportRow, ...]
    reviews: bool


def is_late(report: Report, now: datetime) -> bool:
    """Not handed in when it was due, or handed in after it."""
    if report.state in HANDED_IN and report.submitted_at is not None:
        return report.submitted_at > report.due_at and now > report.due_at
    return now > report.due_at


@query(Permission.READ_ROUNDS)
def rounds(
    session: ScopedSession, kind: RoundKind | None = None, limit: int = 24, first: date | None = None
) -> tuple[RoundRow, ...]:
    """The newest rounds first, of a kind or all, that ask something of the reader's centers."""
    statement = select(Round).order_by(Round.last.desc(), Round.id.desc()).limit(limit)
    if kind is not None:
        statement = statement.where(Round.kind == kind)
    if first is not None:
        statement = statement.where(Round.first == first)
    found = session.scalars(statement).all()
    return tuple(one for row in found if (one := _row(session, row)).asked)


@query(Permission.READ_ROUNDS)
def own_waiting(session: ScopedSession, limit: int = 24) -> tuple[RoundRow, ...]:
    """The rounds that wait for the reader's own center, what is due first comes first."""
    found = session.scalars(
        select(Round)
        .join(Report, Report.round_id == Round.id)
        .where(
            Report.center_code == viewer_of(session).center_code,
            Report.state.in_(WAITING),
            Round.closed_at.is_(None),
        )
        .order_by(Report.due_at, Round.id)
        .limit(limit)
    )
    return tuple(_row(session, row) for row in found)


def _row(session: ScopedSession, row: Round) -> RoundRow:
    now = deployment.moment_of(session)
    counts: Counter[str] = Counter()
    over = func.count(Report.id).filter(Report.due_at < now)
    grouped = session.execute(
        select(Report.state, func.count(Report.id), over)
        .where(Report.round_id == row.id)
        .group_by(Report.state)
    )
    for state, number, past in grouped:
        counts["asked"] += number
        counts["in"] += number if state in HANDED_IN else 0
        counts["late"] += past if state in WAITING else 0
    own = session.scalar(
        select(Report).where(Report.round_id == row.id, Report.center_code == viewer_of(session).center_code)
    )
    return RoundRow(
        row.id, row.kind, row.first, row.last, row.opened_at, row.closed_at, counts["asked"], counts["in"],
        counts["late"], own.id if own else None, own.state if own else None, own.due_at if own else None,
    )  # fmt: skip


@query(Permission.READ_ROUNDS)
def round_card(session: ScopedSession, round_id: int, center_code: str) -> RoundCard:
    """A round as it stands below a center. Raises NotFound."""
    row = round_at(session, round_id)
    now = deployment.moment_of(session)
    levels: dict[Level, tuple[int, int, int]] = {}
    over = func.count(Report.id).filter(Report.due_at < now)
    grouped = session.execute(
        select(Report.level, Report.state, func.count(Report.id), over)
        .where(Report.round_id == round_id, Report.center_code.startswith(center_code))
        .group_by(Report.level, Report.state)
    )
    for name, state, number, past in grouped:
        handed_in, late, asked = levels.get(Level(name), (0, 0, 0))
        levels[Level(name)] = (
            handed_in + (number if state in HANDED_IN else 0),
            late + (past if state in WAITING else 0),
            asked + number,
        )
    found = below(session, row, center_code)
    names = _names(session, [one.center_code for one in found])
    rows = tuple(_report_row(one, names, now) for one in found)
    return RoundCard(
        _row(session, row), plan_of(row), levels, rows, bool(found) and reviews(session, found[0].center_code)
    )


def _names(session: ScopedSession, codes: list[str]) -> dict[str, str]:
    rows = session.execute(select(Center.code, Center.name).where(Center.code.in_(codes)))
    return dict(rows.all())


def _report_row(one: Report, names: dict[str, str], now: datetime) -> ReportRow:
    return ReportRow(
        one.id, one.center_code, names.get(one.center_code, one.center_code), one.state, one.due_at,
        one.submitted_at, one.submitted_by, one.urged_times, is_late(one, now),
    )  # fmt: skip


@dataclass(frozen=True)
class StepRow:
    action: str
    words: str
    done_by: str
    done_at: datetime


@dataclass(frozen=True)
class ReportCard:
    """One report: what is asked, what the product fills in, what was typed, what the level below adds up
    to, and what has changed since it was handed in."""

    id: int
    round: RoundRow
    center_code: str
    center_name: str
    state: ReportState
    due_at: datetime
    late: bool
    ask: Ask
    filled: dict[str, Figure]
    content: Content
    added_up: dict[str, tuple[Decimal, int, int]]
    restated: tuple[Restated, ...]
    steps: tuple[StepRow, ...]
    submitted_by: str | None
    submitted_by_id: int | None
    submitted_at: datetime | None
    return_reason: str | None
    urged_at: datetime | None
    own: bool
    reviews: bool
    seen: int


@query(Permission.READ_ROUNDS)
def report_card(session: ScopedSession, report_id: int) -> ReportCard:
    """Raises NotFound, NotReady."""
    row = report_at(session, report_id)
    found = round_at(session, row.round_id)
    ask, held = ask_of(found, row), contents.read(row.content)
    moment = moment_of(session, found)
    changed: tuple[Restated, ...] = ()
    variant = variant_in(held)
    if row.state in HANDED_IN and variant is not None and held.moment is not None:
        figures = dict(held.figures)
        changed = restated(session, row, found, ask, held.figures, held.moment, variant)
    else:
        figures = filled(session, row, found, ask, moment, variant_in_force(session))
    steps = session.scalars(select(ReportStep).where(ReportStep.report_id == row.id).order_by(ReportStep.id))
    return ReportCard(
        row.id,
        _row(session, found),
        row.center_code,
        _names(session, [row.center_code]).get(row.center_code, row.center_code),
        row.state,
        row.due_at,
        is_late(row, deployment.moment_of(session)),
        ask,
        figures,
        held,
        _added_up(session, found, row, ask),
        changed,
        tuple(StepRow(one.action, one.words, one.done_by, one.done_at) for one in steps),
        row.submitted_by,
        row.submitted_by_id,
        row.submitted_at,
        row.return_reason,
        row.urged_at,
        row.center_code == viewer_of(session).center_code,
        reviews(session, row.center_code),
        row.version,
    )


def _added_up(
    session: ScopedSession, found: Round, row: Report, ask: Ask
) -> dict[str, tuple[Decimal, int, int]]:
    """For each number that people fill in: the sum of the level below, how many said one, and how many
    were asked."""
    numbers = [one.key for one in ask.fields if one.kind is FieldKind.NUMBER]
    children = below(session, found, row.center_code) if numbers else []
    sums: dict[str, list[Decimal]] = defaultdict(list)
    asked: Counter[str] = Counter()
    for child in children:
        asks = {one.key for one in ask_of(found, child).fields}
        values = contents.read(child.content).values if child.state in HANDED_IN else {}
        for key in numbers:
            asked[key] += key in asks
            number = exact(values[key]) if key in values else None
            if number is not None:
                sums[key].append(number)
    return {key: (sum(sums[key], Decimal(0)), len(sums[key]), asked[key]) for key in numbers if asked[key]}
