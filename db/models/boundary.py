"""The outlines of centers, where somebody has brought them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, InCenter, code_type


class CenterBoundary(InCenter, Base):
    """One center's outline on the map."""

    __tablename__ = "center_boundaries"

    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), primary_key=True)
    # A GeoJSON geometry, Polygon or MultiPolygon, in degrees, checked and thinned out when it came in.
    geometry: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime]
