"""What people decide about rounds: what they ask, when one is opened by hand, which days are worked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from db.models.center import Center
from db.models.scheduling import CalendarDay, RoundKind, RoundPlan
from db.scope import ScopedSession
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.deployment import Standing, standing
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Problem
from lib.i18n import _, numbers
from lib.masking import masked_text
from lib.scheduling.opening import open_round, planned
from lib.scheduling.plan import EVERY, KIND_WORDS, period_before, read_plan, written_plan
from lib.typed import as_typed


@command(Permission.PLAN_ROUNDS)
def open_by_hand(session: ScopedSession, kind: RoundKind, day: date) -> int:
    """Opens the round whose period was over on a day, where the clock did not. Raises NotAllowed,
    BadInput, UnknownCalendar."""
    here = _at_the_top(session)
    one = planned(session, here.root_code)[kind]
    first, last = period_before(EVERY[kind], day, one.plan.opens_after)
    found = open_round(session, here.root_code, kind, one.plan, first, last)
    if found is None:
        raise BadInput(_("{day}的{kind}已经开过了。").format(day=numbers.day(last), kind=_(KIND_WORDS[kind])))
    record(
        session, viewer_of(session), "round opened", f"round {found.id}",
        after={"kind": kind.value, "first": f"{first}", "last": f"{last}"},
    )  # fmt: skip
    return found.id


@command(Permission.PLAN_ROUNDS)
def plan_rounds(
    session: ScopedSession, kind: RoundKind, definition: Mapping[str, Any], active: bool, seen: int | None
) -> None:
    """What rounds of a kind ask from the next one on. Raises NotAllowed, BadInput, Conflict."""
    here, viewer = _at_the_top(session), viewer_of(session)
    plan = read_plan(definition)
    row = session.scalar(
        select(RoundPlan).where(RoundPlan.center_code == here.root_code, RoundPlan.kind == kind)
    )
    if (row.version if row else None) != seen:
        raise Conflict(_("别人刚刚改过这项安排。请核对页面上的新内容后再改。"))
    before = json.loads(row.definition) if row else None
    if row is None:
        row = RoundPlan(center_code=here.root_code, kind=kind)
    row.definition, row.active = written_plan(plan), active
    row.changed_by, row.changed_at = viewer.name, clock.now()
    session.add(row)
    session.flush()
    record(
        session, viewer, "rounds planned", f"plan {kind.value}", before={"plan": before},
        after={"plan": json.loads(row.definition), "active": active},
    )  # fmt: skip


@command(Permission.PLAN_ROUNDS)
def set_calendar_day(session: ScopedSession, day: date, works: bool | None, reason: str) -> None:
    """Says that a day is worked or not, whatever was published; None takes that back. Limits that were set
    already stay. Raises NotAllowed, BadInput."""
    here, viewer = _at_the_top(session), viewer_of(session)
    row = session.get(CalendarDay, day)
    before = row.works if row else None
    why = as_typed(reason, 100)
    if works is None:
        if row is not None:
            session.delete(row)
    else:
        if not why:
            sentence = _("请写明依据，例如放假通知的文号。")
            raise BadInput(sentence, (Problem("reason", sentence),))
        row = row or CalendarDay(day=day, center_code=here.root_code)
        row.works, row.reason, row.changed_by, row.changed_at = works, why, viewer.name, clock.now()
        session.add(row)
    session.flush()
    record(
        session, viewer, "calendar changed", f"day {day}", before={"works": before},
        after={"works": works, "reason": masked_text(why)},
    )  # fmt: skip


def _at_the_top(session: ScopedSession) -> Standing:
    here = standing(session)
    if here is None or not session.scope.covers(here.root_code):
        raise NotAllowed(_("调度安排由最上级中心设定，您可以查看。"))
    if session.get(Center, here.root_code) is None:
        raise NotFound(_("找不到最上级中心。"))
    return here
