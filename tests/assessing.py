"""Schemes and assessments for the tests: what a scheme can say, and months in each state of their life."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from db.models.account import Account, Role
from db.models.assessment import (
    Assessment,
    AssessmentScheme,
    AssessmentState,
    FindingKind,
    HandScore,
    IntegrityLook,
    Nomination,
    Objection,
    ObjectionState,
    SchemeState,
    SchemeVersion,
)
from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.assessment.measuring import Member
from lib.assessment.places import all_units, publish_places, unit_of, write_rewards, write_units
from lib.assessment.result import Unit, Value, fingerprint
from lib.assessment.states import SHOWN
from lib.centers.groups import group_of
from lib.i18n import numbers
from lib.metrics.variant import Variant
from lib.schemes.reading import read
from lib.schemes.scheme import Scheme, canonical
from tests import makers
from tests.makers import MOMENT

FOREVER = date(2200, 1, 1)  # the last day for objections, whenever the tests run
MONTHS = {state: date(2026, number, 1) for number, state in enumerate(reversed(AssessmentState), 1)}
"""The older a month is, the further it has come."""


def target(key: str = "on_time", **said: Any) -> dict[str, Any]:
    """All points at the target, two off for each percentage point below it."""
    usual = {
        "key": key, "name": "按期办结率", "metric": "on_time", "rule": "target", "points": 40, "target": 95,
        "each": 2, "source": "第五条",
    }  # fmt: skip
    return usual | said


def rate(key: str = "satisfaction", **said: Any) -> dict[str, Any]:
    usual = {
        "key": key, "name": "满意率", "metric": "satisfaction", "rule": "rate", "points": 60,
        "source": "第六条",
    }  # fmt: skip
    return usual | said


def by_hand(key: str = "petition", **said: Any) -> dict[str, Any]:
    """Points off for each, up to five; twenty is the most that can be entered."""
    usual = {
        "key": key, "name": "越级上访", "rule": "deduction", "points": 5, "each": 1, "most": 20,
        "source": "第七条",
    }  # fmt: skip
    return usual | said


def definition(*indicators: dict[str, Any], **said: Any) -> dict[str, Any]:
    """What a scheme's file says; forty and sixty points, and a deduction, where nothing else is said."""
    usual = {
        "name": "镇街月度考核", "object": "town", "source": "文〔2026〕1号",
        "indicators": list(indicators) or [target(), rate(), by_hand()],
    }  # fmt: skip
    return usual | said


def scheme(*indicators: dict[str, Any], **said: Any) -> Scheme:
    return read(definition(*indicators, **said))


def rated(numerator: int, denominator: int) -> Value:
    return Value(numbers.share(numerator, denominator), numerator, denominator)


def unit(key: str, group: str = "", **values: Value | str | int | None) -> Unit:
    """A unit whose values are what is said, plain numbers as they are entered by hand."""
    given = {
        name: value if isinstance(value, Value) else Value(None if value is None else Decimal(value))
        for name, value in values.items()
    }
    return Unit(key, f"中心{key}", group, given)


def plant_people(url: str, *center_codes: str) -> None:
    """An account of every role that assesses or is assessed, in each of these centers."""
    with makers.everything(url) as session:
        for code in center_codes:
            session.add_all(
                makers.account(role, code) for role in Role if role is not Role.DEPARTMENT_HANDLER
            )


def person(url: str, role: Role = Role.LEADER, center_code: str = makers.CITY) -> Viewer:
    """Somebody with an account behind, so that it counts who did what before."""
    with makers.everything(url) as session:
        found = select(Account).where(Account.role == role, Account.center_code == center_code)
        return makers.viewer_of_account(session.scalars(found).one())


