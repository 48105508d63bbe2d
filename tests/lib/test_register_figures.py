"""Figures of registers: counted as by hand, with the viewer's eyes, and used like any metric."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from db.models.account import Account, Role
from db.models.register import Entry
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.assessment.measuring import measured_units, period_of
from lib.errors import BadInput, NotFound
from lib.metrics.dimensions import By
from lib.metrics.measured import Period
from lib.metrics.metric import Unit
from lib.metrics.queries import measure
from lib.metrics.registered import metric_of
from lib.metrics.variant import Variant
from lib.registers.entries.commands import make_entry, move_entry, remove_entry
from lib.registers.entries.finding import Filter, How
from lib.registers.figures.commands import make_figure, retire_figure
from lib.registers.figures.definition import Counts, Definition, Which
from lib.registers.figures.queries import all_figures, entries_behind, figures_of
from lib.registers.values import unpacked
from lib.schemes.commands import draft_scheme
from lib.schemes.reading import read
from lib.schemes.scheme import Rhythm
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE
from tests.registering import CENTER, CHOICE, DAY, NUMBER, PHONE, SECRET, TEXT, design, used

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
FAR = "739999002001"
DAYS = ("2026-03-01", "2026-03-31", "2026-04-02", "2026-06-30", "2026-07-01", "2025-12-31", "")
AT = (VILLAGE, f"{TOWN}002", f"{COUNTY}002001", FAR)
OF_FIELD = Definition("四月后户数", counts=Counts.SUM, field=NUMBER, placed_by=DAY)
FIGURES: dict[str, Definition] = {
    "count": Definition("条数", placed_by=DAY),
    "share": Definition(
        "重点通过率", counts=Counts.SHARE, of=Which(filters=(Filter(CHOICE, How.IS, "重点"),)),
        hits=Which(("waiting",)), placed_by=DAY, more_is_better=True,
    ),
    "sum": OF_FIELD,
    "average": Definition("平均户数", counts=Counts.AVERAGE, field=NUMBER, placed_by=DAY),
}  # fmt: skip


@pytest.fixture
def ledger(database) -> tuple[str, dict[str, Viewer], dict[str, str]]:
    """A register of a city with entries of villages far from each other, and its figures."""
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    with makers.everything(database) as session:
        for role, code in (
            (Role.CENTER_DIRECTOR, CITY), (Role.CENTER_DIRECTOR, COUNTY), (Role.LEADER, TOWN),
            *((Role.DUTY_OFFICER, code) for code in AT),
        ):  # fmt: skip
            session.add(makers.account(role, code, username=code))
        session.flush()
        people = {one.username: makers.viewer_of_account(one) for one in session.scalars(select(Account))}
        key = used(session, people[CITY], design())
    with acting(people[CITY]) as session:
        names = {name: make_figure(session, key, one) for name, one in FIGURES.items()}
    for number in range(28):
        code = AT[number % 4]
        if not people[CITY].scope.covers(code):
            continue
        with acting(people[code]) as session:
            entry = make_entry(
                session, key, code,
                {TEXT: f"事{number}", DAY: DAYS[number % 7], NUMBER: f"{number * 3}" if number % 5 else "",
                 CHOICE: "重点" if number % 3 else "日常"},
            )  # fmt: skip
            if number % 2:
                move_entry(session, entry, "submit", "", 1)
            elif number % 6 == 0:
                remove_entry(session, entry, "误填", 1)
    return database, people, names | {"register": str(key)}


def by_hand(url: str, name: str, inside: str, length: int) -> dict[str, tuple[int, int]]:
    """Both sides by the head of the center's code, from the rows as they are."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    with makers.everything(url) as session:
        for row in session.scalars(select(Entry).where(Entry.removed_at.is_(None))):
            values: dict[str, Any] = unpacked(row.content)
            day = values.get(DAY, "")
            if not day or not "2026-01-01" <= day <= f"{TODAY}" or not row.center_code.startswith(inside):
                continue
            sides = found[row.center_code[:length]]
            if name == "count":
                sides[0] += 1
            elif name == "share" and values.get(CHOICE) == "b":
                sides[0] += row.state == "waiting"
                sides[1] += 1
            elif name in ("sum", "average") and values.get(NUMBER):
                sides[0] += int(Decimal(values[NUMBER]) * 10_000)
                sides[1] += 1
    return {key: (a, b) for key, (a, b) in found.items() if a or b}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_counts_what_a_hand_counts(ledger, name):
    url, people, names = ledger
    for viewer, inside, by, length in (
        (CITY, CITY, By.VILLAGE, 12), (CITY, COUNTY, By.TOWN, 9), (COUNTY, COUNTY, By.CHILD, 9),
        (TOWN, TOWN, By.WHOLE, 9),
    ):  # fmt: skip
        with makers.eyes(url, people[viewer]) as session:
            found = measure(session, (names[name],), inside, YEAR, MOMENT, by)
        told = {
            one.key: (one.numerator, one.denominator if name in ("share", "average") else None)
            for one in found
            if one.numerator or one.denominator
        }
        wanted = {
            key: (a, b if name in ("share", "average") else None)
            for key, (a, b) in by_hand(url, name, inside, length).items()
            if a or (b and name in ("share", "average"))
        }
        assert told == wanted, (viewer, inside)


