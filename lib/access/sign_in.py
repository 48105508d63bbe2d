"""Checks a name and a password, and slows down whoever guesses.

Every check is counted in the database before the password is hashed, so that many sessions,
processes and restarts share one count. A name that does not exist costs the same time, the same
writes and the same sentence as a wrong password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from db.models.account import Account, AccountState, Outcome, SignInAttempt, SignInSession
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock
from lib.access import sessions
from lib.access.passwords import check_password, hash_password, require_good
from lib.access.viewer import Viewer
from lib.access.work import system
from lib.audit.chain import record
from lib.i18n import _

CHECKS, WINDOW = 5, timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=30)
ADDRESS_CHECKS, ADDRESS_WINDOW = 30, timedelta(minutes=5)


@dataclass(frozen=True)
class SignedIn:
    token: str
    must_change_password: bool
    language: str


@dataclass(frozen=True)
class Refused:
    sentence: str


def sign_in(
    username: str, password: str, *, address: str, browser: str, language: str | None = None
) -> SignedIn | Refused:
    """One attempt. `address` is the client's IP address, `language` what was chosen on the form."""
    name = fold(username)
    attempt_id = _count(name, address)
    if attempt_id is None:
        return Refused(
            _("尝试次数太多，已暂停登录{minutes}分钟。请稍后再试，或请系统管理员解除。").format(
                minutes=int(LOCKED_FOR.total_seconds() // 60)
            )
        )
    with system() as session:
        account = session.scalars(select(Account).where(Account.username == name)).one_or_none()
        hashed = account.password_hash if account else None
    right = check_password(password, hashed)
    with system() as session:
        # Two right passwords at once wait for each other here, so that they count each other's session.
        account = session.scalars(
            select(Account).where(Account.username == name).with_for_update()
        ).one_or_none()
        # What was checked must still stand: the account may have changed while bcrypt was at work.
        good = right and account is not None and account.password_hash == hashed
        if not good or account is None or account.state is AccountState.DISABLED:
            # What was typed may be a password in the wrong field; only names of accounts are kept.
            record(
                session, None, "sign-in refused", "", person=name if account else "?",
                address=address, result="refused", center_code=account.center_code if account else None,
            )  # fmt: skip
            return Refused(_("账号或密码不对。请检查大小写和输入法，再试一次。"))
        _settle(session, attempt_id)
        if account.password_expires_at is not None and account.password_expires_at < clock.now():
            record(
                session, None, "sign-in refused", f"account {account.username}", person=name,
                address=address, result="refused", center_code=account.center_code,
            )  # fmt: skip
            return Refused(_("初始密码已过期。请联系系统管理员重新发放。"))
        account.last_sign_in_at, account.last_sign_in_from = clock.now(), address[:64]
        if language is not None:
            account.language = language
        token = sessions.begin(session, account, address, browser)
        record(
            session, None, "signed in", f"account {account.username}", person=name,
            address=address, center_code=account.center_code,
        )  # fmt: skip
        return SignedIn(token, account.state is AccountState.INVITED, account.language)


def fold(username: str) -> str:
    """A name as it is kept: folded, at most 64 characters, nothing unprintable."""
    return "".join(c for c in username.strip().casefold() if c.isprintable())[:64]


def _count(name: str, address: str) -> int | None:
    """Books a check and returns its number, or None when there were too many."""
    now = clock.now()
    with system() as session:
        # In one order everywhere, so that two attempts never wait for each other.
        take_lock(session, "sign-in")
        if locked_until(session, name, now) is not None:
            return None
        failures = session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(
                SignInAttempt.address == address[:64],
                SignInAttempt.at > now - ADDRESS_WINDOW,
                SignInAttempt.outcome == Outcome.FAILED,
            )
        )
        if (failures or 0) >= ADDRESS_CHECKS:
            return None
        attempt = SignInAttempt(username=name, address=address[:64], at=now, outcome=Outcome.FAILED)
        session.add(attempt)
        session.flush()
        return attempt.id


def locked_until(session: ScopedSession, name: str, now: datetime) -> datetime | None:
    """When the lock ends that the last failures set; None when there is none.

    A lock ends by itself: attempts during it are refused without being counted.
    """
    recent = session.execute(
        select(SignInAttempt.at, SignInAttempt.outcome)
        .where(SignInAttempt.username == name, SignInAttempt.at > now - LOCKED_FOR - WINDOW)
        .order_by(SignInAttempt.id.desc())
        .limit(CHECKS)
    ).all()
    if len(recent) < CHECKS or any(outcome is not Outcome.FAILED for _at, outcome in recent):
        return None
    last, first = recent[0][0], recent[-1][0]
    until: datetime = last + LOCKED_FOR
    return until if last - first <= WINDOW and until > now else None


def _settle(session: ScopedSession, attempt_id: int) -> None:
    attempt = session.get(SignInAttempt, attempt_id)
    if attempt is not None:
        attempt.outcome = Outcome.SUCCEEDED


def sign_out(token: str | None) -> None:
    """Ends the session behind the token; nobody can use it again, from anywhere."""
    if not token:
        return
    token_hash = sessions.hash_token(token)
    viewer = sessions.viewer_for(token_hash)
    with system() as session:
        if sessions.end(session, token_hash) is not None:
            record(session, viewer, "signed out", f"account {viewer.username}" if viewer else "")


def change_own_password(viewer: Viewer, current: str, new: str) -> Refused | None:
    """Sets a password of one's own. All other sessions of the account end; raises BadInput."""
    from db.models.center import Center

    attempt_id = _count(viewer.username, viewer.address)
    if attempt_id is None:
        return Refused(_("尝试次数太多，请30分钟后再试。"))
    with system() as session:
        account = session.get_one(Account, viewer.account_id)
        center = session.get_one(Center, account.center_code)
        hashed, names = account.password_hash, (account.username, account.display_name, center.name)
    if not check_password(current, hashed):
        return Refused(_("当前密码不对，请重新输入。"))
    with system() as session:  # a new password that is too weak is no failed check
        _settle(session, attempt_id)
    require_good(new, names=names)
    if new == current:
        return Refused(_("新密码和当前密码相同，请换一个。"))
    fresh = hash_password(new)
    with system() as session:
        account = session.get_one(Account, viewer.account_id, with_for_update=True)
        account.password_hash = fresh
        account.password_expires_at = None
        if account.state is AccountState.INVITED:
            account.state = AccountState.ACTIVE
        account.generation += 1
        own = session.scalars(
            select(SignInSession).where(
                SignInSession.account_id == account.id, SignInSession.ended_at.is_(None)
            )
        )
        for row in own:
            if row.token_hash.startswith(viewer.session_mark):
                row.generation = account.generation
            else:
                row.ended_at = clock.now()
        record(session, viewer, "password changed", f"account {account.username}")
    return None
