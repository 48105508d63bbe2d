"""Decides whose hands were on a sheet of allowances: they do not approve it."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from db.models.reward import AllowanceSheet, Award
from db.scope import ScopedSession, within
from lib.roster.rewards.gathering import Month


def workers_of(session: ScopedSession, sheet: AllowanceSheet) -> tuple[int | None, ...]:
    """The accounts whose work an approval decides on; None is whoever has none. Money that was given by hand
    counts even where it was withdrawn later: the sheet may have been counted before."""
    month = Month(sheet.month)
    gave = select(Award.given_by_id).where(
        within(Award.center_code, [sheet.center_code]), Award.day.between(month.first, month.last),
        Award.cents != 0,
    )  # fmt: skip
    return (*_counted_by(sheet), *session.scalars(gave.distinct()))


def _counted_by(sheet: AllowanceSheet) -> tuple[int | None, ...]:
    return tuple(json.loads(sheet.worked_on))


def worked_on(sheet: AllowanceSheet, account_id: int | None) -> None:
    """Also raises the sheet's version when nothing else of it has changed."""
    sheet.worked_on = json.dumps([*dict.fromkeys((*_counted_by(sheet), account_id))])
    flag_modified(sheet, "worked_on")
