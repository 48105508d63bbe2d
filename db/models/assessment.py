"""Schemes as versions, one assessment for each period, and what became of every unit in it."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, HandedDown, InCenter, Versioned, code_type, word_type


class SchemeState(enum.StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AssessmentScheme(HandedDown, Base):
    """A scheme of a center, for all that lies below it; what it says stands in its versions."""

    __tablename__ = "assessment_schemes"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("center_code", "name"),)


class SchemeVersion(HandedDown, Versioned, Base):
    """One wording of a scheme. What is in force is never changed; the next version takes its place from
    its first month on. Drafted by one person, decided by another."""

    __tablename__ = "scheme_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("assessment_schemes.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    number: Mapped[int]
    state: Mapped[SchemeState] = mapped_column(word_type(SchemeState, "state"))
    # The scheme as text that is the same for the same scheme.
    definition: Mapped[str] = mapped_column(Text)
    first_month: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    drafted_by: Mapped[str] = mapped_column(String(100))
    drafted_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("scheme_id", "number"),
        CheckConstraint("(state IN ('in_force', 'refused')) = (decided_at IS NOT NULL)", name="decided_when"),
        # One wording at a time is worked on.
        Index(
            "uq_scheme_versions_open",
            "scheme_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'proposed')"),
            postgresql_where=text("state IN ('draft', 'proposed')"),
        ),
    )


class AssessmentState(enum.StrEnum):
    SELF_CHECK = "self_check"
    REVIEW = "review"
    OBJECTIONS = "objections"
    PUBLISHED = "published"
    SEALED = "sealed"


class Assessment(HandedDown, Versioned, Base):
    """A scheme applied to a period. `moment` and `variant` say how it was counted, `fingerprint` holds
    scheme, variant and inputs together once it is sealed."""

    __tablename__ = "assessments"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("assessment_schemes.id"))
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_versions.id"))
    first: Mapped[date]
    last: Mapped[date]
    state: Mapped[AssessmentState] = mapped_column(word_type(AssessmentState, "state"))
    moment: Mapped[datetime]
    variant: Mapped[str] = mapped_column(Text)
    objections_until: Mapped[date | None]
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    computed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    computed_by: Mapped[str] = mapped_column(String(100))
    computed_at: Mapped[datetime]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_by: Mapped[str | None] = mapped_column(String(100))
    published_by: Mapped[str | None] = mapped_column(String(100))
    published_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("scheme_id", "first"),
        CheckConstraint("last >= first", name="period"),
        CheckConstraint("(state = 'sealed') = (fingerprint IS NOT NULL)", name="sealed_has_fingerprint"),
        CheckConstraint(
            "(state IN ('published', 'sealed')) = (published_at IS NOT NULL)", name="published_when"
        ),
    )


class PublishedRanking(HandedDown, Base):
    """The places as everybody below may read them, from the day that objections are asked for. Where each
    unit sees its neighbors alone there is none."""

    __tablename__ = "published_rankings"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"), primary_key=True)
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    places: Mapped[str] = mapped_column(Text)


class AssessedUnit(InCenter, Base):
    """A unit in an assessment: its inputs as they were taken, and its place. `unit_key` is the code of a
    center or the key of a department, grid, gridworker or window."""

    __tablename__ = "assessed_units"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    unit_key: Mapped[str] = mapped_column(code_type(20))
    name: Mapped[str] = mapped_column(String(100))
    group_key: Mapped[str] = mapped_column(String(40))
    # By the indicator's key: value, numerator and denominator.
    inputs: Mapped[str] = mapped_column(Text)
    # Hundredths of a point; nothing for what stands apart because nothing was due.
    total: Mapped[int | None]
    rank: Mapped[int | None]
    among: Mapped[int]
    bracket: Mapped[int | None]
    grade: Mapped[str] = mapped_column(String(40), default="")
    # The places next to this one as the notice shows them, so that nobody's eyes need to be wider.
    neighbors: Mapped[str] = mapped_column(Text, default="[]")

    __table_args__ = (
        UniqueConstraint("assessment_id", "unit_key"),
        CheckConstraint("(total IS NULL) = (rank IS NULL)", name="ranked_has_total"),
        Index("ix_assessed_units_rank", "assessment_id", "group_key", "rank"),
    )


class HandScore(InCenter, Versioned, Base):
    """A value that no data tells, entered by a person with its evidence."""

    __tablename__ = "hand_scores"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    unit_key: Mapped[str] = mapped_column(code_type(20))
    indicator: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(20))
    evidence: Mapped[str] = mapped_column(String(300))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    entered_by: Mapped[str] = mapped_column(String(100))
    entered_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (UniqueConstraint("assessment_id", "unit_key", "indicator"),)


class ObjectionState(enum.StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


class Objection(InCenter, Versioned, Base):
    """A unit says that one of its values is wrong, once; another person replies. What is upheld carries
    the value that takes the other's place."""

    __tablename__ = "objections"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    unit_key: Mapped[str] = mapped_column(code_type(20))
    indicator: Mapped[str] = mapped_column(String(40))
    state: Mapped[ObjectionState] = mapped_column(word_type(ObjectionState, "state"))
    reason: Mapped[str] = mapped_column(String(500))
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    raised_by: Mapped[str] = mapped_column(String(100))
    raised_at: Mapped[datetime]
    reply: Mapped[str | None] = mapped_column(String(500))
    # What holds instead, when it is upheld.
    value: Mapped[str | None] = mapped_column(String(20))
    replied_by: Mapped[str | None] = mapped_column(String(100))
    replied_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("assessment_id", "unit_key", "indicator"),
        CheckConstraint("(state = 'open') = (replied_at IS NULL)", name="replied_when"),
    )


