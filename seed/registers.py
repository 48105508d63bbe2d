"""The registers of the demonstration, from the product's own templates, filled by the people who would fill
them and moved on by those whose turn it is: through the functions that the pages' commands call.

The entries stand in `reference/registers/`, one file for each template. A cell "@" is invented by the kind of
its field; "@+5" is a day behind the demonstration's last one, "@made+5" one behind the day of the entry;
"red>blue" becomes another value with its step, and a step "hold@-7" is taken on that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from db.models.department import Department
from db.models.grid import Grid, GridSize
from db.models.register import Register
from db.scope import ScopedSession
from lib import clock
from lib.fields.field import Field
from lib.registers.commands import make_register, use_draft
from lib.registers.design import Design
from lib.registers.entries import writing
from lib.registers.entries.moving import move_on
from lib.registers.seeing import level_of, register_with_design
from lib.registers.templates import TEMPLATES
from lib.registers.values import unpacked
from lib.registers.world import Surroundings
from seed.city import ROOT
from seed.desk import Staff, taken
from seed.lists import lists
from seed.plan import REFERENCE, Plan, reference

COUNTY, TOWN = "620102", "620102001"
# Those that others link to come first.
KEPT_BY: dict[str, tuple[str, ...]] = {
    ROOT: (
        "risk_assessments", "mediation_rooms", "micro_wishes", "livelihood_projects", "key_projects",
        "key_tasks", "paired_care", "visits", "disputes", "three_zeros", "service_points", "joint_meetings",
        "requests", "working_groups",
    ),
    COUNTY: (
        "reception_rota", "reception_batches", "non_acceptance", "mediators", "legal_staff", "liaisons",
        "governance_projects", "model_projects", "grids_in_charge", "whistle_blowers", "subsidies",
        "commendations",
    ),
    TOWN: ("points", "information_counts", "building_leaders"),
}  # fmt: skip
# What is entered only when the step is taken.
WITH_STEP: dict[str, dict[str, tuple[str, ...]]] = {
    "micro_wishes": {"take": ("f9", "f10"), "done": ("f11",), "thank": ("f12", "f13")},
    "disputes": {
        "mediate": ("f11",), "settle": ("f13", "f14", "f15"), "litigate": ("f13", "f15"), "confirm": ("f17",),
    },
    "livelihood_projects": {"finish": ("f15",), "rate": ("f16", "f17", "f18")},
    "reception_rota": {"hold": ("f8",)},
    "non_acceptance": {"deliver": ("f9", "f10")},
    "whistle_blowers": {"pay": ("f9",)},
    "subsidies": {"pay": ("f9",)},
    "grids_in_charge": {"ask": ("f2", "f10")},
    "joint_meetings": {"finish": ("f10",)},
    "governance_projects": {"running": ("f6",)},
    "key_tasks": {"accepted": ("f9", "f10")},
    "model_projects": {"named": ("f5",)},
    "paired_care": {"pair": ("f10", "f11", "f12")},
}  # fmt: skip
REASON = "按集体研究意见办理。"
_DAY = re.compile(r"@(made|month)?([+-]\d+)?")


def registers(connection: Connection, plan: Plan) -> None:
    """All of them, as if months had passed, and the two lists."""
    staff = Staff(connection, plan)
    try:
        for center_code, names in KEPT_BY.items():
            for name in names:
                _Ledger(staff, plan, name, center_code).fill()
        lists(staff, plan)
    finally:
        staff.go_home()


@dataclass
class _Ledger:
    """One register with its entries."""

    staff: Staff
    plan: Plan
    name: str
    center_code: str
    _grids: dict[str, Iterator[str]] = field(default_factory=dict)

    def fill(self) -> None:
        dice = self.plan.dice(f"register {self.name}")
        rows = reference(f"registers/{self.name}")
        register, design = self._made(self._ago(max(int(row["day"]) for row in rows) + 7, 9))
        for row in rows:
            made = self._ago(int(row["day"]), dice.randrange(8, 17), dice.randrange(60))
            steps = row["steps"].split()
            gap = (self.plan.stands_at - timedelta(hours=2) - made) / (len(steps) + 1)
            gap = min(gap, timedelta(days=dice.randrange(2, 12)))
            when = [
                self._ago(-int(step.partition("@")[2]), 17) if "@" in step else made + gap * number
                for number, step in enumerate(steps, 1)
            ]
            self._entry(register, design, row, made, when)

    def _ago(self, days: int, hour: int, minute: int = 0) -> datetime:
        midnight = clock.start_of_day(self.plan.today - timedelta(days=days))
        return midnight + timedelta(hours=hour, minutes=minute)

    def _made(self, moment: datetime) -> tuple[Register, Design]:
        director = self.staff.director(self.center_code)
        with self.staff.work(director, moment) as session:
            register_id = make_register(session, self.center_code, TEMPLATES[self.name], self.name)
            use_draft(session, register_id, 1)
            return register_with_design(session, register_id)

    def _entry(
        self, register: Register, design: Design, row: dict[str, str], made: datetime, when: list[datetime]
    ) -> None:
        code, steps = self.staff.center(row["center"]), row["steps"].split()
        with_step = WITH_STEP.get(self.name, {})
        later = {key for keys in with_step.values() for key in keys}
        filler = self.staff.filler(code)
        first = [one.key for one in design.standing if one.key not in later or one.required]
        with self.staff.work(filler, made) as session:
            typed = self._typed(session, design, row, code, made, first)
            world = Surroundings(session)
            values = taken(filler, design, typed, None, world)
            new = writing.New(writing.center_for(session, design, code), values)
            entry = writing.new_entries(session, register, design, [new], world)[0]
        done_by = (filler.account_id, filler.account_id)
        for step, moment in zip(steps, when, strict=True):
            action = step.partition("@")[0]
            move = design.move(action)
            assert move is not None, f"{self.name}: {action}"
            keys = with_step.get(action, ())
            fields = [design.by_key[key] for key in keys if row.get(key)]
            if fields:
                barred = any(one.edited_by and level_of(code) not in one.edited_by for one in fields)
                editor = self.staff.filler(code[:6] if barred else code)
                with self.staff.work(editor, moment - timedelta(minutes=20)) as session:
                    typed = self._typed(session, design, row, code, made, keys, late=True)
                    world = Surroundings(session)
                    writing.must_be_editable(entry, design)
                    values = taken(editor, design, typed, unpacked(entry.content), world)
                    writing.rewrite(session, register, design, entry, values, world)
            mover = self.staff.mover(code, move, done_by)
            with self.staff.work(mover, moment) as session:
                move_on(session, design, entry, action, REASON if move.asks_reason else "")
            done_by = (filler.account_id, mover.account_id)

    def _typed(
        self,
        session: ScopedSession,
        design: Design,
        row: dict[str, str],
        code: str,
        made: datetime,
        keys: list[str] | tuple[str, ...],
        late: bool = False,
    ) -> dict[str, object]:
        return {
            key: self._said(session, design.by_key[key], row[key].split(">")[-1 if late else 0], code, made)
            for key in keys
            if row.get(key)
        }

    def _said(self, session: ScopedSession, one: Field, cell: str, code: str, made: datetime) -> str:
        """What a person would have typed."""
        if one.kind in ("date", "period"):
            return "至".join(f"{self._day(part, made)}" for part in cell.split("至"))
        if not cell.startswith("@"):
            return cell
        if one.kind == "grid":
            return self._grid(session, code)
        if one.kind == "department":
            wanted = select(Department.id).where(Department.center_code == code, Department.kind == cell[1:])
            return f"#{session.scalar(wanted)}"
        return self.staff.invented.desk_phone() if one.kind == "phone" else self.staff.invented.name()

    def _day(self, cell: str, made: datetime) -> date:
        found = _DAY.fullmatch(cell)
        assert found is not None, f"{self.name}: {cell}"
        about, away = found[1], int(found[2] or 0)
        if about == "month":
            return clock.start_of_month(self.plan.today, -away)
        if about == "made" or not found[2]:
            start = made if about else clock.now()
            return clock.local(start).date() + timedelta(days=away)
        return self.plan.today + timedelta(days=away)

    def _grid(self, session: ScopedSession, code: str) -> str:
        """Each time another one of the center's."""
        if code not in self._grids:
            wanted = select(Grid.code).where(Grid.size == GridSize.SMALL, Grid.center_code.startswith(code))
            self._grids[code] = iter(session.scalars(wanted.order_by(Grid.code).limit(40)).all())
        return next(self._grids[code])


def templates_with_entries() -> list[str]:
    return sorted(path.stem for path in (REFERENCE / "registers").glob("*.csv"))
