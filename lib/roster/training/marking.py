"""Writes who attended a session and with what result, held against what stands there: all or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from db.at_once import add_at_once
from db.models.roster import Person
from db.models.training import Attendance, AttendanceResult, TrainingSession
from db.scope import ScopedSession, within
from lib import deployment
from lib.access.guard import viewer_of
from lib.errors import BadInput, Conflict, Problem
from lib.i18n import _, listed
from lib.roster.training.words import RESULT_WORDS

AT_ONCE, MOST_AT_ONCE, MOST_NAMED = 500, 20_000, 8
SCORED = (AttendanceResult.PASSED, AttendanceResult.FAILED)


@dataclass(frozen=True)
class Mark:
    """One person's attendance as somebody says it is. `result` None takes a wrong mark away; `before` and
    `score_before` are what stood on the screen; `row` is where it stands in a file."""

    person_id: int
    result: AttendanceResult | None
    score: int | None = None
    before: AttendanceResult | None = None
    score_before: int | None = None
    row: int | None = None


def fault(mark: Mark) -> str:
    """What is wrong with a mark by itself; "" when nothing is."""
    if mark.score is None:
        return ""
    if isinstance(mark.score, bool) or not 0 <= mark.score <= 100:
        return _("成绩应是0到100之间的整数。")
    if mark.result not in SCORED:
        return _("只有合格和不合格的人员填成绩。")
    return ""


def people_of(session: ScopedSession, center_code: str, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Name and center of the people of a center; whoever is not there, or not theirs, is left out."""
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), AT_ONCE):
        statement = select(Person.id, Person.name, Person.center_code).where(
            Person.id.in_(wanted[start : start + AT_ONCE]), within(Person.center_code, [center_code])
        )
        found.update({key: (name, code) for key, name, code in session.execute(statement)})
    return found


def recorded(session: ScopedSession, session_id: int) -> dict[int, Attendance]:
    """What stands there, by person."""
    rows = session.scalars(select(Attendance).where(Attendance.session_id == session_id))
    return {row.person_id: row for row in rows}


def write_marks(session: ScopedSession, row: TrainingSession, marks: Collection[Mark]) -> dict[str, int]:
    """Returns how many rows are other than before, by what they say now. Raises BadInput, Conflict."""
    if len(marks) > MOST_AT_ONCE:
        raise BadInput(_("一次最多登记{most}人，请分开登记。").format(most=MOST_AT_ONCE))
    people = people_of(session, row.center_code, (mark.person_id for mark in marks))
    _must_be_right(marks, people)
    standing = recorded(session, row.id)
    _must_be_as_seen(marks, standing, people)
    moment, by = deployment.moment_of(session), viewer_of(session).name
    counts: Counter[str] = Counter()
    new = []
    for mark in marks:
        there = standing.get(mark.person_id)
        if there is None and mark.result is not None:
            new.append(
                {
                    "session_id": row.id, "person_id": mark.person_id,
                    "center_code": people[mark.person_id][1], "round_id": row.round_id,
                    "held_on": row.held_on, "result": mark.result, "score": mark.score,
                    "recorded_by": by, "recorded_at": moment,
                }
            )  # fmt: skip
        elif there is None or (there.result, there.score) == (mark.result, mark.score):
            continue
        elif mark.result is None:
            session.delete(there)
        else:
            there.result, there.score = mark.result, mark.score
            there.recorded_by, there.recorded_at = by, moment
        counts[mark.result.value if mark.result else "cleared"] += 1
    session.flush()
    add_at_once(session, Attendance, new)
    return dict(counts)


def _must_be_right(marks: Collection[Mark], people: dict[int, tuple[str, str]]) -> None:
    problems, times = [], Counter(mark.person_id for mark in marks)
    for mark in marks:
        if mark.person_id not in people:
            sentence = _("找不到{number}号人员，或他不属于这场培训的中心。").format(number=mark.person_id)
        elif times[mark.person_id] > 1:
            sentence = _("{name}出现了不止一次。").format(name=people[mark.person_id][0])
        elif wrong := fault(mark):
            sentence = _("{name}：{problem}").format(name=people[mark.person_id][0], problem=wrong)
        else:
            continue
        problems.append(Problem("result", sentence, mark.row))
    if problems:
        raise BadInput(_("有{count}处问题，没有保存。").format(count=len(problems)), tuple(problems))


def _must_be_as_seen(
    marks: Collection[Mark], standing: dict[int, Attendance], people: dict[int, tuple[str, str]]
) -> None:
    changed = []
    for mark in marks:
        there = standing.get(mark.person_id)
        now = (there.result, there.score) if there else (None, None)
        if now not in ((mark.before, mark.score_before), (mark.result, mark.score)):
            name = people[mark.person_id][0]
            said = _(RESULT_WORDS[now[0]]) if now[0] else _("未登记")
            changed.append(_("{name}（现为{result}）").format(name=name, result=said))
    if changed:
        raise Conflict(
            _("这些人的考勤刚被别人改过：{names}。请刷新页面核对后再改，没有保存。").format(
                names=listed(changed[:MOST_NAMED])
            )
        )
