"""People, and which posts they held in which grid or center from when to when.

Posts are the truth: whoever holds one is on the roster, and whoever holds none has left it.
"""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, HandedDown, InCenter, Versioned, code_type, word_type


class PostRole(enum.StrEnum):
    """What a post is: the 1 and the 4 and the X of an urban grid, and everybody else of the field."""

    FULL_TIME = "full_time"
    COMMUNITY_OFFICER = "community_officer"
    POLICE = "police"
    PROPERTY_STAFF = "property_staff"
    PARTY_MEMBER = "party_member"
    OTHER = "other"
    GRID_LEADER = "grid_leader"
    INSTRUCTOR = "instructor"
    ASSISTANT = "assistant"
    RESIDENT_BUILDING_LEADER = "resident_building_leader"
    DUAL_REPORT_BUILDING_LEADER = "dual_report_building_leader"
    PARTY_SECRETARY = "party_secretary"
    OFFICIAL_IN_CHARGE = "official_in_charge"
    POLITICAL_LEGAL_OFFICER = "political_legal_officer"
    MEDIATOR = "mediator"
    LAWYER = "lawyer"


PART_TIME_KINDS = (
    PostRole.COMMUNITY_OFFICER,
    PostRole.POLICE,
    PostRole.PROPERTY_STAFF,
    PostRole.PARTY_MEMBER,
)


class Background(enum.StrEnum):
    COMMUNITY_WORKER = "community_worker"
    VILLAGER_GROUP_HEAD = "villager_group_head"
    HIRED = "hired"


class Sex(enum.StrEnum):
    MALE = "male"
    FEMALE = "female"


class PoliticalStatus(enum.StrEnum):
    PARTY_MEMBER = "party_member"
    PROBATIONARY_MEMBER = "probationary_member"
    LEAGUE_MEMBER = "league_member"
    OTHER_PARTY = "other_party"
    NONE = "none"


class Ending(enum.StrEnum):
    """Why a post ended."""

    LEFT = "left"
    MOVED = "moved"
    HANDED_OVER = "handed_over"
    COVER_OVER = "cover_over"
    TERM_OVER = "term_over"


class Person(InCenter, Versioned, Base):
    """A person of the roster. `center_code` is the lowest center that all their posts lie in.

    `citizen_id` and `phone` are sealed: found by the whole number and in no other way. `born` stands beside
    the number, so that ages can be counted without opening it.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    name: Mapped[str] = mapped_column(String(100))
    sex: Mapped[Sex | None] = mapped_column(word_type(Sex, "sex"))
    citizen_id: Mapped[str | None] = mapped_column(String(200), index=True)
    born: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(String(200))
    employer: Mapped[str | None] = mapped_column(String(100))
    political_status: Mapped[PoliticalStatus | None] = mapped_column(
        word_type(PoliticalStatus, "political_status")
    )
    background: Mapped[Background | None] = mapped_column(word_type(Background, "background"))
    photo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        CheckConstraint("length(name) >= 1", name="named"),
        Index("ix_people_center_code", "center_code", "name"),
        # A number is never given to somebody else, so that history stays about whom it was written.
        {"sqlite_autoincrement": True},
    )


class Post(InCenter, Versioned, Base):
    """One person in one role, in a grid or for a center, from a day to a day; both are worked on.

    `name` is the holder's: history is read where the person has long moved on. A post that covers another
    during leave names it and does not count as a second one.
    """

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"))
    role: Mapped[PostRole] = mapped_column(word_type(PostRole, "role"))
    name: Mapped[str] = mapped_column(String(100))
    since: Mapped[date]
    until: Mapped[date | None]
    ending: Mapped[Ending | None] = mapped_column(word_type(Ending, "ending"))
    covers_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="in_order"),
        # Whoever looks for a vacancy asks for the holders of one role in one grid on one day.
        Index("ix_posts_grid_id", "grid_id", "role", "since", "until", "covers_id", "center_code"),
        Index("ix_posts_center_code", "center_code", "role", "since", "until"),
        Index("ix_posts_person_id", "person_id", "since"),
        {"sqlite_autoincrement": True},
    )


class LeaveKind(enum.StrEnum):
    SICK = "sick"
    PERSONAL = "personal"
    MATERNITY = "maternity"
    ANNUAL = "annual"
    SECONDED = "seconded"
    """Working elsewhere for a while."""


class Leave(InCenter, Base):
    """Somebody is away from a day to a day; who covers holds a post of its own for these days."""

    __tablename__ = "leaves"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"))
    kind: Mapped[LeaveKind] = mapped_column(word_type(LeaveKind, "kind"))
    since: Mapped[date]
    until: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")

    __table_args__ = (
        CheckConstraint("until >= since", name="in_order"),
        Index("ix_leaves_center_code", "center_code", "until"),
        {"sqlite_autoincrement": True},
    )


class RosterAction(enum.StrEnum):
    """What a person did to the roster."""

    JOINED = "joined"
    LEFT = "left"
    MOVED = "moved"
    HANDED_OVER = "handed_over"
    COVERED = "covered"
    AWAY = "away"
    CORRECTED = "corrected"
    RECORDED = "recorded"
    UNDONE = "undone"


class RosterRow(enum.StrEnum):
    """Which table a change of the roster is about."""

    PERSON = "person"
    POST = "post"
    LEAVE = "leave"
    PATROL = "patrol"
    VISIT = "visit"


class RosterChange(InCenter, Base):
    """What happened to one row; rows are only added. `before` is "" for a row that came, `after` for one that
    went; both are what changed, as JSON, with numbers sealed as they are kept. `row_id` is no foreign key:
    history outlives what an undo takes away."""

    __tablename__ = "roster_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_sets.id"), index=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    person_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[RosterAction] = mapped_column(word_type(RosterAction, "action"))
    row: Mapped[RosterRow] = mapped_column(word_type(RosterRow, "row"))
    row_id: Mapped[int]
    # The day from which it holds; when it was written down stands in `done_at`.
    day: Mapped[date | None]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    done_by: Mapped[str] = mapped_column(String(100))
    done_at: Mapped[datetime]

    __table_args__ = (Index("ix_roster_changes_row", "row", "row_id"),)


class RuleKind(enum.StrEnum):
    """What a rule of staffing is about."""

    FULL_TIME_PER_GRID = "full_time_per_grid"
    GRIDS_PER_PERSON = "grids_per_person"
    ONE_FOUR_X = "one_four_x"
    HOUSEHOLDS_PER_GRID = "households_per_grid"


class StaffingRule(HandedDown, Base):
    """A rule of staffing for a center and all below, from a day on; rows are only added. The nearest center's
    newest one holds. What breaks a rule is listed, and is refused only where the rule says so."""

    __tablename__ = "staffing_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    kind: Mapped[RuleKind] = mapped_column(word_type(RuleKind, "kind"))
    least: Mapped[int]
    most: Mapped[int]
    watched: Mapped[bool]
    refuses: Mapped[bool]
    since: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("least >= 0 AND most >= least", name="limits"),)
