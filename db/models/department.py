"""The departments that stand beside a center and are given cases."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, HandedDown, code_type


class Department(HandedDown, Base):
    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    # One word for the same kind of department at every center, such as "housing".
    kind: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))

    __table_args__ = (UniqueConstraint("center_code", "kind"),)