def act(viewer: Viewer, action: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """One action, as a page does it."""
    with acting(viewer) as session:
        return action(session, *arguments, **named)


def plant_assessments(url: str, seed: int = 1) -> None:
    """A scheme in force for each center but villages, the next wording in work, and five months of it."""
    with makers.everything(url) as session:
        chance = random.Random(seed)
        people = {(one.center_code, one.role): one for one in session.scalars(select(Account))}
        for code in makers.codes():
            if len(code) < 12:
                leader, director = people[code, Role.LEADER], people[code, Role.CENTER_DIRECTOR]
                _plant_scheme(session, chance, code, leader, director)


def _plant_scheme(
    session: ScopedSession, chance: random.Random, code: str, leader: Account, director: Account
) -> None:
    published = "neighbors" if len(code) == 6 else "everybody"
    subject = "town" if len(code) == 4 else "village"
    said = scheme(object=subject, published=published, grades=[[90, "五星"], [60, "三星"]],
                  quotas={"street": 1, "residents": 1}, rewards=[[1, 10, 50_000]])  # fmt: skip
    row = AssessmentScheme(center_code=code, name=said.name, created_at=MOMENT)
    session.add(row)
    session.flush()
    held = _version(row, said, 1, SchemeState.IN_FORCE, leader)
    held.decided_by, held.decided_at = director.display_name, MOMENT
    session.add(held)
    if not code.endswith("002"):  # there the next wording can still be begun
        working = SchemeState.PROPOSED if len(code) == 9 else SchemeState.DRAFT
        session.add(_version(row, said, 2, working, leader))
    session.flush()
    length = 9 if len(code) == 4 else 12
    places = [one for one in makers.codes() if one.startswith(code) and len(one) == length]
    for state in AssessmentState:
        _plant_month(session, chance, held, said, state, places, director)


def _version(
    row: AssessmentScheme, said: Scheme, number: int, state: SchemeState, by: Account
) -> SchemeVersion:
    return SchemeVersion(
        scheme_id=row.id, center_code=row.center_code, number=number, state=state,
        definition=canonical(said), first_month=date(2026, 1, 1), drafted_by_id=by.id,
        drafted_by=by.display_name, drafted_at=MOMENT,
    )  # fmt: skip


def _plant_month(
    session: ScopedSession, chance: random.Random, held: SchemeVersion, said: Scheme,
    state: AssessmentState, places: list[str], director: Account,
) -> None:  # fmt: skip
    first = MONTHS[state]
    variant = {**Variant().choices, "version": 0}
    row = Assessment(
        center_code=held.center_code, scheme_id=held.scheme_id, scheme_version_id=held.id, first=first,
        last=date(2026, first.month + 1, 1) - timedelta(days=1), state=state, moment=MOMENT,
        variant=json.dumps(variant, sort_keys=True), computed_by_id=director.id,
        computed_by=director.display_name, computed_at=MOMENT,
    )  # fmt: skip
    if state in SHOWN:
        row.objections_until, row.reviewed_by = FOREVER, director.display_name
    if state in (AssessmentState.PUBLISHED, AssessmentState.SEALED):
        row.published_by, row.published_at = director.display_name, MOMENT
    units = []
    for code in places:
        due = chance.choice([0, 5, 40, 40, 200])
        told = Value(Decimal(chance.randrange(9))) if state is not AssessmentState.SELF_CHECK else Value(None)
        values = {
            "on_time": rated(chance.randint(0, due), due), "satisfaction": rated(chance.randint(1, 9), 9),
            "petition": told,
        }  # fmt: skip
        units.append((Member(code, f"中心{code}", "", code, code),
                      Unit(code, f"中心{code}", group_of(code).value, values)))  # fmt: skip
    if state is AssessmentState.SEALED:
        row.fingerprint, row.sealed_at = "", MOMENT
    session.add(row)
    session.flush()
    write_units(session, row, said, units)
    if state is AssessmentState.SEALED:
        row.fingerprint = fingerprint(said, variant, [unit_of(one) for one in all_units(session, row.id)])
    if state in SHOWN:
        publish_places(session, row, said)
        write_rewards(session, row, said)
    _plant_words(session, row, units)


def _plant_words(session: ScopedSession, row: Assessment, units: list[tuple[Member, Unit]]) -> None:
    """What was entered, and what was objected to: in the months that are over it has been answered."""
    for _member, one in units:
        entered = one.values["petition"].value
        if entered is not None:
            session.add(
                HandScore(
                    assessment_id=row.id, center_code=one.key, unit_key=one.key, indicator="petition",
                    value=f"{entered}", evidence=f"文{one.key}", entered_by=f"某人{one.key}",
                    entered_at=MOMENT,
                )
            )  # fmt: skip
        if row.state is AssessmentState.REVIEW:
            session.add(
                Nomination(
                    assessment_id=row.id, center_code=one.key, unit_key=one.key, reason=f"理由{one.key}",
                    nominated_by=f"某人{one.key}", nominated_at=MOMENT,
                )
            )  # fmt: skip
        if row.state is AssessmentState.SEALED:
            session.add(
                IntegrityLook(
                    assessment_id=row.id, center_code=one.key, unit_key=one.key, kind=FindingKind.BURST,
                    result=f"核实{one.key}", looked_by="审核人", looked_at=MOMENT,
                )
            )  # fmt: skip
        if row.state in SHOWN:
            open_still = row.state is AssessmentState.OBJECTIONS
            session.add(
                Objection(
                    assessment_id=row.id, center_code=one.key, unit_key=one.key, indicator="satisfaction",
                    state=ObjectionState.OPEN if open_still else ObjectionState.REJECTED,
                    reason=f"理由{one.key}", raised_by=f"某人{one.key}", raised_at=MOMENT,
                    reply=None if open_still else "核实无误", replied_at=None if open_still else MOMENT,
                    # Whoever is answered reads who from above replied; the name says nothing of a place.
                    replied_by=None if open_still else "审核人",
                )
            )  # fmt: skip
    session.flush()
