"""How a deployment counts: who may decide it, what is written, and that figures follow at once."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models.account import Role
from db.models.audit import AuditEntry
from db.models.indicator import Rework, Satisfied, Suspended, VariantVersion
from lib import clock
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.audit.words import VALUE_WORDS, values_in_words
from lib.errors import BadInput, Conflict, NotAllowed
from lib.i18n import _
from lib.metrics.catalogue import METRICS
from lib.metrics.commands import choose_variant
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured, Period
from lib.metrics.queries import measure, variant_history, variant_in_force
from lib.metrics.ranking import ranks
from lib.metrics.variant import CHOICES, QUESTIONS, TOUCHES, Variant, words_of
from lib.replica import keeping
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, VILLAGE

OTHER = {"suspended": Suspended.STAYS, "satisfied": Satisfied.BASICALLY, "rework": Rework.BY_TIME}
USUAL: dict[str, Any] = Variant().choices


@pytest.fixture
def city(database):
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def leader(center_code: str = CITY, role: Role = Role.LEADER) -> Viewer:
    return makers.viewer_for_role(role, center_code)


def choose(viewer: Viewer, seen: int = 0, reason: str = "兰政法〔2026〕3号", **chosen: Any) -> int:
    with acting(viewer) as session:
        return choose_variant(session, **{**USUAL, **chosen}, reason=reason, seen_version=seen)


def rows(url: str) -> list[VariantVersion]:
    with makers.everything(url) as session:
        return list(session.scalars(select(VariantVersion).order_by(VariantVersion.version)))


def test_a_decision_is_the_next_version_and_nothing_is_changed(city):
    with makers.eyes(city, leader()) as session:
        assert variant_in_force(session) == Variant()
        assert variant_history(session) == ()
    assert choose(leader(), suspended=Suspended.STAYS) == 1
    director = leader(role=Role.CENTER_DIRECTOR)
    assert choose(director, 1, "  会议纪要  ", **OTHER, acceptance_hours=48) == 2
    first, second = rows(city)
    assert (first.suspended, first.satisfied, first.center_code) == (
        Suspended.STAYS,
        Satisfied.SATISFIED,
        CITY,
    )
    assert second.reason == "会议纪要"
    assert (second.decided_by, second.decided_at) == (director.name, MOMENT)
    # Everybody below counts that way and may read why.
    with makers.eyes(city, leader(COUNTY, Role.VIEWER)) as session:
        assert variant_in_force(session) == Variant(*OTHER.values(), 48, 2)
        newest, oldest = variant_history(session)
        assert newest.variant == variant_in_force(session)
        assert (oldest.variant.version, oldest.reason) == (1, "兰政法〔2026〕3号")


def test_who_may_decide(city):
    for role in Role:
        allowed = role in (Role.LEADER, Role.CENTER_DIRECTOR)
        assert (Permission.CHOOSE_VARIANT in GRANTS[role]) is allowed
        if not allowed:
            with pytest.raises(NotAllowed):
                choose(leader(role=role), rework=Rework.BY_TIME)
    for center_code in (COUNTY, VILLAGE, makers.OTHER_CITY):
        with pytest.raises(NotAllowed, match="最上级"):
            choose(leader(center_code), rework=Rework.BY_TIME)
    assert rows(city) == []
    with makers.everything(city) as session:
        refused = session.scalar(select(func.count()).where(AuditEntry.result == "refused"))
    assert refused == len(Role) - 2 + 3


@pytest.mark.parametrize(
    ("chosen", "reason", "sentence"),
    [
        ({"rework": Rework.BY_TIME}, "", "理由"),
        ({"rework": Rework.BY_TIME}, " \u3000 ", "理由"),
        ({"rework": Rework.BY_TIME}, "理" * 201, "200"),
        ({"rework": Rework.BY_TIME}, "a\x00b", "理由"),
        ({"acceptance_hours": 0}, "纪要", "1到720"),
        ({"acceptance_hours": 721}, "纪要", "1到720"),
        ({}, "纪要", "没有改动"),
    ],
)
def test_what_cannot_be_decided_is_said_in_a_sentence(city, chosen, reason, sentence):
    with pytest.raises(BadInput, match=sentence):
        choose(leader(), reason=reason, **chosen)
    assert rows(city) == []
    assert choose(leader(), reason="理" * 200, acceptance_hours=720) == 1


def test_the_history_tells_before_and_after(city):
    choose(leader(), suspended=Suspended.STAYS, reason="电话13812345678")
    with makers.everything(city) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "variant chosen")).one()
    assert entry.subject == "variant 1"
    assert json.loads(entry.before or "") == {**USUAL, "acceptance_hours": 24}
    after = json.loads(entry.after or "")
    assert after == {**USUAL, "suspended": "stays", "reason": "电话138****5678"}
    assert "挂账事件计入分母" in values_in_words(entry.after or "")


def test_the_audit_calls_each_choice_what_the_page_calls_it():
    for field, words in CHOICES.items():
        assert {value.value: words_of(field, value) for value in words} == {
            value: _(text) for value, text in VALUE_WORDS[field].items()
        }


def test_a_decision_against_an_older_version_is_told(city):
    choose(leader(), suspended=Suspended.STAYS)
    with pytest.raises(Conflict, match="刷新"):
        choose(leader(), 0, rework=Rework.BY_TIME)
    with pytest.raises(Conflict, match="刷新"):
        choose(leader(), 7, rework=Rework.BY_TIME)
    assert len(rows(city)) == 1


def test_of_two_at_once_one_is_told(city):
    """Both have looked at the same version; the second waits for the first and is told."""
    told: list[object] = []

    def second() -> None:
        try:
            choose(leader(), satisfied=Satisfied.BASICALLY)
        except Exception as error:
            told.append(error)

    with acting(leader()) as session:
        choose_variant(session, **{**USUAL, "rework": Rework.BY_TIME}, reason="纪要", seen_version=0)
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.7)
        assert waiting.is_alive(), "the second did not wait for the first"
    waiting.join(20)
    assert [type(one) for one in told] == [Conflict]
    (row,) = rows(city)
    assert row.rework is Rework.BY_TIME


def plant_cases(url: str) -> None:
    """Of ten due cases four are suspended; one of two ratings is middling; one case came back twice."""
    due = MOMENT - timedelta(days=2)
    with makers.everything(url) as session:
        for number in range(10):
            session.add(
                makers.case(
                    VILLAGE,
                    reported_at=MOMENT - timedelta(days=9),
                    accepted_at=MOMENT - timedelta(days=9) + timedelta(hours=30),
                    due_at=due,
                    closed_at=due - timedelta(hours=1) if number < 6 else None,
                    suspended=number >= 6,
                    rework_count=2 if number == 0 else 0,
                    rating={0: 4, 1: 3}.get(number),
                    rated_at=due,
                )
            )


def figures(url: str, by: By = By.WHOLE) -> dict[str, tuple[int, int | None]]:
    names = ("due", "resolution", "satisfaction", "rework", "accepted")
    period = Period(TODAY - timedelta(days=29), TODAY)
    with makers.eyes(url, leader()) as session:
        found = measure(session, names, CITY, period, MOMENT, by)
    return {m.metric: (m.numerator, m.denominator) for m in found}


@pytest.mark.parametrize("from_replica", [False, True])
def test_figures_follow_at_once(city, from_replica):
    """Not even what was counted a moment ago is told by the old choice."""
    plant_cases(city)
    if from_replica:
        keeping.start(city, wait=True)
    try:
        before = {
            "due": (6, None), "resolution": (6, 6), "satisfaction": (1, 2), "rework": (1, 6),
            "accepted": (0, 10),
        }  # fmt: skip
        assert figures(city) == before
        assert choose(leader(), **OTHER, acceptance_hours=48) == 1
        after = {
            "due": (10, None), "resolution": (6, 10), "satisfaction": (2, 2), "rework": (2, 8),
            "accepted": (10, 10),
        }  # fmt: skip
        assert figures(city) == after
        assert choose(leader(), 1) == 2
        assert figures(city) == before
    finally:
        keeping.stop(city)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_changes_the_metrics_that_it_is_said_to_touch_and_no_other(city, question):
    plant_cases(city)
    period = Period(TODAY - timedelta(days=29), TODAY)
    other = Variant(**{**USUAL, question: {**OTHER, "acceptance_hours": 48}[question]})
    with makers.eyes(city, leader()) as session:
        now, then = (
            {m.metric: m for m in measure(session, tuple(METRICS), CITY, period, MOMENT, variant=variant)}
            for variant in (Variant(), other)
        )
    assert {name for name in METRICS if now[name] != then[name]} == set(TOUCHES[question])


def rate(key: str, numerator: int, denominator: int) -> Measured:
    return Measured("on_time", key, numerator, denominator)


def test_a_rank_is_one_more_than_the_number_of_those_that_are_better():
    found = [rate("a", 9, 10), rate("b", 95, 100), rate("c", 90, 100), rate("d", 0, 0), rate("e", 1, 10)]
    assert ranks(found) == {"b": 1, "a": 2, "c": 2, "e": 4}
    assert ranks([Measured("rework", m.key, m.numerator, m.denominator) for m in found]) == {
        "e": 1, "a": 2, "c": 2, "b": 4,
    }  # fmt: skip
    # As they are shown: 90.04 % and 90.01 % are the same to a reader.
    assert ranks([rate("a", 9004, 10_000), rate("b", 9001, 10_000)]) == {"a": 1, "b": 1}
    assert ranks([Measured("per_grid", "a", 9, 3), Measured("per_grid", "b", 8, 2)]) == {"b": 1, "a": 2}
    assert ranks([]) == {}
