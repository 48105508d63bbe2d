"""Cases as facts: where, what, from which source, and the moments that count."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, GivenToDepartment, HandedDown, InCenter, code_type, word_type


class Source(enum.StrEnum):
    """The eight sources of the data pool."""

    HOTLINE = "hotline"
    APPEAL = "appeal"
    POLICE = "police"
    LETTER = "letter"
    ONLINE = "online"
    PETITION = "petition"
    PATROL = "patrol"
    COURT = "court"


class Stage(enum.StrEnum):
    REPORTED = "reported"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    HANDLED = "handled"
    VERIFIED = "verified"
    CLOSED = "closed"


class CaseCategory(HandedDown, Base):
    """What a case is about. Two levels: the code of a group is the start of its members' codes."""

    __tablename__ = "case_categories"

    code: Mapped[str] = mapped_column(code_type(12), primary_key=True)
    # The center whose subtree uses the category; another city's import brings its own.
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))


class Case(InCenter, GivenToDepartment, Base):
    """A case. `center_code` is where it happened and never says who handles it.

    Facts come from outside and may be impossible (closed before reported); such rows are kept,
    counted as they stand, and shown as what they are.
    """

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    # Whose number it is: this product's own, or the register that it was imported from.
    origin: Mapped[str] = mapped_column(String(30))
    number: Mapped[str] = mapped_column(String(40))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"))
    category_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("case_categories.code"))
    source: Mapped[Source] = mapped_column(word_type(Source, "source"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    stage: Mapped[Stage] = mapped_column(word_type(Stage, "stage"))
    title: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str | None] = mapped_column(Text)
    reported_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    suspended: Mapped[bool] = mapped_column(default=False)
    rework_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    # How often it was sent back to where it came from, each time with a reason.
    returned_count: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    # The same matter reported again: linked to the first report, never deleted.
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    # Five steps, 5 very satisfied … 1 dissatisfied.
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    rated_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("(rating IS NULL) = (rated_at IS NULL)", name="rated_when"),
        CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name="closed_when"),
        CheckConstraint("rework_count >= 0", name="rework_count"),
        Index("uq_cases_origin_number", "origin", "number", unique=True),
        # Each question of the first screens reads one of these and no row beside it.
        Index("ix_cases_reported_at", "reported_at", "center_code"),
        Index("ix_cases_due_at", "due_at", "center_code", "closed_at", "suspended"),
        Index(
            "ix_cases_open",
            "center_code",
            "due_at",
            "grid_id",
            "reported_at",
            "suspended",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_cases_open_reported",
            "reported_at",
            "center_code",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_cases_open_grid",
            "grid_id",
            "center_code",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_cases_rated_at",
            "rated_at",
            "center_code",
            "rating",
            sqlite_where=text("rated_at IS NOT NULL"),
            postgresql_where=text("rated_at IS NOT NULL"),
        ),
        # Without the open ones: SQLite would else look for those here, where they are many.
        Index(
            "ix_cases_closed_at",
            "closed_at",
            "reported_at",
            "due_at",
            "center_code",
            "suspended",
            sqlite_where=text("closed_at IS NOT NULL"),
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
        # Few cases repeat another one; whoever deletes a case looks here too.
        Index(
            "ix_cases_repeat_of_id",
            "repeat_of_id",
            "reported_at",
            sqlite_where=text("repeat_of_id IS NOT NULL"),
            postgresql_where=text("repeat_of_id IS NOT NULL"),
        ),
        Index("ix_cases_grid_id", "grid_id", "reported_at"),
        Index("ix_cases_center_code", "center_code", "reported_at"),
        Index("ix_cases_changed_at", "changed_at"),
    )
