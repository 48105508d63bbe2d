"""Every declared question and action, asked by every role about every kind of place.

Without the permission the answer is a refusal. With it, what lies outside answers like what does
not exist, no answer holds a code, a name or a key of a foreign row, and nothing foreign is changed.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import event, func, select

from db.base import HandedDown, InCenter
from db.engine import for_writing, open_engine
from db.models.account import Account, Role, SignInAttempt, SignInSession
from db.models.assessment import Assessment
from db.models.audit import AuditEntry
from db.scope import EVERYTHING, ScopedSession, column_of, marked_models
from lib.access.guard import DECLARED, Declared, query
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.assessment.states import SHOWN
from lib.cases import kept
from lib.metrics.answering import REPLICA
from lib.replica import keeping
from lib.roster.changes.change import LineChange
from tests import assessing, makers, registering, rostering, scheduling
from tests.conftest import one_for_a_file
from tests.lib import asking
from tests.makers import COUNTY, RELATIONS, TOWN

# How many calls for each function, role, relation and place of the viewer; "at length" runs by name.
TIMES = {"sqlite": 2, "postgresql": 1, "at length": 8}
LEAST = {"sqlite": 15_000, "postgresql": 4_000, "at length": 36_000}
PLACES = (COUNTY, TOWN)
# A filter that names a center above means as much of it as is the viewer's own; departments descend.
ABOVE_MEANS_ONES_OWN = {
    "lib.access.queries.find_accounts", "lib.access.queries.departments_of",
    "lib.cases.queries.count_cases", "lib.cases.queries.find_cases", "lib.grids.queries.count_gaps",
    "lib.grids.queries.counts_by_child", "lib.grids.queries.find_grids", "lib.grids.queries.grid_counts",
    "lib.metrics.queries.arithmetic", "lib.metrics.queries.cases_behind", "lib.metrics.queries.first_month",
    "lib.metrics.queries.hotspots", "lib.metrics.queries.keys_behind", "lib.metrics.queries.measure",
    "lib.metrics.queries.part_names", "lib.windows.queries.windows_of",
    "lib.metrics.queries.repeated_matters", "lib.scheduling.queries.round_card",
    "lib.scheduling.tasks.queries.tasks_of", "lib.reports.queries.monthly_notice",
    # Schemes and where their months stand descend: they are read below, and refused with a sentence of
    # their own to who would change them.
    "lib.assessment.commands.compute", "lib.assessment.commands.enter_score", "lib.assessment.commands.move",
    "lib.assessment.integrity.commands.look_into", "lib.assessment.integrity.queries.findings",
    "lib.assessment.integrity.queries.looks", "lib.assessment.selection.commands.nominate",
    "lib.assessment.selection.queries.nominations", "lib.assessment.selection.queries.rewards",
    "lib.assessment.objections.commands.object_to", "lib.assessment.objections.queries.objections",
    "lib.assessment.queries.assessment", "lib.assessment.queries.assessments_of",
    "lib.assessment.queries.ranking", "lib.assessment.queries.recompute",
    "lib.assessment.queries.unit_card", "lib.assessment.units.queries.own_units",
    "lib.schemes.commands.change_draft",
    "lib.schemes.commands.move_draft", "lib.schemes.queries.scheme_for_month",
    "lib.schemes.queries.wordings",
}  # fmt: skip
# The roster's lists, counts and figures: their center is a filter. Rules and rounds of training descend.
ABOVE_MEANS_ONES_OWN |= {
    "lib.metrics.staffing.queries.ages", "lib.metrics.staffing.queries.grids_behind",
    "lib.metrics.staffing.queries.people_behind", "lib.metrics.staffing.queries.years_served",
    "lib.roster.accountability.queries.accountability_in",
    "lib.roster.accountability.queries.people_to_account",
    "lib.roster.board.queries.staffing_board", "lib.roster.checks.queries.checks_of",
    "lib.roster.checks.queries.duty_share", "lib.roster.checks.queries.open_follow_ups",
    "lib.roster.duty.listing.queries.find_patrols", "lib.roster.duty.listing.queries.find_visits",
    "lib.roster.duty.people.queries.duty_by_person", "lib.roster.duty.queries.duty_by_campaign",
    "lib.roster.duty.queries.duty_by_child", "lib.roster.duty.queries.duty_by_grid",
    "lib.roster.duty.queries.duty_of", "lib.roster.notices.queries.postable_grids",
    "lib.roster.posts.queries.candidates", "lib.roster.posts.queries.grids_to_hold",
    "lib.roster.queries.count_issues", "lib.roster.queries.find_lines",
    "lib.roster.rewards.awards.queries.awards_in", "lib.roster.rewards.awards.queries.people_to_reward",
    "lib.roster.rewards.queries.points_board", "lib.roster.rewards.ruling.queries.effect_of_rule",
    "lib.roster.rules.queries.breaches", "lib.roster.rules.queries.count_breaches",
    "lib.roster.rules.queries.count_if_decided",
    "lib.roster.training.commands.cancel_round",
    "lib.roster.training.commands.change_round", "lib.roster.training.commands.hold_session",
    "lib.roster.training.queries.round_card", "lib.roster.training.records.queries.count_lacking",
    "lib.roster.training.records.queries.untrained_people", "lib.roster.vacancies.queries.vacancies",
}  # fmt: skip
# Registers descend: their entries are written, read, counted and printed below.
OF_A_REGISTER = {"register_id", "metric_id", "template_id", "publication_id"}
ABOVE_MEANS_ONES_OWN |= {
    name for name, one in asking.declared().items() if OF_A_REGISTER & {*asking.parameters_of(one.function)}
}
# What a unit does of its own in an assessment of a center above, and who trains in a round from above.
DONE_BELOW = {
    "lib.assessment.commands.enter_score", "lib.assessment.objections.commands.object_to",
    "lib.assessment.selection.commands.nominate", "lib.roster.training.commands.hold_session",
}  # fmt: skip
# A ranking tells the places of others on purpose, from the day that it is shown.
TELLS_PLACES = {"lib.assessment.queries.ranking", "lib.assessment.queries.unit_card"}
# Who works in a center is rewarded, called to account and written down there, whoever keeps them.
REACHES_BY_POST = {
    "lib.roster.accountability.commands.call_to_account", "lib.roster.duty.commands.record_patrol",
    "lib.roster.duty.commands.record_visit", "lib.roster.rewards.awards.commands.give_award",
}  # fmt: skip
# A field that names a center can name one above; what centers above are called is known below.
CAN_NAME_CENTERS_ABOVE = {"lib.registers.naming.queries.suggestions"}
# What these are asked for may be as it is already.
NOTHING_TO_DO = {"edit_entry", "move_all", "return_to_version", "save_changes", "save_lines"}
# Each success of these hashes a password, which takes a quarter of a second.
HASHING = {f"lib.access.commands.{name}" for name in ("create_account", "reset_password", "restore_account")}
HASHED_TIMES = 3
MOST_TRIES = 300  # until an action that is mostly refused is done for once
# Each answer of these is several statements, which are nearly never the same ones again.
MANIFOLD = {
    f"lib.metrics.queries.{name}"
    for name in ("measure", "arithmetic", "cases_behind", "keys_behind", "hotspots", "repeated_matters")
} | {f"lib.assessment.{name}" for name in ("commands.compute", "queries.preview", "queries.restatement")}
REPLICA_TIMES = {"sqlite": 120, "postgresql": 60, "at length": 240}
COMPARED_EVERY = 6  # successes of an action, from the first on, after which all foreign rows are compared
_asked: Counter[str] = Counter()
_functions: dict[str, set[str]] = {kind: set() for kind in TIMES}
_done: Counter[object] = Counter()
_before: dict[object, dict[str, list[str]]] = {}
_refused: Counter[str] = Counter()
_places: Counter[str] = Counter()


@pytest.fixture(
    scope="module", params=["sqlite", "postgresql", pytest.param("at length", marks=pytest.mark.slow)]
)
def probed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, ScopedSession, asking.Objects]]:
    """One city for the whole file; what an action changes is taken back."""
    dialect = "postgresql" if request.param == "postgresql" else "sqlite"
    with one_for_a_file(request, dialect, tmp_path_factory.mktemp("probe")) as url:
        makers.plant(url)
        makers.plant_repeats(url)
        assessing.plant_assessments(url)
        scheduling.plant_rounds(url)
        registering.plant_registers(url)
        rostering.plant_roster(url)
        with makers.everything(url) as session:
            objects = asking.objects_of(session)
        with ScopedSession(
            for_writing(open_engine(url)), info={"scope": EVERYTHING}, expire_on_commit=False
        ) as session:
            for place in PLACES:
                viewer = objects.viewers[place, Role.VIEWER]
                _before[str(session.get_bind().url), place] = foreign_rows(session, viewer)
            yield request.param, session, objects


def foreign_rows(session: ScopedSession, viewer: Viewer) -> dict[str, list[str]]:
    """Everything outside the viewer's scope, to be the same before and after."""
    session.info["scope"] = EVERYTHING
    session.expunge_all()
    rows: dict[str, list[str]] = {}
    people = session.scalars(select(Account)).all()
    homes = {person.id: person.center_code for person in people}
    names = {person.username: person.center_code for person in people}
    for model in [*marked_models(InCenter), *marked_models(HandedDown)]:
        columns = [getattr(model, column.key) for column in model.__table__.columns]
        place = [c.key for c in columns].index(column_of(model).key)
        found = session.execute(select(*columns))
        rows[model.__name__] = sorted(repr(tuple(r)) for r in found if not viewer.scope.covers(r[place]))
    rows["sessions"] = sorted(
        f"{s.token_hash} {s.generation} {s.ended_at}"
        for s in session.scalars(select(SignInSession))
        if not viewer.scope.covers(homes[s.account_id])
    )
    rows["attempts"] = sorted(
        f"{a.username} {a.outcome}"
        for a in session.scalars(select(SignInAttempt))
        if not viewer.scope.covers(names.get(a.username, ""))
    )
    return rows


