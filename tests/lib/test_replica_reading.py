"""What is read of the replica: the scope's rows alone, of cases alone, whole; and nothing when it is broken
or its process ends."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, delete, exists, func, insert, select, text, true, union_all, update
from sqlalchemy.orm import aliased

from db.engine import close_engine
from db.models.case import Case
from db.models.center import Center
from db.models.department import Department
from db.models.grid import Grid
from db.scope import EVERYTHING, OutsideScope, Scope
from db.session import reading
from lib import clock
from lib.replica import keeping, source, table
from lib.replica.errors import NotInStep
from lib.replica.replica import Replica
from lib.settings import HOME, settings
from tests import makers
from tests.makers import CITY, COUNTY, VILLAGE

COUNT = select(func.count()).select_from(Case)
SUMS = select(func.count(), func.sum(Case.rework_count), func.sum(Case.returned_count)).select_from(Case)


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    keeping.stop_all()


@pytest.fixture
def planted(sqlite_database: str) -> str:
    makers.plant(sqlite_database)
    return sqlite_database


@pytest.fixture
def city(database: str) -> str:
    makers.plant_small(database)
    with makers.everything(database) as session:
        session.add_all(makers.case(VILLAGE) for _n in range(30))
    return database


def statements():
    other = aliased(Case)
    numbered = select(Case.id, Case.center_code).where(Case.id > 3).subquery()
    known = select(Case.id).cte("known")
    return [
        COUNT,
        select(func.count(Case.id), func.min(Case.id), func.max(Case.reported_at)),
        select(Case.source, func.count()).group_by(Case.source).order_by(Case.source),
        select(func.count()).select_from(Case).where(Case.id.in_(select(Case.id).where(Case.rating > 2))),
        select(func.count()).select_from(Case).where(exists().where(other.id == Case.id + 1)),
        select(select(func.count(Case.id)).scalar_subquery()),
        select(func.count()).select_from(numbered),
        select(func.count()).select_from(known),
        select(func.count()).select_from(Case).join(numbered, numbered.c.id == Case.id),
        select(Case.center_code, Case.id).order_by(Case.id.desc()).limit(7),
        select(Case.id).where(Case.rating.is_(None)).order_by(Case.id),
        select(
            func.count().filter(Case.closed_at.is_not(None), Case.due_at >= Case.closed_at)
        ).select_from(Case),
    ]  # fmt: skip


def test_only_the_rows_of_the_scope_are_seen(planted):
    chance = random.Random(3)
    with makers.everything(planted) as session:
        departments = session.scalars(select(Department.id).order_by(Department.id)).all()
        total = session.scalar(COUNT)
    replica = Replica(planted)
    replica.load()
    seen = set()
    scopes = [EVERYTHING, Scope(()), Scope.of([CITY]), Scope.of([COUNTY], departments[0])]
    for _n in range(30):
        codes = chance.sample(makers.codes(), chance.randint(1, 4))
        scopes.append(Scope.of(codes, chance.choice([None, None, *departments])))
    for scope in scopes:
        for statement in statements():
            with reading(planted, scope) as session:
                expected = session.execute(statement).all()
            assert replica.read(statement, scope) == expected, (scope, str(statement))
        seen.add(replica.read(COUNT, scope)[0][0])
    assert replica.read(COUNT, EVERYTHING)[0][0] == total
    assert replica.read(COUNT, Scope(()))[0][0] == 0
    assert len(seen) > 8
    replica.close()


REFUSED = [
    select(func.count()).select_from(Grid),
    select(Case.id, Grid.id).join(Grid, Grid.id == Case.grid_id),
    select(Case.id).where(Case.center_code.in_(select(Center.code))),
    select(table.FACTS.c.id),
    select(func.count()).select_from(table.FACTS),
    select(Case.id).where(Case.id.in_(select(table.FACTS.c.id))),
    select(Case.__table__.c.id),
    select(text("* FROM facts")),
    select(Case.id).where(text("true OR 1 = 1")),
    select(Case.id).suffix_with("UNION SELECT id FROM facts"),
    text("SELECT * FROM facts"),
    union_all(select(Case.id), select(Grid.id)),
    select(func.query("SELECT id FROM facts").table_valued("id")),
    select(func.count()).select_from(func.query_table("facts")),
    select(Case.id).join(func.query("SELECT id FROM facts").table_valued("id"), true()),
    select(Case.id).where(Case.id.in_(select(func.query("SELECT id FROM facts").table_valued("id").c.id))),
    update(Case).values(rating=1),
    delete(Case),
    insert(Case).values(id=1),
    "SELECT 1",
    None,
]


def test_what_asks_for_anything_but_cases_is_refused(planted):
    replica = Replica(planted)
    replica.load()
    before = replica.read(SUMS, EVERYTHING)
    for statement in REFUSED:
        for scope in (EVERYTHING, Scope.of([COUNTY])):
            with pytest.raises(OutsideScope):
                replica.read(statement, scope)
    assert replica.read(SUMS, EVERYTHING) == before
    replica.close()


@contextmanager
def beside(work: Callable[[], None], number: int) -> Iterator[list[BaseException]]:
    """Threads that do the work again and again while the block runs, and how they failed."""
    over, failed = threading.Event(), []

    def run() -> None:
        while not over.is_set():
            try:
                work()
            except BaseException as error:
                failed.append(error)
                return

    threads = [threading.Thread(target=run) for _n in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield failed
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_readers_never_see_half_of_a_change(city):
    """Rework and returns of all cases keep their sum, whatever is moved from one case to another."""
    with makers.everything(city) as session:
        for case in session.scalars(select(Case)):
            case.rework_count, case.returned_count = 50, 50
    replica = keeping.start(city, wait=True)
    answered: list[int] = []

    def read() -> None:
        try:
            [(number, rework, returned)] = replica.read(SUMS, EVERYTHING)
        except NotInStep:
            return
        answered.append(number)
        assert (number, rework + returned) == (30, 3000)

    chance = random.Random(5)
    with beside(read, 8) as failed:
        for turn in range(24):
            with makers.everything(city) as session:
                one, other = chance.sample(list(session.scalars(select(Case))), 2)
                by = chance.randint(-9, 9)
                one.rework_count, other.returned_count = one.rework_count + by, other.returned_count - by
                one.changed_at = other.changed_at = clock.now()
            replica.look()
            if turn == 16:
                replica.load()
    assert failed == []
    assert len(answered) > 40


def test_whoever_looks_sees_what_was_committed_before(city):
    """Many look at once, and one look serves those who came before it began."""
    replica = keeping.start(city, wait=True)
    committed = [0]

    def look() -> None:
        at_least = committed[0]
        replica.look()
        [(_number, rework, _returned)] = replica.read(SUMS, EVERYTHING)
        assert rework >= at_least

    with beside(look, 6) as failed:
        for turn in range(1, 60):
            with makers.everything(city) as session:
                case = session.scalars(select(Case).order_by(Case.id).limit(1)).one()
                case.rework_count, case.changed_at = turn, clock.now()
            committed[0] = turn
    assert failed == []
    replica.look()
    assert replica.read(SUMS, EVERYTHING)[0][1] == 59


def ready_again(replica: Replica) -> None:
    until = time.monotonic() + 60
    while not replica.ready:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_broken_replica_is_loaded_again(city):
    replica = keeping.start(city, wait=True)
    broken = replica.store()
    broken.close()
    with pytest.raises(NotInStep):
        replica.read(COUNT, EVERYTHING)
    assert not replica.ready
    assert keeping.in_step(city) is None
    ready_again(replica)
    assert keeping.in_step(city) is replica
    assert replica.store() is not broken
    assert replica.read(COUNT, EVERYTHING)[0][0] == 30
    # The same where it is a look that finds it broken.
    replica.store().close()
    with makers.everything(city) as session:
        session.add(makers.case(VILLAGE, changed_at=clock.now()))
    assert keeping.in_step(city) is None
    ready_again(replica)
    assert replica.read(COUNT, EVERYTHING)[0][0] == 31


def test_a_question_that_fails_breaks_nothing(city):
    replica = keeping.start(city, wait=True)
    before = replica.store()
    with pytest.raises(Exception, match="no_such_function"):
        replica.read(select(func.no_such_function(Case.id)), EVERYTHING)
    assert replica.store() is before
    assert replica.read(COUNT, EVERYTHING)[0][0] == 30


DYING = """
import importlib.util, os, signal, sys
spec = importlib.util.spec_from_file_location("source", {path!r})
source = importlib.util.module_from_spec(spec)
spec.loader.exec_module(source)
sends = source._send
def dying(stream, sent=[]):
    if {when!r} == "between" and sent:
        os.kill(os.getpid(), signal.SIGKILL)
    if {when!r} == "within":
        out, source.sys = sys.stdout.buffer, type(sys)("sys")
        class Half:
            closed = False
            def write(self, data, written=[0]):
                written[0] += len(bytes(data))
                if written[0] > 2500:
                    out.write(bytes(data)[:50]); out.flush()
                    os.kill(os.getpid(), signal.SIGKILL)
                return out.write(data)
            def flush(self): out.flush()
        source.sys.stdout = type("Out", (), {{"buffer": Half()}})
    sends(stream)
    sent.append(1)
