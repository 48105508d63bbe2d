"""Service windows and how their visitors rated them"""

import sqlalchemy as sa
from alembic import op

from db.base import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_windows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on >= opened_on", name=op.f("ck_service_windows_closed_after_opened")
        ),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_service_windows_center_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_windows")),
        sa.UniqueConstraint("center_code", "name", name=op.f("uq_service_windows_center_code_name")),
    )
    op.create_index(op.f("ix_service_windows_center_code"), "service_windows", ["center_code"], unique=False)

    op.create_table(
        "window_ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("very_satisfied", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.Column("basically", sa.Integer(), nullable=False),
        sa.Column("dissatisfied", sa.Integer(), nullable=False),
        sa.Column("very_dissatisfied", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "very_satisfied >= 0 AND satisfied >= 0 AND basically >= 0 AND dissatisfied >= 0 AND very_dissatisfied >= 0",
            name=op.f("ck_window_ratings_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_window_ratings_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["service_windows.id"], name=op.f("fk_window_ratings_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window_ratings")),
        sa.UniqueConstraint("window_id", "month", name=op.f("uq_window_ratings_window_id_month")),
    )
    op.create_index(op.f("ix_window_ratings_center_code"), "window_ratings", ["center_code"], unique=False)


def downgrade() -> None:
    op.drop_table("window_ratings")
    op.drop_table("service_windows")
