"""Decides which rule of staffing holds for a center on a day: the nearest center's newest decision, or what
holds everywhere while nobody has decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from db.models.center import Center
from db.models.roster import RuleKind, StaffingRule
from db.scope import CODE_LENGTHS, ScopedSession, within


@dataclass(frozen=True)
class Rule:
    """From `least` to `most`; `watched` lists what breaks it, `refuses` forbids it. `center_code` is who
    decided and `since` from when on; both are empty where nobody has."""

    kind: RuleKind
    least: int
    most: int
    watched: bool
    refuses: bool
    center_code: str = ""
    since: date | None = None

    def holds(self, number: int) -> bool:
        return self.least <= number <= self.most


DEFAULTS: dict[RuleKind, Rule] = {
    RuleKind.FULL_TIME_PER_GRID: Rule(RuleKind.FULL_TIME_PER_GRID, 1, 1, watched=True, refuses=True),
    RuleKind.GRIDS_PER_PERSON: Rule(RuleKind.GRIDS_PER_PERSON, 0, 1, watched=True, refuses=False),
    RuleKind.ONE_FOUR_X: Rule(RuleKind.ONE_FOUR_X, 4, 4, watched=True, refuses=False),
    RuleKind.HOUSEHOLDS_PER_GRID: Rule(RuleKind.HOUSEHOLDS_PER_GRID, 300, 500, watched=True, refuses=False),
}
# The newest decision of each center that has decided; "" is what holds where nobody has.
Decided = Mapping[str, Rule]


def codes_over(center_code: str) -> tuple[str, ...]:
    """The center and all above it, the nearest first."""
    return tuple(center_code[:length] for length in reversed(CODE_LENGTHS) if length <= len(center_code))


def is_theirs(session: ScopedSession, center_code: str) -> bool:
    """Whether there is such a center and the viewer holds it: what descends from above is told for no other,
    or a code that is none would be answered by where it would lie."""
    return session.scope.covers(center_code) and session.get(Center, center_code) is not None


def rules_in_force(session: ScopedSession, center_code: str, day: date) -> dict[RuleKind, Rule]:
    """The rule of each kind that holds for the center on the day."""
    codes = codes_over(center_code)
    decided = _by_kind(_newest(session, codes, (), day))
    return {kind: nearest(decided[kind], center_code) for kind in RuleKind}


def rules_below(session: ScopedSession, center_code: str, day: date) -> dict[RuleKind, dict[str, Rule]]:
    """What holds in a center's subtree, where rules differ: of each kind the decisions of the center, of
    those above it and of those below it, by who decided."""
    return _by_kind(_newest(session, codes_over(center_code), (center_code,), day))


def nearest(decided: Decided, center_code: str) -> Rule:
    """The decision that holds for a center."""
    return next((decided[code] for code in codes_over(center_code) if code in decided), decided[""])


def _newest(
    session: ScopedSession, codes: Collection[str], tops: Iterable[str], day: date
) -> list[StaffingRule]:
    """In the order in which a later one takes the place of an earlier one."""
    return list(
        session.scalars(
            select(StaffingRule)
            .where(
                or_(StaffingRule.center_code.in_(codes), within(StaffingRule.center_code, tops)),
                StaffingRule.since <= day,
            )
            .order_by(StaffingRule.since, StaffingRule.id)
        )
    )


def _by_kind(rows: Iterable[StaffingRule]) -> dict[RuleKind, dict[str, Rule]]:
    found: dict[RuleKind, dict[str, Rule]] = {kind: {"": rule} for kind, rule in DEFAULTS.items()}
    for row in rows:
        found[row.kind][row.center_code] = Rule(
            row.kind, row.least, row.most, row.watched, row.refuses, row.center_code, row.since
        )
    return found
