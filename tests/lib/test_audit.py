"""The audit chain: everything that changes is in it, nobody changes it, and tampering is found."""

from __future__ import annotations

import json
import random
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from db import migrate
from db.audit_guards import guards_missing, guards_standing, raise_guards
from db.base import Base
from db.engine import close_engine, for_writing, open_engine
from db.models.account import Account, Role
from db.models.audit import AuditEntry, AuditHead
from db.models.case import Case
from db.models.deployment import Deployment
from lib import clock
from lib.access import commands
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system, system_reading
from lib.audit import chain
from lib.audit.chain import Verdict, drop_anchor, record, verify
from lib.audit.queries import EVENT_WORDS, check_chain, find_entries
from lib.audit.words import FIELD_WORDS
from lib.errors import NotAllowed
from lib.health import readiness
from lib.metrics.variant import Variant
from lib.settings import settings
from tests import makers
from tests.lib import asking
from tests.lib.prepared_work import prepare
from tests.makers import CITY, COUNTY, TOWN

ROWS = 12


@pytest.fixture
def city(database: str) -> str:
    makers.plant_small(database)
    return database


@pytest.fixture
def chained(city: str) -> str:
    """A chain of some rows, an anchor at its end."""
    viewer = makers.viewer_for_role(Role.SYSTEM_ADMINISTRATOR, COUNTY)
    for number in range(ROWS):
        with system() as session:
            record(
                session,
                viewer,
                "lock lifted",
                f"account {number}",
                before={"n": number},
                after={"n": -number},
            )
    with system_reading() as session:
        drop_anchor(session)
    return city


def found(url: str) -> Verdict:
    with system_reading() as session:
        return verify(session)


def judged(url: str) -> tuple[int, bool, int | None]:
    """The verdict without its words, of which there must be some."""
    verdict = found(url)
    assert bool(verdict.why) != verdict.holds
    return verdict.rows, verdict.holds, verdict.first_wrong


def entries(url: str) -> list[AuditEntry]:
    with makers.everything(url) as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))


@contextmanager
def behind_the_guards(url: str) -> Iterator[Connection]:
    """Somebody with the database's own password takes the triggers away, writes, and puts them back."""
    with for_writing(open_engine(url)).begin() as connection:
        for name in guards_standing(connection):
            on = "" if connection.dialect.name == "sqlite" else f" ON {AuditEntry.__tablename__}"
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        yield connection
        raise_guards(connection)


# Each action with what it needs; the walk below asks every declared one for its row.
def prepared(url: str) -> dict[str, Any]:
    with makers.everything(url) as session:
        for name in ("target", "closed"):
            session.add(makers.account(Role.VIEWER, TOWN, username=name))
        session.add(makers.account(Role.SYSTEM_ADMINISTRATOR, COUNTY, username="admin"))
        session.add(makers.account(Role.CENTER_DIRECTOR, COUNTY, username="director"))
        session.flush()
        people = {a.username: a for a in session.scalars(select(Account))}
        people["closed"].state = commands.AccountState.DISABLED
        session.add(makers.area(people["target"].id, "739902002"))
        session.add(
            commands.SignInSession(
                token_hash="e" * 64, account_id=people["admin"].id, generation=1, created_at=makers.MOMENT,
                seen_at=makers.MOMENT, ended_at=None, address="", browser="",
            )
        )  # fmt: skip
        session.flush()
        # Whoever decides how all of it counts must hold the top of it.
        session.get_one(Deployment, 1).root_code = COUNTY
        view, old_view = (makers.saved_view(people["director"], name) for name in ("日会", "旧会"))
        session.add_all([view, old_view])
        session.flush()
        leader = makers.account(Role.LEADER, COUNTY, username="leader")
        session.add(leader)
        session.flush()
        work = prepare(session, leader)
        area = session.scalar(select(commands.AccountArea.id))
        target, closed = people["target"].id, people["closed"].id
    exported = ("EX-20260630-7F3K9Q", "csv", "charts", "办结率", "搜索 13812348000", 9, "0a" * 32)
    return {
        "viewer": makers.viewer_of_account(people["admin"]),
        "director": makers.viewer_of_account(people["director"]),
        "create_account": ("new.person", "新人", Role.VIEWER, TOWN),
        "disable_account": (target, "left"),
        "restore_account": (closed,),
        "reset_password": (target,),
        "lift_lock": (target,),
        "change_role": (target, Role.LEADER),
        "add_area": (target, "739902002001", commands.AreaRelation.ACTING, "文1号"),
        "remove_area": (area,),
        "end_all_sessions": (target,),
        "end_own_session": ("e" * 16,),
        "choose_language": ("en",),
        "register_export": exported,
        "register_case_export": exported,
        "choose_variant": (*Variant(acceptance_hours=48).choices.values(), "文2号", 0),
        "save_view": ("figure", "早会", f"center={COUNTY}&metric=on_time", True),
        "rename_view": (view.id, "周会"),
        "share_view": (view.id, True),
        "delete_view": (old_view.id,),
        **work,
    }