source._send = dying
if {when!r} == "before":
    print("says why", file=sys.stderr)
    sys.exit(3)
code = source.main()
if {when!r} == "behind":
    os.kill(os.getpid(), signal.SIGKILL)
sys.exit(code)
"""


@pytest.mark.parametrize("when", ["before", "between", "within", "behind"])
def test_a_reader_that_dies_leaves_nothing_half_filled(city, tmp_path, monkeypatch, when):
    script = tmp_path / "dying.py"
    script.write_text(DYING.format(path=source.__file__, when=when))
    replica = Replica(city, 10)
    replica.load()
    monkeypatch.setattr(source, "__file__", str(script))
    with pytest.raises(NotInStep, match="says why" if when == "before" else None):
        replica.load()
    assert not replica.ready
    for ask in (replica.look, replica.store, lambda: replica.read(COUNT, EVERYTHING)):
        with pytest.raises(NotInStep):
            ask()
    monkeypatch.undo()
    monkeypatch.setenv("DATABASE_URL", city)
    replica.load()
    assert replica.read(COUNT, EVERYTHING)[0][0] == 30
    replica.close()


def test_what_cannot_be_loaded_is_not_tried_again_and_again(city, tmp_path, monkeypatch):
    tried = tmp_path / "tried"
    script = tmp_path / "failing.py"
    script.write_text(f"import sys; open({str(tried)!r}, 'a').write('.'); sys.exit(1)")
    monkeypatch.setattr(source, "__file__", str(script))
    keeping.start(city)
    until = time.monotonic() + 60
    while keeping._replicas[city].loading is not None:
        assert time.monotonic() < until
        time.sleep(0.02)
    for _n in range(20):
        assert keeping.in_step(city) is None
    assert keeping._replicas[city].loading is None
    assert tried.read_text() == "."


def test_paths_and_addresses_as_people_write_them(sqlite_database, tmp_path, monkeypatch):
    makers.plant_small(sqlite_database)
    with makers.everything(sqlite_database) as session:
        session.add(makers.case(VILLAGE))
    odd = tmp_path / "数据 a%20b#c"
    odd.mkdir()
    close_engine(sqlite_database)
    Path(settings().database_url.removeprefix("sqlite:///")).rename(odd / "x.db")
    monkeypatch.chdir(odd.parent)
    for path in (odd / "x.db", Path(odd.name) / "x.db"):
        address = URL.create("sqlite", database=str(path)).render_as_string()
        replica = Replica(address)
        replica.load()
        assert replica.read(COUNT, EVERYTHING)[0][0] == 1
        replica.close()
        close_engine(address)


LEAVES = """
import sys, time
from lib.replica import keeping
from lib.settings import settings
keeping.start(settings().database_url, wait=sys.argv[1] == "loaded")
time.sleep(float(sys.argv[2]))
"""


@pytest.mark.parametrize(("how", "seconds"), [("loaded", 0), ("loading", 0), ("loading", 0.3)])
def test_a_process_ends_without_a_word(planted, how, seconds):
    """DuckDB complains of what is left when the interpreter ends, and a thread inside it would crash."""
    ended = subprocess.run(
        [sys.executable, "-c", LEAVES, how, str(seconds)],
        cwd=HOME, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_the_server_starts_it_and_ends_quietly(server):
    asked = server.ask("GET", "/healthz")
    assert asked.status == 200
    process = server.process
    assert process is not None
    said_before = len(server.log())
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    server.process = None
    last_words = server.log()[said_before:]
    assert "nanobind" not in last_words
    assert "Traceback" not in last_words
    server.start()
