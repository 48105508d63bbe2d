"""The demonstration's registers and lists are filled through the product's own commands, by those whose turn
it is; the lists hold what their pages, the gate and the public page ask them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date

import pytest
from sqlalchemy import func, select

from db.engine import open_engine
from db.models.audit import AuditEntry
from db.models.deployment import Deployment
from db.models.publication import GateException, GateRule, Publication, PublicationState, PublishedItem
from db.models.register import ChangeKind, Entry, EntryChange, EntryValue, Register, RegisterDesign
from db.models.scheduling import Task
from db.scope import EVERYTHING
from db.session import reading
from lib.fields.kinds import kind_of
from lib.lists.access.held import admitted_on, list_for, rule_for
from lib.registers.design import KEPT, StageKind, loaded
from lib.registers.publishing import editions
from lib.registers.publishing.holding import chain, holds_on
from lib.registers.templates import SHIPPED, access_list, service_list
from lib.registers.values import Computing, unpacked
from seed.filling import fill
from seed.lists import COUNTY, EDITIONS, TOWN
from seed.plan import Plan, reference
from seed.progress import Progress
from seed.registers import KEPT_BY, templates_with_entries
from tests.conftest import one_for_a_file

PLAN = Plan(cases=2_000, seed=7, today=date(2026, 6, 30), practice=True)
TABLES = (
    Register, RegisterDesign, Entry, EntryValue, EntryChange, Publication, PublishedItem, GateException,
    GateRule, Task,
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(request, tmp_path_factory):
    with one_for_a_file(request, "sqlite", tmp_path_factory.mktemp("registers")) as url:
        fill(url, PLAN, Progress())
        yield url


@pytest.fixture
def session(filled):
    with reading(filled, EVERYTHING) as session:
        yield session


def content(url: str) -> list[str]:
    found = []
    with open_engine(url).connect() as connection:
        for model in TABLES:
            rows = connection.execute(select(model.__table__).order_by(*model.__table__.primary_key.columns))
            lines = "\n".join(repr([str(value) for value in row]) for row in rows)
            found.append(hashlib.sha256(lines.encode()).hexdigest())
    return found


def test_every_template_has_entries_that_went_their_way(session):
    named = [name for names in KEPT_BY.values() for name in names]
    assert sorted(named) == templates_with_entries()
    assert set(SHIPPED) - set(named) == {"service_list", "access_list"}
    statement = select(Register.template, RegisterDesign.definition).join(
        RegisterDesign, RegisterDesign.register_id == Register.id
    )
    designs = dict(session.execute(statement).all())
    entries = defaultdict(list)
    statement = select(Register.template, Entry).join(Register, Register.id == Entry.register_id)
    for template, entry in session.execute(statement.order_by(Entry.register_id, Entry.serial)):
        entries[template].append(entry)
    for name in named:
        design, rows = loaded(designs[name]), reference(f"registers/{name}")
        assert 8 <= len(rows) == len(entries[name]) <= 40
        for row, entry in zip(rows, entries[name], strict=True):
            steps = [design.move(step.partition("@")[0]) for step in row["steps"].split()]
            assert entry.state == (steps[-1].target if steps else design.start.key), (name, entry.serial)
            values = unpacked(entry.content)
            day = date(2026, 6, 30)
            assert not Computing(design, day).broken(values), (name, entry.serial)
            found = Computing(design, day).computed(values)
            assert {k: values.get(k, "") for k in found} == found
            assert all(values.get(one.key) for one in design.standing if one.required), (name, entry.serial)
            assert set(values) <= {one.key for one in design.standing if kind_of(one).name != "attachment"}


def test_somebody_else_has_brought_an_entry_of_each_to_its_end(session):
    people = defaultdict(set)
    for entry_id, account_id in session.execute(
        select(EntryChange.entry_id, EntryChange.done_by_id).where(EntryChange.kind != ChangeKind.EDITED)
    ):
        people[entry_id].add(account_id)
    for register in session.scalars(select(Register)):
        design = SHIPPED[register.template].design
        ends = {one.key for one in design.stages or KEPT if one.kind is StageKind.DONE}
        done = session.scalars(
            select(Entry.id).where(Entry.register_id == register.id, Entry.state.in_(ends))
        ).all()
        assert done, register.template
        if any(move.by_another for move in design.moves):
            assert max(len(people[entry_id]) for entry_id in done) >= 2, register.template


def test_nothing_lies_after_the_demonstration_and_it_stands_where_it_did(session):
    assert session.scalar(select(Deployment.stands_at)) == PLAN.stands_at
    moments = (
        Entry.made_at, Entry.changed_at, EntryChange.done_at, RegisterDesign.used_since,
        Publication.proposed_at, Publication.decided_at, PublishedItem.published_at,
        GateException.allowed_at, GateRule.changed_at,
    )  # fmt: skip
    for column in moments:
        assert session.scalar(select(func.max(column))) <= PLAN.stands_at
    # The audit log begins with the first who signs in.
    assert session.scalar(select(func.count(AuditEntry.seq))) == 0


def test_the_registers_belong_to_three_levels(session):
    codes = session.scalars(select(Register.center_code)).all()
    assert {len(code) for code in codes} == {4, 6, 9}
    assert codes.count("6201") >= 6


def register(session, template):
    return session.scalars(select(Register).where(Register.template == template)).one()


def held(session, code, day):
    statement = (
        select(PublishedItem)
        .join(Register, Register.id == PublishedItem.register_id)
        .where(Register.template == "service_list", PublishedItem.center_code.in_(chain(code)), holds_on(day))
    )
    return {one.title: unpacked(one.content) for one in session.scalars(statement)}


def test_each_edition_was_proposed_by_one_and_published_by_another(session):
    found = session.scalars(select(Publication).order_by(Publication.id)).all()
    assert [(one.center_code, one.number) for one in found] == [
        (one.center_code, one.number) for one in EDITIONS
    ]
    for row, edition in zip(found, EDITIONS, strict=True):
        assert row.state is (PublicationState.PROPOSED if edition.waits else PublicationState.PUBLISHED)
        assert row.proposed_by != row.decided_by
        assert row.proposed_at <= PLAN.stands_at
        assert edition.waits or row.decided_at.date() < row.effective_on
    assert [(one.center_code, one.effective_on) for one in found if one.center_code == "6201"] == [
        ("6201", date(2026, 1, 1)),
        ("6201", date(2026, 5, 1)),
    ]


def test_the_list_of_a_day_is_the_one_of_its_edition_and_hangs_down(session):
    assert not held(session, "6201", date(2025, 12, 31))
    first, second = (held(session, "6201", day) for day in (date(2026, 1, 1), date(2026, 5, 1)))
    rows = [row for row in reference("lists/services") if row["center"] == "6201"]
    assert set(first) == {row["f1"] for row in rows if row["edition"] == "1"}
    assert set(second) == {row["f1"] for row in rows if not row["gone"]}
    assert 23 <= len(second) <= 28
    assert (first["最低生活保障申请"]["f8"], second["最低生活保障申请"]["f8"]) == ("30", "20")
    named = (service_list.DEPARTMENT, service_list.BASIS, service_list.MATERIALS, service_list.CHANNELS)
    assert all(values.get(key) for values in second.values() for key in named)
    county, town = held(session, COUNTY, PLAN.today), held(session, TOWN, PLAN.today)
    assert (len(county) - len(second), len(town) - len(county)) == (4, 2)
    assert set(second) < set(county) < set(town)
    assert set(held(session, "620103", PLAN.today)) == set(second)


def test_what_waits_is_not_published(session):
    waiting = session.scalars(select(Publication).where(Publication.state == PublicationState.PROPOSED)).one()
    kinds = {one.title: one.kind for one in editions.read(waiting.changes)}
    assert sorted(kinds.values()) == ["changed", "new"]
    assert waiting.effective_on > PLAN.today
    new = next(title for title, kind in kinds.items() if kind is editions.ItemChange.NEW)
    assert new not in held(session, COUNTY, waiting.effective_on)


def test_matters_stand_at_every_step_of_the_access_list(session):
    entries = session.scalars(
        select(Entry).where(Entry.register_id == register(session, "access_list").id).order_by(Entry.serial)
    ).all()
    assert len(entries) == len(reference("lists/access"))
    counts = dict.fromkeys((one.state for one in entries), 0)
    for one in entries:
        counts[one.state] += 1
        assert one.center_code == COUNTY
        assert one.department_id is not None
    once = (access_list.WAITING, access_list.REFUSED, access_list.EXIT_PROPOSED, access_list.ENDED)
    assert all(counts.pop(state) == 1 for state in once)
    assert counts == {access_list.IN_FORCE: len(entries) - 4}
    kinds = {unpacked(one.content)[access_list.DUTY] for one in entries}
    choices = next(one for one in access_list.ACCESS_LIST.fields if one.key == access_list.DUTY).choices
    assert kinds == {one.key for one in choices}


def test_what_may_be_given_to_gridworkers_ends_on_its_day(session):
    assert list_for(session, TOWN).center_code == "6201"
    spring, summer, winter = (
        {one.item.title for one in admitted_on(session, TOWN, day)}
        for day in (date(2026, 4, 15), PLAN.today, date(2027, 1, 1))
    )
    assert spring - summer >= {"清明春季森林防火值守", "门楼牌信息核对"}
    assert summer - winter == {"地质灾害隐患点巡查"}
    assert {"代收物业服务费", "共享单车停放劝导"}.isdisjoint(spring | summer | winter)
    assert "老年人健康档案信息采集" in summer
    assert not admitted_on(session, "620103", PLAN.today)


def test_matters_are_evaluated_once_a_year_and_by_another_than_applied(session):
    entries = session.scalars(
        select(Entry).where(Entry.register_id == register(session, "access_list").id)
    ).all()
    evaluated = [one for one in entries if unpacked(one.content).get(access_list.EVALUATED_ON)]
    assert len(evaluated) == sum(bool(row["evaluation"]) for row in reference("lists/access"))
    verdicts = {unpacked(one.content)[access_list.VERDICT] for one in evaluated}
    assert verdicts == {access_list.KEEP, access_list.CHANGE, access_list.LEAVE}
    for entry_id in (one.id for one in entries if one.state in (access_list.IN_FORCE, access_list.ENDED)):
        changes = session.scalars(
            select(EntryChange).where(EntryChange.entry_id == entry_id).order_by(EntryChange.id)
        ).all()
        made = next(one for one in changes if one.kind is ChangeKind.MADE)
        decided = [one for one in changes if one.action in ("admit", "end")]
        assert decided
        assert all(one.done_by_id != made.done_by_id for one in decided)


def test_the_gate_has_let_tasks_through_with_their_basis_and_is_shut_now(session):
    rules = {code: rule_for(session, code) for code in (COUNTY, TOWN, "620102002", "620103")}
    assert rules["620103"] is None
    assert [rules[code].allows_exceptions for code in (COUNTY, TOWN, "620102002")] == [False, True, False]
    assert session.scalar(select(func.count()).select_from(GateRule)) == 2
    found = session.scalars(select(GateException)).all()
    assert len([one for one in found if one.department_id is not None]) == 3
    assert [one.center_code for one in found if one.department_id is None] == [TOWN]
    for one in found:
        task = session.get(Task, int(one.subject.removeprefix("task ")))
        assert task.for_gridworkers
        assert (task.matter, task.department_id, task.published_item_id) == (
            one.matter,
            one.department_id,
            None,
        )
        assert one.basis
        assert one.allowed_at < rules[COUNTY].changed_at or one.center_code == TOWN


def test_the_same_seed_makes_the_same_registers(filled, sqlite_database):
    fill(sqlite_database, PLAN, Progress())
    assert content(sqlite_database) == content(filled)