def untouched(session: ScopedSession, viewer: Viewer) -> dict[str, list[str]]:
    return _before[str(session.get_bind().url), viewer.center_code]


def chain_length(session: ScopedSession) -> int:
    session.info["scope"] = EVERYTHING
    return session.scalar(select(func.count(AuditEntry.seq))) or 0


@contextmanager
def written(session: ScopedSession) -> Iterator[set[str]]:
    """The tables that are written meanwhile."""
    found: set[str] = set()

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        words = statement.split(maxsplit=3)
        if words[0].upper() in ("INSERT", "DELETE"):
            found.add(words[2])
        elif words[0].upper() == "UPDATE":
            found.add(words[1])

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(bind, "before_cursor_execute", look)


def call(session: ScopedSession, viewer: Viewer, one: Declared, asked: asking.Asked) -> tuple[str, bool]:
    """The answer, and whether an action was done."""
    if not one.changes:
        asking.look_with(session, viewer)
        answer = asking.answer(one.function, session, asked)
        assert not [*session.new, *session.dirty, *session.deleted], "a question changed something"
        return answer, False
    with asking.turned_to(session, viewer):
        before = chain_length(session)
        session.info["scope"] = viewer.scope
        with written(session) as tables:
            answer = asking.answer(one.function, session, asked)
            session.flush()
        done = '"told"' not in answer
        if done and not tables and one.function.__name__ in NOTHING_TO_DO:
            return answer, False
        if done:
            assert chain_length(session) > before, "an action without a row in the audit chain"
            _done[one.function] += 1
            if _done[one.function] % COMPARED_EVERY == 1:
                after = foreign_rows(session, viewer)
                assert after == untouched(session, viewer), "an action changed foreign rows"
    return answer, done