def who_does(ways: dict[str, Any], action: Callable[..., Any]) -> Viewer:
    """The administrator where the role may; the rest is done by the director, or by who is named."""
    if (who := ways.get(f"{action.__name__} by")) is not None:
        return ways[who]  # type: ignore[no-any-return]
    permission = next(one.permission for one in asking.declared().values() if one.function is action)
    return ways["viewer" if ways["viewer"].may(permission) else "director"]


def way_of(ways: dict[str, Any], action: Callable[..., Any]) -> Any:
    """What it is called with; two nouns can call an action the same."""
    return ways.get(f"{action.__module__}.{action.__name__}", ways.get(action.__name__))


ACTIONS = [one.function for one in asking.declared().values() if one.changes]
# These change nothing else: their row is what they are for.
ONLY_RECORD = {
    "register_export", "register_case_export", "register_print", "export_entries", "show_whole",
    "take_attachment", "export_roster", "export_sheet", "print_notices", "show_person_numbers",
    "look_up_number",
}  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS, ids=lambda f: f.__name__)
def test_every_action_writes_its_row_in_its_own_transaction(city, action):
    ways = prepared(city)
    viewer, arguments = who_does(ways, action), way_of(ways, action)
    assert arguments is not None, f"say in `prepared` how {action.__name__} is called"

    def and_something_fails_behind_it() -> None:
        with acting(viewer) as session:
            action(session, *arguments)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        and_something_fails_behind_it()
    assert entries(city) == []
    before = content(city)
    with acting(viewer) as session:
        action(session, *arguments)
    assert (content(city) != before) == (action.__name__ not in ONLY_RECORD)
    [row] = entries(city)
    assert (row.seq, row.result, row.person, row.role) == (1, "done", viewer.username, viewer.role.value)
    assert row.event in EVENT_WORDS
    if action.__module__.startswith("lib.roster."):
        told = json.loads(row.before or "{}") | json.loads(row.after or "{}")
        assert told.keys() <= FIELD_WORDS.keys(), "give the new values words in lib/audit/words.py"
    assert row.subject
    assert (row.account_id, row.center_code, row.address) == (
        viewer.account_id,
        viewer.center_code,
        "192.0.2.1",
    )
    assert (row.session_mark, row.request_mark) == ("0" * 16, "0" * 16)
    assert found(city).holds


def content(url: str) -> str:
    with open_engine(url).connect() as connection:
        tables = [t for t in Base.metadata.sorted_tables if not t.name.startswith("audit")]
        return repr([connection.execute(t.select().order_by(*t.primary_key.columns)).all() for t in tables])


def test_when_the_row_cannot_be_written_nothing_is_done(city, monkeypatch):
    ways = prepared(city)
    before = content(city)
    monkeypatch.setattr(commands, "record", lambda *_a, **_k: 1 / 0)  # the disk is full
    for action in (commands.change_role, commands.lift_lock, commands.choose_language):
        with pytest.raises(ZeroDivisionError), acting(ways["viewer"]) as session:
            action(session, *ways[action.__name__])
    assert content(city) == before


def refused(viewer: Viewer, arguments: tuple[Any, ...]) -> None:
    with acting(viewer) as session:
        session.add(makers.grid(TOWN, 99))
        commands.disable_account(session, *arguments)


