"""What analysis needs: returns and repeats of cases, variants, saved views, outlines of centers"""

import sqlalchemy as sa
from alembic import op

from db.base import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REPEATS = (
    "ALTER TABLE cases ADD COLUMN repeat_of_id INTEGER CONSTRAINT fk_cases_repeat_of_id REFERENCES cases (id)"
)


def upgrade() -> None:
    op.create_table(
        "center_boundaries",
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("geometry", sa.Text(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_center_boundaries_center_code")
        ),
        sa.PrimaryKeyConstraint("center_code", name=op.f("pk_center_boundaries")),
    )
    op.create_table(
        "variant_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "suspended",
            sa.Enum(
                "leaves", "stays", name="suspended", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "satisfied",
            sa.Enum(
                "satisfied",
                "basically",
                name="satisfied",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "rework",
            sa.Enum("case", "time", name="rework", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("acceptance_hours", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "acceptance_hours BETWEEN 1 AND 720", name=op.f("ck_variant_versions_acceptance_hours")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_variant_versions_version")),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_variant_versions_center_code")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_variant_versions")),
    )
    with op.batch_alter_table("variant_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_variant_versions_center_code"), ["center_code"], unique=False)

    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_saved_views_account_id")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_saved_views_center_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.create_index("ix_saved_views_center_code", ["center_code"], unique=False)
        batch_op.create_index("uq_saved_views_name", ["account_id", "page", "name"], unique=True)

    # Not in batch mode: SQLite would copy millions of cases for what it can add in place.
    op.add_column("cases", sa.Column("returned_count", sa.SmallInteger(), server_default="0", nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(REPEATS)
    else:
        op.add_column("cases", sa.Column("repeat_of_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f("fk_cases_repeat_of_id"), "cases", "cases", ["repeat_of_id"], ["id"])
    op.create_index(
        "ix_cases_repeat_of_id",
        "cases",
        ["repeat_of_id", "reported_at"],
        unique=False,
        sqlite_where=sa.text("repeat_of_id IS NOT NULL"),
        postgresql_where=sa.text("repeat_of_id IS NOT NULL"),
    )
    op.add_column(
        "deployment", sa.Column("cases_generation", sa.Integer(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    with op.batch_alter_table("deployment", schema=None) as batch_op:
        batch_op.drop_column("cases_generation")

    op.drop_index("ix_cases_repeat_of_id", table_name="cases")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("repeat_of_id")
        batch_op.drop_column("returned_count")

    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.drop_index("uq_saved_views_name")
        batch_op.drop_index("ix_saved_views_center_code")

    op.drop_table("saved_views")
    with op.batch_alter_table("variant_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_variant_versions_center_code"))

    op.drop_table("variant_versions")
    op.drop_table("center_boundaries")
