"""Whether this process can serve: the database answers, has the right shape and safe settings."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from db import migrate
from db.audit_guards import guards_missing
from db.engine import open_engine, unsafe_settings
from lib.settings import settings


def readiness() -> str:
    """Empty when ready, otherwise what is missing; names no address, user or password."""
    url = settings().database_url
    try:
        if migrate.standing(url) != migrate.newest():
            return "database not migrated"
        with open_engine(url).connect() as connection:
            missing = guards_missing(connection)
        if missing:
            return f"audit guards missing: {', '.join(sorted(missing))}"
        unsafe = unsafe_settings(open_engine(url))
        if unsafe:
            return f"unsafe database settings: {', '.join(unsafe)}"
    except SQLAlchemyError:
        return "database does not answer"
    return ""
