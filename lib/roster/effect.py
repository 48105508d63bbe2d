"""How far from today a day may lie from which something of the roster holds."""

from __future__ import annotations

from datetime import date, timedelta

from lib.errors import BadInput
from lib.i18n import _

# Posts are written down late, but nobody joins a month that was assessed long ago.
EARLIEST_BACK = timedelta(days=366)
LATEST_AHEAD = timedelta(days=366)


def must_be_recent(day: date, today: date) -> None:
    """Raises BadInput for a day that is more than a year away."""
    if not today - EARLIEST_BACK <= day <= today + LATEST_AHEAD:
        raise BadInput(_("生效日期应在今天前后一年以内，请核对。"))
