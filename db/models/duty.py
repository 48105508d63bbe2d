"""What the people of the roster do day by day, and whether they were found doing it."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, InCenter, Versioned, code_type, word_type


class SpotCheck(InCenter, Base):
    """A random draw of people on duty (履职抽查). `drawn_from` are the keys of all posts that could be drawn,
    in order, as JSON: with them and the seed anybody can repeat the draw."""

    __tablename__ = "spot_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    day: Mapped[date]
    seed: Mapped[str] = mapped_column(String(60))
    wanted: Mapped[int]
    roles: Mapped[str] = mapped_column(String(400))
    drawn_from: Mapped[str] = mapped_column(Text)
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    drawn_by: Mapped[str] = mapped_column(String(100))
    drawn_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("wanted > 0", name="wanted"),)


class Finding(enum.StrEnum):
    """What a spot check found."""

    PENDING = "pending"
    ON_DUTY = "on_duty"
    OFF_DUTY = "off_duty"
    UNREACHABLE = "unreachable"
    ON_LEAVE = "on_leave"


class CheckedPost(InCenter, Versioned, Base):
    """One post that was drawn: what was found, what is to follow, and whether it did."""

    __tablename__ = "checked_posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    spot_check_id: Mapped[int] = mapped_column(ForeignKey("spot_checks.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    place: Mapped[int]
    finding: Mapped[Finding] = mapped_column(word_type(Finding, "finding"))
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    checked_by: Mapped[str | None] = mapped_column(String(100))
    checked_at: Mapped[datetime | None]
    follow_up: Mapped[str] = mapped_column(String(500), default="", server_default="")
    follow_up_due: Mapped[date | None]
    followed_up: Mapped[str] = mapped_column(String(500), default="", server_default="")
    followed_up_by: Mapped[str | None] = mapped_column(String(100))
    followed_up_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("spot_check_id", "post_id"),
        CheckConstraint("(finding = 'pending') = (checked_at IS NULL)", name="checked_when"),
    )


class Patrol(InCenter, Versioned, Base):
    """A day's patrol of a grid (日巡查)."""

    __tablename__ = "patrols"

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(ForeignKey("grids.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    day: Mapped[date]
    minutes: Mapped[int | None]
    problems: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    recorded_by: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        CheckConstraint("problems >= 0 AND (minutes IS NULL OR minutes > 0)", name="counted"),
        Index("ix_patrols_center_code", "center_code", "day", "grid_id"),
        Index("ix_patrols_grid_id", "grid_id", "day"),
        {"sqlite_autoincrement": True},
    )


class Campaign(enum.StrEnum):
    """Why a household was visited: the daily round, or one of the four campaigns."""

    DAILY = "daily"
    RETURNING_HOME = "returning_home"
    """返乡走亲"""
    STATIONED = "stationed"
    """驻村连心"""
    IN_THE_GRID = "in_the_grid"
    """入网知心"""
    PAIRED = "paired"
    """联户交心"""


class Visit(InCenter, Versioned, Base):
    """A household that was visited (走访). `household` is its number or door, as the grid calls it: coverage
    counts each once. A problem stays open until `solved_on`."""

    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(ForeignKey("grids.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    day: Mapped[date]
    household: Mapped[str] = mapped_column(String(60))
    campaign: Mapped[Campaign] = mapped_column(word_type(Campaign, "campaign"))
    problem: Mapped[str] = mapped_column(String(500), default="", server_default="")
    solved_on: Mapped[date | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    recorded_by: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        CheckConstraint("solved_on IS NULL OR (problem <> '' AND solved_on >= day)", name="solved"),
        # Households of a grid in a span of days, each once, without a look at the rows.
        Index("ix_visits_center_code", "center_code", "day", "grid_id", "household"),
        Index("ix_visits_grid_id", "grid_id", "day", "household"),
        {"sqlite_autoincrement": True},
    )
