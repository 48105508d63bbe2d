"""Brings a database to the shape that the models say, and tells whether it has it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from db.audit_guards import raise_guards
from db.engine import for_writing, open_engine

ROOT = Path(__file__).parent.parent


def _config(connection: Connection | None = None) -> Config:
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.set_main_option("script_location", str(ROOT / "db" / "migrations"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision that this code was written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def standing(url: str) -> str | None:
    """The revision that the database has; None when it is empty."""
    with open_engine(url).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: str) -> None:
    """All missing migrations in one transaction, and the guards of the audit chain afterwards."""
    if standing(url) == newest():
        return
    with for_writing(open_engine(url)).begin() as connection:
        if connection.dialect.name == "postgresql":
            # Of processes that start together one migrates; the others wait and find it done.
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("migrate"))))
        command.upgrade(_config(connection), "head")
        raise_guards(connection)


def differences(url: str) -> list[object]:
    """What the models say and the database lacks, or the other way round."""
    from alembic.autogenerate import compare_metadata

    import db.models  # noqa: F401 - fills the metadata
    from db.base import Base

    with open_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))