def test_a_refusal_is_recorded_and_the_attempt_is_not_kept(city):
    ways = prepared(city)
    before = content(city)
    for role in (Role.LEADER, Role.SECURITY_AUDITOR, Role.VIEWER):
        viewer = makers.viewer_for_role(role, COUNTY)
        with pytest.raises(NotAllowed):
            refused(viewer, ways["disable_account"])
    assert content(city) == before
    told = entries(city)
    assert [(row.event, row.result, row.role) for row in told] == [
        ("refused", "refused", "leader"),
        ("refused", "refused", "security_auditor"),
        ("refused", "refused", "viewer"),
    ]
    assert "管理账号" in told[0].subject


def test_a_long_subject_and_odd_characters_do_not_break_the_chain(city):
    with system() as session:
        for word in ("张" * 500, "a\nb\tc", "\x1b[31m", "%s {x} 'quote' \"quote\"", "𠮷·〇🙂", ""):
            record(session, None, "refused", word, person=word, address=word, after={"word": word})
    assert found(city) == Verdict(6, True)
    for row in entries(city):
        assert json.loads(row.after or "{}")["word"] is not None


def test_the_row_says_when_in_whole_seconds(city):
    clock.set_source(lambda: makers.MOMENT.replace(microsecond=987_654))
    with system() as session:
        record(session, None, "refused", "x")
    assert entries(city)[0].at == makers.MOMENT
    assert found(city).holds


TABLE = AuditEntry.__table__
FORBIDDEN: dict[str, Callable[[Connection], Any]] = {
    "update": lambda c: c.execute(update(TABLE).values(person="x")),
    "update of one": lambda c: c.execute(update(TABLE).where(TABLE.c.seq == 3).values(subject="x")),
    "delete": lambda c: c.execute(delete(TABLE)),
    "delete of the last": lambda c: c.execute(delete(TABLE).where(TABLE.c.seq == ROWS)),
    "a second row of the same number": lambda c: c.execute(
        text(f"INSERT INTO audit_entries SELECT * FROM audit_entries WHERE seq = {ROWS}")
    ),
}
ON_SQLITE = {
    "insert or replace": "INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries WHERE seq = 3",
    "replace": "REPLACE INTO audit_entries SELECT * FROM audit_entries",
    "update or replace": "UPDATE OR REPLACE audit_entries SET seq = 4 WHERE seq = 3",
    "upsert": "INSERT INTO audit_entries SELECT * FROM audit_entries WHERE seq = 3 "
    "ON CONFLICT (seq) DO UPDATE SET person = 'x'",
}
ON_POSTGRESQL = {
    "truncate": "TRUNCATE audit_entries",
    "truncate with others": "TRUNCATE audit_entries, audit_head CASCADE",
    "upsert": "INSERT INTO audit_entries SELECT * FROM audit_entries WHERE seq = 3 "
    "ON CONFLICT (seq) DO UPDATE SET person = 'x'",
    "merge": "MERGE INTO audit_entries a USING (SELECT 3 AS seq) b ON a.seq = b.seq WHEN MATCHED THEN DELETE",
}


def test_the_database_itself_refuses_to_change_a_row(chained):
    own = ON_SQLITE if chained.startswith("sqlite") else ON_POSTGRESQL
    ways = FORBIDDEN | {name: (lambda c, said=said: c.execute(text(said))) for name, said in own.items()}
    before = [vars(row) for row in entries(chained)]
    for name, way in ways.items():
        with pytest.raises(DBAPIError), for_writing(open_engine(chained)).begin() as connection:
            way(connection)
        after = [vars(row) for row in entries(chained)]
        assert [r["seal"] for r in after] == [r["seal"] for r in before], name
    assert found(chained) == Verdict(ROWS, True)
    with pytest.raises(DBAPIError), makers.everything(chained) as session:
        session.scalars(select(AuditEntry).limit(1)).one().person = "x"
    with pytest.raises(DBAPIError), makers.everything(chained) as session:
        session.execute(delete(AuditEntry))


