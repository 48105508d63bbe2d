"""The choices in counting that cities make differently; each decision is a row and none is changed."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, HandedDown, code_type, word_type


class Suspended(enum.StrEnum):
    """What becomes of a suspended case in the rates of what is due."""

    LEAVES = "leaves"
    STAYS = "stays"


class Satisfied(enum.StrEnum):
    """The lowest of the five steps that counts as satisfied."""

    SATISFIED = "satisfied"
    BASICALLY = "basically"


class Rework(enum.StrEnum):
    """Whether a case that was reworked twice counts once or twice."""

    BY_CASE = "case"
    BY_TIME = "time"


class VariantVersion(HandedDown, Base):
    """One decision about how to count. The newest one holds for the whole deployment."""

    __tablename__ = "variant_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    suspended: Mapped[Suspended] = mapped_column(word_type(Suspended, "suspended"))
    satisfied: Mapped[Satisfied] = mapped_column(word_type(Satisfied, "satisfied"))
    rework: Mapped[Rework] = mapped_column(word_type(Rework, "rework"))
    # Within how many hours after its report a case must be accepted.
    acceptance_hours: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("acceptance_hours BETWEEN 1 AND 720", name="acceptance_hours"),
    )
