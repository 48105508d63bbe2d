"""Views that people keep: a page with all its filters, under a name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, InCenter, code_type


class SavedView(InCenter, Base):
    """`address` is what stands behind the page's name in its address; the page checks it anew."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    page: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(1000))
    # Whether the people of the same center see it too.
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_saved_views_name", "account_id", "page", "name", unique=True),
        Index("ix_saved_views_center_code", "center_code"),
    )
