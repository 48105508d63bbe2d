"""Questions about allowances: a town's sheet, the towns of a center, who leads in points, and what
counting again would give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from db.models.center import Center, Level
from db.models.reward import AllowanceLine, AllowanceSheet, SheetState
from db.models.roster import PostRole
from db.scope import ScopedSession, within
from lib import clock
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.i18n import _
from lib.roster.rewards.commands import TOWN
from lib.roster.rewards.counting import Item, count, facts_kept, items_kept
from lib.roster.rewards.differing import Difference, Told, difference
from lib.roster.rewards.gathering import gather
from lib.roster.rewards.rules import Rule, load
from lib.roster.rewards.workers import workers_of
from lib.typed import offset_of


@dataclass(frozen=True)
class LineRow:
    """A person on a sheet; `corrected` is None where what was counted is paid."""

    id: int
    person_id: int
    center_code: str
    name: str
    roles: tuple[PostRole, ...]
    places: tuple[str, ...]
    days: int
    points: int
    cents: int
    corrected: int | None
    why: str
    items: tuple[Item, ...]

    @property
    def due(self) -> int:
        return self.cents if self.corrected is None else self.corrected


@dataclass(frozen=True)
class SheetCard:
    """`own` says that the reader has worked on it, or given money on it, and so cannot approve it."""

    id: int
    center_code: str
    month: date
    state: SheetState
    rule: Rule
    source: str
    made_by: str
    made_at: datetime
    submitted_by: str
    submitted_at: datetime | None
    approved_by: str
    approved_at: datetime | None
    own: bool
    lines: tuple[LineRow, ...]
    seen: int

    @property
    def total(self) -> int:
        return sum(one.due for one in self.lines)


@dataclass(frozen=True)
class TownRow:
    """A center's sheets of a month: of its towns, how many have one, in which states, of how many people and
    how much."""

    code: str
    name: str
    towns: int
    states: Mapping[SheetState, int]
    people: int
    cents: int


@dataclass(frozen=True)
class Scored:
    place: int
    person_id: int
    name: str
    center_name: str
    points: int
    approved: bool


@dataclass(frozen=True)
class Board:
    total: int
    rows: tuple[Scored, ...]


@query(Permission.PREPARE_ALLOWANCES)
def sheet_card(session: ScopedSession, center_code: str, month: date) -> SheetCard | None:
    """A town's sheet for a month; None while nobody has made it."""
    sheet = session.scalars(
        select(AllowanceSheet).where(
            AllowanceSheet.center_code == center_code, AllowanceSheet.month == clock.start_of_month(month)
        )
    ).first()
    return None if sheet is None else _card(session, sheet)


@query(Permission.PREPARE_ALLOWANCES)
def sheet_by_id(session: ScopedSession, sheet_id: int) -> SheetCard:
    """Raises NotFound."""
    return _card(session, _sheet(session, sheet_id))


def _sheet(session: ScopedSession, sheet_id: int) -> AllowanceSheet:
    sheet = session.get(AllowanceSheet, sheet_id)
    if sheet is None:
        raise NotFound(_("找不到这张发放表，或它不在您的范围内。"))
    return sheet


def _card(session: ScopedSession, sheet: AllowanceSheet) -> SheetCard:
    return SheetCard(
        sheet.id, sheet.center_code, sheet.month, sheet.state, load(sheet.rule), sheet.note, sheet.made_by,
        sheet.made_at, sheet.submitted_by or "", sheet.submitted_at, sheet.approved_by or "",
        sheet.approved_at, viewer_of(session).account_id in workers_of(session, sheet),
        tuple(_line(one) for one in _lines(session, sheet)), sheet.version,
    )  # fmt: skip


def _lines(session: ScopedSession, sheet: AllowanceSheet) -> Iterable[AllowanceLine]:
    return session.scalars(
        select(AllowanceLine)
        .where(AllowanceLine.sheet_id == sheet.id)
        .order_by(AllowanceLine.center_code, AllowanceLine.name, AllowanceLine.person_id)
    )


def _line(row: AllowanceLine) -> LineRow:
    facts = facts_kept(row.counted)
    return LineRow(
        row.id, row.person_id, row.center_code, row.name, tuple(one.role for one in facts.held),
        tuple(dict.fromkeys(place for one in facts.held for place in one.places)),
        max((one.days for one in facts.held), default=0), row.points, row.cents, row.corrected_cents,
        row.corrected_because, items_kept(row.counted),
    )  # fmt: skip


