"""A county's work for the walk over all actions: schemes, months in each state, a round, tasks, windows,
registers and the roster."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

from sqlalchemy import select

from db.models.account import Account, Role
from db.models.assessment import (
    AssessedUnit,
    Assessment,
    AssessmentScheme,
    AssessmentState,
    FindingKind,
    Nomination,
    Objection,
    ObjectionState,
    SchemeState,
    SchemeVersion,
)
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
from db.models.window import ServiceWindow
from db.scope import ScopedSession
from lib.metrics.variant import Variant
from lib.scheduling import content as contents
from lib.scheduling.content import Content
from lib.scheduling.opening import open_round
from lib.scheduling.plan import written_plan
from lib.scheduling.usual import USUAL
from lib.schemes.scheme import canonical
from tests import assessing, makers
from tests.lib.prepared_duty import prepare_duty
from tests.lib.prepared_notices import prepare_notices
from tests.lib.prepared_registers import prepare_registers
from tests.lib.prepared_rewards import prepare_rewards
from tests.lib.prepared_roster import prepare_roster
from tests.lib.prepared_training import prepare_training
from tests.makers import COUNTY, MOMENT, TODAY, TOWN, VILLAGE
from tests.registering import unrecorded

MAY = (date(2026, 5, 1), date(2026, 5, 31))
OTHER_VILLAGE = f"{TOWN}002"


def prepare(session: ScopedSession, leader: Account) -> dict[str, Any]:
    """How each action is called by a director of the county whose leader did everything before, by its name
    or, where two are called the same, its whole name; "… by" says who else acts."""
    duty = makers.account(Role.DUTY_OFFICER, VILLAGE, username="village.duty")
    session.add(duty)
    session.flush()
    with unrecorded(session):
        prepared = (
            prepare_registers(session, leader)
            | prepare_roster(session, leader)
            | prepare_training(session, leader)
            | prepare_duty(session, leader)
            | prepare_rewards(session, leader)
            | prepare_notices(session)
        )
    return (
        dict.fromkeys(("object_to by",), "village")
        | {"village": makers.viewer_of_account(duty)}
        | _assessing(session, leader)
        | _rounds(session, leader)
        | prepared
    )


def _assessing(session: ScopedSession, leader: Account) -> dict[str, Any]:
    assessing._plant_scheme(session, random.Random(1), COUNTY, leader, leader)
    held = session.scalars(select(SchemeVersion).where(SchemeVersion.state == SchemeState.IN_FORCE)).one()
    draft = session.scalars(select(SchemeVersion).where(SchemeVersion.state == SchemeState.DRAFT)).one()
    other = assessing.scheme(name="年度评选", object="village", rhythm="year", quotas={"residents": 3})
    row = AssessmentScheme(center_code=COUNTY, name=other.name, created_at=MOMENT)
    session.add(row)
    session.flush()
    second = SchemeVersion(
        scheme_id=row.id, center_code=COUNTY, number=1, state=SchemeState.IN_FORCE,
        definition=canonical(other), first_month=date(2025, 1, 1), drafted_by_id=leader.id,
        drafted_by=leader.display_name, drafted_at=MOMENT, decided_by="某人", decided_at=MOMENT,
    )  # fmt: skip
    session.add(second)
    session.flush()
    months = {
        one.state: one.id
        for one in session.scalars(select(Assessment).where(Assessment.scheme_id == held.scheme_id))
    }
    chosen = Assessment(
        center_code=COUNTY, scheme_id=row.id, scheme_version_id=second.id, first=date(2025, 1, 1),
        last=date(2025, 12, 31), state=AssessmentState.REVIEW, moment=MOMENT,
        variant=json.dumps(Variant().written), computed_by_id=leader.id, computed_by="某人",
        computed_at=MOMENT,
    )  # fmt: skip
    session.add(chosen)
    session.flush()
    session.add_all(
        AssessedUnit(
            assessment_id=chosen.id, center_code=VILLAGE, unit_key=key, name="村", group_key="residents",
            inputs="{}", among=0,
        )
        for key in (VILLAGE, OTHER_VILLAGE)
    )  # fmt: skip
    session.flush()
    nominated = Nomination(
        assessment_id=chosen.id, center_code=VILLAGE, unit_key=OTHER_VILLAGE, reason="x",
        nominated_by_id=leader.id, nominated_by="某人", nominated_at=MOMENT,
    )  # fmt: skip
    withdrawn = AssessmentScheme(center_code=COUNTY, name="要撤销的", created_at=MOMENT)
    session.add_all([nominated, withdrawn])
    session.flush()
    last_draft = SchemeVersion(
        scheme_id=withdrawn.id, center_code=COUNTY, number=1, state=SchemeState.DRAFT,
        definition=canonical(other), first_month=date(2025, 1, 1), drafted_by_id=leader.id,
        drafted_by="某人", drafted_at=MOMENT,
    )  # fmt: skip
    session.add(last_draft)
    session.flush()
    objection = session.scalars(select(Objection.id).where(Objection.state == ObjectionState.OPEN)).first()
    return {
        "compute": (held.scheme_id, assessing.MONTHS[AssessmentState.SELF_CHECK]),
        "enter_score": (months[AssessmentState.SELF_CHECK], VILLAGE, "petition", "1", "记录"),
        "move": (months[AssessmentState.REVIEW], "return", "数据有误", 1),
        "object_to": (months[AssessmentState.OBJECTIONS], VILLAGE, "on_time", "数据漏统"),
        "reply_to": (objection, "uphold", "属实", "99"),
        "look_into": (months[AssessmentState.REVIEW], VILLAGE, FindingKind.BURST, "核实无误"),
        "nominate": (chosen.id, VILLAGE, "工作扎实"),
        "select_unit": (nominated.id, False, 1),
        "draft_scheme": (COUNTY, assessing.definition(name="又一个"), TODAY),
        "draft_next": (row.id, date(2026, 7, 1)),
        "change_draft": (draft.id, assessing.definition(name="改过的"), date(2026, 7, 1), 1),
        "move_draft": (last_draft.id, "withdraw", "", 1),
    }


def _rounds(session: ScopedSession, leader: Account) -> dict[str, Any]:
    found = open_round(session, COUNTY, RoundKind.MONTHLY, USUAL[RoundKind.MONTHLY], *MAY)
    weekly = open_round(
        session, COUNTY, RoundKind.WEEKLY, USUAL[RoundKind.WEEKLY], date(2026, 6, 15), date(2026, 6, 21)
    )
    ended = open_round(
        session, COUNTY, RoundKind.ANNUAL, USUAL[RoundKind.ANNUAL], date(2025, 1, 1), date(2025, 12, 31)
    )
    assert found is not None
    assert weekly is not None
    assert ended is not None
    reports = {
        row.center_code: row for row in session.scalars(select(Report).where(Report.round_id == found.id))
    }
    own = select(Report).where(Report.round_id == weekly.id, Report.center_code == COUNTY)
    drafted = session.scalars(own).one()
    handed_in = reports[TOWN]
    handed_in.state, handed_in.submitted_by_id = ReportState.SUBMITTED, leader.id
    handed_in.submitted_by, handed_in.submitted_at = "某人", MOMENT
    handed_in.content = contents.written(Content({"situation": "x"}, {}, {}, MOMENT, Variant().written))
    meeting = Meeting(
        round_id=found.id, center_code=COUNTY, state=MeetingState.HELD, held_at=MOMENT, minutes="x",
        written_by_id=leader.id, written_by="某人",
    )  # fmt: skip
    session.add(meeting)
    session.flush()
    tasks = [
        Task(
            meeting_id=meeting.id, center_code=COUNTY, decided_by_code=COUNTY, state=state, matter="x",
            measure="y", due_on=TODAY, decided_at=MOMENT, reported_by_id=leader.id,
        )
        for state in (TaskState.OPEN, TaskState.REPORTED)
    ]  # fmt: skip
    window = ServiceWindow(center_code=COUNTY, name="窗口", opened_on=MAY[0])
    session.add_all([*tasks, window])
    session.flush()
    session.add(
        TaskProgress(
            task_id=tasks[0].id, center_code=COUNTY, percent=1, words="x", done_by="某人", done_at=MOMENT
        )
    )
    session.flush()
    said = {"situation": "平稳"}
    seen = reports[COUNTY].version
    return {
        "save_report": (drafted.id, {"next_steps": "盯紧临期事件"}, {}, drafted.version),
        "submit_report": (reports[COUNTY].id, said, {}, seen),
        "review_report": (handed_in.id, "accept", "", handed_in.version),
        "urge_late": (found.id,),
        "close_round": (ended.id,),
        "open_by_hand": (RoundKind.DAILY, TODAY),
        "plan_rounds": (RoundKind.WEEKLY, json.loads(written_plan(USUAL[RoundKind.WEEKLY])), True, None),
        "set_calendar_day": (TODAY, False, "放假通知"),
        "write_meeting": (weekly.id, MOMENT, "会议室", "主任", "甲", "乙", "一、二", None),
        "sign_meeting": (meeting.id, 1),
        "give_task": (meeting.id, "整改", "完成", TOWN, None, TODAY),
        "report_progress": (tasks[0].id, 50, "已整改", "记录", 1),
        "move_task": (tasks[1].id, "confirm", "", 1),
        "open_window": (COUNTY, "新窗口"),
        "close_window": (window.id,),
        "enter_ratings": (window.id, MAY[0], {"satisfied": 3}, None),
    }
