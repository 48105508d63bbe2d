"""Questions about the four levels of centers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from db.models.boundary import CenterBoundary
from db.models.center import Center, CodeChange, Level
from db.scope import ScopedSession, within
from db.session import as_system
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.centers.outlines import Outline, read_outline
from lib.errors import NotFound
from lib.i18n import _, mark
from lib.typed import literal_pattern, plain

LEVEL_WORDS: dict[Level, str] = {
    Level.CITY: mark("市中心"),
    Level.COUNTY: mark("县区分中心"),
    Level.TOWN: mark("镇街指挥所"),
    Level.VILLAGE: mark("村社工作站"),
}


@dataclass(frozen=True)
class CenterRow:
    code: str
    name: str
    level: Level
    invented: bool = False


@dataclass(frozen=True)
class CenterCard:
    """`path` leads from the topmost center that the viewer may open down to this one."""

    center: CenterRow
    path: tuple[CenterRow, ...]
    director_name: str
    phone: str
    children: tuple[CenterRow, ...]
    counts: dict[Level, int]
    former: tuple[str, ...]


def _row(center: Center) -> CenterRow:
    return CenterRow(center.code, center.name, center.level, center.invented)


def not_there() -> NotFound:
    """ "Not there" and "not yours" are one answer."""
    return NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))


@query(Permission.READ_CENTERS)
def center_card(session: ScopedSession, center_code: str) -> CenterCard:
    """One center in the viewer's scope with its path and children. Raises NotFound."""
    if not session.scope.covers(center_code):
        raise not_there()
    center = session.get(Center, center_code)
    if center is None:
        raise not_there()
    above = session.scalars(
        select(Center).where(
            Center.code.in_([center.code[:n] for n in (4, 6, 9, 12) if n < len(center.code)])
        )
    ).all()
    path = [c for c in sorted(above, key=lambda c: len(c.code)) if session.scope.covers(c.code)]
    children = session.scalars(
        select(Center)
        .where(Center.parent_code == center.code, Center.ended_on.is_(None))
        .order_by(Center.code)
    ).all()
    counted = session.execute(
        select(Center.level, func.count())
        .where(within(Center.code, [center.code]), Center.code != center.code, Center.ended_on.is_(None))
        .group_by(Center.level)
    ).all()
    former = session.execute(
        select(CodeChange.old_code, CodeChange.old_name)
        .where(CodeChange.subject == "center", CodeChange.new_code == center.code)
        .order_by(CodeChange.id)
    ).all()
    return CenterCard(
        _row(center),
        (*(_row(c) for c in path), _row(center)),
        center.director_name or "",
        center.phone or "",
        tuple(_row(c) for c in children),
        {Level(level): count for level, count in counted},
        tuple(f"{name} {code}" for code, name in former),
    )


@query(Permission.READ_CENTERS)
def centers_below(session: ScopedSession, center_code: str, level: Level) -> tuple[CenterRow, ...]:
    """The living centers of a level inside another one, in the order of codes."""
    if not session.scope.covers(center_code):
        return ()
    found = session.scalars(
        select(Center)
        .where(within(Center.code, [center_code]), Center.level == level, Center.ended_on.is_(None))
        .order_by(Center.code)
    ).all()
    return tuple(_row(center) for center in found)


@query(Permission.READ_CENTERS)
def boundaries_of_children(session: ScopedSession, center_code: str) -> tuple[Outline, ...]:
    """The outlines of the centers right below, as far as somebody has brought them; in the order of codes."""
    if not session.scope.covers(center_code):
        return ()
    found = session.execute(
        select(Center.code, CenterBoundary.geometry)
        .join(CenterBoundary, CenterBoundary.center_code == Center.code)
        .where(Center.parent_code == center_code, Center.ended_on.is_(None))
        .order_by(Center.code)
    )
    return tuple(read_outline(code, geometry) for code, geometry in found)


@query(Permission.READ_CENTERS)
def find_centers(session: ScopedSession, text: str, limit: int = 50) -> list[CenterRow]:
    """Centers whose name, pinyin initials or code match; the viewer's own subtrees only.

    A center that ended is found by its old code or name and leads to its successor.
    """
    words = plain(text)
    if not words:
        return []
    pattern = literal_pattern(words)
    found = session.scalars(
        select(Center)
        .where(
            within(Center.code, session.scope.prefixes)
            if not session.scope.everything
            else Center.code != "",
            or_(
                Center.name.like(pattern, escape="\\"),
                Center.initials.like(literal_pattern(words.casefold())[1:], escape="\\"),
                Center.code.like(pattern[1:], escape="\\"),
            ),
        )
        .order_by(func.length(Center.code), Center.code)
        .limit(limit)
    ).all()
    rows = []
    for center in found:
        living = center
        while living.ended_on is not None and living.successor_code:
            successor = session.get(Center, living.successor_code)
            if successor is None or not session.scope.covers(successor.code):
                break
            living = successor
        if living.ended_on is None:
            rows.append(_row(living))
    return list(dict.fromkeys(rows))


@query(Permission.READ_CENTERS)
def own_tops(session: ScopedSession) -> list[CenterRow]:
    """The tops of the viewer's subtrees, their own center first."""
    viewer = viewer_of(session)
    with as_system(session):
        rows = session.scalars(select(Center).where(Center.code.in_(viewer.scope.prefixes))).all()
    ordered = sorted(rows, key=lambda c: (not viewer.center_code.startswith(c.code), c.code))
    return [_row(c) for c in ordered]
