"""Sign-in sessions: made at sign-in, read again at every request, frame and rerun, ended for good.

The browser holds a random token in a cookie that scripts cannot read; the database holds only its
SHA-256. A session counts while it is not ended, not idle too long, not too old, and while the
account is what it was when the session began.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, select, update

from db.models.account import Account, AccountState, SignInAttempt, SignInSession
from db.scope import ScopedSession
from lib import clock
from lib.access.scope import scope_of
from lib.access.viewer import Viewer
from lib.access.work import system, system_reading
from lib.settings import settings

AT_ONCE = 3  # sessions of one account; a further sign-in ends the one used longest ago
KEPT_FOR = timedelta(days=30)
SEEN_EVERY = timedelta(seconds=60)  # how exactly the last use is kept


@dataclass(frozen=True)
class Identity:
    """What the gate needs to know at every frame; the smallest possible look-up."""

    token_hash: str
    account_id: int
    username: str
    must_change_password: bool


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def begin(session: ScopedSession, account: Account, address: str, browser: str) -> str:
    """Opens a session and returns its token, which exists nowhere else."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    others = session.scalars(
        select(SignInSession)
        .where(SignInSession.account_id == account.id, SignInSession.ended_at.is_(None))
        .order_by(SignInSession.seen_at.desc(), SignInSession.created_at.desc())
    ).all()
    for old in others[AT_ONCE - 1 :]:
        old.ended_at = now
    session.add(
        SignInSession(
            token_hash=hash_token(token),
            account_id=account.id,
            generation=account.generation,
            created_at=now,
            seen_at=now,
            address=address[:64],
            browser=browser[:200],
        )
    )
    return token


def identify(token: str | None) -> Identity | None:
    """Who holds this token now; None for every reason that it does not count."""
    return identify_hash(hash_token(token)) if token else None


def identify_hash(token_hash: str) -> Identity | None:
    with system_reading() as session:
        found = _counting(session, token_hash)
        if found is None:
            return None
        row, account = found
        return Identity(row.token_hash, account.id, account.username, account.state is AccountState.INVITED)


def counts() -> ColumnElement[bool]:
    """A session that counts, of a `SignInSession` joined to its `Account`."""
    now = clock.now()
    return and_(
        SignInSession.ended_at.is_(None),
        SignInSession.generation == Account.generation,
        SignInSession.created_at > now - timedelta(hours=settings().session_hours),
        SignInSession.seen_at > now - timedelta(minutes=settings().idle_minutes),
        Account.state != AccountState.DISABLED,
    )


def _counting(session: ScopedSession, token_hash: str) -> tuple[SignInSession, Account] | None:
    found = session.execute(
        select(SignInSession, Account)
        .join(Account, Account.id == SignInSession.account_id)
        .where(SignInSession.token_hash == token_hash, counts())
    ).one_or_none()
    return (found[0], found[1]) if found else None


def viewer_for(token_hash: str | None) -> Viewer | None:
    """The person behind a session, with role and scope as they are at this moment."""
    if not token_hash:
        return None
    with system_reading() as session:
        found = _counting(session, token_hash)
        if found is None:
            return None
        row, account = found
        return Viewer(
            account_id=account.id,
            username=account.username,
            name=account.display_name,
            role=account.role,
            center_code=account.center_code,
            scope=scope_of(session, account),
            language=account.language,
            department_id=account.department_id,
            session_mark=row.token_hash[:16],
            address=row.address,
            request_mark=secrets.token_hex(8),
            must_change_password=account.state is AccountState.INVITED,
        )


def keep_alive(token_hash: str) -> None:
    """Notes that the person did something. Written at most once a minute."""
    now = clock.now()
    with system() as session:
        session.execute(
            update(SignInSession)
            .where(SignInSession.token_hash == token_hash, SignInSession.seen_at < now - SEEN_EVERY)
            .values(seen_at=now)
        )


def end(session: ScopedSession, token_hash: str) -> int | None:
    """Ends one session for good; returns whose it was."""
    row = session.get(SignInSession, token_hash)
    if row is None or row.ended_at is not None:
        return None
    row.ended_at = clock.now()
    return row.account_id


def forget_old() -> None:
    """Removes what is long over; the audit chain keeps who signed in when."""
    before = clock.now() - KEPT_FOR
    with system() as session:
        session.execute(delete(SignInSession).where(SignInSession.seen_at < before))
        session.execute(delete(SignInAttempt).where(SignInAttempt.at < before))
