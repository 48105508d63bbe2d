"""Questions about the rules of staffing: what holds here, who decided it, and what breaks it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from db.models.center import Center
from db.models.grid import Grid
from db.models.roster import PART_TIME_KINDS, Person, Post, PostRole, RuleKind, StaffingRule
from db.scope import ScopedSession, within
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.deployment import today_of
from lib.grids.coverage import standing
from lib.grids.staff import sees_names
from lib.grids.words import POST_WORDS
from lib.i18n import _, listed
from lib.masking import masked_name
from lib.roster.rules.breaches import broken
from lib.roster.rules.rules import Rule, codes_over, is_theirs, nearest, rules_below, rules_in_force
from lib.typed import offset_of

MOST_DECISIONS = 200


@dataclass(frozen=True)
class RuleRow:
    """A rule and the name of the center that decided it; empty where nobody has."""

    rule: Rule
    center_name: str


@dataclass(frozen=True)
class Decision:
    """One decision about a rule; `holds` says that it is the one that holds for its center on the day."""

    id: int
    kind: RuleKind
    center_code: str
    center_name: str
    least: int
    most: int
    watched: bool
    refuses: bool
    since: date
    reason: str
    decided_by: str
    decided_at: datetime
    holds: bool


@dataclass(frozen=True)
class Breach:
    """What breaks a rule, in a sentence. `person_id` leads to the person where that is theirs to open."""

    kind: RuleKind
    grid_code: str
    grid_name: str
    center_name: str
    person_id: int | None
    person_name: str
    number: int
    sentence: str


@dataclass(frozen=True)
class BreachPage:
    total: int
    rows: tuple[Breach, ...] = ()


@query(Permission.READ_GRIDS)
def staffing_rules(session: ScopedSession, center_code: str, day: date | None = None) -> tuple[RuleRow, ...]:
    """The rule of each kind that holds for a center on a day; None is today. For a center that is not theirs
    it is what holds where nobody has decided."""
    own = center_code if is_theirs(session, center_code) else ""
    found = rules_in_force(session, own, day or today_of(session))
    names = _names(session, {rule.center_code for rule in found.values()})
    return tuple(RuleRow(rule, names.get(rule.center_code, "")) for rule in found.values())


@query(Permission.READ_GRIDS)
def decisions(session: ScopedSession, center_code: str, day: date | None = None) -> tuple[Decision, ...]:
    """What the center, those above it and those below it have decided, the newest first; nothing about a
    center that is not theirs."""
    if not is_theirs(session, center_code):
        return ()
    day = day or today_of(session)
    rows = session.scalars(
        select(StaffingRule)
        .where(
            or_(
                StaffingRule.center_code.in_(codes_over(center_code)),
                within(StaffingRule.center_code, [center_code]),
            )
        )
        .order_by(StaffingRule.since.desc(), StaffingRule.id.desc())
        .limit(MOST_DECISIONS)
    ).all()
    names = _names(session, {row.center_code for row in rows})
    newest: dict[tuple[RuleKind, str], int] = {}
    for row in rows:
        if row.since <= day:
            newest.setdefault((row.kind, row.center_code), row.id)
    return tuple(
        Decision(
            row.id, row.kind, row.center_code, names.get(row.center_code, row.center_code), row.least,
            row.most, row.watched, row.refuses, row.since, row.reason, row.decided_by, row.decided_at,
            newest.get((row.kind, row.center_code)) == row.id,
        )
        for row in rows
    )  # fmt: skip


@query(Permission.READ_GRIDS)
def count_breaches(session: ScopedSession, center_code: str, day: date | None = None) -> dict[RuleKind, int]:
    """How many grids (or people) of the center's subtree break which rule on a day; None is today."""
    day = day or today_of(session)
    decided = rules_below(session, center_code, day)
    return {kind: _count(session, kind, decided[kind], center_code, day) for kind in RuleKind}


@query(Permission.READ_GRIDS)
def count_if_decided(
    session: ScopedSession, center_code: str, kind: RuleKind, least: int, most: int, day: date | None = None
) -> int:
    """How many would break the rule if the center decided it so. What centers below decided stays."""
    day = day or today_of(session)
    decided = rules_below(session, center_code, day)[kind]
    rule = replace(
        nearest(decided, center_code), least=least, most=most, watched=True, center_code=center_code
    )
    return _count(session, kind, {**decided, center_code: rule}, center_code, day)


@query(Permission.READ_GRIDS)
def breaches(
    session: ScopedSession,
    center_code: str,
    day: date | None = None,
    kind: RuleKind | None = None,
    page: int = 1,
    page_size: int = 50,
) -> BreachPage:
    """One page of what breaks the rules in the center's subtree on a day, kind after kind."""
    day = day or today_of(session)
    decided = rules_below(session, center_code, day)
    kinds = tuple(RuleKind) if kind is None else (kind,)
    counts = {one: _count(session, one, decided[one], center_code, day) for one in kinds}
    total = sum(counts.values())
    behind, room = offset_of(page, page_size, total), page_size
    found: list[Breach] = []
    for one in kinds:
        if behind < counts[one] and room:
            statement = broken(one, decided[one], center_code, day)
            rows = session.execute(statement.order_by("code", "key").offset(behind).limit(room)).all()
            found += _told(session, one, rows, center_code, day)
            room -= len(rows)
        behind = max(behind - counts[one], 0)
    return BreachPage(total, tuple(found))


