"""Scheduling and assessment: rounds, reports, meetings, tasks; schemes, assessments and their units"""

import sqlalchemy as sa
from alembic import op

from db.base import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "assessment_schemes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_assessment_schemes_center_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_schemes")),
        sa.UniqueConstraint("center_code", "name", name=op.f("uq_assessment_schemes_center_code_name")),
    )
    op.create_index(
        op.f("ix_assessment_schemes_center_code"), "assessment_schemes", ["center_code"], unique=False
    )

    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_calendar_days_center_code")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_index(op.f("ix_calendar_days_center_code"), "calendar_days", ["center_code"], unique=False)

    op.create_table(
        "round_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "daily",
                "weekly",
                "monthly",
                "annual",
                "public_order",
                "city_analysis",
                "county_review",
                "town_joint",
                "village_talk",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_round_plans_center_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_plans")),
        sa.UniqueConstraint("center_code", "kind", name=op.f("uq_round_plans_center_code_kind")),
    )
    op.create_index(op.f("ix_round_plans_center_code"), "round_plans", ["center_code"], unique=False)

    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "daily",
                "weekly",
                "monthly",
                "annual",
                "public_order",
                "city_analysis",
                "county_review",
                "town_joint",
                "village_talk",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= first", name=op.f("ck_rounds_period")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_rounds_center_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("center_code", "kind", "first", name=op.f("uq_rounds_center_code_kind_first")),
    )
    op.create_index(op.f("ix_rounds_center_code"), "rounds", ["center_code"], unique=False)

    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("held", "signed", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("held_at", Instant(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("chair", sa.String(length=100), nullable=False),
        sa.Column("present", sa.Text(), nullable=False),
        sa.Column("absent", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_by", sa.String(length=100), nullable=False),
        sa.Column("signed_by", sa.String(length=100), nullable=True),
        sa.Column("signed_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_meetings_signed_when")
        ),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_meetings_center_code")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_meetings_round_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["accounts.id"], name=op.f("fk_meetings_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("round_id", "center_code", name=op.f("uq_meetings_round_id_center_code")),
    )
    op.create_index(op.f("ix_meetings_center_code"), "meetings", ["center_code"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "submitted",
                "returned",
                "accepted",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("cases", sa.LargeBinary(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_by", sa.String(length=100), nullable=True),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("return_reason", sa.String(length=300), nullable=True),
        sa.Column("urged_at", Instant(), nullable=True),
        sa.Column("urged_times", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('submitted', 'accepted')) <= (submitted_at IS NOT NULL)",
            name=op.f("ck_reports_submitted_when"),
        ),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_reports_center_code")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_reports_round_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["accounts.id"], name=op.f("fk_reports_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("round_id", "center_code", name=op.f("uq_reports_round_id_center_code")),
    )
    op.create_index(op.f("ix_reports_center_code"), "reports", ["center_code"], unique=False)
    op.create_index("ix_reports_state", "reports", ["round_id", "state", "due_at"], unique=False)

    op.create_table(
        "scheme_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "proposed",
                "in_force",
                "refused",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("drafted_by", sa.String(length=100), nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('in_force', 'refused')) = (decided_at IS NOT NULL)",
            name=op.f("ck_scheme_versions_decided_when"),
        ),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_scheme_versions_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["accounts.id"], name=op.f("fk_scheme_versions_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["assessment_schemes.id"], name=op.f("fk_scheme_versions_scheme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_versions")),
        sa.UniqueConstraint("scheme_id", "number", name=op.f("uq_scheme_versions_scheme_id_number")),
    )
    op.create_index(op.f("ix_scheme_versions_center_code"), "scheme_versions", ["center_code"], unique=False)
    op.create_index(
        "uq_scheme_versions_open",
        "scheme_versions",
        ["scheme_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'proposed')"),
        postgresql_where=sa.text("state IN ('draft', 'proposed')"),
    )

    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "self_check",
                "review",
                "objections",
                "published",
                "sealed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("moment", Instant(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("objections_until", sa.Date(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("computed_by_id", sa.Integer(), nullable=True),
        sa.Column("computed_by", sa.String(length=100), nullable=False),
        sa.Column("computed_at", Instant(), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=100), nullable=True),
        sa.Column("published_by", sa.String(length=100), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("sealed_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sealed') = (fingerprint IS NOT NULL)",
            name=op.f("ck_assessments_sealed_has_fingerprint"),
        ),
        sa.CheckConstraint(
            "(state IN ('published', 'sealed')) = (published_at IS NOT NULL)",
            name=op.f("ck_assessments_published_when"),
        ),
        sa.CheckConstraint("last >= first", name=op.f("ck_assessments_period")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_assessments_center_code")),
        sa.ForeignKeyConstraint(
            ["computed_by_id"], ["accounts.id"], name=op.f("fk_assessments_computed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["accounts.id"], name=op.f("fk_assessments_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["assessment_schemes.id"], name=op.f("fk_assessments_scheme_id")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_versions.id"], name=op.f("fk_assessments_scheme_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("scheme_id", "first", name=op.f("uq_assessments_scheme_id_first")),
    )
    op.create_index(op.f("ix_assessments_center_code"), "assessments", ["center_code"], unique=False)

    op.create_table(
        "report_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("done_by", sa.String(length=100), nullable=False),
        sa.Column("done_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_report_steps_center_code")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_steps_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_steps")),
    )
    op.create_index(op.f("ix_report_steps_center_code"), "report_steps", ["center_code"], unique=False)
    op.create_index(op.f("ix_report_steps_report_id"), "report_steps", ["report_id"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column(
            "decided_by_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "reported",
                "done",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("matter", sa.String(length=300), nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("percent", sa.SmallInteger(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('done', 'dropped')) = (closed_at IS NOT NULL)", name=op.f("ck_tasks_closed_when")
        ),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_tasks_percent")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_tasks_center_code")),
        sa.ForeignKeyConstraint(["decided_by_code"], ["centers.code"], name=op.f("fk_tasks_decided_by_code")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_tasks_department_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_tasks_meeting_id")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["accounts.id"], name=op.f("fk_tasks_reported_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_center_code"), "tasks", ["center_code"], unique=False)
    op.create_index(op.f("ix_tasks_decided_by_code"), "tasks", ["decided_by_code"], unique=False)
    op.create_index(op.f("ix_tasks_meeting_id"), "tasks", ["meeting_id"], unique=False)
    op.create_index("ix_tasks_state", "tasks", ["state", "due_on"], unique=False)

    op.create_table(
        "assessed_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "unit_key",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("group_key", sa.String(length=40), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("among", sa.Integer(), nullable=False),
        sa.Column("bracket", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("neighbors", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(total IS NULL) = (rank IS NULL)", name=op.f("ck_assessed_units_ranked_has_total")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_assessed_units_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_assessed_units_center_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessed_units")),
        sa.UniqueConstraint(
            "assessment_id", "unit_key", name=op.f("uq_assessed_units_assessment_id_unit_key")
        ),
    )
    op.create_index(op.f("ix_assessed_units_center_code"), "assessed_units", ["center_code"], unique=False)
    op.create_index(
        "ix_assessed_units_rank", "assessed_units", ["assessment_id", "group_key", "rank"], unique=False
    )

    op.create_table(
        "hand_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "unit_key",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_hand_scores_assessment_id")
        ),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_hand_scores_center_code")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["accounts.id"], name=op.f("fk_hand_scores_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_scores")),
        sa.UniqueConstraint(
            "assessment_id",
            "unit_key",
            "indicator",
            name=op.f("uq_hand_scores_assessment_id_unit_key_indicator"),
        ),
    )
    op.create_index(op.f("ix_hand_scores_center_code"), "hand_scores", ["center_code"], unique=False)

    op.create_table(
        "integrity_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "unit_key",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "burst",
                "instant",
                "same_text",
                "month_end",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("result", sa.String(length=300), nullable=False),
        sa.Column("looked_by", sa.String(length=100), nullable=False),
        sa.Column("looked_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_integrity_looks_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_integrity_looks_center_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_looks")),
    )
    op.create_index(op.f("ix_integrity_looks_center_code"), "integrity_looks", ["center_code"], unique=False)
    op.create_index(
        "ix_integrity_looks_unit", "integrity_looks", ["assessment_id", "unit_key", "kind"], unique=False
    )

    op.create_table(
        "nominations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "unit_key",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("nominated_by_id", sa.Integer(), nullable=True),
        sa.Column("nominated_by", sa.String(length=100), nullable=False),
        sa.Column("nominated_at", Instant(), nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(selected IS NULL) = (decided_at IS NULL)", name=op.f("ck_nominations_decided_when")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_nominations_assessment_id")
        ),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_nominations_center_code")),
        sa.ForeignKeyConstraint(
            ["nominated_by_id"], ["accounts.id"], name=op.f("fk_nominations_nominated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nominations")),
        sa.UniqueConstraint("assessment_id", "unit_key", name=op.f("uq_nominations_assessment_id_unit_key")),
    )
    op.create_index(op.f("ix_nominations_center_code"), "nominations", ["center_code"], unique=False)

    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "unit_key",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "upheld",
                "rejected",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=True),
        sa.Column("raised_by", sa.String(length=100), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("reply", sa.String(length=500), nullable=True),
        sa.Column("value", sa.String(length=20), nullable=True),
        sa.Column("replied_by", sa.String(length=100), nullable=True),
        sa.Column("replied_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (replied_at IS NULL)", name=op.f("ck_objections_replied_when")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_objections_assessment_id")
        ),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_objections_center_code")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["accounts.id"], name=op.f("fk_objections_raised_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint(
            "assessment_id",
            "unit_key",
            "indicator",
            name=op.f("uq_objections_assessment_id_unit_key_indicator"),
        ),
    )
    op.create_index(op.f("ix_objections_center_code"), "objections", ["center_code"], unique=False)

    op.create_table(
        "published_rankings",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("places", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_published_rankings_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_published_rankings_center_code")
        ),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_published_rankings")),
    )
    op.create_index(
        op.f("ix_published_rankings_center_code"), "published_rankings", ["center_code"], unique=False
    )

    op.create_table(
        "rewards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "unit_key",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_rewards_cents")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name=op.f("fk_rewards_assessment_id")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_rewards_center_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")),
        sa.UniqueConstraint("assessment_id", "unit_key", name=op.f("uq_rewards_assessment_id_unit_key")),
    )
    op.create_index(op.f("ix_rewards_center_code"), "rewards", ["center_code"], unique=False)

    op.create_table(
        "task_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("percent", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("done_by", sa.String(length=100), nullable=False),
        sa.Column("done_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_task_progress_center_code")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_task_progress_department_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_progress_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_progress")),
    )
    op.create_index(op.f("ix_task_progress_center_code"), "task_progress", ["center_code"], unique=False)
    op.create_index(op.f("ix_task_progress_task_id"), "task_progress", ["task_id"], unique=False)


def downgrade() -> None:
    op.drop_table("task_progress")
    op.drop_table("rewards")
    op.drop_table("published_rankings")
    op.drop_table("objections")
    op.drop_table("nominations")
    op.drop_table("integrity_looks")
    op.drop_table("hand_scores")
    op.drop_table("assessed_units")
    op.drop_table("tasks")
    op.drop_table("report_steps")
    op.drop_table("assessments")
    op.drop_table("scheme_versions")
    op.drop_table("reports")
    op.drop_table("meetings")
    op.drop_table("rounds")
    op.drop_table("round_plans")
    op.drop_table("calendar_days")
    op.drop_table("assessment_schemes")
    op.drop_table("leases")
