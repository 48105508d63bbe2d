"""What people do with views: keep one, rename it, share it with their center, throw it away."""

from __future__ import annotations

from sqlalchemy import func, select

from db.models.view import SavedView
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, NotFound, Problem
from lib.i18n import _
from lib.masking import masked_text
from lib.views.addresses import is_kept, permission_for, read

MOST, LONGEST_NAME = 50, 40


@command(Permission.READ_FIGURES)
def save_view(session: ScopedSession, page: str, name: str, address: str, shared: bool = False) -> int:
    """Keeps a page with its filters under a name, and returns the key. Raises BadInput."""
    viewer = viewer_of(session)
    if not is_kept(page) or viewer.account_id is None:
        raise BadInput(_("这个页面不能存为视图。"))
    viewer.must(permission_for(page))
    read(page, address)
    take_lock(session, f"views {viewer.account_id}")
    wanted = _free_name(session, viewer.account_id, page, name)
    own = select(func.count(SavedView.id)).where(SavedView.account_id == viewer.account_id)
    if (session.scalar(own) or 0) >= MOST:
        raise BadInput(_("每人最多保存{most}个视图，请先删除不用的。").format(most=MOST))
    view = SavedView(
        center_code=viewer.center_code,
        account_id=viewer.account_id,
        page=page,
        name=wanted,
        address=address,
        shared=shared,
        created_at=clock.now(),
    )
    session.add(view)
    session.flush()
    record(
        session, viewer, "view saved", f"view {view.id}",
        after={"page": page, "name": masked_text(wanted), "address": masked_text(address), "shared": shared},
    )  # fmt: skip
    return view.id


@command(Permission.READ_FIGURES)
def rename_view(session: ScopedSession, view_id: int, name: str) -> None:
    """Another name for a view of one's own. Raises NotFound, BadInput."""
    view = _own(session, view_id)
    take_lock(session, f"views {view.account_id}")
    before, view.name = view.name, _free_name(session, view.account_id, view.page, name, but=view.id)
    session.flush()
    record(
        session, viewer_of(session), "view changed", f"view {view.id}",
        before={"name": masked_text(before)}, after={"name": masked_text(view.name)},
    )  # fmt: skip


@command(Permission.READ_FIGURES)
def share_view(session: ScopedSession, view_id: int, shared: bool) -> None:
    """Shows a view of one's own to the people of the same center, or to nobody else any more."""
    view = _own(session, view_id)
    before, view.shared = view.shared, shared
    session.flush()
    record(
        session, viewer_of(session), "view changed", f"view {view.id}",
        before={"shared": before}, after={"shared": shared},
    )  # fmt: skip


@command(Permission.READ_FIGURES)
def delete_view(session: ScopedSession, view_id: int) -> None:
    """Throws a view of one's own away. Raises NotFound."""
    view = _own(session, view_id)
    session.delete(view)
    session.flush()
    record(
        session, viewer_of(session), "view deleted", f"view {view_id}",
        before={"page": view.page, "name": masked_text(view.name)},
    )  # fmt: skip


def _own(session: ScopedSession, view_id: int) -> SavedView:
    """Other people's views are not there, whether they are shared or not."""
    view = session.get(SavedView, view_id)
    if view is None or view.account_id != viewer_of(session).account_id:
        raise NotFound(_("找不到这个视图，或它不是您保存的。"))
    return view


def _free_name(session: ScopedSession, account_id: int, page: str, name: str, but: int = 0) -> str:
    wanted = name.strip()
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        sentence = _("请填写视图名称，最多{most}个字符。").format(most=LONGEST_NAME)
        raise BadInput(sentence, (Problem("name", sentence, value=name),))
    taken = select(SavedView.id).where(
        SavedView.account_id == account_id,
        SavedView.page == page,
        SavedView.name == wanted,
        SavedView.id != but,
    )
    if session.scalar(taken) is not None:
        sentence = _("您在这个页面已有名为“{name}”的视图，请换一个名称。").format(name=wanted)
        raise BadInput(sentence, (Problem("name", sentence, value=name),))
    return wanted
