"""What this installation is: a demonstration or a place that works for real."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, SystemOnly, code_type, word_type


class DeploymentKind(enum.StrEnum):
    DEMONSTRATION = "demonstration"
    REAL = "real"


class Deployment(SystemOnly, Base):
    """The one row that says what this database is for."""

    __tablename__ = "deployment"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[DeploymentKind] = mapped_column(word_type(DeploymentKind, "kind"))
    root_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    # A demonstration stands still at this moment; a real deployment follows the clock.
    stands_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    # Raised by whatever deletes cases or takes long to write them: whoever keeps a copy of the cases
    # then reads all of them anew.
    cases_generation: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint(
            "(kind = 'demonstration') = (stands_at IS NOT NULL)", name="only_demonstrations_stand_still"
        ),
    )
