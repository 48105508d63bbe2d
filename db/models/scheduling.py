"""Rounds that levels take part in, their reports, meetings, and the tasks that meetings decide."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, GivenToDepartment, HandedDown, InCenter, SystemOnly, Versioned, code_type, word_type


class RoundKind(enum.StrEnum):
    """The rhythms of the work, and the four meetings that belong to one level each."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    ANNUAL = "annual"
    PUBLIC_ORDER = "public_order"
    """Every two months: public order and stability."""
    CITY_ANALYSIS = "city_analysis"
    COUNTY_REVIEW = "county_review"
    TOWN_JOINT = "town_joint"
    VILLAGE_TALK = "village_talk"


class RoundPlan(HandedDown, Versioned, Base):
    """What a round of a kind asks of whom, and until when. Edited on screen."""

    __tablename__ = "round_plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    kind: Mapped[RoundKind] = mapped_column(word_type(RoundKind, "kind"))
    # Opened by the clock.
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    # The fields and the limits of each level, as text.
    definition: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (UniqueConstraint("center_code", "kind"),)


class Round(HandedDown, Versioned, Base):
    """One round over a period. The plan is kept as it was when it opened."""

    __tablename__ = "rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    kind: Mapped[RoundKind] = mapped_column(word_type(RoundKind, "kind"))
    first: Mapped[date]
    last: Mapped[date]
    definition: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        # However many processes look at the clock, a round opens once.
        UniqueConstraint("center_code", "kind", "first"),
        CheckConstraint("last >= first", name="period"),
    )


class ReportState(enum.StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Report(InCenter, Versioned, Base):
    """What one center says in a round. Once submitted the figures in it do not follow the data any more;
    `cases` are the cases that each figure counted then, packed."""

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    level: Mapped[str] = mapped_column(String(10))
    state: Mapped[ReportState] = mapped_column(word_type(ReportState, "state"))
    due_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(Text, default="{}")
    cases: Mapped[bytes | None] = mapped_column(LargeBinary)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    submitted_by: Mapped[str | None] = mapped_column(String(100))
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(String(300))
    urged_at: Mapped[datetime | None]
    urged_times: Mapped[int] = mapped_column(SmallInteger, default=0)

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("round_id", "center_code"),
        CheckConstraint(
            "(state IN ('submitted', 'accepted')) <= (submitted_at IS NOT NULL)", name="submitted_when"
        ),
        Index("ix_reports_state", "round_id", "state", "due_at"),
    )


class ReportStep(InCenter, Base):
    """What happened to a report; rows are only added."""

    __tablename__ = "report_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(300), default="")
    done_by: Mapped[str] = mapped_column(String(100))
    done_at: Mapped[datetime]


class MeetingState(enum.StrEnum):
    HELD = "held"
    SIGNED = "signed"


class Meeting(InCenter, Versioned, Base):
    """The meeting of a center in a round: who was there, what was said, and who stands for it."""

    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    state: Mapped[MeetingState] = mapped_column(word_type(MeetingState, "state"))
    held_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(100), default="")
    chair: Mapped[str] = mapped_column(String(100), default="")
    # Names, one a line; who was excused or missing stands apart.
    present: Mapped[str] = mapped_column(Text, default="")
    absent: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    written_by: Mapped[str] = mapped_column(String(100))
    signed_by: Mapped[str | None] = mapped_column(String(100))
    signed_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("round_id", "center_code"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_when"),
    )


class TaskState(enum.StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    """The owner says that it is done; somebody else has to confirm it."""
    DONE = "done"
    DROPPED = "dropped"


class Task(InCenter, GivenToDepartment, Versioned, Base):
    """A decision of a meeting: `center_code` is whose it is, or beside whom the department stands."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    # The center whose meeting decided it and who confirms that it is done.
    decided_by_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    state: Mapped[TaskState] = mapped_column(word_type(TaskState, "state"))
    matter: Mapped[str] = mapped_column(String(300))
    # By what it is seen that it was done.
    measure: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    percent: Mapped[int] = mapped_column(SmallInteger, default=0)
    # What is given to gridworkers stands on the access list, or was let through as an exception.
    for_gridworkers: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    published_item_id: Mapped[int | None] = mapped_column(ForeignKey("published_items.id"))
    decided_at: Mapped[datetime]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    closed_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("(state IN ('done', 'dropped')) = (closed_at IS NOT NULL)", name="closed_when"),
        Index("ix_tasks_state", "state", "due_on"),
    )


class TaskProgress(InCenter, GivenToDepartment, Base):
    """A step on the way, with its evidence; rows are only added."""

    __tablename__ = "task_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    percent: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str] = mapped_column(String(500))
    evidence: Mapped[str] = mapped_column(String(300), default="")
    done_by: Mapped[str] = mapped_column(String(100))
    done_at: Mapped[datetime]


class CalendarDay(HandedDown, Base):
    """A day that is worked or not, otherwise than the published calendar says or where it says nothing."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    works: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(100))
    changed_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime]


class Lease(SystemOnly, Base):
    """Who does a thing that only one process may do, and until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime]
