"""What of a register is published for a center and all below it, and the gate that asks the access list."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, GivenToDepartment, HandedDown, InCenter, Versioned, code_type, word_type


class PublicationState(enum.StrEnum):
    PROPOSED = "proposed"
    PUBLISHED = "published"
    REJECTED = "rejected"


class Publication(HandedDown, Versioned, Base):
    """An edition of a list of one center: what changes in it from a day on. Proposed by one person, published
    by another, and never changed after that."""

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("registers.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    number: Mapped[int]
    state: Mapped[PublicationState] = mapped_column(word_type(PublicationState, "state"))
    effective_on: Mapped[date]
    # What it changes, entry by entry, as JSON; kept from the proposal on, so that what was reviewed is what
    # is published.
    changes: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(String(300), default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    proposed_by: Mapped[str] = mapped_column(String(100))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]
    decision_words: Mapped[str] = mapped_column(String(300), default="")

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("register_id", "center_code", "number"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_when"),
    )


class PublishedItem(HandedDown, Base):
    """An entry as it holds for a center and all below from a day on; `until` is the first day on which it
    does not hold any more."""

    __tablename__ = "published_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("registers.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entries.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"))
    design_number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(120))
    since: Mapped[date]
    until: Mapped[date | None]
    published_by: Mapped[str] = mapped_column(String(100))
    published_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="until_after_since"),
        Index("ix_published_items_register_id", "register_id", "center_code", "since"),
        # At any time an entry holds in one wording.
        Index(
            "uq_published_items_standing",
            "entry_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )


class GateException(InCenter, GivenToDepartment, Base):
    """A matter that was given to gridworkers though it is not on the access list, with its basis."""

    __tablename__ = "gate_exceptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    matter: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(String(300))
    # What was given: "task 12".
    subject: Mapped[str] = mapped_column(String(40))
    allowed_by: Mapped[str] = mapped_column(String(100))
    allowed_at: Mapped[datetime]


class GateRule(HandedDown, Versioned, Base):
    """Whether a center refuses what is not on its access list, or records it as an exception."""

    __tablename__ = "gate_rules"

    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), primary_key=True)
    allows_exceptions: Mapped[bool] = mapped_column(Boolean, default=False)
    changed_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
