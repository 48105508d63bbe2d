"""Grids of three sizes, their Party organization and their color."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, InCenter, Versioned, code_type, word_type


class GridSize(enum.StrEnum):
    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"


class GridSetting(enum.StrEnum):
    URBAN = "urban"
    RURAL = "rural"
    DEDICATED = "dedicated"


class GridColor(enum.StrEnum):
    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"


class PartyOrganization(enum.StrEnum):
    BRANCH = "branch"
    GROUP = "group"


class Place(enum.StrEnum):
    """What a dedicated grid is."""

    OFFICE_TOWER = "office_tower"
    MALL = "mall"
    MARKET = "market"
    PARK = "park"


class Grid(InCenter, Versioned, Base):
    """A grid. Large ones belong to a town, medium and small ones to a village or community."""

    __tablename__ = "grids"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(code_type(20), unique=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    name: Mapped[str] = mapped_column(String(100))
    size: Mapped[GridSize] = mapped_column(word_type(GridSize, "size"))
    setting: Mapped[GridSetting | None] = mapped_column(word_type(GridSetting, "setting"))
    place: Mapped[Place | None] = mapped_column(word_type(Place, "place"))
    households: Mapped[int] = mapped_column(default=0)
    residents: Mapped[int] = mapped_column(default=0)
    party_organization: Mapped[PartyOrganization | None] = mapped_column(
        word_type(PartyOrganization, "party_organization")
    )
    party_organization_name: Mapped[str | None] = mapped_column(String(100))
    color: Mapped[GridColor] = mapped_column(word_type(GridColor, "color"), default=GridColor.BLUE)
    color_reason: Mapped[str | None] = mapped_column(String(200))
    color_since: Mapped[date | None]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        # Urban, rural and dedicated are kinds of small grids alone.
        CheckConstraint("(size = 'small') = (setting IS NOT NULL)", name="setting_of_small"),
        CheckConstraint("place IS NULL OR setting = 'dedicated'", name="place_of_dedicated"),
        # Every color but blue has a reason card.
        CheckConstraint("color = 'blue' OR color_reason IS NOT NULL", name="color_has_reason"),
        CheckConstraint("households >= 0 AND residents >= 0", name="not_negative"),
        Index("ix_grids_center_code", "center_code", "size", "setting", "color"),
    )
