"""Random walks over the roster beside a plain model of it: after each step who was where on any day is what
the model says, one grid has one full-time gridworker at a time, and what is taken back is as it was."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import undefer

from db.models.account import Role
from db.models.grid import Grid
from db.models.register import ChangeSetKind
from db.models.roster import Leave, LeaveKind, Person, Post, PostRole
from db.models.training import Attendance, AttendanceResult, TrainingRound, TrainingSession
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import Told
from lib.grids.queries import grid_card
from lib.roster.changes.change import LineChange
from lib.roster.changes.commands import save_lines, undo_lines
from lib.roster.posts.commands import hand_over, join, leave, move, take_leave
from lib.roster.queries import RosterFilter, find_lines
from tests import makers
from tests.makers import COUNTY, MOMENT, TODAY, TOWN

STEPS = {"sqlite": 180, "postgresql": 100}
DAY = timedelta(days=1)
# Grids of three towns.
GRIDS = tuple(
    f"{COUNTY}{town}{village}001" for town in ("001", "002", "999") for village in ("001", "002", "999")
)
MOST_PEOPLE = 7

# A post of the model: who, grid, role, from, until, and whom it covers.
Spell = tuple[int, str, PostRole, date, date | None, int | None]


@dataclass
class Walk:
    """`held` is the model: the posts by their keys, as the steps should have left them. `taken` are the
    change-sets that stand, with all that was so before each."""

    url: str
    chance: random.Random
    held: dict[int, Spell] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    taken: list[tuple[int, dict[str, Any], dict[int, Spell], dict[int, str]]] = field(default_factory=list)
    versions: dict[tuple[str, int], int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    # -- what stands

    def all(self, model: Any) -> list[Any]:
        with makers.everything(self.url) as session:
            rows = list(session.scalars(select(model).order_by(model.id).options(undefer("*"))))
            session.expunge_all()
        return rows

    def stored(self) -> dict[str, Any]:
        """Every row without its version."""
        return {
            model.__name__: {
                row.id: {
                    column.key: getattr(row, column.key)
                    for column in model.__table__.columns
                    if column.key != "version"
                }
                for row in self.all(model)
            }
            for model in (Person, Post, Leave, Attendance)
        }

    def post(self) -> Post:
        return self.chance.choice(self.all(Post))

    def day(self) -> date:
        return TODAY + self.chance.randrange(-25, 26) * DAY

    def viewer(self) -> Viewer:
        return makers.viewer_for_role(
            Role.CENTER_DIRECTOR, self.chance.choice([COUNTY, COUNTY, COUNTY, TOWN])
        )

    # -- the steps: each returns the change-set, after the model has followed

    def join(self) -> int:
        grid, since = self.chance.choice(GRIDS), self.day()
        role = self.chance.choice([PostRole.FULL_TIME, PostRole.FULL_TIME, PostRole.ASSISTANT])
        until = since + self.chance.randrange(60) * DAY if self.chance.random() < 0.3 else None
        known = self.chance.choice([None, *self.names]) if self.names else None
        if known is None and len(self.names) >= MOST_PEOPLE:
            known = self.chance.choice(list(self.names))
        typed: dict[str, object] = {"role": role.value, "grid": grid, "since": f"{since}"}
        typed |= {"until": f"{until}"} if until else {}
        typed |= {} if known else {"name": f"人{self.chance.randrange(10**6)}"}
        with acting(self.viewer()) as session:
            made = join(session, typed, known)
        post = max(self.all(Post), key=lambda one: one.id)
        self.names.setdefault(post.person_id, post.name)
        self.held[post.id] = (post.person_id, grid, role, since, until, None)
        return made

    def move(self) -> int:
        post, grid, day = self.post(), self.chance.choice(GRIDS), self.day()
        day = max(day, post.since + DAY) if self.chance.random() < 0.7 else day
        with acting(self.viewer()) as session:
            made = move(session, post.id, post.version, grid, day)
        self.moved(post, grid, day)
        return made

    def moved(self, post: Post, grid: str, day: date) -> None:
        who, _grid, role, _since, until, _covers = self.held[post.id]
        self.ends(post.id, day - DAY)
        self.held[self.newest()] = (who, grid, role, day, until, None)

    def hand_over(self) -> int:
        post, day, to = self.post(), self.day(), self.chance.choice(list(self.names))
        day = max(day, post.since + DAY) if self.chance.random() < 0.7 else day
        gives_up = self.chance.random() < 0.5
        with acting(self.viewer()) as session:
            made = hand_over(session, post.id, post.version, to, day, gives_up)
        _who, grid, role, _since, _until, _covers = self.held[post.id]
        for key, (who, _g, own, since, until, covers) in list(self.held.items()):
            if gives_up and who == to and own is role and covers is None and since < day <= (until or day):
                self.ends(key, day - DAY)
        self.ends(post.id, day - DAY)
        self.held[self.newest()] = (to, grid, role, day, None, None)
        return made

    def leave(self) -> int:
        post, last, everything = self.post(), self.day(), self.chance.random() < 0.6
        last = min(max(last, post.since), post.until or last) if self.chance.random() < 0.7 else last
        with acting(self.viewer()) as session:
            made = leave(session, post.id, post.version, last, everything)
        who = self.held[post.id][0]
        for key, (holder, _grid, _role, since, until, _covers) in list(self.held.items()):
            if key == post.id or (everything and holder == who and (until is None or until > last)):
                if since > last:  # what has not begun never begins, nor does who would have covered for it
                    for one in [key, *(k for k, held in self.held.items() if held[5] == key)]:
                        self.held.pop(one, None)
                elif key in self.held:
                    self.ends(key, last)
        return made

    def take_leave(self) -> int:
        who, since = self.chance.choice(list(self.names)), self.day()
        until = since + self.chance.randrange(30) * DAY
        cover = self.chance.choice([None, *self.names])
        with acting(self.viewer()) as session:
            made = take_leave(session, who, LeaveKind.SICK, since, until, cover)
        if cover is not None:
            covered = {
                key for key, (holder, _g, _r, first, last, covers) in self.held.items()
                if holder == who and covers is None and first <= since <= (last or since)
            }  # fmt: skip
            for row in self.all(Post):
                if row.id not in self.held:
                    _w, grid, role, _s, last, _c = self.held[row.covers_id]
                    ends = min(until, last) if last else until
                    self.held[row.id] = (cover, grid, role, since, ends, row.covers_id)
                    covered.remove(row.covers_id)
            assert not covered
        return made

    def save(self) -> int:
        """Names, grids and ends of several lines at once."""
        people = {one.id: one for one in self.all(Person)}
        posts = self.chance.sample(self.all(Post), k=min(len(self.held), self.chance.randint(1, 3)))
        changes, said = [], {}
        for post in posts:
            typed: dict[str, object] = {}
            if self.chance.random() < 0.7:
                typed["grid"] = self.chance.choice(GRIDS)
            if self.chance.random() < 0.3:
                typed["until"] = f"{self.day()}"
            if self.chance.random() < 0.2:
                typed["name"] = f"人{self.chance.randrange(10**6)}"
            seen = (post.version, people[post.person_id].version)
            changes.append(LineChange(post.id, typed, seen))
            said[post.id] = typed
        before = {one.id for one in self.all(Post)}
        with acting(self.viewer()) as session:
            made = save_lines(session, ChangeSetKind.EDITOR, "表格", changes)
        new = sorted({one.id for one in self.all(Post)} - before)
        for post in posts:
            typed, (who, grid, role, since, until, covers) = said[post.id], self.held[post.id]
            until = date.fromisoformat(str(typed["until"])) if "until" in typed else until
            goes = typed.get("grid", grid) != grid
            if "name" in typed:
                self.names[who] = str(typed["name"])
            if goes and since < TODAY:
                self.ends(post.id, TODAY - DAY)
                self.held[new.pop(0)] = (who, str(typed["grid"]), role, TODAY, until, None)
            else:
                self.held[post.id] = (who, str(typed.get("grid", grid)), role, since, until, covers)
                if until is not None:
                    self.ends(post.id, until)
        assert not new
        return made

    def undo(self) -> int:
        """The last one is as it was; an earlier one only where it touches nothing that came later."""
        made, stored, held, names = self.taken[-1]
        with acting(makers.viewer_for_role(Role.CENTER_DIRECTOR, COUNTY)) as session:
            undo_lines(session, made)
        assert self.stored() == stored
        self.held, self.names = dict(held), dict(names)
        self.taken.pop()
        return 0

    def undo_earlier(self) -> int:
        """What touches nothing that came later, wherever it stands among the steps; the model begins anew."""
        with acting(makers.viewer_for_role(Role.CENTER_DIRECTOR, COUNTY)) as session:
            undo_lines(session, self.chance.choice(self.taken)[0])
        grids = {one.id: one.code for one in self.all(Grid)}
        self.held = {
            one.id: (one.person_id, grids[one.grid_id], one.role, one.since, one.until, one.covers_id)
            for one in self.all(Post)
        }
        self.names = {one.id: one.name for one in self.all(Person)}
        self.taken.clear()
        return 0

    # -- the model

    def newest(self) -> int:
        return max(one.id for one in self.all(Post) if one.id not in self.held)

    def ends(self, key: int, last: date) -> None:
        """And whoever covers for it."""
        who, grid, role, since, _until, covers = self.held[key]
        self.held[key] = (who, grid, role, since, last, covers)
        for other, (_who, _grid, _role, first, until, covered) in list(self.held.items()):
            if covered != key:
                continue
            if first > last:
                del self.held[other]
            elif until is None or until > last:
                self.ends(other, last)

    def on(self, day: date) -> set[tuple[int, str, PostRole, bool]]:
        return {
            (who, grid, role, covers is not None)
            for who, grid, role, since, until, covers in self.held.values()
            if since <= day and (until is None or until >= day)
        }

    def holds(self) -> None:
        """What is true at every moment."""
        grids = {one.id: one.code for one in self.all(Grid)}
        people, posts = {one.id: one for one in self.all(Person)}, self.all(Post)
        found = {
            one.id: (one.person_id, grids[one.grid_id], one.role, one.since, one.until, one.covers_id)
            for one in posts
        }
        assert found == self.held
        assert {key: one.name for key, one in people.items()} == self.names
        edges = {day + step * DAY for _w, _g, _r, since, until, _c in self.held.values()
                 for day in (since, until) if day for step in (-1, 0, 1)}  # fmt: skip
        for day in edges:
            full = [
                grid for _who, grid, role, covers in self.on(day) if role is PostRole.FULL_TIME and not covers
            ]
            assert len(full) == len(set(full)), day
        for day in self.chance.sample(sorted(edges), min(2, len(edges))):
            self.reads_as_of(day, posts, grids)
        by_id = {one.id: one for one in posts}
        for one in posts:
            assert one.center_code == grids[one.grid_id][:12]
            if one.covers_id is not None:  # nobody covers for what is not held
                of = by_id[one.covers_id]
                assert of.covers_id is None
                assert of.until is None or (one.until is not None and one.until <= of.until)
            if one.until is None or one.until >= TODAY:
                assert one.name == people[one.person_id].name
        for attended in self.all(Attendance):
            assert attended.center_code == people[attended.person_id].center_code
        versions = {(type(one).__name__, one.id): one.version for one in (*people.values(), *posts)}
        for key, version in versions.items():
            assert version >= self.versions.get(key, 1)
        self.versions = versions

    def reads_as_of(self, day: date, posts: list[Post], grids: dict[int, str]) -> None:
        with makers.eyes(self.url, makers.viewer_for_role(Role.CENTER_DIRECTOR, COUNTY)) as session:
            rows = find_lines(session, RosterFilter(COUNTY, day), page_size=500).rows
            whose = {one.id: one.person_id for one in posts}
            assert {(whose[row.post_id], row.grid_code, row.role, row.covers) for row in rows} == self.on(day)
            code = self.chance.choice(GRIDS)
            staff = grid_card(session, code, day).staff
        assert {(one.person_id, one.role, one.covers) for one in staff} == {
            (who, role, covers) for who, grid, role, covers in self.on(day) if grid == code
        }


@pytest.fixture
def walk(database: str) -> Iterator[Walk]:
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield Walk(database, random.Random(7))
    clock.set_source(None)


def train(walk: Walk) -> None:
    """Now and then somebody passes, where they are kept."""
    with makers.everything(walk.url) as session:
        plan = TrainingRound(
            center_code=COUNTY, name="轮", first_day=TODAY, last_day=TODAY, roles="full_time",
            made_by="某人", made_at=MOMENT,
        )  # fmt: skip
        session.add(plan)
        session.flush()
        sitting = TrainingSession(
            round_id=plan.id, center_code=COUNTY, subject="课", held_on=TODAY, minutes=60, made_by="某人",
            made_at=MOMENT,
        )  # fmt: skip
        session.add(sitting)
        session.flush()
        for person in session.scalars(select(Person)):
            session.add(
                Attendance(
                    session_id=sitting.id, person_id=person.id, center_code=person.center_code,
                    round_id=plan.id, held_on=TODAY, result=AttendanceResult.PASSED, recorded_by="某人",
                    recorded_at=MOMENT,
                )
            )  # fmt: skip


def test_after_each_step_the_roster_is_what_the_steps_have_made_of_it(walk: Walk) -> None:
    steps: list[Callable[[], int]] = [
        walk.join, walk.join, walk.move, walk.move, walk.hand_over, walk.hand_over, walk.leave, walk.leave,
        walk.take_leave, walk.take_leave, walk.save, walk.save, walk.undo, walk.undo_earlier,
    ]  # fmt: skip
    total = STEPS[make_url(walk.url).get_backend_name()]
    for number in range(total):
        step = walk.join if len(walk.names) < 3 else walk.chance.choice(steps)
        if step in (walk.undo, walk.undo_earlier) and not walk.taken:
            continue
        before, held, names = walk.stored(), dict(walk.held), dict(walk.names)
        try:
            made = step()
        except Told:
            walk.refused[step.__name__] = walk.refused.get(step.__name__, 0) + 1
            assert walk.stored() == before
            continue
        walk.done[step.__name__] = walk.done.get(step.__name__, 0) + 1
        if made:
            walk.taken.append((made, before, held, names))
        walk.holds()
        if number == total // 4:
            train(walk)
            walk.taken.clear()  # who joined before is part of something now
    assert set(walk.done) == {step.__name__ for step in steps}
    assert set(walk.refused) >= {"join", "move", "hand_over", "leave", "save"}
