"""The roster: people and the posts they hold over time, training, duty, rewards"""

import sqlalchemy as sa
from alembic import op

from db.base import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Before there was a roster nobody could enter people; those of a demonstration are carried over without the
# invented numbers, which lay there unsealed.
CARRIED_OVER = (
    "INSERT INTO people (id, version, center_code, name, background) "
    "SELECT id, 1, center_code, coalesce(nullif(name, ''), '?'), background FROM gridworkers",
    "INSERT INTO posts (id, version, person_id, center_code, grid_id, role, name, since) "
    "SELECT id, 1, id, center_code, grid_id, post, coalesce(nullif(name, ''), '?'), since FROM gridworkers",
    "INSERT INTO people (id, version, center_code, name) "
    "SELECT (SELECT coalesce(max(id), 0) FROM people) + row_number() OVER (ORDER BY id), 1, center_code, secretary_name "
    "FROM grids WHERE secretary_name <> ''",
    "INSERT INTO posts (id, version, person_id, center_code, grid_id, role, name, since) "
    "SELECT (SELECT coalesce(max(id), 0) FROM posts) + row_number() OVER (ORDER BY id), 1, "
    "(SELECT coalesce(max(id), 0) FROM posts) + row_number() OVER (ORDER BY id), center_code, id, "
    "'party_secretary', secretary_name, '2024-01-01' FROM grids WHERE secretary_name <> ''",
    "INSERT INTO people (id, version, center_code, name) "
    "SELECT (SELECT coalesce(max(id), 0) FROM people) + row_number() OVER (ORDER BY id), 1, center_code, official_name "
    "FROM grids WHERE official_name <> ''",
    "INSERT INTO posts (id, version, person_id, center_code, grid_id, role, name, since) "
    "SELECT (SELECT coalesce(max(id), 0) FROM posts) + row_number() OVER (ORDER BY id), 1, "
    "(SELECT coalesce(max(id), 0) FROM posts) + row_number() OVER (ORDER BY id), center_code, id, "
    "'official_in_charge', official_name, coalesce(color_since, '2024-01-01') FROM grids WHERE official_name <> ''",
)
ROLES_BEFORE = ("full_time", "community_officer", "police", "property_staff", "party_member", "other")
# Who holds a post with no end; the older table knew no time, and one full-time gridworker for a grid.
CARRIED_BACK = (
    "INSERT INTO gridworkers (id, grid_id, center_code, post, name, background, since) "
    "SELECT posts.id, grid_id, posts.center_code, role, posts.name, background, since FROM posts "
    "JOIN people ON people.id = posts.person_id WHERE until IS NULL AND covers_id IS NULL "
    "AND grid_id IS NOT NULL AND role IN "
    "('full_time', 'community_officer', 'police', 'property_staff', 'party_member', 'other') "
    "AND NOT EXISTS (SELECT 1 FROM posts AS earlier WHERE posts.role = 'full_time' "
    "AND earlier.role = 'full_time' AND earlier.grid_id = posts.grid_id AND earlier.until IS NULL "
    "AND earlier.covers_id IS NULL AND earlier.id < posts.id)",
    "UPDATE grids SET secretary_name = (SELECT min(name) FROM posts "
    "WHERE grid_id = grids.id AND role = 'party_secretary' AND until IS NULL AND covers_id IS NULL)",
    "UPDATE grids SET official_name = (SELECT min(name) FROM posts "
    "WHERE grid_id = grids.id AND role = 'official_in_charge' AND until IS NULL AND covers_id IS NULL)",
)
NUMBERED_BACK = (
    "SELECT setval(pg_get_serial_sequence('gridworkers', 'id'), "
    "(SELECT coalesce(max(id), 1) FROM gridworkers))"
)
NUMBERED_ON = (
    "SELECT setval(pg_get_serial_sequence('people', 'id'), (SELECT coalesce(max(id), 1) FROM people))",
    "SELECT setval(pg_get_serial_sequence('posts', 'id'), (SELECT coalesce(max(id), 1) FROM posts))",
)


