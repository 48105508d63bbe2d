"""What people do with allowances: set a rule, make a town's sheet for a month, count it again, correct it,
submit it, send it back, approve it. What is approved never changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from db.models.center import Center
from db.models.reward import AllowanceLine, AllowanceRule, AllowanceSheet, SheetState
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock, deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotFound, Problem
from lib.i18n import _, numbers
from lib.masking import masked_text
from lib.roster.rewards.counting import count, kept
from lib.roster.rewards.gathering import Month, gather
from lib.roster.rewards.rules import MOST_CENTS, dump, held_rule, load, read
from lib.roster.rewards.states import SHEET
from lib.roster.rewards.words import amount
from lib.roster.rewards.workers import worked_on, workers_of
from lib.typed import as_typed

LONGEST_REASON, LONGEST_SOURCE = 200, 200
MOST_MONTHS_AWAY = 36
TOWN = 9  # digits


@command(Permission.SET_STAFFING_RULES)
def set_allowance_rule(
    session: ScopedSession, center_code: str, definition: Mapping[str, Any], since: date, source: str
) -> int:
    """A rule for a center and all below, from a month on; returns its key. Sheets that were counted before
    keep theirs. Raises NotFound, BadInput."""
    if session.get(Center, center_code) is None or not session.scope.covers(center_code):
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    rule, why = read(definition), as_typed(source, LONGEST_SOURCE)
    if not why:
        sentence = _("请填写依据的文件或会议。")
        raise BadInput(sentence, (Problem("source", sentence),))
    first = clock.start_of_month(since)
    _must_be_near(session, first)
    viewer = viewer_of(session)
    row = AllowanceRule(
        center_code=center_code, since=first, definition=dump(rule), source=why, decided_by=viewer.name,
        decided_at=deployment.moment_of(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, viewer, "allowance rule set", f"center {center_code}",
        after={"first": f"{first}", "reason": masked_text(why)},
    )  # fmt: skip
    return row.id


@command(Permission.PREPARE_ALLOWANCES)
def make_sheet(session: ScopedSession, center_code: str, month: date) -> int:
    """A town's sheet for a month, counted as a draft; returns its key. Raises NotFound, BadInput,
    Conflict."""
    center = session.get(Center, center_code)
    if center is None or not session.scope.covers(center_code):
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    if len(center_code) != TOWN:
        raise BadInput(_("发放表按乡镇（街道）编制，请从上方的路径选择一个乡镇（街道）。"))
    first = clock.start_of_month(month)
    _must_be_near(session, first)
    if first > deployment.today_of(session):
        raise BadInput(_("{month}还没有开始，不能编制发放表。").format(month=numbers.month(first)))
    take_lock(session, f"allowances {center_code}")
    if session.scalar(
        select(AllowanceSheet.id).where(
            AllowanceSheet.center_code == center_code, AllowanceSheet.month == first
        )
    ):
        raise Conflict(_("这个月的发放表已经编制，请刷新页面查看。"))
    rule = held_rule(session, center_code, first)
    if rule is None:
        raise BadInput(_("这里还没有补助办法，请先在“办法”中设定，再编制发放表。"))
    viewer = viewer_of(session)
    sheet = AllowanceSheet(
        center_code=center_code, month=first, state=SheetState.DRAFT, rule=rule.definition, note=rule.source,
        made_by_id=viewer.account_id, made_by=viewer.name,
        made_at=deployment.moment_of(session), worked_on=json.dumps([viewer.account_id]),
    )  # fmt: skip
    session.add(sheet)
    session.flush()
    people = _count(session, sheet, {})
    record(
        session, viewer, "allowances counted", f"center {center_code}",
        after={"month": f"{first:%Y-%m}", "rows": people},
    )  # fmt: skip
    return sheet.id


@command(Permission.PREPARE_ALLOWANCES)
def recount(session: ScopedSession, sheet_id: int, seen: int) -> int:
    """Counts a draft anew under the rule that holds now. A correction stays where the count that it corrects
    has stayed; returns how many did not. Raises NotFound, WrongState, Conflict."""
    sheet = _sheet(session, sheet_id, seen)
    viewer = viewer_of(session)
    SHEET.take("recount", viewer, sheet.state)
    if rule := held_rule(session, sheet.center_code, sheet.month):
        sheet.rule, sheet.note = rule.definition, rule.source
    lines = session.scalars(select(AllowanceLine).where(AllowanceLine.sheet_id == sheet.id)).all()
    corrected = {one.person_id: one for one in lines if one.corrected_cents is not None}
    for one in lines:
        session.expunge(one)
    session.execute(
        delete(AllowanceLine).where(AllowanceLine.sheet_id == sheet.id),
        execution_options={"synchronize_session": False},
    )
    sheet.made_by_id, sheet.made_by, sheet.made_at = (
        viewer.account_id,
        viewer.name,
        deployment.moment_of(session),
    )
    worked_on(sheet, viewer.account_id)
    people = _count(session, sheet, corrected)
    record(
        session, viewer, "allowances counted", f"center {sheet.center_code}",
        after={"month": f"{sheet.month:%Y-%m}", "rows": people},
    )  # fmt: skip
    left = session.scalars(
        select(AllowanceLine.person_id).where(
            AllowanceLine.sheet_id == sheet.id, AllowanceLine.corrected_cents.is_not(None)
        )
    ).all()
    return len(corrected) - len(left)


@command(Permission.PREPARE_ALLOWANCES)
def correct_line(session: ScopedSession, line_id: int, cents: int | None, reason: str, seen: int) -> int:
    """Another amount for one person, with its reason; None takes a correction back. `seen` is the sheet's
    version; returns the next one. Raises NotFound, WrongState, BadInput, Conflict."""
    line = session.get(AllowanceLine, line_id)
    if line is None:
        raise _no_sheet()
    sheet = _sheet(session, line.sheet_id, seen)
    viewer, why = viewer_of(session), as_typed(reason, LONGEST_REASON)
    SHEET.take("correct", viewer, sheet.state, why)
    if cents is not None and not 0 <= cents <= MOST_CENTS:
        sentence = _("更正后的金额应在0到50,000元之间，最小到分。")
        raise BadInput(sentence, (Problem("cents", sentence),))
    before = line.cents if line.corrected_cents is None else line.corrected_cents
    line.corrected_cents, line.corrected_because = cents, "" if cents is None else why
    line.corrected_by_id = None if cents is None else viewer.account_id
    worked_on(sheet, viewer.account_id)
    session.flush()
    record(
        session, viewer, "allowance corrected", f"center {sheet.center_code}",
        before={"amount": amount(before)},
        after={"month": f"{sheet.month:%Y-%m}", "person": line.person_id, "reason": masked_text(why),
               "amount": amount(line.cents if cents is None else cents)},
    )  # fmt: skip
    return sheet.version


@command(Permission.PREPARE_ALLOWANCES)
def submit_sheet(session: ScopedSession, sheet_id: int, seen: int) -> SheetState:
    """Asks for approval, once the month is over. Raises NotFound, WrongState, BadInput, Conflict."""
    sheet = _sheet(session, sheet_id, seen)
    viewer = viewer_of(session)
    step = SHEET.take("submit", viewer, sheet.state)
    last = Month(sheet.month).last
    if deployment.today_of(session) < last:
        raise BadInput(_("{day}之前不能提交：本月还没有结束。").format(day=numbers.day(last)))
    if not session.scalar(select(AllowanceLine.id).where(AllowanceLine.sheet_id == sheet.id).limit(1)):
        raise BadInput(_("这张发放表上没有人，不能提交。请核对任职和补助办法。"))
    sheet.submitted_by_id, sheet.submitted_by = viewer.account_id, viewer.name
    sheet.submitted_at = deployment.moment_of(session)
    worked_on(sheet, viewer.account_id)
    return _moved(session, sheet, step.target, "")


@command(Permission.APPROVE_ALLOWANCES)
def approve_sheet(session: ScopedSession, sheet_id: int, seen: int) -> SheetState:
    """By somebody who never made, corrected or submitted it, and gave none of the money on it by hand. Raises
    NotFound, NotAllowed, WrongState, Conflict."""
    sheet = _sheet(session, sheet_id, seen)
    viewer = viewer_of(session)
    step = SHEET.take("approve", viewer, sheet.state, done_by=workers_of(session, sheet))
    sheet.approved_by, sheet.approved_at = viewer.name, deployment.moment_of(session)
    return _moved(session, sheet, step.target, "")


@command(Permission.APPROVE_ALLOWANCES)
def return_sheet(session: ScopedSession, sheet_id: int, reason: str, seen: int) -> SheetState:
    """Sends it back for correction. Raises NotFound, WrongState, BadInput, Conflict."""
    sheet = _sheet(session, sheet_id, seen)
    why = as_typed(reason, LONGEST_REASON)
    step = SHEET.take("return", viewer_of(session), sheet.state, why)
    return _moved(session, sheet, step.target, why)


def _moved(session: ScopedSession, sheet: AllowanceSheet, target: SheetState, why: str) -> SheetState:
    before, sheet.state = sheet.state, target
    session.flush()
    record(
        session, viewer_of(session), "allowances moved", f"center {sheet.center_code}",
        before={"state": before.value},
        after={"month": f"{sheet.month:%Y-%m}", "state": target.value, "reason": masked_text(why) or None},
    )  # fmt: skip
    return target


def _count(session: ScopedSession, sheet: AllowanceSheet, corrected: Mapping[int, AllowanceLine]) -> int:
    rule = load(sheet.rule)
    people = gather(session, sheet.center_code, sheet.month, rule)
    for one in people:
        found = count(one.facts, rule)
        held = corrected.get(one.person_id)
        stays = held is not None and held.cents == found.cents
        session.add(
            AllowanceLine(
                sheet_id=sheet.id, person_id=one.person_id, center_code=one.center_code, name=one.name,
                counted=kept(one.facts, found.items), points=found.points, cents=found.cents,
                corrected_cents=held.corrected_cents if held and stays else None,
                corrected_because=held.corrected_because if held and stays else "",
                corrected_by_id=held.corrected_by_id if held and stays else None,
            )
        )  # fmt: skip
    session.flush()
    return len(people)


def _must_be_near(session: ScopedSession, month: date) -> None:
    today = deployment.today_of(session)
    if abs((month.year - today.year) * 12 + month.month - today.month) > MOST_MONTHS_AWAY:
        sentence = _("月份离今天太远，请重新选择。")
        raise BadInput(sentence, (Problem("since", sentence),))


def _sheet(session: ScopedSession, sheet_id: int, seen: int) -> AllowanceSheet:
    sheet = session.get(AllowanceSheet, sheet_id)
    if sheet is None:
        raise _no_sheet()
    if sheet.version != seen:
        raise Conflict(_("这张发放表刚被别人改过。请核对页面上的新内容后再办理。"))
    return sheet


def _no_sheet() -> NotFound:
    return NotFound(_("找不到这张发放表，或它不在您的范围内。"))
