"""The audit chain: rows are only added, each sealed over the one before it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, InCenter, SystemOnly, code_type


class AuditEntry(InCenter, Base):
    """Who did what, where, when, with the values before and after (masked), as canonical JSON."""

    __tablename__ = "audit_entries"
    # A later edition of the divisions rewrites no history.
    follows_center: ClassVar[bool] = False

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    # No foreign keys: what is said here stays true when the account or center is gone.
    account_id: Mapped[int | None]
    person: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(32))
    center_code: Mapped[str] = mapped_column(code_type(12))
    address: Mapped[str] = mapped_column(String(64))
    session_mark: Mapped[str] = mapped_column(String(16))
    request_mark: Mapped[str] = mapped_column(String(16))
    event: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    result: Mapped[str] = mapped_column(String(10))
    previous: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        CheckConstraint("result IN ('done', 'refused')", name="result"),
        Index("ix_audit_entries_center_code", "center_code", "seq"),
        Index("ix_audit_entries_at", "at"),
    )


class AuditHead(SystemOnly, Base):
    """The last row of the chain, so that adding one is a single look-up."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    seal: Mapped[str] = mapped_column(String(64))
