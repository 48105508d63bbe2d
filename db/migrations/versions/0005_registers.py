"""Registers that people design: designs, entries, change-sets, publications"""

import sqlalchemy as sa
from alembic import op

from db.base import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ADMITTED = (
    "ALTER TABLE tasks ADD COLUMN published_item_id INTEGER "
    "CONSTRAINT fk_tasks_published_item_id REFERENCES published_items (id)"
)


def upgrade() -> None:
    op.create_table(
        "gate_rules",
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("allows_exceptions", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_gate_rules_center_code")),
        sa.PrimaryKeyConstraint("center_code", name=op.f("pk_gate_rules")),
    )
    op.create_table(
        "registers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("design_number", sa.Integer(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_registers_center_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registers")),
        sa.UniqueConstraint("center_code", "name", name=op.f("uq_registers_center_code_name")),
    )
    op.create_index(op.f("ix_registers_center_code"), "registers", ["center_code"], unique=False)

    op.create_table(
        "gate_exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("matter", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("allowed_by", sa.String(length=100), nullable=False),
        sa.Column("allowed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_gate_exceptions_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_gate_exceptions_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_exceptions")),
    )
    op.create_index(op.f("ix_gate_exceptions_center_code"), "gate_exceptions", ["center_code"], unique=False)

    op.create_table(
        "print_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(length=100), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_print_templates_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["registers.id"], name=op.f("fk_print_templates_register_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_templates")),
        sa.UniqueConstraint("register_id", "name", name=op.f("uq_print_templates_register_id_name")),
    )
    op.create_index(op.f("ix_print_templates_center_code"), "print_templates", ["center_code"], unique=False)

    op.create_table(
        "register_designs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("used_since", Instant(), nullable=True),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_register_designs_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["registers.id"], name=op.f("fk_register_designs_register_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_designs")),
        sa.UniqueConstraint("register_id", "number", name=op.f("uq_register_designs_register_id_number")),
    )
    op.create_index(
        op.f("ix_register_designs_center_code"), "register_designs", ["center_code"], unique=False
    )

    op.create_table(
        "register_metrics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_register_metrics_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["registers.id"], name=op.f("fk_register_metrics_register_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_metrics")),
    )
    op.create_index(
        op.f("ix_register_metrics_center_code"), "register_metrics", ["center_code"], unique=False
    )
    op.create_index(
        op.f("ix_register_metrics_register_id"), "register_metrics", ["register_id"], unique=False
    )

    op.create_table(
        "change_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "editor", "import", "bulk", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("edited", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_by", sa.String(length=100), nullable=False),
        sa.Column("done_at", Instant(), nullable=False),
        sa.Column("undone_by", sa.String(length=100), nullable=True),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_change_sets_center_code")),
        sa.ForeignKeyConstraint(["done_by_id"], ["accounts.id"], name=op.f("fk_change_sets_done_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_sets")),
    )
    op.create_index(op.f("ix_change_sets_center_code"), "change_sets", ["center_code"], unique=False)
    op.create_index("ix_change_sets_subject", "change_sets", ["subject", "id"], unique=False)

    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "published",
                "rejected",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.String(length=100), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decision_words", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)", name=op.f("ck_publications_decided_when")
        ),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_publications_center_code")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["accounts.id"], name=op.f("fk_publications_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(["register_id"], ["registers.id"], name=op.f("fk_publications_register_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint(
            "register_id",
            "center_code",
            "number",
            name=op.f("uq_publications_register_id_center_code_number"),
        ),
    )
    op.create_index(op.f("ix_publications_center_code"), "publications", ["center_code"], unique=False)

    op.create_table(
        "register_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("design_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("moved_by_id", sa.Integer(), nullable=True),
        sa.Column("moved_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_register_entries_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_register_entries_department_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_register_entries_made_by_id")),
        sa.ForeignKeyConstraint(
            ["moved_by_id"], ["accounts.id"], name=op.f("fk_register_entries_moved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["registers.id"], name=op.f("fk_register_entries_register_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entries")),
        sa.UniqueConstraint("register_id", "serial", name=op.f("uq_register_entries_register_id_serial")),
    )
    op.create_index(
        "ix_register_entries_center_code", "register_entries", ["center_code", "register_id"], unique=False
    )
    op.create_index(
        "ix_register_entries_standing",
        "register_entries",
        ["register_id", "id", "center_code", "state", "removed_at"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_register_entries_state",
        "register_entries",
        ["register_id", "state", "center_code", "department_id", "changed_at", "removed_at"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_register_entries_title",
        "register_entries",
        ["register_id", "title", "removed_at", "center_code"],
        unique=False,
    )

    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(length=100), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_attachments_center_code")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_attachments_department_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["register_entries.id"], name=op.f("fk_attachments_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_center_code"), "attachments", ["center_code"], unique=False)
    op.create_index(op.f("ix_attachments_entry_id"), "attachments", ["entry_id"], unique=False)

    op.create_table(
        "entry_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "made",
                "edited",
                "moved",
                "removed",
                "restored",
                "commented",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_by", sa.String(length=100), nullable=False),
        sa.Column("done_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_entry_changes_center_code")),
        sa.ForeignKeyConstraint(
            ["change_set_id"], ["change_sets.id"], name=op.f("fk_entry_changes_change_set_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_entry_changes_department_id")
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["accounts.id"], name=op.f("fk_entry_changes_done_by_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["register_entries.id"], name=op.f("fk_entry_changes_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_changes")),
    )
    op.create_index(op.f("ix_entry_changes_center_code"), "entry_changes", ["center_code"], unique=False)
    op.create_index("ix_entry_changes_change_set_id", "entry_changes", ["change_set_id"], unique=False)
    op.create_index("ix_entry_changes_entry_id", "entry_changes", ["entry_id", "id"], unique=False)

    op.create_table(
        "entry_values",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column(
            "words",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(words IS NULL) <> (number IS NULL)", name=op.f("ck_entry_values_one_of_both")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_entry_values_center_code")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_entry_values_department_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["register_entries.id"], name=op.f("fk_entry_values_entry_id")),
        sa.ForeignKeyConstraint(["register_id"], ["registers.id"], name=op.f("fk_entry_values_register_id")),
        sa.PrimaryKeyConstraint("entry_id", "field", "position", name=op.f("pk_entry_values")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_entry_values_number",
        "entry_values",
        ["register_id", "field", "number", "entry_id", "center_code", "department_id"],
        unique=False,
        sqlite_where=sa.text("number IS NOT NULL"),
        postgresql_where=sa.text("number IS NOT NULL"),
    )
    op.create_index(
        "ix_entry_values_words",
        "entry_values",
        ["register_id", "field", "words", "entry_id", "center_code", "department_id"],
        unique=False,
        sqlite_where=sa.text("words IS NOT NULL"),
        postgresql_where=sa.text("words IS NOT NULL"),
    )

    op.create_table(
        "published_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("design_number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("published_by", sa.String(length=100), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_published_items_until_after_since")
        ),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_published_items_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["register_entries.id"], name=op.f("fk_published_items_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_published_items_publication_id")
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["registers.id"], name=op.f("fk_published_items_register_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_items")),
    )
    op.create_index(
        "ix_published_items_register_id",
        "published_items",
        ["register_id", "center_code", "since"],
        unique=False,
    )
    op.create_index(
        "uq_published_items_standing",
        "published_items",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )

    op.add_column(
        "tasks", sa.Column("for_gridworkers", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(ADMITTED)
    else:
        op.add_column("tasks", sa.Column("published_item_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            op.f("fk_tasks_published_item_id"), "tasks", "published_items", ["published_item_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_column("published_item_id")
        batch_op.drop_column("for_gridworkers")

    op.drop_table("published_items")
    op.drop_table("entry_values")
    op.drop_table("entry_changes")
    op.drop_table("attachments")
    op.drop_table("register_entries")
    op.drop_table("publications")
    op.drop_table("change_sets")
    op.drop_table("register_metrics")
    op.drop_table("register_designs")
    op.drop_table("print_templates")
    op.drop_table("gate_exceptions")
    op.drop_table("registers")
    op.drop_table("gate_rules")
