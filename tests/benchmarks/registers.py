"""A register of 200,000 entries with 30 fields, on both databases: its list, any filter, and a long form."""

from __future__ import annotations

import os
import random
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.analysis import postgresql
from tests.benchmarks.pages import Result, _against_constant
from tests.benchmarks.serving import ROOT, database

ENTRIES, FIELDS, AT_ONCE = 200_000, 30, 5_000
COUNTY = "620102"
ROUNDS = 5


def _design() -> Any:
    from lib.fields.field import Choice, Field
    from lib.registers.design import Design

    kinds = ("text", "number", "date", "choice", "money", "yes_no", "long_text", "phone", "time", "center")
    choices = tuple(Choice(f"c{n}", f"选项{n}") for n in range(8))
    fields = tuple(
        Field(
            f"f{n + 1}", kinds[n % len(kinds)], f"字段{n + 1}",
            choices=choices if kinds[n % len(kinds)] == "choice" else (),
        )
        for n in range(FIELDS)
    )  # fmt: skip
    return Design("大台账", fields=fields, title=("f1",))


def _values(draw: random.Random, number: int, design: Any, villages: list[str]) -> dict[str, str]:
    found = {}
    for one in design.fields:
        found[one.key] = {
            "text": f"事项{draw.randrange(50_000)}",
            "long_text": f"说明{number} " + "内容" * draw.randrange(5, 30),
            "number": f"{draw.randrange(1000)}",
            "money": f"{draw.randrange(100_000) / 100:.2f}",
            "date": f"2026-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}",
            "time": f"{draw.randrange(24):02}:{draw.randrange(60):02}",
            "choice": f"c{draw.randrange(8)}",
            "yes_no": draw.choice("01"),
            "phone": f"138{draw.randrange(10**8):08}",
            "center": draw.choice(villages),
        }[one.kind]
        if draw.random() < 0.1:
            found[one.key] = ""
    return {key: kept for key, kept in found.items() if kept}


def _fill(url: str) -> None:
    """Written past the commands, which would take minutes; the rows are the same."""
    from sqlalchemy import insert, select

    from db import migrate
    from db.engine import open_engine
    from db.models.center import Center
    from db.models.register import Entry, EntryValue, Register, RegisterDesign
    from lib import clock
    from lib.registers import values as whole
    from lib.registers.design import written
    from lib.registers.entries.writing import _found_by

    migrate.upgrade(url)
    design, draw, now = _design(), random.Random(7), clock.now()
    with open_engine(url).begin() as connection:
        villages = list(
            connection.scalars(
                select(Center.code).where(Center.code.startswith(COUNTY), Center.level == "village")
            )
        )
        values: dict[str, Any] = {"center_code": COUNTY, "made_by": "x", "made_at": now, "version": 1}
        key = connection.execute(
            insert(Register).values(name=design.name, template="", design_number=1, **values)
        ).inserted_primary_key[0]
        connection.execute(
            insert(RegisterDesign).values(
                register_id=key, number=1, definition=written(design), used_since=now, **values
            )
        )
        first = (connection.scalar(select(Entry.id).order_by(Entry.id.desc()).limit(1)) or 0) + 1
        for start in range(0, ENTRIES, AT_ONCE):
            rows, found = [], []
            for number in range(start, start + AT_ONCE):
                held = _values(draw, number, design, villages)
                row = {
                    "id": first + number, "register_id": key, "center_code": draw.choice(villages),
                    "department_id": None, "serial": number + 1, "design_number": 1, "state": "kept",
                    "content": whole.packed(held), "title": held.get("f1", ""), "made_by": "x",
                    "made_at": now, "moved_at": now, "changed_at": now, "version": 1,
                }  # fmt: skip
                rows.append(row)
                found += _found_by(Entry(**row), design.fields, held)
            connection.execute(insert(Entry), rows)
            connection.execute(insert(EntryValue), found)


@contextmanager
def _register(kind: str) -> Iterator[tuple[str, Any]]:
    """The address of a database that holds it, made once and kept, and the viewer."""
    folder = Path(os.environ.get("GRID_BENCHMARK_FOLDER", ROOT / "var" / "benchmarks"))
    if kind == "sqlite":
        path = folder / "register.db"
        if not path.exists():
            draft = folder / "register.draft.db"
            shutil.copy(database("demo").removeprefix("sqlite:///"), draft)
            _fill(f"sqlite:///{draft}")
            draft.rename(path)
        url = f"sqlite:///{path}"
    else:
        url = _in_postgresql()
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    from lib.settings import settings

    settings.cache_clear()
    try:
        yield url, _viewer()
    finally:
        if before is None:
            os.environ.pop("DATABASE_URL")
        else:
            os.environ["DATABASE_URL"] = before
        settings.cache_clear()


