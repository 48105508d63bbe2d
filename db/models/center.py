"""The four levels of command centers, and how their codes changed."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, HandedDown, InCenter, code_type, word_type


class Level(enum.StrEnum):
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


CODE_LENGTH = {Level.CITY: 4, Level.COUNTY: 6, Level.TOWN: 9, Level.VILLAGE: 12}


class Center(HandedDown, Base):
    """A command center. Its code is the significant digits of its division code.

    A center that was merged or moved away stays as a row with `ended_on`, so that history
    which names the old code can still be read.
    """

    __tablename__ = "centers"
    scope_column: ClassVar[str] = "code"

    code: Mapped[str] = mapped_column(code_type(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[Level] = mapped_column(word_type(Level, "level"))
    # A root has no parent; everybody else's code begins with the parent's.
    parent_code: Mapped[str | None] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    initials: Mapped[str] = mapped_column(String(60), index=True)
    director_name: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(30))
    # A unit that no public list holds: part of a demonstration.
    invented: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]
    successor_code: Mapped[str | None] = mapped_column(code_type(12), ForeignKey("centers.code"))

    __table_args__ = (
        CheckConstraint("length(code) IN (4, 6, 9, 12)", name="code_length"),
        CheckConstraint(
            "parent_code IS NULL OR substr(code, 1, length(parent_code)) = parent_code",
            name="code_under_parent",
        ),
        CheckConstraint("successor_code IS NULL OR ended_on IS NOT NULL", name="successor_of_ended"),
    )


class Change(enum.StrEnum):
    RENAMED = "renamed"
    MOVED = "moved"
    MERGED = "merged"
    ENDED = "ended"


class CodeChange(InCenter, Base):
    """What a later edition of the divisions did to a center or grid; rows are only added."""

    __tablename__ = "code_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime]
    edition: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Change] = mapped_column(word_type(Change, "kind"))
    subject: Mapped[str] = mapped_column(String(10))
    old_code: Mapped[str] = mapped_column(code_type(20), index=True)
    old_name: Mapped[str] = mapped_column(String(60))
    new_code: Mapped[str] = mapped_column(code_type(20))
    new_name: Mapped[str] = mapped_column(String(60))
    # Where it belongs now, so that those in charge today can read it.
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))

    __table_args__ = (
        CheckConstraint("subject IN ('center', 'grid')", name="subject"),
        Index("ix_code_changes_center_code", "center_code"),
    )
