"""Questions about accounts and about one's own sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select

from db.models.account import Account, AccountArea, AccountState, AreaRelation, Role, SignInSession
from db.models.center import Center
from db.models.department import Department
from db.scope import ScopedSession, within
from db.session import as_system
from lib import clock
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.access.sessions import counts
from lib.access.sign_in import locked_until
from lib.errors import NotFound
from lib.i18n import _
from lib.typed import literal_pattern, offset_of


@dataclass(frozen=True)
class AccountRow:
    id: int
    username: str
    name: str
    role: Role
    state: AccountState
    center_code: str
    center_name: str
    department: str
    last_sign_in_at: datetime | None


@dataclass(frozen=True)
class AccountPage:
    """`total` counts all that match, `rows` are one page of them."""

    total: int
    rows: tuple[AccountRow, ...]


@query(Permission.READ_ACCOUNTS)
def find_accounts(
    session: ScopedSession,
    text: str = "",
    role: Role | None = None,
    state: AccountState | None = None,
    center_code: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> AccountPage:
    """Accounts of the viewer's scope; `text` is looked for in the username and the name."""
    statement = select(Account)
    if text.strip():
        pattern = literal_pattern(text)
        statement = statement.where(
            or_(
                Account.username.like(pattern.casefold(), escape="\\"),
                Account.display_name.like(pattern, escape="\\"),
            )
        )
    if role is not None:
        statement = statement.where(Account.role == role)
    if state is not None:
        statement = statement.where(Account.state == state)
    if center_code:
        statement = statement.where(within(Account.center_code, [center_code]))
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = session.execute(
        statement.with_only_columns(Account, Center.name, Department.name)
        .join(Center, Center.code == Account.center_code)
        .join(Department, Department.id == Account.department_id, isouter=True)
        .order_by(Account.center_code, Account.username)
        .limit(page_size)
        .offset(offset_of(page, page_size, total))
    ).all()
    return AccountPage(
        total,
        tuple(
            AccountRow(
                a.id,
                a.username,
                a.display_name,
                a.role,
                a.state,
                a.center_code,
                center,
                department or "",
                a.last_sign_in_at,
            )
            for a, center, department in rows
        ),
    )


@dataclass(frozen=True)
class AreaRow:
    id: int
    center_code: str
    center_name: str
    relation: AreaRelation
    reason: str
    since: date
    until: date | None


@dataclass(frozen=True)
class AccountCard:
    account: AccountRow
    areas: tuple[AreaRow, ...]
    open_sessions: int
    locked_until: datetime | None
    password_expires_at: datetime | None


@query(Permission.READ_ACCOUNTS)
def account_card(session: ScopedSession, account_id: int) -> AccountCard:
    """One account with what an administrator must know of it. Raises NotFound."""
    found = session.execute(
        select(Account, Center.name, Department.name)
        .join(Center, Center.code == Account.center_code)
        .join(Department, Department.id == Account.department_id, isouter=True)
        .where(Account.id == account_id)
    ).one_or_none()
    if found is None:
        raise NotFound(_("找不到这个账号，或它不在您的管理范围内。"))
    account, center, department = found
    areas = session.execute(
        select(AccountArea, Center.name)
        .join(Center, Center.code == AccountArea.center_code)
        .where(AccountArea.account_id == account.id)
        .order_by(AccountArea.center_code)
    ).all()
    now = clock.now()
    with as_system(session):
        sessions = session.scalar(
            select(func.count())
            .select_from(SignInSession)
            .join(Account, Account.id == SignInSession.account_id)
            .where(SignInSession.account_id == account.id, counts())
        )
        locked = locked_until(session, account.username, now)
    return AccountCard(
        AccountRow(
            account.id,
            account.username,
            account.display_name,
            account.role,
            account.state,
            account.center_code,
            center,
            department or "",
            account.last_sign_in_at,
        ),
        tuple(
            AreaRow(a.id, a.center_code, name, a.relation, a.reason, a.since, a.until) for a, name in areas
        ),
        sessions or 0,
        locked,
        account.password_expires_at,
    )


@query(Permission.READ_ACCOUNTS)
def departments_of(session: ScopedSession, center_code: str) -> list[tuple[int, str, str]]:
    """The departments of exactly this center: id, Chinese name, English name."""
    rows = session.execute(
        select(Department.id, Department.name, Department.name_en)
        .where(Department.center_code == center_code)
        .order_by(Department.id)
    )
    return [(row.id, row.name, row.name_en) for row in rows]


@dataclass(frozen=True)
class OwnSession:
    mark: str
    began_at: datetime
    seen_at: datetime
    address: str
    browser: str
    this_one: bool
    counts: bool


@query(Permission.KEEP_OWN_ACCOUNT)
def own_sessions(session: ScopedSession) -> list[OwnSession]:
    """The viewer's last ten sign-ins, newest first, and which of them still count."""
    viewer = viewer_of(session)
    with as_system(session):
        rows = session.execute(
            select(SignInSession, counts())
            .join(Account, Account.id == SignInSession.account_id)
            .where(SignInSession.account_id == viewer.account_id)
            .order_by(SignInSession.created_at.desc(), SignInSession.token_hash)
            .limit(10)
        ).all()
    return [
        OwnSession(
            row.token_hash[:16],
            row.created_at,
            row.seen_at,
            row.address,
            row.browser,
            row.token_hash[:16] == viewer.session_mark,
            bool(still),
        )
        for row, still in rows
    ]
