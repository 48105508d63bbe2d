"""Opens the database with a person's eyes, or with the system's for what no person asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm.exc import StaleDataError

import db.session
from db.models.account import Role
from db.scope import EVERYTHING, ScopedSession
from lib.access.viewer import Viewer
from lib.audit.chain import record
from lib.errors import Conflict, NotAllowed
from lib.i18n import _
from lib.settings import settings


@contextmanager
def reading(viewer: Viewer) -> Iterator[ScopedSession]:
    """For questions. Nothing that the block does is kept."""
    with db.session.reading(settings().database_url, viewer.scope, viewer=viewer) as session:
        yield session


@contextmanager
def acting(viewer: Viewer) -> Iterator[ScopedSession]:
    """For one action of a person: all of it happens or nothing; a refusal is recorded."""
    try:
        with db.session.unit_of_work(settings().database_url, viewer.scope, viewer=viewer) as session:
            yield session
    except NotAllowed as refusal:
        with system() as session:
            record(session, viewer, "refused", refusal.sentence, result="refused")
        raise
    except StaleDataError:
        raise Conflict(_("这条记录刚被别人修改过。请刷新页面，核对后再改。")) from None


@contextmanager
def system() -> Iterator[ScopedSession]:
    """For sign-in, the gate and the command line: sees everything and commits at the end."""
    with db.session.unit_of_work(settings().database_url, EVERYTHING) as session:
        yield session


@contextmanager
def at_the_machine(center_code: str, role: Role = Role.SYSTEM_ADMINISTRATOR) -> Iterator[ScopedSession]:
    """For the command line: whoever works at the machine itself acts for everything, as administrator or in
    the role whose work it is.

    `center_code` is where the history says it was done.
    """
    viewer = Viewer(None, "cli", "cli", role, center_code, EVERYTHING)
    with db.session.unit_of_work(settings().database_url, EVERYTHING, viewer=viewer) as session:
        yield session


@contextmanager
def reading_at_the_machine() -> Iterator[ScopedSession]:
    """For questions of the command line: all cases and figures, and nothing is changed."""
    viewer = Viewer(None, "cli", "cli", Role.LEADER, "", EVERYTHING)
    with db.session.reading(settings().database_url, EVERYTHING, viewer=viewer) as session:
        yield session


@contextmanager
def system_reading() -> Iterator[ScopedSession]:
    with db.session.reading(settings().database_url, EVERYTHING) as session:
        yield session
