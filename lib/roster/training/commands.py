"""What people do with training: plan rounds, hold sessions in them, record who attended."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, update

from db.models.center import Center
from db.models.training import Attendance, TrainingRound, TrainingSession
from db.scope import ScopedSession, within
from db.session import take_lock
from lib import deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.centers.queries import not_there
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Problem, WrongState
from lib.i18n import _
from lib.masking import masked_text
from lib.roster.changes.writing import hold_still
from lib.roster.roles import read_roles, written_roles
from lib.roster.training.marking import Mark, write_marks
from lib.roster.training.planning import LONGEST_NOTE, LONGEST_WORDS, Plan, Sitting, checked, seated
from lib.typed import as_typed


def no_round() -> NotFound:
    return NotFound(_("找不到这轮培训，或它不在您的范围内。"))


def no_session() -> NotFound:
    return NotFound(_("找不到这场培训，或它不在您的范围内。"))


@command(Permission.KEEP_ROSTER)
def plan_round(session: ScopedSession, center_code: str, plan: Plan) -> int:
    """A round of a center for itself and all below; returns its key. Raises NotFound, BadInput."""
    if session.get(Center, center_code) is None or not session.scope.covers(center_code):
        raise not_there()
    plan = checked(plan)
    take_lock(session, f"training rounds {center_code}")
    _must_be_free(session, center_code, plan.name)
    viewer = viewer_of(session)
    row = TrainingRound(
        center_code=center_code, **_columns(plan), made_by=viewer.name,
        made_at=deployment.moment_of(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, viewer, "training planned", f"training {row.id}", after={"center": center_code} | _told(row)
    )
    return row.id


@command(Permission.KEEP_ROSTER)
def change_round(session: ScopedSession, round_id: int, plan: Plan, seen: int) -> int:
    """Returns what the next change must have seen. Raises NotFound, NotAllowed, WrongState, BadInput,
    Conflict."""
    row = _own_round(session, round_id, seen)
    plan = checked(plan)
    take_lock(session, f"training rounds {row.center_code}")
    if plan.name != row.name:
        _must_be_free(session, row.center_code, plan.name)
    outside = session.scalar(
        select(func.count(TrainingSession.id)).where(
            TrainingSession.round_id == row.id,
            TrainingSession.cancelled_at.is_(None),
            ~TrainingSession.held_on.between(plan.first_day, plan.last_day),
        )
    )
    if outside:
        sentence = _("有{count}场培训不在新的起止日期内，请先调整这些场次。").format(count=outside)
        raise BadInput(sentence, (Problem("last_day", sentence),))
    before = _told(row)
    for name, value in _columns(plan).items():
        setattr(row, name, value)
    session.flush()
    record(
        session, viewer_of(session), "training changed", f"training {row.id}", before=before, after=_told(row)
    )
    return row.version


@command(Permission.KEEP_ROSTER)
def cancel_round(session: ScopedSession, round_id: int, reason: str, seen: int) -> None:
    """A round in which somebody attended stays: it says who is trained. Raises NotFound, NotAllowed,
    WrongState, BadInput, Conflict."""
    row = _own_round(session, round_id, seen)
    why = _reason(reason)
    if session.scalar(select(Attendance.id).where(Attendance.round_id == row.id).limit(1)) is not None:
        raise WrongState(_("这轮培训已有考勤记录，不能取消。"))
    row.cancelled_at = deployment.moment_of(session)
    session.flush()
    record(
        session, viewer_of(session), "training cancelled", f"training {row.id}",
        after={"reason": masked_text(why)},
    )  # fmt: skip


@command(Permission.KEEP_ROSTER)
def hold_session(session: ScopedSession, round_id: int, center_code: str, sitting: Sitting) -> int:
    """A day of a round for the people of a center, also of one below the round's; returns its key. Raises
    NotFound, WrongState, BadInput."""
    found = session.get(TrainingRound, round_id)
    if found is None:
        raise no_round()
    if session.get(Center, center_code) is None or not session.scope.covers(center_code):
        raise not_there()
    if not center_code.startswith(found.center_code):
        raise BadInput(_("这轮培训不包括这个中心。"))
    _must_stand(found)
    sitting = seated(sitting, found)
    viewer = viewer_of(session)
    row = TrainingSession(
        round_id=found.id, center_code=center_code, subject=sitting.subject, held_on=sitting.held_on,
        minutes=sitting.minutes, place=sitting.place, trainer=sitting.trainer, made_by=viewer.name,
        made_at=deployment.moment_of(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, viewer, "training session held", f"training_session {row.id}",
        after={"training": found.id, "center": center_code} | _said(row),
    )  # fmt: skip
    return row.id


@command(Permission.KEEP_ROSTER)
def change_session(session: ScopedSession, session_id: int, sitting: Sitting, seen: int) -> int:
    """Another day counts for everybody who attended. Returns what the next change must have seen. Raises
    NotFound, WrongState, BadInput, Conflict."""
    row, found = _session(session, session_id, seen)
    sitting = seated(sitting, found)
    before = _said(row)
    if sitting.held_on != row.held_on:
        attended = select(Attendance.id).where(Attendance.session_id == row.id).limit(1)
        if sitting.held_on > deployment.today_of(session) and session.scalar(attended) is not None:
            sentence = _("已经登记考勤的培训不能改到以后的日期。")
            raise BadInput(sentence, (Problem("held_on", sentence),))
        session.execute(
            update(Attendance).where(Attendance.session_id == row.id).values(held_on=sitting.held_on),
            execution_options={"synchronize_session": False},
        )
    row.subject, row.held_on, row.minutes = sitting.subject, sitting.held_on, sitting.minutes
    row.place, row.trainer = sitting.place, sitting.trainer
    session.flush()
    record(
        session, viewer_of(session), "training session changed", f"training_session {row.id}", before=before,
        after=_said(row),
    )  # fmt: skip
    return row.version


@command(Permission.KEEP_ROSTER)
def cancel_session(session: ScopedSession, session_id: int, reason: str, seen: int) -> None:
    """Raises NotFound, WrongState, BadInput, Conflict."""
    row, _found = _session(session, session_id, seen)
    why = _reason(reason)
    if session.scalar(select(Attendance.id).where(Attendance.session_id == row.id).limit(1)) is not None:
        raise WrongState(_("这场培训已有考勤记录，不能取消。请先清空误登记的考勤。"))
    row.cancelled_at = deployment.moment_of(session)
    session.flush()
    record(
        session, viewer_of(session), "training session cancelled", f"training_session {row.id}",
        after={"reason": masked_text(why)},
    )  # fmt: skip


@command(Permission.KEEP_ROSTER)
def record_attendance(
    session: ScopedSession, session_id: int, marks: Collection[Mark], source: str = ""
) -> int:
    """Who came and who passed, many at once: all of it or nothing. `source` names the file that it was read
    from. Returns how many rows are other than before. Raises NotFound, WrongState, BadInput, Conflict."""
    hold_still(session)  # whoever moves meanwhile would leave what is written here behind
    take_lock(session, f"training session {session_id}")
    row, _found = _session(session, session_id)
    if row.held_on > deployment.today_of(session):
        raise WrongState(_("培训还没有举办，到举办当天再登记考勤。"))
    counts = write_marks(session, row, marks)
    if not counts:
        raise BadInput(_("没有改动，不用保存。"))
    record(
        session, viewer_of(session), "attendance recorded", f"training_session {row.id}",
        after=counts | ({"file": masked_text(as_typed(source, LONGEST_WORDS))} if source else {}),
    )  # fmt: skip
    return sum(counts.values())


# -- what must be so


def _own_round(session: ScopedSession, round_id: int, seen: int) -> TrainingRound:
    row = session.get(TrainingRound, round_id)
    if row is None:
        raise no_round()
    if not session.scope.covers(row.center_code):
        raise NotAllowed(_("由安排这轮培训的中心修改。"))
    if row.version != seen:
        raise Conflict(_("这轮培训刚被别人改过。请核对页面上的新内容后再办理。"))
    _must_stand(row)
    return row


def _session(
    session: ScopedSession, session_id: int, seen: int | None = None
) -> tuple[TrainingSession, TrainingRound]:
    row = session.get(TrainingSession, session_id)
    found = session.get(TrainingRound, row.round_id) if row is not None else None
    if row is None or found is None:
        raise no_session()
    if seen is not None and row.version != seen:
        raise Conflict(_("这场培训刚被别人改过。请核对页面上的新内容后再办理。"))
    _must_stand(found)
    if row.cancelled_at is not None:
        raise WrongState(_("这场培训已经取消。"))
    return row, found


def _must_stand(row: TrainingRound) -> None:
    if row.cancelled_at is not None:
        raise WrongState(_("这轮培训已经取消。"))


def _must_be_free(session: ScopedSession, center_code: str, name: str) -> None:
    taken = select(TrainingRound.id).where(
        within(TrainingRound.center_code, [center_code]), TrainingRound.center_code == center_code,
        TrainingRound.name == name,
    )  # fmt: skip
    if session.scalar(taken) is not None:
        sentence = _("本中心已有名为“{name}”的培训（包括取消了的），请换一个名称。").format(name=name)
        raise BadInput(sentence, (Problem("name", sentence, value=name),))


def _reason(reason: str) -> str:
    why = as_typed(reason, LONGEST_NOTE)
    if not why:
        sentence = _("请写明取消的原因。")
        raise BadInput(sentence, (Problem("reason", sentence),))
    return why


# -- what the history says


def _columns(plan: Plan) -> dict[str, object]:
    return {
        "name": plan.name, "first_day": plan.first_day, "last_day": plan.last_day,
        "roles": written_roles(plan.roles), "valid_months": plan.valid_months, "note": plan.note,
    }  # fmt: skip


def _told(row: TrainingRound) -> dict[str, object]:
    return {
        "name": masked_text(row.name), "first": f"{row.first_day}", "last": f"{row.last_day}",
        "posts": [role.value for role in read_roles(row.roles)], "valid_months": row.valid_months,
    }  # fmt: skip


def _said(row: TrainingSession) -> dict[str, object]:
    return {"name": masked_text(row.subject), "day": f"{row.held_on}", "minutes": row.minutes}
