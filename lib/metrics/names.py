"""How the parts of a figure are called, in the reader's language, and which places are no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select

from db.models.case import CaseCategory, Source
from db.models.center import Center
from db.models.department import Department
from db.models.grid import Grid
from db.scope import ScopedSession, within
from lib.i18n import _, language
from lib.metrics.dimensions import LADDER, LENGTHS, By, band_words, is_key
from lib.metrics.variant import Ended

PLACES = (By.WHOLE, By.CHILD, *LENGTHS)
BANDED = (By.RATING, By.AGE, By.LADDER, By.HANDLING, By.HOUR, By.SOURCE)


def names_of(session: ScopedSession, by: By, keys: Iterable[str]) -> dict[str, str]:
    """The name of each key that has one for this viewer; what has none keeps its key."""
    wanted = list(dict.fromkeys(keys))
    english = language() == "en"
    if by in BANDED:
        return {key: band_words(by, key) if is_key(by, key) else key for key in wanted}
    if by in PLACES:
        return {key: key for key in wanted} | _places(session, wanted)
    if by in (By.CATEGORY, By.GROUP):
        column = CaseCategory.name_en if english else CaseCategory.name
        found = session.execute(select(CaseCategory.code, column).where(CaseCategory.code.in_(wanted)))
        return {key: key for key in wanted} | dict(found.all())
    if by is By.DEPARTMENT:
        # A kind is called as the highest department of the kind that the viewer knows.
        rows = session.execute(
            select(Department.kind, Department.name_en if english else Department.name)
            .where(Department.kind.in_(wanted))
            .order_by(func.length(Department.center_code).desc(), Department.center_code.desc())
        )
        return {"": _("未派到部门")} | dict(rows.all())
    if by is By.GRID:
        numbers = [int(key) for key in wanted if is_key(By.GRID, key)]
        grids = session.execute(
            select(Grid.id, Grid.name, Center.name)
            .join(Center, Center.code == Grid.center_code)
            .where(Grid.id.in_(numbers))
        )
        words = _("{grid}（{place}）")  # every village has a third grid
        named = {str(n): words.format(grid=grid, place=place) for n, grid, place in grids}
        return {"": _("未落到网格")} | named
    return {key: key for key in wanted}


def _places(session: ScopedSession, codes: list[str]) -> dict[str, str]:
    """Names of centers. Where two have one name, each says to which center above it belongs."""
    rows = session.execute(
        select(Center.code, Center.name, Center.parent_code).where(Center.code.in_(codes))
    ).all()
    times = Counter(row.name for row in rows)
    above = {row.parent_code for row in rows if times[row.name] > 1 and row.parent_code}
    parents = (
        dict(session.execute(select(Center.code, Center.name).where(Center.code.in_(above))).all())
        if above
        else {}
    )
    return {
        row.code: _("{name}（{parent}）").format(name=row.name, parent=parents[row.parent_code])
        if times[row.name] > 1 and row.parent_code in parents
        else row.name
        for row in rows
    }


def ordered(by: By, keys: Iterable[str]) -> list[str]:
    """Keys in the order in which their parts are read; what has no order of its own is sorted by its key."""
    if by is By.LADDER:
        return sorted(keys, key=LADDER.index)
    if by is By.SOURCE:
        order = [source.value for source in Source]
        return sorted(keys, key=order.index)
    if by is By.RATING:
        return sorted(keys, reverse=True)
    return sorted(keys)


def ended_centers(session: ScopedSession, center_code: str) -> Ended:
    """The centers of a subtree that have ended, each with its last day."""
    found = session.execute(
        select(Center.code, Center.ended_on)
        .where(within(Center.code, [center_code]), Center.ended_on.is_not(None))
        .order_by(Center.code)
    )
    return tuple((code, day) for code, day in found if day is not None)