def test_by_month_and_place_at_once_adds_up(ledger):
    url, people, names = ledger
    with makers.eyes(url, people[CITY]) as session:
        both = measure(session, (names["count"],), CITY, YEAR, MOMENT, By.VILLAGE, By.MONTH)
        months = measure(session, (names["count"],), CITY, YEAR, MOMENT, By.MONTH)
        whole = measure(session, (names["count"],), CITY, YEAR, MOMENT)
    sums: Counter[str] = Counter()
    for one in both:
        sums[one.second] += one.numerator
    assert dict(sums) == {one.key: one.numerator for one in months}
    assert sum(sums.values()) == whole[0].numerator
    # Nothing after the moment is known of.
    assert set(sums) == {"2026-03", "2026-04", "2026-06"}


def test_the_rows_behind_are_those_that_were_counted(ledger):
    url, people, names = ledger
    key = int(names["share"].rpartition(".")[2])
    with makers.eyes(url, people[CITY]) as session:
        [one] = measure(session, (names["share"],), CITY, YEAR, MOMENT)
        sides = {
            hit: entries_behind(session, key, CITY, YEAR.first, YEAR.last, MOMENT, hit)
            for hit in (None, True, False)
        }
    assert (sides[True].total, sides[None].total) == (one.numerator, one.denominator)
    assert {row.id for row in sides[True].rows} | {row.id for row in sides[False].rows} == {
        row.id for row in sides[None].rows
    }
    assert all(row.state == "waiting" for row in sides[True].rows)


def test_it_explains_itself(ledger):
    _url, _people, names = ledger
    metric = metric_of(names["share"])
    assert metric is not None
    assert metric.formula == "类别等于重点且状态为待审核的条数 ÷ 类别等于重点的条数"
    assert (metric.words, metric.unit, metric.source) == ("重点通过率", Unit.PERCENT, "台账《走访台账》")
    assert metric_of("register.999999") is None
    assert metric_of("register.x") is None


def test_what_some_may_not_see_is_in_no_figure(ledger):
    _url, people, names = ledger
    key = int(names["register"])
    for wrong in (
        Definition("x", of=Which(filters=(Filter(SECRET, How.FILLED),))),
        Definition("x", of=Which(filters=(Filter(PHONE, How.IS, "13800008000"),))),
        Definition("x", counts=Counts.SUM, field=TEXT), Definition("x", placed_by=CENTER),
        Definition("x", counts=Counts.SHARE), Definition(""), Definition("x", of=Which(("nowhere",))),
        Definition("条数"),
    ):  # fmt: skip
        with pytest.raises(BadInput), acting(people[CITY]) as session:
            make_figure(session, key, wrong)
    with pytest.raises(NotFound), acting(people[COUNTY]) as session:
        make_figure(session, key, Definition("县里的"))


def test_a_retired_figure_is_offered_no_more_and_goes_on_counting(ledger):
    url, people, names = ledger
    key = int(names["count"].rpartition(".")[2])
    with acting(people[CITY]) as session:
        retire_figure(session, key)
    with makers.eyes(url, people[TOWN]) as session:
        assert key not in {one.id for one in all_figures(session)}
        assert [one.retired for one in figures_of(session, int(names["register"]))] == [
            False,
            False,
            False,
            True,
        ]
        assert measure(session, (names["count"],), TOWN, YEAR, MOMENT)[0].numerator > 0


def test_an_indicator_of_a_scheme_counts_it(ledger):
    url, people, names = ledger
    wording = {
        "name": "走访考核", "object": "town", "source": "文1号",
        "indicators": [
            {"key": "visits", "name": "走访通过率", "metric": names["share"], "rule": "rate", "points": "100",
             "source": "第一条", "least_base": "1"}
        ],
    }  # fmt: skip
    scheme = read(wording)
    with makers.eyes(url, people[CITY]) as session:
        units = measured_units(
            session, scheme, CITY, period_of(Rhythm.YEAR, date(2026, 1, 1)), MOMENT, Variant(), {}
        )
    found = {unit.key: unit.values["visits"] for _member, unit in units}
    wanted = by_hand(url, "share", CITY, 9)
    assert {key: (one.numerator, one.denominator) for key, one in found.items() if one.denominator} == wanted
    with pytest.raises(BadInput):
        read({**wording, "object": "gridworker"})


def test_a_figure_that_lies_elsewhere_is_no_indicator(ledger):
    url, _people, names = ledger
    with makers.everything(url) as session:
        session.add(makers.account(Role.CENTER_DIRECTOR, makers.OTHER_CITY, username="other"))
        session.flush()
        stranger = makers.viewer_of_account(
            session.scalars(select(Account).where(Account.username == "other")).one()
        )
    wording = {
        "name": "走访考核", "object": "town", "source": "文1号",
        "indicators": [
            {"key": "visits", "name": "走访", "metric": names["share"], "rule": "rate", "points": "100",
             "source": "第一条"}
        ],
    }  # fmt: skip
    with pytest.raises(BadInput) as refused, acting(stranger) as session:
        draft_scheme(session, makers.OTHER_CITY, wording, TODAY)
    assert names["share"] in refused.value.sentence
    with makers.eyes(url, stranger) as session, pytest.raises(BadInput):
        measure(session, (names["share"],), makers.OTHER_CITY, YEAR, MOMENT)