def upgrade() -> None:
    op.create_table(
        "allowance_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_allowance_rules_center_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowance_rules")),
    )
    op.create_index(op.f("ix_allowance_rules_center_code"), "allowance_rules", ["center_code"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "sex",
            sa.Enum("male", "female", name="sex", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("citizen_id", sa.String(length=200), nullable=True),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=200), nullable=True),
        sa.Column("employer", sa.String(length=100), nullable=True),
        sa.Column(
            "political_status",
            sa.Enum(
                "party_member",
                "probationary_member",
                "league_member",
                "other_party",
                "none",
                name="political_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
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
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(name) >= 1", name=op.f("ck_people_named")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_people_center_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_people_center_code", "people", ["center_code", "name"], unique=False)
    op.create_index(op.f("ix_people_citizen_id"), "people", ["citizen_id"], unique=False)

    op.create_table(
        "staffing_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "full_time_per_grid",
                "grids_per_person",
                "one_four_x",
                "households_per_grid",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("refuses", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.CheckConstraint("least >= 0 AND most >= least", name=op.f("ck_staffing_rules_limits")),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_staffing_rules_center_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staffing_rules")),
    )
    op.create_index(op.f("ix_staffing_rules_center_code"), "staffing_rules", ["center_code"], unique=False)

    op.create_table(
        "training_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("roles", sa.String(length=400), nullable=False),
        sa.Column("valid_months", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_training_rounds_in_order")),
        sa.CheckConstraint(
            "valid_months IS NULL OR valid_months > 0", name=op.f("ck_training_rounds_valid_months")
        ),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_training_rounds_center_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_rounds")),
        sa.UniqueConstraint("center_code", "name", name=op.f("uq_training_rounds_center_code_name")),
    )
    op.create_index(op.f("ix_training_rounds_center_code"), "training_rounds", ["center_code"], unique=False)

    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "sick",
                "personal",
                "maternity",
                "annual",
                "seconded",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("until >= since", name=op.f("ck_leaves_in_order")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_leaves_center_code")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_leaves_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_leaves_center_code", "leaves", ["center_code", "until"], unique=False)
    op.create_index(op.f("ix_leaves_person_id"), "leaves", ["person_id"], unique=False)

    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("grid_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "full_time",
                "community_officer",
                "police",
                "property_staff",
                "party_member",
                "other",
                "grid_leader",
                "instructor",
                "assistant",
                "resident_building_leader",
                "dual_report_building_leader",
                "party_secretary",
                "official_in_charge",
                "political_legal_officer",
                "mediator",
                "lawyer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "left",
                "moved",
                "handed_over",
                "cover_over",
                "term_over",
                name="ending",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("covers_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_posts_in_order")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_posts_center_code")),
        sa.ForeignKeyConstraint(["covers_id"], ["posts.id"], name=op.f("fk_posts_covers_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_posts_grid_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_posts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_posts_center_code", "posts", ["center_code", "role", "since", "until"], unique=False)
    op.create_index(op.f("ix_posts_covers_id"), "posts", ["covers_id"], unique=False)
    op.create_index(
        "ix_posts_grid_id",
        "posts",
        ["grid_id", "role", "since", "until", "covers_id", "center_code"],
        unique=False,
    )
    op.create_index("ix_posts_person_id", "posts", ["person_id", "since"], unique=False)

    op.create_table(
        "training_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=100), server_default="", nullable=False),
        sa.Column("trainer", sa.String(length=100), server_default="", nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_training_sessions_minutes")),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_training_sessions_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["training_rounds.id"], name=op.f("fk_training_sessions_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_sessions")),
    )
    op.create_index(
        op.f("ix_training_sessions_center_code"), "training_sessions", ["center_code"], unique=False
    )
    op.create_index(op.f("ix_training_sessions_round_id"), "training_sessions", ["round_id"], unique=False)

    op.create_table(
        "accountabilities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "talk",
                "criticism",
                "deduction",
                "suspension",
                "dismissal",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("facts", sa.String(length=1000), nullable=False),
        sa.Column("decision", sa.String(length=500), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("lifted_because", sa.String(length=500), server_default="", nullable=False),
        sa.Column("lifted_by", sa.String(length=100), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_accountabilities_center_code")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accountabilities_person_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["accounts.id"], name=op.f("fk_accountabilities_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accountabilities")),
    )
    op.create_index(
        op.f("ix_accountabilities_center_code"), "accountabilities", ["center_code"], unique=False
    )
    op.create_index(op.f("ix_accountabilities_person_id"), "accountabilities", ["person_id"], unique=False)

    op.create_table(
        "allowance_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_by", sa.String(length=100), nullable=True),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("approved_by", sa.String(length=100), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("worked_on", sa.Text(), server_default="[]", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL)", name=op.f("ck_allowance_sheets_approved_when")
        ),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_allowance_sheets_center_code")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_allowance_sheets_made_by_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["accounts.id"], name=op.f("fk_allowance_sheets_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowance_sheets")),
        sa.UniqueConstraint("center_code", "month", name=op.f("uq_allowance_sheets_center_code_month")),
    )
    op.create_index(
        op.f("ix_allowance_sheets_center_code"), "allowance_sheets", ["center_code"], unique=False
    )

    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "passed",
                "failed",
                "absent",
                "excused",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_attendances_score")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_attendances_center_code")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attendances_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["training_rounds.id"], name=op.f("fk_attendances_round_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_sessions.id"], name=op.f("fk_attendances_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_attendances_session_id_person_id")),
    )
    op.create_index(op.f("ix_attendances_center_code"), "attendances", ["center_code"], unique=False)
    op.create_index(
        "ix_attendances_person_id",
        "attendances",
        ["person_id", "result", "held_on", "round_id", "center_code"],
        unique=False,
    )
    op.create_index(
        "ix_attendances_round_id",
        "attendances",
        ["round_id", "result", "person_id", "center_code"],
        unique=False,
    )

    op.create_table(
        "awards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "points",
                "commendation",
                "criticism",
                "subsidy",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_by", sa.String(length=100), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=100), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_awards_center_code")),
        sa.ForeignKeyConstraint(["given_by_id"], ["accounts.id"], name=op.f("fk_awards_given_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_awards_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
    )
    op.create_index("ix_awards_center_code", "awards", ["center_code", "day"], unique=False)
    op.create_index(op.f("ix_awards_person_id"), "awards", ["person_id"], unique=False)

    op.create_table(
        "patrols",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "problems >= 0 AND (minutes IS NULL OR minutes > 0)", name=op.f("ck_patrols_counted")
        ),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_patrols_center_code")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_patrols_grid_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_patrols_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["accounts.id"], name=op.f("fk_patrols_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrols")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_patrols_center_code", "patrols", ["center_code", "day", "grid_id"], unique=False)
    op.create_index("ix_patrols_grid_id", "patrols", ["grid_id", "day"], unique=False)
    op.create_index(op.f("ix_patrols_person_id"), "patrols", ["person_id"], unique=False)

    op.create_table(
        "spot_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=60), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("roles", sa.String(length=400), nullable=False),
        sa.Column("drawn_from", sa.Text(), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=True),
        sa.Column("drawn_by", sa.String(length=100), nullable=False),
        sa.Column("drawn_at", Instant(), nullable=False),
        sa.CheckConstraint("wanted > 0", name=op.f("ck_spot_checks_wanted")),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_spot_checks_center_code")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["accounts.id"], name=op.f("fk_spot_checks_drawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_checks")),
    )
    op.create_index(op.f("ix_spot_checks_center_code"), "spot_checks", ["center_code"], unique=False)

    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("household", sa.String(length=60), nullable=False),
        sa.Column(
            "campaign",
            sa.Enum(
                "daily",
                "returning_home",
                "stationed",
                "in_the_grid",
                "paired",
                name="campaign",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("problem", sa.String(length=500), server_default="", nullable=False),
        sa.Column("solved_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "solved_on IS NULL OR (problem <> '' AND solved_on >= day)", name=op.f("ck_visits_solved")
        ),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_visits_center_code")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_visits_grid_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_visits_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["accounts.id"], name=op.f("fk_visits_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_visits_center_code", "visits", ["center_code", "day", "grid_id", "household"], unique=False
    )
    op.create_index("ix_visits_grid_id", "visits", ["grid_id", "day", "household"], unique=False)
    op.create_index(op.f("ix_visits_person_id"), "visits", ["person_id"], unique=False)

    op.create_table(
        "allowance_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("corrected_cents", sa.Integer(), nullable=True),
        sa.Column("corrected_because", sa.String(length=200), server_default="", nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "corrected_cents IS NULL OR corrected_because <> ''",
            name=op.f("ck_allowance_lines_corrected_why"),
        ),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_allowance_lines_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["accounts.id"], name=op.f("fk_allowance_lines_corrected_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_allowance_lines_person_id")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["allowance_sheets.id"], name=op.f("fk_allowance_lines_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowance_lines")),
        sa.UniqueConstraint("sheet_id", "person_id", name=op.f("uq_allowance_lines_sheet_id_person_id")),
    )
    op.create_index(op.f("ix_allowance_lines_center_code"), "allowance_lines", ["center_code"], unique=False)
    op.create_index(op.f("ix_allowance_lines_person_id"), "allowance_lines", ["person_id"], unique=False)

    op.create_table(
        "checked_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spot_check_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "finding",
            sa.Enum(
                "pending",
                "on_duty",
                "off_duty",
                "unreachable",
                "on_leave",
                name="finding",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("checked_by", sa.String(length=100), nullable=True),
        sa.Column("checked_at", Instant(), nullable=True),
        sa.Column("follow_up", sa.String(length=500), server_default="", nullable=False),
        sa.Column("follow_up_due", sa.Date(), nullable=True),
        sa.Column("followed_up", sa.String(length=500), server_default="", nullable=False),
        sa.Column("followed_up_by", sa.String(length=100), nullable=True),
        sa.Column("followed_up_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(finding = 'pending') = (checked_at IS NULL)", name=op.f("ck_checked_posts_checked_when")
        ),
        sa.ForeignKeyConstraint(["center_code"], ["centers.code"], name=op.f("fk_checked_posts_center_code")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_checked_posts_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_checked_posts_post_id")),
        sa.ForeignKeyConstraint(
            ["spot_check_id"], ["spot_checks.id"], name=op.f("fk_checked_posts_spot_check_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checked_posts")),
        sa.UniqueConstraint("spot_check_id", "post_id", name=op.f("uq_checked_posts_spot_check_id_post_id")),
    )
    op.create_index(op.f("ix_checked_posts_center_code"), "checked_posts", ["center_code"], unique=False)
    op.create_index(op.f("ix_checked_posts_person_id"), "checked_posts", ["person_id"], unique=False)

    op.create_table(
        "roster_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=True),
        sa.Column(
            "center_code",
            sa.String(length=12).with_variant(sa.String(length=12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "joined",
                "left",
                "moved",
                "handed_over",
                "covered",
                "away",
                "corrected",
                "recorded",
                "undone",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "row",
            sa.Enum(
                "person",
                "post",
                "leave",
                "patrol",
                "visit",
                name="row",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_by", sa.String(length=100), nullable=False),
        sa.Column("done_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_code"], ["centers.code"], name=op.f("fk_roster_changes_center_code")
        ),
        sa.ForeignKeyConstraint(
            ["change_set_id"], ["change_sets.id"], name=op.f("fk_roster_changes_change_set_id")
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["accounts.id"], name=op.f("fk_roster_changes_done_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_changes")),
    )
    op.create_index(op.f("ix_roster_changes_center_code"), "roster_changes", ["center_code"], unique=False)
    op.create_index(
        op.f("ix_roster_changes_change_set_id"), "roster_changes", ["change_set_id"], unique=False
    )
    op.create_index(op.f("ix_roster_changes_person_id"), "roster_changes", ["person_id"], unique=False)
    op.create_index("ix_roster_changes_row", "roster_changes", ["row", "row_id"], unique=False)

    for statement in CARRIED_OVER:
        op.execute(statement)
    op.drop_table("gridworkers")
    op.drop_column("grids", "secretary_name")
    op.drop_column("grids", "official_name")
    if op.get_bind().dialect.name == "postgresql":
        for statement in NUMBERED_ON:
            op.execute(statement)


def downgrade() -> None:
    op.add_column("grids", sa.Column("official_name", sa.String(100), nullable=True))
    op.add_column("grids", sa.Column("secretary_name", sa.String(100), nullable=True))
    op.create_table(
        "gridworkers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column(
            "center_code",
            sa.String(12).with_variant(sa.String(12, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "post",
            sa.Enum(*ROLES_BEFORE, name="post", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("phone", sa.String(30), nullable=True),
        sa.Column("citizen_id", sa.String(18), nullable=True),
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
    op.create_index(
        "uq_gridworkers_full_time",
        "gridworkers",
        ["grid_id"],
        unique=True,
        sqlite_where=sa.text("post = 'full_time'"),
        postgresql_where=sa.text("post = 'full_time'"),
    )
    op.create_index("ix_gridworkers_grid_id", "gridworkers", ["grid_id", "post", "center_code"])
    op.create_index("ix_gridworkers_center_code", "gridworkers", ["center_code", "post"])
    for statement in CARRIED_BACK:
        op.execute(statement)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NUMBERED_BACK)
    op.drop_table("roster_changes")
    op.drop_table("checked_posts")
    op.drop_table("allowance_lines")
    op.drop_table("visits")
    op.drop_table("spot_checks")
    op.drop_table("patrols")
    op.drop_table("awards")
    op.drop_table("attendances")
    op.drop_table("allowance_sheets")
    op.drop_table("accountabilities")
    op.drop_table("training_sessions")
    op.drop_table("posts")
    op.drop_table("leaves")
    op.drop_table("training_rounds")
    op.drop_table("staffing_rules")
    op.drop_table("people")
    op.drop_table("allowance_rules")