def _count(session: ScopedSession, kind: RuleKind, decided: Any, center_code: str, day: date) -> int:
    rows = broken(kind, decided, center_code, day).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def _names(session: ScopedSession, codes: Collection[str]) -> dict[str, str]:
    found = session.execute(select(Center.code, Center.name).where(Center.code.in_(codes))).all()
    return {code: name for code, name in found}  # noqa: C416 - rows are not pairs to the type checker


def _told(session: ScopedSession, kind: RuleKind, rows: Any, center_code: str, day: date) -> list[Breach]:
    grids = {
        grid.code: grid
        for grid in session.scalars(select(Grid).where(Grid.code.in_([row.code for row in rows])))
    }
    centers = _names(session, {grid.center_code for grid in grids.values()})
    people = _people(session, rows, center_code, day) if kind is RuleKind.GRIDS_PER_PERSON else {}
    missing = _missing(session, rows, day) if kind is RuleKind.ONE_FOUR_X else {}
    found = []
    for row in rows:
        grid = grids[row.code]
        name, person_id, where = people.get(row.key, ("", None, ""))
        sentence = _sentence(kind, row.number, row.least, row.most).format(
            number=row.number, least=row.least, most=row.most, missing=missing.get(row.key, ""),
            name=name, grids=where,
        )  # fmt: skip
        found.append(
            Breach(
                kind, grid.code, grid.name, centers.get(grid.center_code, grid.center_code), person_id, name,
                row.number, sentence,
            )
        )  # fmt: skip
    return found


def _sentence(kind: RuleKind, number: int, least: int, most: int) -> str:
    if kind is RuleKind.FULL_TIME_PER_GRID:
        if not number:
            return (
                _("没有专职网格员，应有{least}人。")
                if least == most
                else _("没有专职网格员，应有{least}至{most}人。")
            )
        if number < least:
            return _("有{number}名专职网格员，少于规定的{least}人。")
        return _("有{number}名专职网格员，多于规定的{most}人。")
    if kind is RuleKind.GRIDS_PER_PERSON:
        return (
            _("{name}负责{number}个网格，多于规定的{most}个：{grids}。")
            if number > most
            else _("{name}负责{number}个网格，少于规定的{least}个：{grids}。")
        )
    if kind is RuleKind.ONE_FOUR_X:
        if number < least:
            return _("“4”类人员配了{number}类，应有{least}类，还缺：{missing}。")
        return _("“4”类人员配了{number}类，多于规定的{most}类。")
    if number < least:
        return _("有{number}户，少于规定的{least}户。")
    return _("有{number}户，多于规定的{most}户。")


def _people(
    session: ScopedSession, rows: Any, center_code: str, day: date
) -> dict[int, tuple[str, int | None, str]]:
    """Of each person the name, the key where it is the viewer's to open, and the grids."""
    viewer, keys = viewer_of(session), [row.key for row in rows]
    whole = sees_names(viewer)
    own = set(session.scalars(select(Person.id).where(Person.id.in_(keys))))
    grids: dict[int, dict[str, None]] = defaultdict(dict)
    names: dict[int, str] = {}
    for key, name, grid_name in session.execute(
        select(Post.person_id, Post.name, Grid.name)
        .join(Grid, Grid.id == Post.grid_id)
        .where(
            Post.person_id.in_(keys), Post.role == PostRole.FULL_TIME, Post.covers_id.is_(None),
            standing(day), within(Post.center_code, [center_code]),
        )
        .order_by(Grid.code)
    ):  # fmt: skip
        grids[key][grid_name] = None
        names[key] = name if whole else masked_name(name)
    opens = viewer.may(Permission.READ_ROSTER)
    return {
        key: (names[key], key if opens and key in own else None, listed(where))
        for key, where in grids.items()
    }


def _missing(session: ScopedSession, rows: Any, day: date) -> dict[int, str]:
    held: dict[int, set[PostRole]] = defaultdict(set)
    for grid_id, role in session.execute(
        select(Post.grid_id, Post.role).where(
            Post.grid_id.in_([row.key for row in rows]), Post.role.in_(PART_TIME_KINDS),
            Post.covers_id.is_(None), standing(day),
        )
    ):  # fmt: skip
        if grid_id is not None:
            held[grid_id].add(role)
    return {
        row.key: listed(_(POST_WORDS[role]) for role in PART_TIME_KINDS if role not in held[row.key])
        for row in rows
    }
