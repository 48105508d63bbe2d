"""The accounts that a demonstration shows on its sign-in page, with passwords made at random here.

A real deployment never has them: without the deployment's own word that it is a demonstration
nothing is made and nothing is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from db.models.account import Account, DemonstrationPassword, Role
from db.models.center import Center
from db.session import take_lock
from lib.access.passwords import hash_password, random_password
from lib.access.permissions import ROLE_WORDS
from lib.access.work import system, system_reading
from lib.deployment import standing


@dataclass(frozen=True)
class Shown:
    username: str
    password: str
    role: str  # Chinese words, to be translated where they are shown
    center: str


def issue_passwords() -> int:
    """Gives each demonstration account without a password a random one; returns how many.

    Done at the server's start rather than with the data, so that the same seed gives the same
    bytes while no two demonstrations share a password.
    """
    with system_reading() as session:
        waiting = session.scalars(
            select(DemonstrationPassword.account_id).where(DemonstrationPassword.password.is_(None))
        ).all()
        deployment = standing(session)
    if not waiting or deployment is None or not deployment.demonstration:
        return 0
    made = {account_id: random_password() for account_id in waiting}
    hashed = {account_id: hash_password(password) for account_id, password in made.items()}
    issued = 0
    with system() as session:
        take_lock(session, "demonstration")
        for row in session.scalars(
            select(DemonstrationPassword).where(DemonstrationPassword.password.is_(None))
        ):
            if row.account_id in made:
                row.password = made[row.account_id]
                account = session.get_one(Account, row.account_id)
                account.password_hash = hashed[row.account_id]
                issued += 1
    return issued


def shown_accounts() -> list[Shown]:
    """What the sign-in page shows; nothing at all in a real deployment."""
    with system_reading() as session:
        deployment = standing(session)
        if deployment is None or not deployment.demonstration:
            return []
        rows = session.execute(
            select(Account.username, DemonstrationPassword.password, Account.role, Center.name)
            .join(Account, Account.id == DemonstrationPassword.account_id)
            .join(Center, Center.code == Account.center_code)
            .where(DemonstrationPassword.password.is_not(None))
            .order_by(DemonstrationPassword.position)
        ).all()
    return [
        Shown(username, password or "", ROLE_WORDS[Role(role)], center)
        for username, password, role, center in rows
    ]