def without_echo(answer: str, asked: asking.Asked) -> str:
    """What was asked for may stand in the answer as it was asked."""
    for word in asking.words_in(list(asked.arguments.values())):
        answer = answer.replace(json.dumps(word, ensure_ascii=False), '"…"').replace(f"“{word}”", "“…”")
    for rows in asked.arguments.values():  # a line is called by the key under which it was asked for
        for one in rows if isinstance(rows, tuple) else ():
            if isinstance(one, LineChange):
                answer = answer.replace(f'"serial": {one.post_id},', '"serial": "…",')
    return answer


def without_published_places(session: ScopedSession, viewer: Viewer, answer: str, asked: asking.Asked) -> str:
    """The answer without the places of others, once it is sure that these may be told: of an assessment
    from above only when it is shown, and with nothing but name, place, points and marks."""
    places: list[dict[str, Any]] = []

    def cut(value: Any) -> Any:
        if isinstance(value, list):
            return [cut(part) for part in value]
        if not isinstance(value, dict):
            return value
        if value.get("class") == "Neighbor" or (value.get("class") == "RankRow" and not value["own"]):
            places.append(value)
            return None
        return {key: cut(part) for key, part in value.items()}

    rest = cut(json.loads(answer))
    if places:
        session.info["scope"] = EVERYTHING
        row = session.get_one(Assessment, asked.arguments["assessment_id"])
        if viewer.scope.covers(row.center_code):
            return answer  # who assesses sees all units as it is
        assert row.center_code in viewer.scope.above()
        assert row.state in SHOWN, "places are told before they are shown"
        for one in places:
            assert set(one) <= PLACE, one
        session.expunge_all()
        _places[row.state] += len(places)
    return json.dumps(rest, ensure_ascii=False)