def test_the_guards_stand_and_their_absence_is_noticed(chained):
    with open_engine(chained).connect() as connection:
        assert guards_missing(connection) == set()
        standing = guards_standing(connection)
    assert "guards" not in readiness()
    with for_writing(open_engine(chained)).begin() as connection:
        gone = sorted(standing)[0]
        on = "" if connection.dialect.name == "sqlite" else " ON audit_entries"
        connection.execute(text(f"DROP TRIGGER {gone}{on}"))
        assert guards_missing(connection) == {gone}
    assert gone in readiness()
    with for_writing(open_engine(chained)).begin() as connection:
        raise_guards(connection)
        raise_guards(connection)
        assert guards_missing(connection) == set()


def test_what_a_migration_drops_is_put_back(tmp_path, monkeypatch):
    """Alembic's batch mode copies a table and forgets its triggers."""
    real = migrate.command.upgrade

    def careless(config: Any, revision: str) -> None:
        real(config, revision)
        for name in guards_standing(config.attributes["connection"]):
            config.attributes["connection"].execute(text(f"DROP TRIGGER {name}"))

    monkeypatch.setattr(migrate.command, "upgrade", careless)
    url = f"sqlite:///{tmp_path / 'new.db'}"
    migrate.upgrade(url)
    with open_engine(url).connect() as connection:
        assert guards_missing(connection) == set()
        assert len(guards_standing(connection)) == 3
    close_engine(url)


SEALED = [c.key for c in TABLE.columns]


def tampered(connection: Connection, chance: random.Random) -> int:
    """One manipulation by somebody without the key; returns the first number that is then wrong."""
    rows = connection.execute(select(TABLE).order_by(TABLE.c.seq)).mappings().all()
    seq = chance.randint(1, ROWS)
    one = rows[seq - 1]
    kind = chance.choice(["edit", "edit", "edit", "delete", "insert", "swap", "cut", "recompute", "replay"])
    if kind == "edit":
        name = chance.choice([name for name in SEALED if name != "seq"])
        values = {
            "at": makers.MOMENT, "account_id": chance.randrange(99), "result": "refused",
            "before": None, "after": chance.choice([None, "", "{}"]), "center_code": "7400",
        }  # fmt: skip
        new = values.get(name, f"{one[name]}x"[-len(str(one[name]) or "x") :] + "y"[: not one[name]])
        if new == one[name]:
            new = "f" * 16 if name in ("session_mark", "request_mark") else "f" * len(str(new) or "f")
        connection.execute(update(TABLE).where(TABLE.c.seq == seq).values({name: new}))
        return seq
    if kind == "delete":
        connection.execute(delete(TABLE).where(TABLE.c.seq == seq))
        return seq
    if kind == "insert":
        connection.execute(TABLE.insert().values({**one, "seq": ROWS + 1, "person": "x"}))
        return ROWS + 1
    if kind == "replay":  # a true row, once more, at the end
        connection.execute(TABLE.insert().values({**one, "seq": ROWS + 1}))
        return ROWS + 1
    if kind == "swap":
        other = seq % ROWS + 1
        for here, there in ((seq, other), (other, seq)):
            kept = {k: v for k, v in rows[there - 1].items() if k != "seq"}
            connection.execute(update(TABLE).where(TABLE.c.seq == here).values(kept))
        return min(seq, other)
    if kind == "cut":  # with the head put right, as if the rest had never been
        connection.execute(delete(TABLE).where(TABLE.c.seq >= seq))
        last = rows[seq - 2] if seq > 1 else None
        head = {"seq": last["seq"], "seal": last["seal"]} if last else {"seq": 0, "seal": chain.START}
        connection.execute(update(AuditHead.__table__).values(head))
        return seq
    # The whole rest computed anew with a key of one's own, and the head put right.
    previous = rows[seq - 2]["seal"] if seq > 1 else chain.START
    for row in rows[seq - 1 :]:
        changed = {
            **row,
            "person": "somebody else" if row["seq"] == seq else row["person"],
            "previous": previous,
        }
        words = [str(changed[name]) for name in chain.SEALED]
        changed["seal"] = previous = chain.hashlib.sha256(repr(words).encode()).hexdigest()
        connection.execute(update(TABLE).where(TABLE.c.seq == row["seq"]).values(changed))
    connection.execute(update(AuditHead.__table__).values(seal=previous))
    return seq


