"""Rounds for the tests: one of a month with reports in every state, a meeting and tasks of each center."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sqlalchemy import select

from db.models.account import Account, Role
from db.models.department import Department
from db.models.scheduling import (
    Meeting,
    MeetingState,
    Report,
    ReportState,
    RoundKind,
    Task,
    TaskProgress,
    TaskState,
)
from db.models.window import ServiceWindow, WindowRating
from lib.metrics.variant import Variant
from lib.scheduling import content as contents
from lib.scheduling.content import Content
from lib.scheduling.figures import Figure
from lib.scheduling.opening import open_round
from lib.scheduling.usual import USUAL
from tests import makers
from tests.makers import CITY, MOMENT, TODAY

KIND = RoundKind.MONTHLY
MAY = (date(2026, 5, 1), date(2026, 5, 31))


def plant_rounds(url: str, seed: int = 1) -> None:
    """After `makers.plant`: who has handed in has said something of their own center."""
    chance = random.Random(seed)
    with makers.everything(url) as session:
        found = open_round(session, CITY, KIND, USUAL[KIND], *MAY)
        assert found is not None
        people = {(one.center_code, one.role): one for one in session.scalars(select(Account))}
        offices = {one.center_code: one.id for one in session.scalars(select(Department))}
        for row in session.scalars(select(Report).order_by(Report.id)).all():
            _hand_in(row, chance, people[row.center_code, Role.DUTY_OFFICER])
        for code in makers.codes():
            if len(code) in (6, 9):
                window = ServiceWindow(center_code=code, name=f"窗口{code}", opened_on=MAY[0])
                session.add(window)
                session.flush()
                session.add(
                    WindowRating(
                        window_id=window.id, center_code=code, month=MAY[0], satisfied=3, entered_by="某人",
                        entered_at=MOMENT,
                    )
                )  # fmt: skip
            if code.startswith(CITY) and len(code) < 12:
                writer = people[code, Role.CENTER_DIRECTOR]
                meeting = Meeting(
                    round_id=found.id, center_code=code, state=MeetingState.HELD, held_at=MOMENT,
                    place=f"会议室{code}", minutes=f"纪要{code}", written_by_id=writer.id,
                    written_by=writer.display_name,
                )  # fmt: skip
                session.add(meeting)
                session.flush()
                for state, office in ((TaskState.OPEN, None), (TaskState.REPORTED, offices.get(code))):
                    task = Task(
                        meeting_id=meeting.id, center_code=code, decided_by_code=code, state=state,
                        department_id=office, matter=f"任务{code}", measure="完成", due_on=TODAY,
                        percent=50, decided_at=MOMENT, reported_by_id=writer.id,
                    )  # fmt: skip
                    session.add(task)
                    session.flush()
                    session.add(
                        TaskProgress(
                            task_id=task.id, center_code=code, department_id=office, percent=50,
                            words=f"进展{code}", evidence="记录", done_by=writer.display_name, done_at=MOMENT,
                        )
                    )  # fmt: skip


def _hand_in(row: Report, chance: random.Random, person: Account) -> None:
    state = chance.choice(list(ReportState))
    if state is ReportState.OPEN:
        return
    row.state = state
    row.content = contents.written(
        Content(
            {"situation": f"情况{row.center_code}", "patrols": f"{chance.randrange(99)}"}, {},
            {"received": Figure("1", 1, None)}, MOMENT - timedelta(days=20), Variant().written,
        )
    )  # fmt: skip
    row.submitted_by_id, row.submitted_by, row.submitted_at = person.id, person.display_name, MOMENT