# All that is told of somebody else's place.
PLACE = {
    "class", "key", "name", "group", "total", "rank", "among", "bracket", "grade", "own", "rank_before",
    "total_before", "marks",
}  # fmt: skip


def times(kind: str, name: str, role: Role, relation: str) -> int:
    """How often it is asked. An action needs more tries to be done where it may be, a figure has many
    forms, and who may not is refused before the arguments are looked at."""
    one, near = DECLARED[name], relation in ("own", "child")
    most = TIMES[kind]
    if kind == "sqlite" and one.permission not in GRANTS[role]:
        most = 1
    elif kind == "sqlite" and (name in MANIFOLD or (one.changes and near)):
        most = 4
    if name in HASHING and near:
        most = min(most, HASHED_TIMES)
    return (most + 1) // 2 if name in MANIFOLD and kind != "sqlite" else most


@pytest.mark.parametrize("name", asking.declared())
def test_nobody_reaches_what_is_not_theirs(probed, name):
    kind, session, objects = probed
    one = DECLARED[name]
    chance = random.Random(name)
    _functions[kind].add(name)
    for place in PLACES:
        for role in Role:
            viewer = objects.viewers[place, role]
            for relation in RELATIONS:
                for _time in range(times(kind, name, role, relation)):
                    probe(session, objects, viewer, name, one, relation, chance)
                    _asked[kind] += 1
    if kind == "postgresql" or not one.changes or not name.startswith(("lib.schemes.", "lib.assessment.")):
        return
    roles = [role for role in Role if one.permission in GRANTS[role]]
    for _more in range(MOST_TRIES):
        if _done[one.function]:
            break
        viewer = objects.viewers[chance.choice(PLACES), chance.choice(roles)]
        probe(session, objects, viewer, name, one, chance.choice(("own", "child")), chance)
    assert _done[one.function], f"{name} was never done: its arguments are all refused"


def _done_below(name: str, one: Declared, foreign: list[str]) -> bool:
    """Whether something of a center above is used by those below, and nothing else of it is named."""
    writes = one.permission is not Permission.DESIGN_REGISTERS and {*foreign} <= {
        "register_id",
        "template_id",
    }
    return writes or (name in DONE_BELOW and not {"unit_key", "center_code"} & {*foreign})


