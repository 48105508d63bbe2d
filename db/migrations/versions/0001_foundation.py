"""The foundation: centers, grids, people, cases, accounts, audit"""

import sqlalchemy as sa
from alembic import op

from db.audit_guards import raise_guards
from db.base import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("session_mark", sa.String(length=16), nullable=False),
        sa.Column("request_mark", sa.String(length=16), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.CheckConstraint("result IN ('done', 'refused')", name=op.f("ck_audit_entries_result")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entries_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_entries_center_code", ["center_code", "seq"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "centers",
        sa.Column(
            "code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "city",
                "county",
                "town",
                "village",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "parent_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("initials", sa.String(length=60), nullable=False),
        sa.Column("director_name", sa.String(length=100), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "successor_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.CheckConstraint("length(code) IN (4, 6, 9, 12)", name=op.f("ck_centers_code_length")),
        sa.CheckConstraint(
            "parent_code IS NULL OR substr(code, 1, length(parent_code)) = parent_code",
            name=op.f("ck_centers_code_under_parent"),
        ),
        sa.CheckConstraint(
            "successor_code IS NULL OR ended_on IS NOT NULL", name=op.f("ck_centers_successor_of_ended")
        ),
        sa.ForeignKeyConstraint(["parent_code"], ["centers.code"], name=op.f("fk_centers_parent_code")),
        sa.ForeignKeyConstraint(["successor_code"], ["centers.code"], name=op.f("fk_centers_successor_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_centers")),
    )
    with op.batch_alter_table("centers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_centers_initials"), ["initials"], unique=False)
        batch_op.create_index(batch_op.f("ix_centers_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "failed",
                "succeeded",
                "lifted",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempts_address", ["address", "at"], unique=False)
        batch_op.create_index("ix_sign_in_attempts_username", ["username", "at"], unique=False)

    op.create_table(
        "case_categories",
        sa.Column(
            "code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_case_categories_center_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_case_categories")),
    )
    with op.batch_alter_table("case_categories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_categories_center_code"), ["center_code"], unique=False)

    op.create_table(
        "code_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("edition", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "renamed",
                "moved",
                "merged",
                "ended",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column(
            "old_code",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("old_name", sa.String(length=60), nullable=False),
        sa.Column(
            "new_code",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("new_name", sa.String(length=60), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint("subject IN ('center', 'grid')", name=op.f("ck_code_changes_subject")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_code_changes_center_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_changes")),
    )
    with op.batch_alter_table("code_changes", schema=None) as batch_op:
        batch_op.create_index("ix_code_changes_center_code", ["center_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_changes_old_code"), ["old_code"], unique=False)

    op.create_table(
        "departments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_departments_center_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("center_code", "kind", name=op.f("uq_departments_center_code_kind")),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "demonstration", "real", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "root_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("stands_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'demonstration') = (stands_at IS NOT NULL)",
            name=op.f("ck_deployment_only_demonstrations_stand_still"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_deployment_one_row")),
        sa.ForeignKeyConstraint(["root_code"], ["centers.code"], name=op.f("fk_deployment_root_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
    )
    op.create_table(
        "grids",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "code",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "size",
            sa.Enum(
                "large", "medium", "small", name="size", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "setting",
            sa.Enum(
                "urban",
                "rural",
                "dedicated",
                name="setting",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "place",
            sa.Enum(
                "office_tower",
                "mall",
                "market",
                "park",
                name="place",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.Column(
            "party_organization",
            sa.Enum(
                "branch",
                "group",
                name="party_organization",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("party_organization_name", sa.String(length=100), nullable=True),
        sa.Column("secretary_name", sa.String(length=100), nullable=True),
        sa.Column(
            "color",
            sa.Enum(
                "red", "yellow", "blue", name="color", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("color_reason", sa.String(length=200), nullable=True),
        sa.Column("color_since", sa.Date(), nullable=True),
        sa.Column("official_name", sa.String(length=100), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(size = 'small') = (setting IS NOT NULL)", name=op.f("ck_grids_setting_of_small")
        ),
        sa.CheckConstraint(
            "color = 'blue' OR color_reason IS NOT NULL", name=op.f("ck_grids_color_has_reason")
        ),
        sa.CheckConstraint(
            "place IS NULL OR setting = 'dedicated'", name=op.f("ck_grids_place_of_dedicated")
        ),
        sa.CheckConstraint("households >= 0 AND residents >= 0", name=op.f("ck_grids_not_negative")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_grids_center_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grids")),
        sa.UniqueConstraint("code", name=op.f("uq_grids_code")),
    )
    with op.batch_alter_table("grids", schema=None) as batch_op:
        batch_op.create_index(
            "ix_grids_center_code", ["center_code", "size", "setting", "color"], unique=False
        )

    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "system_administrator",
                "security_auditor",
                "leader",
                "center_director",
                "duty_officer",
                "gridworker_manager",
                "department_handler",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "active",
                "disabled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=80), nullable=True),
        sa.Column("password_expires_at", Instant(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_sign_in_at", Instant(), nullable=True),
        sa.Column("last_sign_in_from", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(role = 'department_handler') = (department_id IS NOT NULL)",
            name=op.f("ck_accounts_handler_has_department"),
        ),
        sa.CheckConstraint("username = lower(username)", name=op.f("ck_accounts_username_lower")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_accounts_center_code")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_accounts_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_center_code"), ["center_code"], unique=False)

    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=30), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("grid_id", sa.Integer(), nullable=True),
        sa.Column(
            "category_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "hotline",
                "appeal",
                "police",
                "letter",
                "online",
                "petition",
                "patrol",
                "court",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "reported",
                "accepted",
                "assigned",
                "handled",
                "verified",
                "closed",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("reported_at", Instant(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("rework_count", sa.SmallInteger(), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("rated_at", Instant(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_cases_closed_when")),
        sa.CheckConstraint("(rating IS NULL) = (rated_at IS NULL)", name=op.f("ck_cases_rated_when")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_cases_rating")),
        sa.CheckConstraint("rework_count >= 0", name=op.f("ck_cases_rework_count")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["case_categories.code"], name=op.f("fk_cases_category_code")
        ),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_cases_center_code")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_cases_department_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_cases_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_center_code", ["center_code", "reported_at"], unique=False)
        batch_op.create_index("ix_cases_changed_at", ["changed_at"], unique=False)
        batch_op.create_index(
            "ix_cases_due_at", ["due_at", "center_code", "closed_at", "suspended"], unique=False
        )
        batch_op.create_index(
            "ix_cases_closed_at",
            ["closed_at", "reported_at", "due_at", "center_code", "suspended"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.create_index("ix_cases_grid_id", ["grid_id", "reported_at"], unique=False)
        batch_op.create_index(
            "ix_cases_open",
            ["center_code", "due_at", "grid_id", "reported_at", "suspended"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_grid",
            ["grid_id", "center_code"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_reported",
            ["reported_at", "center_code"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_rated_at",
            ["rated_at", "center_code", "rating"],
            unique=False,
            sqlite_where=sa.text("rated_at IS NOT NULL"),
            postgresql_where=sa.text("rated_at IS NOT NULL"),
        )
        batch_op.create_index("ix_cases_reported_at", ["reported_at", "center_code"], unique=False)
        batch_op.create_index("uq_cases_origin_number", ["origin", "number"], unique=True)

    op.create_table(
        "gridworkers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "post",
            sa.Enum(
                "full_time",
                "community_officer",
                "police",
                "property_staff",
                "party_member",
                "other",
                name="post",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("citizen_id", sa.String(length=18), nullable=True),
        sa.Column(
            "background",
            sa.Enum(
                "community_worker",
                "villager_group_head",
                "hired",
                name="background",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_gridworkers_center_code")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_gridworkers_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gridworkers")),
    )
    with op.batch_alter_table("gridworkers", schema=None) as batch_op:
        batch_op.create_index("ix_gridworkers_center_code", ["center_code", "post"], unique=False)
        batch_op.create_index("ix_gridworkers_grid_id", ["grid_id", "post", "center_code"], unique=False)
        batch_op.create_index(
            "uq_gridworkers_full_time",
            ["grid_id"],
            unique=True,
            sqlite_where=sa.text("post = 'full_time'"),
            postgresql_where=sa.text("post = 'full_time'"),
        )

    op.create_table(
        "account_areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "relation",
            sa.Enum(
                "acting",
                "in_charge",
                "assigned",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_areas_account_id")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_account_areas_center_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_areas")),
        sa.UniqueConstraint(
            "account_id", "center_code", name=op.f("uq_account_areas_account_id_center_code")
        ),
    )
    with op.batch_alter_table("account_areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_areas_center_code"), ["center_code"], unique=False)

    op.create_table(
        "demonstration_passwords",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("password", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_demonstration_passwords_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_demonstration_passwords")),
    )
    op.create_table(
        "sign_in_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_in_sessions_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_sessions")),
    )
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_sessions_account_id", ["account_id", "ended_at"], unique=False)
    raise_guards(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_sessions_account_id")

    op.drop_table("sign_in_sessions")
    op.drop_table("demonstration_passwords")
    with op.batch_alter_table("account_areas", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_areas_center_code"))

    op.drop_table("account_areas")
    with op.batch_alter_table("gridworkers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_gridworkers_full_time",
            sqlite_where=sa.text("post = 'full_time'"),
            postgresql_where=sa.text("post = 'full_time'"),
        )
        batch_op.drop_index("ix_gridworkers_grid_id")
        batch_op.drop_index("ix_gridworkers_center_code")

    op.drop_table("gridworkers")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("uq_cases_origin_number")
        batch_op.drop_index("ix_cases_reported_at")
        batch_op.drop_index(
            "ix_cases_rated_at",
            sqlite_where=sa.text("rated_at IS NOT NULL"),
            postgresql_where=sa.text("rated_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_cases_open_grid",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_cases_open_reported",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_cases_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_cases_grid_id")
        batch_op.drop_index("ix_cases_due_at")
        batch_op.drop_index("ix_cases_changed_at")
        batch_op.drop_index(
            "ix_cases_closed_at",
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_cases_center_code")

    op.drop_table("cases")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_center_code"))

    op.drop_table("accounts")
    with op.batch_alter_table("grids", schema=None) as batch_op:
        batch_op.drop_index("ix_grids_center_code")

    op.drop_table("grids")
    op.drop_table("deployment")
    op.drop_table("departments")
    with op.batch_alter_table("code_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_changes_old_code"))
        batch_op.drop_index("ix_code_changes_center_code")

    op.drop_table("code_changes")
    with op.batch_alter_table("case_categories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_categories_center_code"))

    op.drop_table("case_categories")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempts_username")
        batch_op.drop_index("ix_sign_in_attempts_address")

    op.drop_table("sign_in_attempts")
    with op.batch_alter_table("centers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_centers_parent_code"))
        batch_op.drop_index(batch_op.f("ix_centers_initials"))

    op.drop_table("centers")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_center_code")
        batch_op.drop_index("ix_audit_entries_at")

    op.drop_table("audit_entries")
