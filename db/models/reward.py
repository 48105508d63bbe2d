"""Points, commendations and allowances of people, and what they were called to account for."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, HandedDown, InCenter, Versioned, code_type, word_type


class AllowanceRule(HandedDown, Base):
    """How points and allowances are counted for a center and all below, from a month on; rows are only added,
    the nearest center's newest one holds. `definition` is JSON."""

    __tablename__ = "allowance_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    since: Mapped[date]
    definition: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime]


class AwardKind(enum.StrEnum):
    POINTS = "points"
    COMMENDATION = "commendation"
    CRITICISM = "criticism"
    SUBSIDY = "subsidy"


class Award(InCenter, Base):
    """Points or money that somebody was given by hand, or lost. One that was a mistake is withdrawn and
    stays."""

    __tablename__ = "awards"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    day: Mapped[date]
    kind: Mapped[AwardKind] = mapped_column(word_type(AwardKind, "kind"))
    points: Mapped[int]
    cents: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    given_by: Mapped[str] = mapped_column(String(100))
    given_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None] = mapped_column(String(100))
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_awards_center_code", "center_code", "day"),)


class SheetState(enum.StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"


class AllowanceSheet(InCenter, Versioned, Base):
    """What a town pays for one month. Approved by somebody else than who made it; then it stands, and stays
    with the town that paid, even where that has become part of another."""

    __tablename__ = "allowance_sheets"
    follows_center: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    # The first day of the month.
    month: Mapped[date]
    state: Mapped[SheetState] = mapped_column(word_type(SheetState, "state"))
    # The rule as it was when the sheet was counted, so that it can be counted again.
    rule: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    submitted_by: Mapped[str | None] = mapped_column(String(100))
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(100))
    approved_at: Mapped[datetime | None]
    # Every account that ever made, corrected or submitted it, as JSON: none of them approves it.
    worked_on: Mapped[str] = mapped_column(Text, default="[]", server_default="[]")

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("center_code", "month"),
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved_when"),
    )


class AllowanceLine(InCenter, Base):
    """One person on a sheet: what was counted, as JSON, what it comes to, and a reasoned correction."""

    __tablename__ = "allowance_lines"
    follows_center: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("allowance_sheets.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    counted: Mapped[str] = mapped_column(Text)
    points: Mapped[int]
    cents: Mapped[int]
    corrected_cents: Mapped[int | None]
    corrected_because: Mapped[str] = mapped_column(String(200), default="", server_default="")
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    __table_args__ = (
        UniqueConstraint("sheet_id", "person_id"),
        CheckConstraint("corrected_cents IS NULL OR corrected_because <> ''", name="corrected_why"),
    )


class AccountabilityKind(enum.StrEnum):
    """What followed, from the mildest to the last."""

    TALK = "talk"
    CRITICISM = "criticism"
    DEDUCTION = "deduction"
    SUSPENSION = "suspension"
    DISMISSAL = "dismissal"


class Accountability(InCenter, Base):
    """That somebody was called to account (责任追究). Few may read it; one that was lifted stays."""

    __tablename__ = "accountabilities"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    day: Mapped[date]
    kind: Mapped[AccountabilityKind] = mapped_column(word_type(AccountabilityKind, "kind"))
    facts: Mapped[str] = mapped_column(String(1000))
    decision: Mapped[str] = mapped_column(String(500))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    recorded_by: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime]
    lifted_because: Mapped[str] = mapped_column(String(500), default="", server_default="")
    lifted_by: Mapped[str | None] = mapped_column(String(100))
    lifted_at: Mapped[datetime | None]
