"""Who may sign in, with which role, over which areas; sessions and attempts."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, InCenter, SystemOnly, Versioned, code_type, word_type


class Role(enum.StrEnum):
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_AUDITOR = "security_auditor"
    LEADER = "leader"
    CENTER_DIRECTOR = "center_director"
    DUTY_OFFICER = "duty_officer"
    GRIDWORKER_MANAGER = "gridworker_manager"
    DEPARTMENT_HANDLER = "department_handler"
    VIEWER = "viewer"


class AccountState(enum.StrEnum):
    INVITED = "invited"  # has an initial password, or none yet, and must set their own
    ACTIVE = "active"
    DISABLED = "disabled"


class AreaRelation(enum.StrEnum):
    ACTING = "acting"  # 代管
    IN_CHARGE = "in_charge"  # 分管
    ASSIGNED = "assigned"  # 包抓


class Account(InCenter, Versioned, Base):
    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    role: Mapped[Role] = mapped_column(word_type(Role, "role"))
    state: Mapped[AccountState] = mapped_column(word_type(AccountState, "state"))
    password_hash: Mapped[str | None] = mapped_column(String(80))
    # An initial password that nobody used dies at this moment.
    password_expires_at: Mapped[datetime | None]
    # Raised when the password, role or scope changes: older sessions then count no more.
    generation: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(10), default="zh")
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    last_sign_in_from: Mapped[str | None] = mapped_column(String(64))

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        CheckConstraint(
            "(role = 'department_handler') = (department_id IS NOT NULL)", name="handler_has_department"
        ),
        CheckConstraint("username = lower(username)", name="username_lower"),
    )


class AccountArea(InCenter, Base):
    """One more subtree that an official sees, and why."""

    __tablename__ = "account_areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    relation: Mapped[AreaRelation] = mapped_column(word_type(AreaRelation, "relation"))
    reason: Mapped[str] = mapped_column(String(200))
    since: Mapped[date]
    until: Mapped[date | None]

    __table_args__ = (UniqueConstraint("account_id", "center_code"),)


class SignInSession(SystemOnly, Base):
    """A browser that has signed in. The token itself is never kept, only its SHA-256."""

    __tablename__ = "sign_in_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    generation: Mapped[int]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(200))

    __table_args__ = (Index("ix_sign_in_sessions_account_id", "account_id", "ended_at"),)


class Outcome(enum.StrEnum):
    FAILED = "failed"  # also while the check is still running
    SUCCEEDED = "succeeded"
    LIFTED = "lifted"  # an administrator cleared the failures before it


class SignInAttempt(SystemOnly, Base):
    """One password check. Kept in the database, so that every process and restart counts together."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    outcome: Mapped[Outcome] = mapped_column(word_type(Outcome, "outcome"))

    __table_args__ = (
        Index("ix_sign_in_attempts_username", "username", "at"),
        Index("ix_sign_in_attempts_address", "address", "at"),
    )


class DemonstrationPassword(SystemOnly, Base):
    """The random passwords that a demonstration shows on its sign-in page; real deployments have none."""

    __tablename__ = "demonstration_passwords"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    position: Mapped[int]
    password: Mapped[str | None] = mapped_column(String(40))
