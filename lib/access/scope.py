"""Which centers a person sees, and the sentence that says why; both from the same rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from db.models.account import Account, AccountArea
from db.models.center import Center
from db.models.department import Department
from db.scope import Scope, ScopedSession
from db.session import as_system
from lib import clock
from lib.access.guard import query, viewer_of
from lib.access.permissions import RELATION_WORDS, Permission
from lib.i18n import _


@dataclass(frozen=True)
class Ground:
    """One reason to see one subtree."""

    center_code: str
    center_name: str
    sentence: str


def areas_of(session: ScopedSession, account_id: int) -> list[AccountArea]:
    """The further areas that count today, read with the system's eyes."""
    today = clock.local(clock.now()).date()
    with as_system(session):
        return list(
            session.scalars(
                select(AccountArea)
                .where(
                    AccountArea.account_id == account_id,
                    AccountArea.since <= today,
                    or_(AccountArea.until.is_(None), AccountArea.until >= today),
                )
                .order_by(AccountArea.center_code)
            )
        )


def scope_of(session: ScopedSession, account: Account) -> Scope:
    """The one function that turns an account into what it sees."""
    codes = [account.center_code, *(area.center_code for area in areas_of(session, account.id))]
    return Scope.of(codes, account.department_id)


@query(Permission.KEEP_OWN_ACCOUNT)
def explain_scope(session: ScopedSession) -> list[Ground]:
    """Why the viewer sees what they see."""
    viewer = viewer_of(session)
    areas = areas_of(session, viewer.account_id) if viewer.account_id is not None else []
    with as_system(session):
        codes = [viewer.center_code, *(area.center_code for area in areas)]
        rows = session.execute(select(Center.code, Center.name).where(Center.code.in_(codes)))
        names = {row.code: row.name for row in rows}
        department = session.get(Department, viewer.department_id) if viewer.department_id else None
        department_name = department.name if department else ""
    home = names.get(viewer.center_code, viewer.center_code)
    if department_name:
        sentence = _("您代表{center}的{department}：各级中心都能看到，事件只看交给本部门的。").format(
            center=home, department=department_name
        )
    else:
        sentence = _("您在{center}任职，能看到本级和下属所有中心。").format(center=home)
    grounds = [Ground(viewer.center_code, home, sentence)]
    for area in areas:
        name = names.get(area.center_code, area.center_code)
        until = _("，到{day}为止").format(day=area.until.isoformat()) if area.until else ""
        grounds.append(
            Ground(
                area.center_code,
                name,
                _("您{relation}{center}（{reason}），自{since}起{until}。").format(
                    relation=_(RELATION_WORDS[area.relation]),
                    center=name,
                    reason=area.reason,
                    since=area.since.isoformat(),
                    until=until,
                ),
            )
        )
    return grounds