class FindingKind(enum.StrEnum):
    """What is worth a look, and accuses nobody."""

    BURST = "burst"
    """Closed in numbers just before the limit."""
    INSTANT = "instant"
    """Closed within minutes of the report."""
    SAME_TEXT = "same_text"
    MONTH_END = "month_end"
    """Closed on the last days of the month far above the other days."""


class IntegrityLook(InCenter, Base):
    """Somebody looked at a finding, and what they saw."""

    __tablename__ = "integrity_looks"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    unit_key: Mapped[str] = mapped_column(code_type(20))
    kind: Mapped[FindingKind] = mapped_column(word_type(FindingKind, "kind"))
    result: Mapped[str] = mapped_column(String(300))
    looked_by: Mapped[str] = mapped_column(String(100))
    looked_at: Mapped[datetime]

    __table_args__ = (Index("ix_integrity_looks_unit", "assessment_id", "unit_key", "kind"),)


class Nomination(InCenter, Versioned, Base):
    """A unit proposed for a selection, with reasons; whoever selects is another person."""

    __tablename__ = "nominations"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    unit_key: Mapped[str] = mapped_column(code_type(20))
    reason: Mapped[str] = mapped_column(String(500))
    nominated_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    nominated_by: Mapped[str] = mapped_column(String(100))
    nominated_at: Mapped[datetime]
    # None while nobody has decided.
    selected: Mapped[bool | None]
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": Versioned.version}  # noqa: RUF012 - SQLAlchemy reads it so
    __table_args__ = (
        UniqueConstraint("assessment_id", "unit_key"),
        CheckConstraint("(selected IS NULL) = (decided_at IS NULL)", name="decided_when"),
    )


class Reward(InCenter, Base):
    """What a published result earns: points, and an allowance in cents."""

    __tablename__ = "rewards"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    center_code: Mapped[str] = mapped_column(code_type(12), ForeignKey("centers.code"), index=True)
    unit_key: Mapped[str] = mapped_column(code_type(20))
    points: Mapped[int] = mapped_column(Integer)
    cents: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        UniqueConstraint("assessment_id", "unit_key"),
        CheckConstraint("cents >= 0", name="cents"),
    )
