"""Questions about kept views: one's own, and those that others share with the center."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from db.models.account import Account
from db.models.view import SavedView
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.views.addresses import permission_for


@dataclass(frozen=True)
class ViewRow:
    id: int
    name: str
    address: str
    shared: bool
    own: bool
    owner: str


@query(Permission.READ_FIGURES)
def views_of(session: ScopedSession, page: str) -> tuple[ViewRow, ...]:
    """The viewer's own views of a page, then those that colleagues share with the viewer's center."""
    viewer = viewer_of(session)
    viewer.must(permission_for(page))
    own = SavedView.account_id == viewer.account_id
    with_us = and_(SavedView.shared, SavedView.center_code == viewer.center_code)
    found = session.execute(
        select(SavedView, Account.display_name)
        .join(Account, Account.id == SavedView.account_id)
        .where(SavedView.page == page, or_(own, with_us))
        .order_by(SavedView.name, SavedView.id)
    ).all()
    rows = [
        ViewRow(row.id, row.name, row.address, row.shared, row.account_id == viewer.account_id, owner)
        for row, owner in found
    ]
    return tuple(sorted(rows, key=lambda row: not row.own))