@query(Permission.PREPARE_ALLOWANCES)
def counted_again(session: ScopedSession, sheet_id: int) -> tuple[Difference, ...]:
    """What counting today would give otherwise than the sheet says, under the sheet's own rule. Changes
    nothing. Raises NotFound."""
    sheet = _sheet(session, sheet_id)
    rule = load(sheet.rule)
    before = {
        row.person_id: Told(row.name, row.cents, items_kept(row.counted)) for row in _lines(session, sheet)
    }
    now = {}
    for one in gather(session, sheet.center_code, sheet.month, rule):
        found = count(one.facts, rule)
        now[one.person_id] = Told(one.name, found.cents, found.items)
    differing = (
        difference(person, before.get(person), now.get(person))
        for person in sorted(set(before) | set(now), key=lambda key: (before.get(key) or now[key]).name)
    )
    return tuple(one for one in differing if one is not None)


@query(Permission.PREPARE_ALLOWANCES)
def sheets_below(session: ScopedSession, center_code: str, month: date) -> tuple[TownRow, ...]:
    """The towns of a county, or the counties of a city, with what they pay in a month."""
    if not session.scope.covers(center_code):
        return ()
    length = 6 if len(center_code) == 4 else TOWN
    first = clock.start_of_month(month)
    paid = func.coalesce(AllowanceLine.corrected_cents, AllowanceLine.cents)
    sums = {
        key: (people, int(cents or 0))
        for key, people, cents in session.execute(
            select(AllowanceSheet.id, func.count(AllowanceLine.id), func.sum(paid))
            .join(AllowanceLine, AllowanceLine.sheet_id == AllowanceSheet.id)
            .where(within(AllowanceSheet.center_code, [center_code]), AllowanceSheet.month == first)
            .group_by(AllowanceSheet.id)
        )
    }
    sheets = {
        code: (state, *sums.get(key, (0, 0)))
        for key, code, state in session.execute(
            select(AllowanceSheet.id, AllowanceSheet.center_code, AllowanceSheet.state).where(
                within(AllowanceSheet.center_code, [center_code]), AllowanceSheet.month == first
            )
        )
    }
    names: dict[str, str] = dict(
        session.execute(select(Center.code, Center.name).where(within(Center.code, [center_code]))).all()
    )
    towns = sorted(
        session.scalars(
            select(Center.code).where(Center.level == Level.TOWN, within(Center.code, [center_code]))
        )
    )
    found = []
    for code in dict.fromkeys(town[:length] for town in towns):
        own = [town for town in towns if town.startswith(code)]
        made = [sheets[town] for town in own if town in sheets]
        states = {state: sum(one[0] is state for one in made) for state in SheetState}
        found.append(
            TownRow(code, names.get(code, code), len(own), states, sum(one[1] for one in made),
                    sum(one[2] for one in made))
        )  # fmt: skip
    return tuple(found)


@query(Permission.PREPARE_ALLOWANCES)
def points_board(
    session: ScopedSession, center_code: str, month: date, page: int = 1, page_size: int = 50
) -> Board:
    """Who leads in points in a month, as the sheets have counted; equal points share a place."""
    rows = (
        select(AllowanceLine)
        .join(AllowanceSheet, AllowanceSheet.id == AllowanceLine.sheet_id)
        .where(
            AllowanceSheet.month == clock.start_of_month(month),
            within(AllowanceLine.center_code, [center_code]),
            AllowanceLine.points > 0,
        )
    )
    total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    start = offset_of(page, page_size, total)
    shown = session.execute(
        rows.with_only_columns(
            AllowanceLine.person_id,
            AllowanceLine.name,
            Center.name,
            AllowanceLine.points,
            AllowanceSheet.state,
        )
        .join(Center, Center.code == AllowanceLine.center_code)
        .order_by(AllowanceLine.points.desc(), AllowanceLine.center_code, AllowanceLine.person_id)
        .limit(page_size)
        .offset(start)
    ).all()
    found: list[Scored] = []
    for number, (person, name, center, points, state) in enumerate(shown, start + 1):
        if found and found[-1].points == points:
            place = found[-1].place
        elif found:
            place = number
        else:  # the first of a page may share the place of those before it
            place = 1 + (
                session.scalar(
                    select(func.count()).select_from(rows.where(AllowanceLine.points > points).subquery())
                )
                or 0
            )
        found.append(Scored(place, person, name, center, points, state is SheetState.APPROVED))
    return Board(total, tuple(found))
