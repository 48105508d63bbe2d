"""What administrators do to accounts, and people to their own."""

from __future__ import annotations

import re
from datetime import date, timedelta

from sqlalchemy import select, update

from db.models.account import (
    Account,
    AccountArea,
    AccountState,
    AreaRelation,
    Outcome,
    Role,
    SignInAttempt,
    SignInSession,
)
from db.models.center import Center
from db.models.department import Department
from db.scope import ScopedSession
from db.session import as_system
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.passwords import INITIAL_PASSWORD_HOURS, hash_password, random_password
from lib.access.permissions import Permission
from lib.access.states import ACCOUNT
from lib.audit.chain import record
from lib.errors import BadInput, NotAllowed, NotFound, Problem
from lib.i18n import LANGUAGES, _

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}", re.ASCII)


def _account(session: ScopedSession, account_id: int) -> Account:
    """Somebody else's account in the viewer's scope. Raises NotFound, NotAllowed."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(_("找不到这个账号，或它不在您的管理范围内。"))
    if account.id == viewer_of(session).account_id:
        raise NotAllowed(_("不能管理自己的账号，请由另一位系统管理员办理。"))
    # Whoever can give an account a password can become it: all that it sees must be theirs to give.
    with as_system(session):
        areas = session.scalars(
            select(AccountArea.center_code).where(AccountArea.account_id == account.id)
        ).all()
    if not all(session.scope.covers(code) for code in areas):
        raise NotAllowed(_("这个账号的范围超出您的管理范围，请由上级系统管理员办理。"))
    return account


def _center_in_scope(session: ScopedSession, center_code: str) -> Center:
    center = session.get(Center, center_code)
    if center is None or center.ended_on is not None or not session.scope.covers(center_code):
        raise NotFound(_("找不到这个中心，或它不在您的管理范围内。"))
    return center


def _end_sessions(session: ScopedSession, account: Account) -> None:
    """The account's sessions count no more, on every device, from the next request on."""
    account.generation += 1
    session.flush()
    with as_system(session):
        session.execute(
            update(SignInSession)
            .where(SignInSession.account_id == account.id, SignInSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )


def _initial_password(account: Account) -> str:
    password = random_password()
    account.password_hash = hash_password(password)
    account.password_expires_at = clock.now() + timedelta(hours=INITIAL_PASSWORD_HOURS)
    return password


@command(Permission.MANAGE_ACCOUNTS)
def create_account(
    session: ScopedSession,
    username: str,
    display_name: str,
    role: Role,
    center_code: str,
    department_id: int | None = None,
) -> str:
    """Opens an account and returns its initial password, which is shown once and expires."""
    name, display = username.strip().casefold(), display_name.strip()
    problems = []
    if not USERNAME.fullmatch(name):
        problems.append(
            Problem("username", _("账号用3到64个小写字母、数字、点、横线或下划线。"), value=username)
        )
    if not display or len(display) > 100 or not display.isprintable():
        problems.append(Problem("display_name", _("请填写姓名，最多100个字符。"), value=display_name))
    if (role is Role.DEPARTMENT_HANDLER) != (department_id is not None):
        problems.append(Problem("department_id", _("部门承办人要选择部门，其他角色不选部门。")))
    if problems:
        raise BadInput(_("账号没有建立，请改正后再试。"), tuple(problems))
    center = _center_in_scope(session, center_code)
    if department_id is not None:
        department = session.get(Department, department_id)
        if department is None or department.center_code != center.code:
            raise NotFound(_("找不到这个部门，或它不属于所选的中心。"))
    with as_system(session):
        taken = session.scalar(select(Account.id).where(Account.username == name))
    if taken:
        sentence = _("账号“{name}”已经有人使用，请换一个。").format(name=name)
        raise BadInput(sentence, (Problem("username", sentence, value=username),))
    account = Account(
        username=name,
        display_name=display,
        role=role,
        center_code=center.code,
        department_id=department_id,
        state=AccountState.INVITED,
        created_at=clock.now(),
    )
    password = _initial_password(account)
    session.add(account)
    session.flush()
    record(
        session, viewer_of(session), "account created", f"account {account.username}",
        after={"username": name, "role": role, "center": center.code, "department": department_id},
    )  # fmt: skip
    return password


@command(Permission.MANAGE_ACCOUNTS)
def disable_account(session: ScopedSession, account_id: int, reason: str) -> None:
    """Nobody signs in with it any more, and open pages close. The history stays."""
    account = _account(session, account_id)
    step = ACCOUNT.take("disable", viewer_of(session), account.state, reason)
    before = account.state
    account.state = step.target
    _end_sessions(session, account)
    record(
        session, viewer_of(session), "account disabled", f"account {account.username}",
        before={"state": before}, after={"state": account.state, "reason": reason.strip()},
    )  # fmt: skip


@command(Permission.MANAGE_ACCOUNTS)
def restore_account(session: ScopedSession, account_id: int) -> str:
    """Brings a disabled account back with a new initial password, which is returned."""
    return _renew(session, account_id, "restore", "account restored")


@command(Permission.MANAGE_ACCOUNTS)
def reset_password(session: ScopedSession, account_id: int) -> str:
    """Gives a new initial password, which is returned; the old one and all sessions end."""
    return _renew(session, account_id, "reset", "password reset")


def _renew(session: ScopedSession, account_id: int, action: str, event: str) -> str:
    account = _account(session, account_id)
    step = ACCOUNT.take(action, viewer_of(session), account.state)
    before = account.state
    account.state = step.target
    password = _initial_password(account)
    _end_sessions(session, account)
    record(
        session, viewer_of(session), event, f"account {account.username}",
        before={"state": before}, after={"state": account.state},
    )  # fmt: skip
    return password


@command(Permission.MANAGE_ACCOUNTS)
def lift_lock(session: ScopedSession, account_id: int) -> None:
    """Forgets the failed attempts, so that the person may try again at once."""
    account = _account(session, account_id)
    with as_system(session):
        session.add(
            SignInAttempt(username=account.username, address="", at=clock.now(), outcome=Outcome.LIFTED)
        )
    record(session, viewer_of(session), "lock lifted", f"account {account.username}")


@command(Permission.MANAGE_ACCOUNTS)
def change_role(
    session: ScopedSession, account_id: int, role: Role, department_id: int | None = None
) -> None:
    """Another role; open pages are signed out, so that nothing of the old one remains."""
    account = _account(session, account_id)
    if (role is Role.DEPARTMENT_HANDLER) != (department_id is not None):
        sentence = _("部门承办人要选择部门，其他角色不选部门。")
        raise BadInput(sentence, (Problem("department_id", sentence),))
    if department_id is not None:
        department = session.get(Department, department_id)
        if department is None or department.center_code != account.center_code:
            raise NotFound(_("找不到这个部门，或它不属于所选的中心。"))
    before = {"role": account.role, "department": account.department_id}
    account.role, account.department_id = role, department_id
    _end_sessions(session, account)
    record(
        session, viewer_of(session), "role changed", f"account {account.username}",
        before=before, after={"role": role, "department": department_id},
    )  # fmt: skip


@command(Permission.MANAGE_ACCOUNTS)
def add_area(
    session: ScopedSession,
    account_id: int,
    center_code: str,
    relation: AreaRelation,
    reason: str,
    until: date | None = None,
) -> None:
    """One more subtree for an official. Both the person and the area must be in the viewer's scope."""
    account = _account(session, account_id)
    center = _center_in_scope(session, center_code)
    today = clock.local(clock.now()).date()
    if not reason.strip() or len(reason) > 200:
        sentence = _("请写明依据，例如文件名称和文号，最多200个字符。")
        raise BadInput(sentence, (Problem("reason", sentence),))
    if until is not None and until < today:
        sentence = _("截止日期已经过去，请选今天或以后的日期。")
        raise BadInput(sentence, (Problem("until", sentence, value=until.isoformat()),))
    standing = session.scalar(
        select(AccountArea).where(
            AccountArea.account_id == account.id, AccountArea.center_code == center.code
        )
    )
    if standing is not None and (standing.until is None or standing.until >= today):
        sentence = _("这个账号已经有{center}的范围。").format(center=center.name)
        raise BadInput(sentence, (Problem("center_code", sentence, value=center.code),))
    area = standing or AccountArea(account_id=account.id, center_code=center.code)
    area.relation, area.reason, area.since, area.until = relation, reason.strip(), today, until
    session.add(area)
    _end_sessions(session, account)
    record(
        session, viewer_of(session), "area added", f"account {account.username}",
        after={"center": center.code, "relation": relation, "reason": reason.strip(), "until": until},
    )  # fmt: skip


@command(Permission.MANAGE_ACCOUNTS)
def remove_area(session: ScopedSession, area_id: int) -> None:
    area = session.get(AccountArea, area_id)
    if area is None:
        raise NotFound(_("找不到这条范围，或它不在您的管理范围内。"))
    account = _account(session, area.account_id)
    session.delete(area)
    _end_sessions(session, account)
    record(
        session, viewer_of(session), "area removed", f"account {account.username}",
        before={"center": area.center_code, "relation": area.relation},
    )  # fmt: skip


@command(Permission.MANAGE_ACCOUNTS)
def end_all_sessions(session: ScopedSession, account_id: int) -> None:
    """Signs a person out everywhere."""
    account = _account(session, account_id)
    _end_sessions(session, account)
    record(session, viewer_of(session), "sessions ended", f"account {account.username}")


@command(Permission.KEEP_OWN_ACCOUNT)
def end_own_session(session: ScopedSession, mark: str) -> None:
    """Ends another of the viewer's own sessions. `mark` is the start of its token's hash."""
    viewer = viewer_of(session)
    with as_system(session):
        own = session.scalars(
            select(SignInSession).where(
                SignInSession.account_id == viewer.account_id, SignInSession.ended_at.is_(None)
            )
        ).all()
        found = [row for row in own if len(mark) == 16 and row.token_hash[:16] == mark]
        if not found:
            raise NotFound(_("这次登录已经退出。"))
        found[0].ended_at = clock.now()
    record(session, viewer, "own session ended", f"account {viewer.username}")


@command(Permission.KEEP_OWN_ACCOUNT)
def choose_language(session: ScopedSession, language: str) -> None:
    """The language of the viewer's screens from now on, on every device."""
    viewer = viewer_of(session)
    if language not in LANGUAGES:
        raise BadInput(_("没有这种语言。"), (Problem("language", _("没有这种语言。"), value=language),))
    account = session.get(Account, viewer.account_id)
    if account is None:
        raise NotFound(_("找不到这个账号，或它不在您的管理范围内。"))
    account.language = language
    record(session, viewer, "language chosen", f"account {account.username}", after={"language": language})
