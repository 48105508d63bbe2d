"""The two lists of the demonstration: what is done for people, in editions, and what may be given to
gridworkers; through the same commands that the pages call, by those who would call them.

They stand in `reference/lists/`. In `services.csv` an item belongs to an edition of its center; "30>20" is
changed with the next one, and `gone` says why it is taken out with the next one. In `access.csv` days are
counted back from the demonstration's last one, and "@-180" is such a day too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from db.models.department import Department
from db.models.publication import GateRule, Publication
from db.models.register import Entry, Register
from db.models.scheduling import Meeting
from db.scope import ScopedSession
from lib import clock
from lib.lists.access.commands import apply_for_admission, evaluate_matter, propose_exit, set_gate_rule
from lib.registers.commands import make_register, use_draft
from lib.registers.design import Design
from lib.registers.entries import writing
from lib.registers.entries.commands import edit_entry, move_entry, remove_entry
from lib.registers.publishing.commands import decide_edition, propose_edition
from lib.registers.seeing import register_with_design
from lib.registers.templates import TEMPLATES, service_list
from lib.registers.world import Surroundings
from lib.scheduling.tasks.commands import give_task
from seed.city import ROOT
from seed.desk import Staff, taken
from seed.plan import Plan, reference

COUNTY, TOWN = "620102", "620102001"
FIRST = 215  # days before the last one on which both lists are begun
LAID_OUT = ("f6",)
DESK_PHONE, HOURS = "f16", "f15"


@dataclass(frozen=True)
class Edition:
    """Of a center's service list, in force from the first day of a month so many months back; one that is
    not decided on yet begins next month."""

    center_code: str
    number: int
    months_back: int
    words: str

    @property
    def waits(self) -> bool:
        return self.months_back < 0


EDITIONS = (
    Edition(ROOT, 1, 5, "首次公布全市便民服务清单。"),
    Edition(COUNTY, 1, 3, "在市级清单之外补充本区事项。"),
    Edition(TOWN, 1, 2, "补充街道事项。"),
    Edition(ROOT, 2, 1, "按压减时限、减少跑动的要求调整，取消老年人优待证办理，新增4项。"),
    Edition(COUNTY, 2, -1, "压减适老化改造时限，新增长者食堂就餐补贴申请。"),
)


def lists(staff: Staff, plan: Plan) -> None:
    _Services(staff, plan).fill()
    _Access(staff, plan).fill()


def _begun(staff: Staff, plan: Plan, name: str) -> tuple[Register, Design]:
    with staff.work(staff.director(ROOT), _ago(plan, FIRST)) as session:
        register_id = make_register(session, ROOT, TEMPLATES[name], name)
        use_draft(session, register_id, 1)
        return register_with_design(session, register_id)


def _ago(plan: Plan, days: int, hour: int = 10) -> datetime:
    return clock.start_of_day(plan.today - timedelta(days=days)) + timedelta(hours=hour)


def _department(session: ScopedSession, code: str, kind: str) -> int | None:
    return session.scalar(
        select(Department.id).where(Department.center_code == code, Department.kind == kind)
    )


class _Services:
    def __init__(self, staff: Staff, plan: Plan) -> None:
        self.staff, self.plan = staff, plan
        self.rows = reference("lists/services")
        self.entries: dict[str, int] = {}

    def fill(self) -> None:
        self.register, self.design = _begun(self.staff, self.plan, "service_list")
        for one in EDITIONS:
            since = clock.start_of_month(self.plan.today, one.months_back)
            days = 4 if one.waits else (self.plan.today - since).days + 12
            self._enter(one, _ago(self.plan, days + 4, 9))
            proposed = _ago(self.plan, days, 11)
            with self.staff.work(self.staff.filler(one.center_code), proposed) as session:
                edition = propose_edition(session, self.register.id, one.center_code, since, one.words)
            if not one.waits:
                director = self.staff.director(one.center_code)
                with self.staff.work(director, proposed + timedelta(days=5)) as session:
                    seen = session.get_one(Publication, edition).version
                    decide_edition(session, edition, True, "", seen)

    def _enter(self, edition: Edition, moment: datetime) -> None:
        """What is new with an edition, changed or taken out, at one sitting."""
        filler = self.staff.filler(edition.center_code)
        here = [row for row in self.rows if row["center"] == edition.center_code]
        with self.staff.work(filler, moment) as session:
            world = Surroundings(session)
            new = [row for row in here if row["edition"] == f"{edition.number}"]
            made = [
                writing.New(
                    edition.center_code,
                    taken(filler, self.design, self._typed(session, row), None, world),
                )
                for row in new
            ]
            for entry in writing.new_entries(session, self.register, self.design, made, world):
                self.entries[entry.title] = entry.id
            for row in here:
                if row["edition"] == f"{edition.number - 1}":
                    self._revise(session, row)

    def _revise(self, session: ScopedSession, row: dict[str, str]) -> None:
        entry = session.get_one(Entry, self.entries[row[service_list.NAME]])
        changed: dict[str, object] = {
            key: _lines(key, cell.partition(">")[2]) for key, cell in row.items() if ">" in cell
        }
        if changed:
            edit_entry(session, entry.id, changed, entry.version)
        if row["gone"]:
            remove_entry(session, entry.id, row["gone"], entry.version)

    def _typed(self, session: ScopedSession, row: dict[str, str]) -> dict[str, object]:
        typed: dict[str, object] = {
            key: _lines(key, cell.partition(">")[0])
            for key, cell in row.items()
            if key in self.design.by_key and cell
        }
        kind = row[service_list.DEPARTMENT].removeprefix("@")
        if kind:
            typed[service_list.DEPARTMENT] = f"#{_department(session, row['center'], kind)}"
        return typed | {
            HOURS: "工作日8:30—12:00，14:30—18:00",
            DESK_PHONE: self.staff.invented.desk_phone(),
        }


def _lines(key: str, cell: str) -> str:
    return cell.replace("|", "\n") if key in LAID_OUT else cell


class _Access:
    def __init__(self, staff: Staff, plan: Plan) -> None:
        self.staff, self.plan = staff, plan

    def fill(self) -> None:
        self.register, self.design = _begun(self.staff, self.plan, "access_list")
        for row in reference("lists/access"):
            self._matter(row)
        self._gate()

    def _matter(self, row: dict[str, str]) -> None:
        """A department applies for it, the center decides, and looks after it."""
        applicant = self.staff.of_department(COUNTY, row["department"])
        director = self.staff.director(COUNTY)
        typed = {key: self._day(cell) for key, cell in row.items() if key in self.design.by_key and cell}
        with self.staff.work(applicant, _ago(self.plan, int(row["applied"]))) as session:
            entry_id = apply_for_admission(session, self.register.id, COUNTY, typed, True)
        if row["decided"]:
            with self.staff.work(director, _ago(self.plan, int(row["decided"]), 15)) as session:
                seen = session.get_one(Entry, entry_id).version
                move_entry(session, entry_id, "refuse" if row["refused"] else "admit", row["refused"], seen)
        if row["evaluated"]:
            with self.staff.work(director, _ago(self.plan, int(row["evaluated"]), 16)) as session:
                seen = session.get_one(Entry, entry_id).version
                evaluate_matter(session, entry_id, row["verdict"], row["evaluation"], seen)
        if row["exit"]:
            days = int(row["left"] or 2) + 4
            with self.staff.work(applicant, _ago(self.plan, days)) as session:
                seen = session.get_one(Entry, entry_id).version
                propose_exit(session, entry_id, row["evaluation"], row["exit"], seen)
        if row["left"]:
            with self.staff.work(director, _ago(self.plan, int(row["left"]), 15)) as session:
                move_entry(session, entry_id, "end", "", session.get_one(Entry, entry_id).version)

    def _day(self, cell: str) -> object:
        return self.plan.today + timedelta(days=int(cell[1:])) if cell.startswith("@") else cell

    def _gate(self) -> None:
        """What a meeting has given to gridworkers beside the list; since then the county refuses it."""
        held = self._last_meeting()
        begun = _ago(self.plan, 120) if held is None else min(held[1], _ago(self.plan, 120))
        for code in (COUNTY, TOWN):
            self._rule(code, True, begun)
        if held is not None:
            for number, row in enumerate(reference("lists/exceptions")):
                self._exception(held[0], row, held[1] + timedelta(minutes=90 + 10 * number))
            begun = held[1]
        self._rule(COUNTY, False, min(begun + timedelta(days=6), self.plan.stands_at - timedelta(hours=2)))

    def _last_meeting(self) -> tuple[int, datetime] | None:
        before = self.plan.stands_at - timedelta(days=1)
        with self.staff.work(self.staff.director(ROOT), before) as session:
            found = session.execute(
                select(Meeting.id, Meeting.held_at)
                .where(Meeting.center_code == ROOT, Meeting.held_at < before)
                .order_by(Meeting.held_at.desc())
                .limit(1)
            ).one_or_none()
        return (found[0], found[1]) if found else None

    def _rule(self, code: str, allows: bool, moment: datetime) -> None:
        with self.staff.work(self.staff.director(code), moment) as session:
            row = session.get(GateRule, code)
            set_gate_rule(session, code, allows, row.version if row else None)

    def _exception(self, meeting_id: int, row: dict[str, str], moment: datetime) -> None:
        with self.staff.work(self.staff.director(ROOT), moment) as session:
            department = _department(session, row["center"], row["department"])
            due = self.plan.today + timedelta(days=int(row["due"]))
            give_task(
                session, meeting_id, row["matter"], row["measure"], row["center"], department, due,
                for_gridworkers=True, basis=row["basis"],
            )  # fmt: skip