def _in_postgresql() -> str:
    """Beside the city, whose centers it shares."""
    from sqlalchemy import select

    from db.engine import open_engine
    from db.models.register import Register

    url = postgresql()
    from db import migrate

    migrate.upgrade(url)
    with open_engine(url).connect() as connection:
        there = connection.scalar(select(Register.id).where(Register.name == "大台账"))
    if there is None:
        _fill(url)
        with open_engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE register_entries")
            connection.exec_driver_sql("VACUUM ANALYZE entry_values")
    return url


def _viewer() -> Any:
    from db.models.account import Role
    from db.scope import Scope
    from lib.access.viewer import Viewer

    return Viewer(None, "x", "x", Role.LEADER, COUNTY, Scope((COUNTY,)))


def _asked(kind: str, **question: Any) -> float:
    """Milliseconds of one question, the middle of some."""
    from sqlalchemy import select

    from db.models.register import Register
    from lib.access.work import reading
    from lib.registers.entries.queries import find_entries

    times = []
    with _register(kind) as (_url, viewer):
        for _round in range(ROUNDS):
            with reading(viewer) as session:
                key = session.scalar(select(Register.id).where(Register.name == "大台账")) or 0
                started = time.perf_counter()
                find_entries(session, key, **question)
                times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _filters() -> Iterator[dict[str, Any]]:
    """Every field of the thirty, in each way that it can be asked for."""
    from lib.registers.entries.finding import Filter, How, hows

    said = {
        "text": "事项123", "long_text": "说明77", "number": "500", "money": "500.5", "date": "2026-06-15",
        "time": "12:30", "choice": "选项3", "yes_no": "是", "phone": "13812345678",
        "center": COUNTY + "001001",
    }  # fmt: skip
    for one in _design().fields:
        for how in hows(one):
            words = "" if how in (How.EMPTY, How.FILLED) else said[one.kind]
            yield {"filters": (Filter(one.key, how, words),)}


def _slowest(kind: str) -> tuple[float, str]:
    """Milliseconds of the slowest filter, and which it is."""
    global ROUNDS
    kept, ROUNDS = ROUNDS, 2
    try:
        times = []
        for question in _filters():
            one = question["filters"][0]
            times.append((_asked(kind, **question), f"{one.field} {one.how}"))
    finally:
        ROUNDS = kept
    return max(times)


def first_page(kind: str) -> Result:
    words = "the first page of 200,000 entries with 30 fields < 150 ms"
    return _asked(kind), "ms", 150.0, words, 1, True


def any_filter(kind: str) -> Result:
    slowest, which = _slowest(kind)
    return slowest, "ms", 300.0, f"any filter of any field < 300 ms (the slowest: {which})", 1, True


def long_form() -> Result:
    value, unit, floor, _words, _limit, of_ratio = _against_constant(
        "entry", f"register={_form()}&new=1", "chengguan.director", "form"
    )
    return value, unit, floor, "the form of 60 fields < 2 × the same widgets with nothing behind", 2, of_ratio


def _form() -> int:
    """The key of a register of 60 fields in a demonstration, made once and kept."""
    from dataclasses import replace

    from sqlalchemy import select

    from db import migrate
    from db.engine import close_engine, open_engine
    from db.models.register import Register, RegisterDesign
    from db.scope import EVERYTHING
    from db.session import unit_of_work
    from lib import clock
    from lib.registers.design import written

    path = Path(os.environ.get("GRID_BENCHMARK_FOLDER", ROOT / "var" / "benchmarks")) / "form.db"
    url = f"sqlite:///{path}"
    if not path.exists():
        draft = path.with_suffix(".draft.db")
        shutil.copy(database("demo").removeprefix("sqlite:///"), draft)
        migrate.upgrade(f"sqlite:///{draft}")
        design = _design()
        more = tuple(
            replace(one, key=f"f{n + FIELDS + 1}", label=f"又一字段{n + 1}")
            for n, one in enumerate(design.fields)
        )
        with unit_of_work(f"sqlite:///{draft}", EVERYTHING) as session:
            made = Register(
                center_code=COUNTY, name="长表", design_number=1, made_by="x", made_at=clock.now()
            )
            session.add(made)
            session.flush()
            session.add(
                RegisterDesign(
                    register_id=made.id, center_code=COUNTY, number=1, made_by="x", made_at=clock.now(),
                    definition=written(replace(design, name="长表", fields=(*design.fields, *more))),
                    used_since=clock.now(),
                )
            )  # fmt: skip
        close_engine(f"sqlite:///{draft}")
        draft.rename(path)
    with open_engine(url).connect() as connection:
        return int(connection.scalar(select(Register.id).where(Register.name == "长表")) or 0)


REGISTERS = {
    "register-page": lambda: first_page("sqlite"),
    "register-page-postgresql": lambda: first_page("postgresql"),
    "register-filters": lambda: any_filter("sqlite"),
    "register-filters-postgresql": lambda: any_filter("postgresql"),
    "register-form": long_form,
}
