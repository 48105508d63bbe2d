"""Runs the migrations on the database that the settings or the caller name."""

from alembic import context

import db.models  # noqa: F401 - fills the metadata
from db.base import Base
from db.engine import for_writing, open_engine

given = context.config.attributes.get("connection")


def run(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite changes a table by copying it. A copy loses triggers, so no migration may copy the
        # audit tables without making theirs again; the upgrade checks that they stand.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if given is not None:
    run(given)
else:
    from lib.settings import settings

    with for_writing(open_engine(settings().database_url)).begin() as own:
        run(own)
