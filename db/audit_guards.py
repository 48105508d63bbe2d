"""Keeps the audit chain append-only in the database itself, whoever holds a connection."""

from __future__ import annotations

from sqlalchemy import Connection

TABLE = "audit_entries"
SQLITE_GUARDS = {
    "audit_no_update": f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'audit rows are only added'); END",
    "audit_no_delete": f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'audit rows are only added'); END",
    # INSERT OR REPLACE would otherwise put a new row in an old one's place.
    "audit_no_replace": "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit_entries "
    "WHEN EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq) "
    "BEGIN SELECT RAISE(ABORT, 'audit rows are only added'); END",
}
POSTGRESQL_GUARDS = {
    "audit_no_change": f"CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION audit_rows_are_only_added()",
    "audit_no_truncate": f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_rows_are_only_added()",
}
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_rows_are_only_added() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit rows are only added'; END $$
"""


def raise_guards(connection: Connection) -> None:
    """Makes the triggers that are missing. Called by migrations and after each upgrade."""
    standing = guards_standing(connection)
    if connection.dialect.name == "sqlite":
        wanted = SQLITE_GUARDS
    else:
        connection.exec_driver_sql(POSTGRESQL_FUNCTION)
        wanted = POSTGRESQL_GUARDS
    for name, statement in wanted.items():
        if name not in standing:
            connection.exec_driver_sql(statement)


def guards_standing(connection: Connection) -> set[str]:
    """The names of the triggers that the database has on the chain."""
    if connection.dialect.name == "sqlite":
        question = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{TABLE}'"  # noqa: S608
    else:
        question = f"SELECT tgname FROM pg_trigger WHERE tgrelid = '{TABLE}'::regclass AND NOT tgisinternal"  # noqa: S608
    return {str(name) for (name,) in connection.exec_driver_sql(question)}


def guards_missing(connection: Connection) -> set[str]:
    wanted = SQLITE_GUARDS if connection.dialect.name == "sqlite" else POSTGRESQL_GUARDS
    return set(wanted) - guards_standing(connection)
