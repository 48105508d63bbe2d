"""What the demonstration's centers have worked on is what the product itself would have made of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from db.models.assessment import AssessedUnit, Assessment, AssessmentState, SchemeVersion
from db.models.scheduling import Report, ReportState, Round, Task
from lib.access.work import reading_at_the_machine
from lib.assessment.places import unit_of
from lib.assessment.queries import recompute, restatement
from lib.assessment.result import rank
from lib.metrics.measured import Period
from lib.metrics.queries import measure
from lib.scheduling import content as contents
from lib.scheduling.figures import Figure
from lib.schemes.queries import wording_of
from seed.filling import fill
from seed.plan import Plan
from seed.progress import Progress
from tests.conftest import one_for_a_file

PLAN = Plan(cases=3_000, seed=7, today=date(2026, 6, 30), practice=True)


@pytest.fixture(scope="module")
def worked_on(request, tmp_path_factory):
    with one_for_a_file(request, "sqlite", tmp_path_factory.mktemp("practice")) as url:
        fill(url, PLAN, Progress())
        yield url


def test_sealed_months_hold_and_nothing_has_changed_since(worked_on):
    with reading_at_the_machine() as session:
        rows = session.scalars(select(Assessment).order_by(Assessment.id)).all()
        assert [row.state for row in rows].count(AssessmentState.SEALED) == 8
        assert [row.state for row in rows].count(AssessmentState.OBJECTIONS) == 4
        for row in rows:
            if row.state is AssessmentState.SEALED:
                found = recompute(session, row.id)
                assert found.matches
                assert found.places_follow
            assert restatement(session, row.id) == ()


def test_every_unit_stands_where_its_inputs_put_it(worked_on):
    with reading_at_the_machine() as session:
        row = session.scalars(select(Assessment).order_by(Assessment.id.desc())).first()
        scheme = wording_of(session.get(SchemeVersion, row.scheme_version_id)).scheme
        units = session.scalars(select(AssessedUnit).where(AssessedUnit.assessment_id == row.id)).all()
        placed = {one.key: one for one in rank(scheme, [unit_of(unit) for unit in units])}
        assert {unit.unit_key: unit.rank for unit in units} == {key: one.rank for key, one in placed.items()}


def test_reports_hold_the_figures_of_their_center(worked_on):
    with reading_at_the_machine() as session:
        found = session.scalars(select(Round).where(Round.kind == "monthly")).one()
        asked = session.scalars(select(Report).where(Report.round_id == found.id)).all()
        assert len(asked) == 1 + 9 + 114 + 1180
        handed_in = [row for row in asked if row.state in (ReportState.SUBMITTED, ReportState.ACCEPTED)]
        assert 0.95 < len(handed_in) / len(asked) < 1
        for row in handed_in[:: len(handed_in) // 12]:
            content = contents.read(row.content)
            period = Period(found.first, found.last, monthly=True)
            measured = measure(session, ("received", "on_time"), row.center_code, period, content.moment)
            assert len(measured) == 2
            for one in measured:
                assert content.figures[one.metric] == Figure.of(one)


def test_a_meeting_has_decided_something(worked_on):
    with reading_at_the_machine() as session:
        tasks = session.scalars(select(Task)).all()
        assert {task.state.value for task in tasks} == {"open", "done"}