class TakeBack(Exception):
    pass


def manipulations(url: str, times: int, seed: int) -> None:
    """Each on the sound chain: what one manipulation did is taken back before the next."""
    for number in range(times):
        chance = random.Random(seed + number)
        with makers.everything(url) as session:
            for name in guards_standing(session.connection()):
                on = "" if url.startswith("sqlite") else " ON audit_entries"
                session.execute(text(f"DROP TRIGGER {name}{on}"))
            first = tampered(session.connection(), chance)
            verdict = verify(session)
            assert not verdict.holds, number
            assert verdict.first_wrong == first, (number, verdict)
            session.rollback()


def test_tampering_is_found_and_the_first_wrong_row_is_named(chained):
    manipulations(chained, 200 if chained.startswith("sqlite") else 60, seed=1)
    assert found(chained) == Verdict(ROWS, True)


@pytest.mark.slow
def test_tampering_is_found_a_thousand_times(chained):
    manipulations(chained, 1000, seed=5000)


def test_a_value_that_is_not_even_of_its_kind_is_named_too(chained):
    if not chained.startswith("sqlite"):
        pytest.skip("PostgreSQL keeps no such value")
    with behind_the_guards(chained) as connection:
        connection.execute(text("UPDATE audit_entries SET at = 'yesterday' WHERE seq = 7"))
    assert judged(chained) == (6, False, 7)


def test_a_cut_tail_shows_only_by_its_anchor(chained):
    with behind_the_guards(chained) as connection:
        last = connection.execute(select(TABLE).where(TABLE.c.seq == 8)).mappings().one()
        connection.execute(delete(TABLE).where(TABLE.c.seq > 8))
        connection.execute(update(AuditHead.__table__).values(seq=8, seal=last["seal"]))
    assert judged(chained) == (8, False, 9)
    for _more in range(ROWS):  # and it still shows when the chain has grown over the place
        with system() as session:
            record(session, None, "refused", "later")
    assert judged(chained) == (ROWS - 1, False, ROWS)
    (settings().data_folder / "audit.anchors").unlink()
    assert found(chained).holds  # why anchors are kept on another machine as well


def test_a_head_that_was_put_back_is_found(chained):
    with for_writing(open_engine(chained)).begin() as connection:
        connection.execute(update(AuditHead.__table__).values(seq=ROWS - 1))
    assert found(chained).first_wrong == ROWS - 1
    with for_writing(open_engine(chained)).begin() as connection:
        connection.execute(delete(AuditHead.__table__))
    assert not found(chained).holds


def test_a_chain_of_another_deployment_does_not_hold_here(chained, tmp_path, monkeypatch):
    monkeypatch.setenv("GRID_DATA", str(tmp_path / "elsewhere"))
    settings.cache_clear()
    verdict = found(chained)
    assert (verdict.holds, verdict.first_wrong) == (False, 1)


def test_the_key_is_made_once_and_is_for_its_owner_alone(chained):
    path = settings().data_folder / "audit.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(bytes.fromhex(path.read_text())) == 32
    before = path.read_text()
    chain._key.cache_clear()
    with system() as session:
        record(session, None, "refused", "after a restart")
    assert path.read_text() == before
    assert found(chained).holds
    with open_engine(chained).connect() as connection:
        for table in Base.metadata.sorted_tables:
            assert before not in repr(connection.execute(table.select()).all())


def test_an_anchor_is_dropped_once_for_each_end(chained):
    path = settings().data_folder / "audit.anchors"
    assert len(path.read_text().splitlines()) == 1
    with system_reading() as session:
        drop_anchor(session)
        drop_anchor(session)
    assert len(path.read_text().splitlines()) == 1
    with system() as session:
        record(session, None, "refused", "one more")
    with system_reading() as session:
        drop_anchor(session)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["seq"] for line in lines] == [ROWS, ROWS + 1]
    assert found(chained).holds


