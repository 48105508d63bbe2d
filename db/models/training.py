"""Training of the people of the roster: rounds, the sessions in them, and who attended."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, HandedDown, InCenter, Versioned, code_type, word_type


class TrainingRound(HandedDown, Versioned, Base):
    """A plan: everybody in the roles is to be trained once between two days. `valid_months` says how long
    that holds; None is forever."""

    __tablename__ = "training_rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    first_day: Mapped[date]
    last_day: Mapped[date]
    # The roles that it is for, separated by blanks.
    roles: Mapped[str] = mapped_column(String(400))
    valid_months: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    cancelled_at: Mapped[datetime | None]
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("center_code", "name"),
        CheckConstraint("last_day >= first_day", name="in_order"),
        CheckConstraint("valid_months IS NULL OR valid_months > 0", name="valid_months"),
    )


class TrainingSession(InCenter, Versioned, Base):
    """A day of a round at one place, held by the center whose people it is for."""

    __tablename__ = "training_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("training_rounds.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    subject: Mapped[str] = mapped_column(String(100))
    held_on: Mapped[date]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(100), default="", server_default="")
    trainer: Mapped[str] = mapped_column(String(100), default="", server_default="")
    cancelled_at: Mapped[datetime | None]
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)


class AttendanceResult(enum.StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"
    EXCUSED = "excused"


class Attendance(InCenter, Base):
    """Whether a person came to a session and passed; only who passed is trained. `center_code` is the
    person's at that time."""

    __tablename__ = "attendances"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    # Copied from the session, so that who is trained on a day is found without it.
    round_id: Mapped[int] = mapped_column(ForeignKey("training_rounds.id"))
    held_on: Mapped[date]
    result: Mapped[AttendanceResult] = mapped_column(word_type(AttendanceResult, "result"))
    score: Mapped[int | None]
    recorded_by: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        Index("ix_attendances_person_id", "person_id", "result", "held_on", "round_id", "center_code"),
        Index("ix_attendances_round_id", "round_id", "result", "person_id", "center_code"),
    )
