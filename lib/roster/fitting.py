"""Holds planned posts against the rules that refuse: how many full-time gridworkers a grid may have at a
time, and how many grids a person. What a rule only lists is listed elsewhere and stops nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from db.models.roster import Post, PostRole, RuleKind
from db.scope import ScopedSession
from lib.i18n import _
from lib.roster.rules.rules import Rule, nearest, rules_below

AT_ONCE = 500
FOREVER = date.max
COUNTY = 6  # digits of a county's code


@dataclass(frozen=True)
class Planned:
    """A post as it would be. `number` is the row that wants it, 0 for what stands untouched; `person` is the
    person's key, or what stands for somebody new."""

    number: int
    post_id: int | None
    person: object
    name: str
    grid_id: int | None
    center_code: str
    role: PostRole
    since: date
    until: date | None
    own: bool = True

    @property
    def counts(self) -> bool:
        """Whether it is a full-time post of a grid in its holder's own right."""
        return self.own and self.role is PostRole.FULL_TIME and self.grid_id is not None

    @property
    def last(self) -> date:
        return self.until or FOREVER


def most_at_once(posts: Iterable[Planned]) -> int:
    """The greatest number of posts that are held on one day."""
    posts = list(posts)
    return max((sum(one.since <= other.since <= one.last for one in posts) for other in posts), default=0)


class Fitting:
    """The refusals of a set of planned posts, each at the row that wants it."""

    def __init__(self, session: ScopedSession, day: date) -> None:
        self._session, self._day = session, day
        self._decided: dict[str, dict[RuleKind, dict[str, Rule]]] = {}

    def refusals(self, planned: Sequence[Planned], gone: frozenset[int]) -> dict[int, str]:
        """By row number, one sentence. `gone` are the keys of posts that the planned ones replace."""
        wanted = [one for one in planned if one.counts and one.number]
        found: dict[int, str] = {}
        standing = self._standing(wanted, gone)
        everything = [*standing, *(one for one in planned if one.counts)]
        by_grid: dict[int | None, list[Planned]] = defaultdict(list)
        by_person: dict[object, list[Planned]] = defaultdict(list)
        for one in everything:
            by_grid[one.grid_id].append(one)
            by_person[one.person].append(one)
        for one in wanted:
            among = by_grid[one.grid_id]
            rule = self._rule(RuleKind.FULL_TIME_PER_GRID, one.center_code)
            if rule.watched and rule.refuses and _crowded(one, among, rule.most):
                found[one.number] = _full(one, among, rule.most)
                continue
            rule = self._rule(RuleKind.GRIDS_PER_PERSON, one.center_code)
            among = by_person[one.person]
            if rule.watched and rule.refuses and _crowded(one, among, rule.most):
                found[one.number] = _("{name}将同时负责{count}个网格，规定最多{most}个。").format(
                    name=one.name, count=most_at_once(two for two in among if meet(one, two)), most=rule.most
                )
        return found

    def _rule(self, kind: RuleKind, center_code: str) -> Rule:
        """Asked once for a county and all below it."""
        top = center_code[:COUNTY]
        if top not in self._decided:
            self._decided[top] = rules_below(self._session, top, self._day)
        return nearest(self._decided[top][kind], center_code)

    def _standing(self, wanted: Sequence[Planned], gone: frozenset[int]) -> list[Planned]:
        """The full-time posts of the same grids and people that stay as they are."""
        first = min((one.since for one in wanted), default=FOREVER)
        rows: dict[int, Post] = {}
        for column, keys in (
            (Post.grid_id, sorted({one.grid_id for one in wanted if one.grid_id is not None})),
            (Post.person_id, sorted({one.person for one in wanted if isinstance(one.person, int)})),
        ):
            for start in range(0, len(keys), AT_ONCE):
                statement = select(Post).where(
                    column.in_(keys[start : start + AT_ONCE]), Post.role == PostRole.FULL_TIME,
                    Post.covers_id.is_(None), Post.until.is_(None) | (Post.until >= first),
                )  # fmt: skip
                rows |= {row.id: row for row in self._session.scalars(statement)}
        return [as_planned(row) for key, row in rows.items() if key not in gone]


def as_planned(post: Post, number: int = 0) -> Planned:
    return Planned(
        number, post.id, post.person_id, post.name, post.grid_id, post.center_code, post.role, post.since,
        post.until, post.covers_id is None,
    )  # fmt: skip


def meet(one: Planned, two: Planned) -> bool:
    """Whether both are held on some day."""
    return one.since <= two.last and two.since <= one.last


def within_what_is_held(wanted: Planned, held: Planned | None) -> bool:
    """Whether a post takes no more than it did: it stands where it stood, and is nobody's fault."""
    if held is None or (wanted.role, wanted.grid_id) != (held.role, held.grid_id):
        return False
    return held.since <= wanted.since and wanted.last <= held.last


def twice(
    session: ScopedSession, planned: Iterable[Planned], ends: Mapping[int, date] | None = None
) -> list[str]:
    """Who would hold the same role in the same place twice at a time. `ends` are the last days of posts that
    are to end."""
    found, over = [], ends or {}
    for new in (one for one in planned if one.own):
        for post in session.scalars(
            select(Post).where(
                Post.person_id == new.person, Post.role == new.role, Post.covers_id.is_(None),
                Post.grid_id == new.grid_id, Post.center_code == new.center_code,
            )
        ):  # fmt: skip
            held = replace(as_planned(post), until=over.get(post.id, post.until))
            if post.id != new.post_id and meet(held, new):
                found.append(_("{name}在这里已有相同的岗位。").format(name=new.name))
                break
    return found


def _full(one: Planned, among: Sequence[Planned], most: int) -> str:
    other = next((two for two in among if two is not one and meet(one, two)), None)
    if other is None:
        return _("按现行规定，这个网格不设专职网格员。")
    if most > 1:
        return _(
            "这个网格已有专职网格员{name}等人，规定最多{most}人。请先办理离岗或交接，或改上岗日期。"
        ).format(name=other.name, most=most)
    return _("这个网格已有专职网格员{name}（自{since}起）。请先为其办理离岗或交接，或改上岗日期。").format(
        name=other.name, since=other.since
    )


def _crowded(one: Planned, among: Sequence[Planned], most: int) -> bool:
    """Whether on some day of `one` more than `most` are held."""
    return most_at_once(two for two in among if meet(one, two)) > most