def test_two_at_once_make_one_chain(city):
    from concurrent.futures import ThreadPoolExecutor

    def one(number: int) -> None:
        with system() as session:
            record(session, None, "refused", f"number {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(60)))
    assert found(city) == Verdict(60, True)


def test_the_page_shows_the_scopes_rows_and_checks_the_whole_chain(city):
    for place in (COUNTY, TOWN, "739901", CITY):
        with system() as session:
            record(session, makers.viewer_for_role(Role.LEADER, place), "refused", f"x {place}")
    auditor = makers.viewer_for_role(Role.SECURITY_AUDITOR, COUNTY)
    with reading(auditor) as session:
        page = find_entries(session)
        assert [row.center_code for row in page.rows] == [TOWN, COUNTY]
        assert page.total == 2
        assert check_chain(session) == Verdict(4, True)
        assert find_entries(session, text=f"x {TOWN}").total == 1
        assert find_entries(session, text="739901").total == 0
        assert find_entries(session, text="%").total == 0


def test_days_of_the_log_are_local_days(city):
    from datetime import UTC, datetime, timedelta

    edge = datetime(2026, 6, 29, 16, 0, tzinfo=UTC)  # midnight of the 30th in Lanzhou
    for moment in (edge - timedelta(seconds=1), edge, edge + timedelta(days=1)):
        clock.set_source(lambda moment=moment: moment)
        with system() as session:
            record(session, None, "refused", "x", center_code=COUNTY)
    with reading(makers.viewer_for_role(Role.SECURITY_AUDITOR, COUNTY)) as session:
        shown = find_entries(session, first=makers.TODAY, last=makers.TODAY)
    assert [row.at for row in shown.rows] == [edge]


SECRET = re.compile(r"\$2b\$|[A-Za-z0-9_-]{43}|\d{17}[\dX]|(?<!\d)1[3-9]\d{9}(?!\d)")


def test_no_password_token_phone_or_id_number_is_in_the_log(city):
    ways = prepared(city)
    passwords = []
    for action in sorted(ACTIONS, key=lambda action: action is commands.disable_account):
        with acting(who_does(ways, action)) as session:
            made = action(session, *way_of(ways, action))
        if action.__name__ in ("create_account", "reset_password", "restore_account"):
            passwords.append(made)
    told = entries(city)
    assert len(told) == len(ACTIONS)
    text_of = "\n".join(
        repr({k: v for k, v in vars(r).items() if k not in ("seal", "previous")}) for r in told
    )
    text_of = re.sub(r'"sha256":"[0-9a-f]{64}"', "", text_of)  # the digest of a file is no token
    assert len(passwords) == 3
    assert not any(word in text_of for word in passwords)
    assert not SECRET.search(text_of)


def test_the_auditor_changes_nothing_and_the_administrator_sees_no_case():
    from lib.access.permissions import GRANTS, Permission

    changing = {one.permission for one in asking.declared().values() if one.changes}
    work = {Permission.READ_CASES, Permission.READ_GRIDS, Permission.READ_FIGURES}
    assert GRANTS[Role.SECURITY_AUDITOR] & changing == {Permission.KEEP_OWN_ACCOUNT}
    assert not GRANTS[Role.SYSTEM_ADMINISTRATOR] & (work | {Permission.READ_AUDIT, Permission.CHECK_AUDIT})
    for role, grants in GRANTS.items():
        if Permission.MANAGE_ACCOUNTS in grants:
            assert role is Role.SYSTEM_ADMINISTRATOR
        if Permission.READ_AUDIT in grants:
            assert role is Role.SECURITY_AUDITOR


def test_nobody_manages_their_own_account(city):
    ways = prepared(city)
    viewer: Viewer = ways["viewer"]
    own = viewer.account_id
    before = content(city)
    for action in ("disable_account", "reset_password", "restore_account", "lift_lock", "change_role",
                   "add_area", "end_all_sessions"):  # fmt: skip
        arguments = (own, *ways[action][1:])
        with pytest.raises(NotAllowed), acting(viewer) as session:
            getattr(commands, action)(session, *arguments)
    assert content(city) == before
    with makers.everything(city) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0
        assert session.scalar(select(func.count(AuditEntry.seq)).where(AuditEntry.result == "refused")) == 7