def probe(
    session: ScopedSession, objects: asking.Objects, viewer: Viewer, name: str, one: Declared,
    relation: str, chance: random.Random,
) -> None:  # fmt: skip
    centers = makers.related(viewer.center_code, relation)
    asked = asking.arguments_for(one.function, objects, centers, chance)
    outside = relation not in ("own", "child")
    foreign = list(asked.about)
    if outside and len(foreign) > 1 and chance.random() < 0.6:
        # One thing of theirs and one that is not: both must be asked for.
        foreign = [chance.choice(foreign)]
        own = makers.related(viewer.center_code, "own") + makers.related(viewer.center_code, "child")
        near = asking.arguments_for(one.function, objects, own, chance)
        kept = {n: v for n, v in near.arguments.items() if n not in foreign}
        asked = asking.Asked(kept | {n: asked.arguments[n] for n in foreign}, asked.about)
    if name in REACHES_BY_POST:
        foreign = [n for n in foreign if not asking.works_there(asked.arguments[n], n, viewer, objects)]
    where = (
        name, viewer.role, viewer.center_code, relation, asked.arguments,
        "if the center is only a filter, say so in ABOVE_MEANS_ONES_OWN" if relation == "parent" else "",
    )  # fmt: skip
    answer, done = call(session, viewer, one, asked)
    if one.permission not in GRANTS[viewer.role]:
        assert '"told": "NotAllowed"' in answer, where
        _refused["not allowed"] += 1
        return
    if name in TELLS_PLACES:
        answer = without_published_places(session, viewer, answer, asked)
    if not (outside and foreign):
        leaks = asking.foreign_in(answer, viewer, objects)
        known = viewer.scope.above() if name in CAN_NAME_CENTERS_ABOVE else ()
        assert leaks <= set(known), where
        return
    assert not done or (relation == "parent" and _done_below(name, one, foreign)), where
    if relation == "parent" and name in ABOVE_MEANS_ONES_OWN:
        above = viewer.scope.above()
        leaks = asking.foreign_in(answer, viewer, objects)
        assert {leak.lstrip("局类") for leak in leaks} <= set(above), where
        return
    nothing = asked
    for parameter in foreign:
        nothing = asking.with_nothing(one.function, nothing, parameter)
    unknown, _done = call(session, viewer, one, nothing)
    assert without_echo(answer, asked) == without_echo(unknown, nothing), where
    assert not asking.foreign_in(without_echo(answer, asked), viewer, objects), where
    _refused["not there"] += 1


FIGURES = [name for name in asking.declared() if name.startswith("lib.metrics.queries.")]


def test_the_replica_gives_nobody_more(probed):
    """The same probes with a replica of the same rows: no leak, and the answers of the database."""
    kind, session, objects = probed
    url = session.get_bind().url.render_as_string(hide_password=False)
    chance = random.Random(7)
    roles = [role for role in Role if Permission.READ_FIGURES in GRANTS[role]]
    session.rollback()  # what has been read so far is not looked at any longer
    replica = keeping.start(url, wait=True)
    asked_through = 0
    try:
        for _n in range(REPLICA_TIMES[kind]):
            name, relation = chance.choice(FIGURES), chance.choice(RELATIONS)
            viewer = objects.viewers[chance.choice(PLACES), chance.choice([*roles, Role.DEPARTMENT_HANDLER])]
            one = DECLARED[name]
            centers = makers.related(viewer.center_code, relation)
            asked = asking.arguments_for(one.function, objects, centers, chance)
            answers = []
            for store in (None, replica):
                kept._kept.clear()
                session.info[REPLICA] = store
                answers.append(call(session, viewer, one, asked)[0])
            if not name.endswith(".freshness"):  # it says which of the two has answered
                assert answers[0] == answers[1], (name, viewer.role, viewer.center_code, asked.arguments)
            probe(session, objects, viewer, name, one, relation, chance)
            asked_through += 1
    finally:
        session.info.pop(REPLICA)
        keeping.stop(url)
    assert replica.version
    assert asked_through >= 60


def test_enough_was_asked(probed):
    """Runs behind the probes of its database; when only some were chosen it has nothing to say."""
    kind, _session, _objects = probed
    if len(_functions[kind]) < len(asking.declared()):
        pytest.skip("the probes did not run")
    print(f"{_asked[kind]} probes on {kind}, {dict(_refused)}")
    assert _asked[kind] >= LEAST[kind]
    assert _refused["not allowed"]
    assert _refused["not there"]
    assert {*_places} == SHOWN, "places of others were not looked at in every state that shows them"


