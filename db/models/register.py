"""Registers that people design themselves: their designs, entries, history, and what of them is published."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, GivenToDepartment, HandedDown, InCenter, Versioned, code_type, word_type


class Register(HandedDown, Versioned, Base):
    """A ledger of a center and all below it. `design_number` is 0 until its first design is in use."""

    __tablename__ = "registers"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    # The template that it was made from; pages of their own find theirs by it.
    template: Mapped[str] = mapped_column(String(40), default="")
    design_number: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (UniqueConstraint("center_code", "name"),)


class RegisterDesign(HandedDown, Versioned, Base):
    """One wording of a register. It is a draft until `used_since`; after that it is never changed."""

    __tablename__ = "register_designs"

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("registers.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    number: Mapped[int]
    definition: Mapped[str] = mapped_column(Text)
    used_since: Mapped[datetime | None]
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (UniqueConstraint("register_id", "number"),)


class Entry(InCenter, GivenToDepartment, Versioned, Base):
    """One line of a register. It keeps the number of the design that it was last written with; one that was
    taken out stays and can be brought back."""

    __tablename__ = "register_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("registers.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    # Counted within the register and the year of `made_at`; never given twice.
    serial: Mapped[int] = mapped_column(Integer)
    design_number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    # What each field holds, by its key, as JSON.
    content: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(120), default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    # Who brought it to where it waits; they do not decide on it.
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    moved_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("register_id", "serial"),
        # The newest first, and how many there are, without a look at the rows.
        Index(
            "ix_register_entries_standing",
            "register_id",
            "id",
            "center_code",
            "state",
            "removed_at",
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        # How many stand in which stage, and since when, without a look at the rows.
        Index(
            "ix_register_entries_state",
            "register_id",
            "state",
            "center_code",
            "department_id",
            "changed_at",
            "removed_at",
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_register_entries_center_code", "center_code", "register_id"),
        Index("ix_register_entries_title", "register_id", "title", "removed_at", "center_code"),
    )


class EntryValue(InCenter, GivenToDepartment, Base):
    """What entries are found, sorted and counted by: a value that is not empty, of a field, as words or in
    ten-thousandths. Written with the entry and only there."""

    __tablename__ = "entry_values"

    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entries.id"), primary_key=True)
    # The number in the field's key: 3 of "f3".
    field: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("registers.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    words: Mapped[str | None] = mapped_column(code_type(100))
    number: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("(words IS NULL) <> (number IS NULL)", name="one_of_both"),
        Index(
            "ix_entry_values_words",
            "register_id",
            "field",
            "words",
            "entry_id",
            "center_code",
            "department_id",
            sqlite_where=text("words IS NOT NULL"),
            postgresql_where=text("words IS NOT NULL"),
        ),
        Index(
            "ix_entry_values_number",
            "register_id",
            "field",
            "number",
            "entry_id",
            "center_code",
            "department_id",
            sqlite_where=text("number IS NOT NULL"),
            postgresql_where=text("number IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )


class ChangeKind(enum.StrEnum):
    MADE = "made"
    EDITED = "edited"
    MOVED = "moved"
    REMOVED = "removed"
    RESTORED = "restored"
    COMMENTED = "commented"


class EntryChange(InCenter, GivenToDepartment, Base):
    """What happened to an entry; rows are only added. `version` is the entry's afterwards."""

    __tablename__ = "entry_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entries.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    kind: Mapped[ChangeKind] = mapped_column(word_type(ChangeKind, "kind"))
    # The step of the workflow, or what the fields that changed held before and hold now, as JSON.
    action: Mapped[str] = mapped_column(String(20), default="")
    before: Mapped[str] = mapped_column(Text, default="{}")
    after: Mapped[str] = mapped_column(Text, default="{}")
    words: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int]
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_sets.id"))
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    done_by: Mapped[str] = mapped_column(String(100))
    done_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_entry_changes_entry_id", "entry_id", "id"),
        Index("ix_entry_changes_change_set_id", "change_set_id"),
    )


class ChangeSetKind(enum.StrEnum):
    EDITOR = "editor"
    IMPORT = "import"
    BULK = "bulk"


class ChangeSet(InCenter, Base):
    """Several rows that one person changed at once, and can take back at once while nobody else has touched
    them. `subject` says of what: "register 12"."""

    __tablename__ = "change_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    subject: Mapped[str] = mapped_column(String(40))
    kind: Mapped[ChangeSetKind] = mapped_column(word_type(ChangeSetKind, "kind"))
    source: Mapped[str] = mapped_column(String(200), default="")
    made: Mapped[int] = mapped_column(default=0)
    edited: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    done_by: Mapped[str] = mapped_column(String(100))
    done_at: Mapped[datetime]
    undone_by: Mapped[str | None] = mapped_column(String(100))
    undone_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_change_sets_subject", "subject", "id"),)


class Attachment(InCenter, GivenToDepartment, Base):
    """A file of an entry. One that was taken out stays for the history."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entries.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    field: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_by: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class PrintTemplate(HandedDown, Base):
    """A Word document into which entries of a register are printed."""

    __tablename__ = "print_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("registers.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_by: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("register_id", "name"),)


class RegisterMetric(HandedDown, Base):
    """A figure that is counted from a register's entries. Its definition is never changed: a changed one is
    a new figure."""

    __tablename__ = "register_metrics"

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("registers.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    definition: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
