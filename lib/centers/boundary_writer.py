"""Writes outlines that were read and checked: thinned out together, only where something is new."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from db.models.boundary import CenterBoundary
from db.models.center import Center
from db.models.deployment import Deployment
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock
from lib.audit.chain import record
from lib.centers.boundaries import Boundaries, Boundary, Known
from lib.centers.followers import slices
from lib.centers.outlines import as_geometry
from lib.centers.thinning import Polygons, thin
from lib.errors import BadInput
from lib.i18n import _

# Points of one outline; of all that are drawn beside each other; and what each may have in any case.
MOST, MOST_TOGETHER, LEAST = 400, 2400, 24


@dataclass(frozen=True)
class Report:
    """`read` and `kept` count points, before and after they were thinned out."""

    features: int
    added: int
    updated: int
    unchanged: int
    closed: int
    read: int
    kept: int


def known_centers(session: ScopedSession) -> Known:
    """Raises BadInput where there are none yet."""
    deployment = session.get(Deployment, 1)
    rows = session.execute(select(Center.code, Center.ended_on, Center.successor_code)).all()
    if not rows:
        raise BadInput(_("系统里还没有中心，请先导入区划表。"))
    return Known(
        deployment.root_code if deployment else "",
        frozenset(code for code, ended, _successor in rows if ended is None),
        {code: successor or "" for code, ended, successor in rows if ended is not None},
    )


def take_boundaries(session: ScopedSession, given: Boundaries, file: str, *, person: str = "cli") -> Report:
    """An outline that is there already is replaced; one that the file does not have stays."""
    take_lock(session, "divisions")  # who moves centers moves their outlines
    thinned = _thinned(session, given.found)
    standing = {
        row.center_code: row
        for some in slices(thinned)
        for row in session.scalars(select(CenterBoundary).where(CenterBoundary.center_code.in_(some)))
    }
    now = clock.now()
    added = updated = 0
    for code, polygons in thinned.items():
        geometry = as_geometry(polygons)
        if code not in standing:
            session.add(CenterBoundary(center_code=code, geometry=geometry, imported_at=now))
            added += 1
        elif standing[code].geometry != geometry:
            standing[code].geometry, standing[code].imported_at = geometry, now
            updated += 1
    report = Report(
        len(thinned), added, updated, len(thinned) - added - updated, given.closed,
        _count(boundary.polygons for boundary in given.found), _count(thinned.values()),
    )  # fmt: skip
    if added or updated:
        session.flush()
        deployment = session.get(Deployment, 1)
        record(
            session,
            None,
            "boundaries imported",
            file,
            after={"added": added, "updated": updated, "unchanged": report.unchanged},
            center_code=deployment.root_code if deployment else min(thinned, key=len),
            person=person,
        )
    return report


def _thinned(session: ScopedSession, found: Iterable[Boundary]) -> dict[str, Polygons]:
    """Level by level: a town's border has nothing to do with where its villages meet."""
    siblings: Counter[str | None] = Counter()
    parents: dict[str, str | None] = {}
    for code, parent in session.execute(
        select(Center.code, Center.parent_code).where(Center.ended_on.is_(None))
    ):
        parents[code] = parent
        siblings[parent] += 1
    levels: dict[int, dict[str, Polygons]] = defaultdict(dict)
    for boundary in sorted(found, key=lambda one: one.code):
        levels[len(boundary.code)][boundary.code] = boundary.polygons
    thinned: dict[str, Polygons] = {}
    for same in levels.values():
        most = [int(np.clip(MOST_TOGETHER // siblings[parents[code]], LEAST, MOST)) for code in same]
        thinned |= zip(same, thin(list(same.values()), most), strict=True)
    return thinned


def _count(outlines: Iterable[Polygons]) -> int:
    return sum(len(ring) + 1 for polygons in outlines for polygon in polygons for ring in polygon)
