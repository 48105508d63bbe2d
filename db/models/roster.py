"""Who works in a grid."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, InCenter, code_type, word_type


class Post(enum.StrEnum):
    """The 1 (full time), the 4 part-time kinds and the X of an urban grid."""

    FULL_TIME = "full_time"
    COMMUNITY_OFFICER = "community_officer"
    POLICE = "police"
    PROPERTY_STAFF = "property_staff"
    PARTY_MEMBER = "party_member"
    OTHER = "other"


PART_TIME_KINDS = (Post.COMMUNITY_OFFICER, Post.POLICE, Post.PROPERTY_STAFF, Post.PARTY_MEMBER)


class Background(enum.StrEnum):
    COMMUNITY_WORKER = "community_worker"
    VILLAGER_GROUP_HEAD = "villager_group_head"
    HIRED = "hired"


class Gridworker(InCenter, Base):
    """A person on a post in one grid."""

    __tablename__ = "gridworkers"

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(ForeignKey("grids.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    post: Mapped[Post] = mapped_column(word_type(Post, "post"))
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(30))
    citizen_id: Mapped[str | None] = mapped_column(String(18))
    background: Mapped[Background | None] = mapped_column(word_type(Background, "background"))
    since: Mapped[date]

    __table_args__ = (
        # Every small grid has one full-time gridworker, never two.
        Index(
            "uq_gridworkers_full_time",
            "grid_id",
            unique=True,
            sqlite_where=text("post = 'full_time'"),
            postgresql_where=text("post = 'full_time'"),
        ),
        Index("ix_gridworkers_grid_id", "grid_id", "post", "center_code"),
        Index("ix_gridworkers_center_code", "center_code", "post"),
    )