def test_codes_that_are_none_answer_like_what_is_not_there(probed):
    """Addresses can say anything."""
    _kind, session, objects = probed
    chance = random.Random(3)
    for name, one in asking.declared().items():
        if "center_code" not in asking.parameters_of(one.function):
            continue
        for role in Role:
            viewer = objects.viewers[COUNTY, role]
            asked = asking.arguments_for(one.function, objects, [COUNTY], chance)
            expected, _done = call(
                session, viewer, one, asking.with_nothing(one.function, asked, "center_code")
            )
            for word in asking.NOWHERE:
                said = asking.Asked({**asked.arguments, "center_code": word}, asked.about)
                found, done = call(session, viewer, one, said)
                assert not done
                nothing = asking.with_nothing(one.function, asked, "center_code")
                assert without_echo(found, said) == without_echo(expected, nothing), (name, word)


def test_every_public_question_and_action_says_which_permission_it_takes():
    for module in asking.guarded_modules():
        assert asking.undeclared(module, DECLARED) == []
    assert len(DECLARED) >= 28
    assert {
        f"lib.access.scope.{name}" for name in vars(asking.importlib.import_module("lib.access.scope"))
    } >= asking.BEFORE_ANYBODY_HAS_SIGNED_IN


def test_an_undeclared_function_would_be_named():
    module = ModuleType("lib.cases.queries")
    source = (
        "def cases_of_all(session: ScopedSession) -> list[str]: ...\n"
        "def by_name(s: 'ScopedSession'): ...\n"
        "def _inner(session: ScopedSession): ...\n"
        "def words(text: str): ...\n"
    )
    exec(compile("from __future__ import annotations\n" + source, "sample", "exec"), vars(module))
    assert asking.undeclared(module, DECLARED) == [
        "lib.cases.queries.cases_of_all", "lib.cases.queries.by_name",
    ]  # fmt: skip


def test_an_unknown_parameter_says_what_to_add():
    def ask(session: ScopedSession, color_of_the_moon: str) -> None: ...

    with pytest.raises(LookupError, match=r"color_of_the_moon.*Add it to SAYS_HOW"):
        asking.arguments_for(ask, asking.Objects(), [COUNTY], random.Random(1))


def test_a_leak_would_be_found(probed):
    """A question that forgets the scope is seen at once."""
    _kind, session, objects = probed
    before = dict(DECLARED)

    @query(Permission.READ_CENTERS)
    def leaking(session: ScopedSession, center_code: str) -> str:
        return f"中心{center_code} 局7400"

    viewer = objects.viewers[TOWN, Role.LEADER]
    try:
        one = next(d for n, d in DECLARED.items() if n not in before)
        for relation in ("sibling", "cousin", "none", "parent"):
            with pytest.raises(AssertionError):
                probe(session, objects, viewer, "leaking", one, relation, random.Random(1))
    finally:
        DECLARED.clear()
        DECLARED.update(before)


def test_a_session_of_nobody_is_refused(probed):
    """No viewer, another's scope, garbage: the check comes before the function."""
    _kind, session, objects = probed
    viewer = objects.viewers[TOWN, Role.CENTER_DIRECTOR]
    chance = random.Random(5)
    for _name, one in asking.declared().items():
        asked = asking.arguments_for(one.function, objects, [TOWN], chance)
        for scope, claimed in (
            (viewer.scope, None),
            (viewer.scope, "director"),
            (EVERYTHING, viewer),
            (objects.viewers[COUNTY, Role.CENTER_DIRECTOR].scope, viewer),
        ):
            session.info.update(scope=scope, viewer=claimed)
            assert '"told": "NotAllowed"' in asking.answer(one.function, session, asked)
        session.info.pop("viewer")
        assert '"told": "NotAllowed"' in asking.answer(one.function, session, asked)
