"""What people do with service windows: open one, close one, enter how a month's visitors rated them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from db.models.center import Center
from db.models.window import ServiceWindow, WindowRating
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock, deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotFound, Problem
from lib.i18n import _, numbers
from lib.masking import masked_text
from lib.typed import as_typed
from lib.windows.steps import STEP_WORDS, STEPS

LONGEST_NAME, MOST_VISITORS = 60, 1_000_000


@command(Permission.ENTER_SCORES)
def open_window(session: ScopedSession, center_code: str, name: str) -> int:
    """A window of a center, from this month on; returns its key. Raises NotFound, BadInput."""
    if session.get(Center, center_code) is None or not session.scope.covers(center_code):
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    said = as_typed(name, LONGEST_NAME)
    if not said:
        sentence = _("请填写窗口名称。")
        raise BadInput(sentence, (Problem("name", sentence),))
    take_lock(session, f"windows {center_code}")
    taken = select(ServiceWindow.id).where(
        ServiceWindow.center_code == center_code, ServiceWindow.name == said
    )
    if session.scalar(taken) is not None:
        sentence = _("这个中心已有名为“{name}”的窗口。").format(name=said)
        raise BadInput(sentence, (Problem("name", sentence, value=said),))
    today = clock.local(deployment.moment_of(session)).date()
    found = ServiceWindow(center_code=center_code, name=said, opened_on=clock.start_of_month(today))
    session.add(found)
    session.flush()
    record(
        session, viewer_of(session), "window opened", f"window {found.id}",
        after={"center": center_code, "name": masked_text(said)},
    )  # fmt: skip
    return found.id


@command(Permission.ENTER_SCORES)
def close_window(session: ScopedSession, window_id: int) -> None:
    """It takes part in no month after this one. Raises NotFound, BadInput."""
    found = _window(session, window_id)
    if found.closed_on is not None:
        raise BadInput(_("这个窗口已经停用。"))
    today = clock.local(deployment.moment_of(session)).date()
    found.closed_on = max(today, found.opened_on)
    session.flush()
    record(session, viewer_of(session), "window closed", f"window {window_id}")


@command(Permission.ENTER_SCORES)
def enter_ratings(
    session: ScopedSession, window_id: int, month: date, counts: Mapping[str, int], seen: int | None
) -> None:
    """How many visitors of a month chose each step; entered again it takes the place of the first. Raises
    NotFound, BadInput, Conflict."""
    found = _window(session, window_id)
    first = clock.start_of_month(month)
    now = clock.local(deployment.moment_of(session)).date()
    if not clock.start_of_month(found.opened_on) <= first <= now:
        raise BadInput(_("{month}不能填报这个窗口的评价。").format(month=numbers.month(first)))
    for step in counts:
        if step not in STEPS:
            raise BadInput(_("没有“{name}”这一档评价。").format(name=str(step)[:30]))
    for step, number in counts.items():
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST_VISITORS:
            sentence = _("“{step}”应填0到{most}之间的整数。").format(
                step=_(STEP_WORDS[step]), most=MOST_VISITORS
            )
            raise BadInput(sentence, (Problem(step, sentence, value=str(number)[:30]),))
    take_lock(session, f"window {window_id}")
    row = session.scalar(
        select(WindowRating).where(WindowRating.window_id == window_id, WindowRating.month == first)
    )
    if (row.version if row else None) != seen:
        raise Conflict(_("这个窗口的评价刚被别人改过。请核对页面上的数后再保存。"))
    viewer = viewer_of(session)
    before = {"visitors": _said(row)} if row else None
    row = row or WindowRating(window_id=window_id, center_code=found.center_code, month=first)
    for step in STEPS:
        setattr(row, step, counts.get(step, 0))
    row.entered_by, row.entered_at = viewer.name, clock.now()
    session.add(row)
    session.flush()
    record(
        session, viewer, "window rated", f"window {window_id}", before=before,
        after={"month": f"{first}", "visitors": _said(row)},
    )  # fmt: skip


def _said(row: WindowRating) -> str:
    return " / ".join(str(getattr(row, step)) for step in STEPS)


def _window(session: ScopedSession, window_id: int) -> ServiceWindow:
    found = session.get(ServiceWindow, window_id)
    if found is None:
        raise NotFound(_("找不到这个窗口，或它不在您的范围内。"))
    return found
