"""Service windows of a center, and how their visitors rated them, month by month."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, InCenter, Versioned, code_type


class ServiceWindow(InCenter, Base):
    """A window that visitors come to. One that is closed keeps its months."""

    __tablename__ = "service_windows"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("center_code", "name"),
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="closed_after_opened"),
    )


class WindowRating(InCenter, Versioned, Base):
    """How many visitors of a month chose each of the five steps."""

    __tablename__ = "window_ratings"

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("service_windows.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    month: Mapped[date]
    very_satisfied: Mapped[int] = mapped_column(default=0)
    satisfied: Mapped[int] = mapped_column(default=0)
    basically: Mapped[int] = mapped_column(default=0)
    dissatisfied: Mapped[int] = mapped_column(default=0)
    very_dissatisfied: Mapped[int] = mapped_column(default=0)
    entered_by: Mapped[str] = mapped_column(String(100))
    entered_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("window_id", "month"),
        CheckConstraint(
            "very_satisfied >= 0 AND satisfied >= 0 AND basically >= 0 AND dissatisfied >= 0 "
            "AND very_dissatisfied >= 0",
            name="not_negative",
        ),
    )
