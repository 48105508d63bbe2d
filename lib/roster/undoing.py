"""Takes a whole change-set back while nobody else has touched its rows. What came after it and has been taken
back itself touches nothing, so that steps are undone one after another from the last."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from db.base import Base
from db.models.center import Center
from db.models.register import ChangeSet
from db.models.roster import Post, RosterAction, RosterChange, RosterRow
from db.scope import ScopedSession
from db.session import as_system
from lib import clock
from lib.access.guard import viewer_of
from lib.deployment import today_of
from lib.errors import Conflict, NotAllowed
from lib.i18n import _
from lib.roster.fitting import Fitting, Planned, as_planned, twice, within_what_is_held
from lib.roster.history import MODELS, History

AT_ONCE = 500
# What names others goes before what is named: leaves and posts before people.
GOING = (RosterRow.VISIT, RosterRow.PATROL, RosterRow.LEAVE, RosterRow.POST, RosterRow.PERSON)
Latest = Mapping[tuple[RosterRow, int], RosterChange]


def take_back(session: ScopedSession, made: ChangeSet) -> int:
    """What came goes, what changed is as it was, what went comes back; returns how many rows. Raises Conflict
    when a row was touched since, lies elsewhere now, or has become part of something; NotAllowed when some of
    it lies where the viewer sees nothing."""
    changes = session.scalars(
        select(RosterChange).where(RosterChange.change_set_id == made.id).order_by(RosterChange.id.desc())
    ).all()
    with as_system(session):
        every = session.scalar(
            select(func.count(RosterChange.id)).where(RosterChange.change_set_id == made.id)
        )
    if every != len(changes):
        raise NotAllowed(_("这批改动涉及您范围以外的人员或岗位，请由做这批改动的人或上级中心撤销。"))
    latest: dict[tuple[RosterRow, int], RosterChange] = {}
    for one in changes:
        latest.setdefault((one.row, one.row_id), one)
    rows = _standing(session, latest)
    if not _as_left(session, latest, rows):
        raise Conflict(_("不能撤销：这批改动中有人员或岗位后来又被改过。请逐条更正。"))
    _must_have_places(session, changes)
    posts = [row for row in rows.values() if isinstance(row, Post)]
    held = {post.id: as_planned(post) for post in posts}
    history = History(session, RosterAction.UNDONE)
    try:
        for one in (c for c in changes if c.before != ""):
            _put_back(session, history, rows, one)
        session.flush()
        for kind in GOING:
            came = [
                rows.get((one.row, one.row_id)) for one in changes if one.before == "" and one.row is kind
            ]
            # A post may be covered by one that came with it.
            for row in (one for one in came if one is not None and getattr(one, "covers_id", None)):
                history.remove(row)
                session.flush()
            for row in (one for one in came if one is not None and not getattr(one, "covers_id", None)):
                history.remove(row)
            session.flush()
    except IntegrityError:
        raise Conflict(_("不能撤销：新增的人员或岗位已有培训、抽查、补助等记录。请改为办理离岗。")) from None
    history.write()
    _must_fit(session, held, [row for row in rows.values() if isinstance(row, Post) and row in session])
    made.undone_by, made.undone_at = viewer_of(session).name, clock.now()
    session.flush()
    return len(latest)


def _as_left(session: ScopedSession, latest: Latest, rows: Mapping[tuple[RosterRow, int], Base]) -> bool:
    """Whether every row is as the change-set left it, by its history and by its version."""
    if any(one.after != "" and key not in rows for key, one in latest.items()):
        return False
    newest: dict[tuple[RosterRow, int], tuple[int, int]] = {}
    later: set[int | None] = set()
    with as_system(session):  # what was done to a row is also what others did elsewhere
        for kind, keys in _slices(latest):
            for row_id, line, version, action, set_id in session.execute(
                select(
                    RosterChange.row_id, RosterChange.id, RosterChange.version, RosterChange.action,
                    RosterChange.change_set_id,
                ).where(RosterChange.row == kind, RosterChange.row_id.in_(keys))
            ):  # fmt: skip
                newest[kind, row_id] = max(newest.get((kind, row_id), (0, 0)), (line, version))
                if line > latest[kind, row_id].id and action is not RosterAction.UNDONE:
                    later.add(set_id)
        standing = select(ChangeSet.id).where(ChangeSet.id.in_(later - {None}), ChangeSet.undone_at.is_(None))
        if None in later or (later and session.scalar(standing.limit(1)) is not None):
            return False
    return all(getattr(row, "version", newest[key][1]) == newest[key][1] for key, row in rows.items())


def _must_have_places(session: ScopedSession, changes: Sequence[RosterChange]) -> None:
    """Centers that have ended since take nobody back. Raises Conflict."""
    said = [json.loads(one.before) for one in changes if one.before != ""]
    codes = {values["center_code"] for values in said if "center_code" in values}
    if codes and session.scalar(
        select(Center.code).where(Center.code.in_(codes), Center.ended_on.is_not(None)).limit(1)
    ):
        raise Conflict(_("不能撤销：原来所在的中心已经撤并。请逐条更正。"))


def _must_fit(session: ScopedSession, held: Mapping[int, Planned], posts: Sequence[Post]) -> None:
    """What others have taken meanwhile stays theirs: posts that come back fit in beside those that came
    after. Raises Conflict."""
    back = [
        planned for number, post in enumerate(posts, start=1)
        if not within_what_is_held(planned := as_planned(post, number), held.get(post.id))
    ]  # fmt: skip
    gone = frozenset(one.post_id for one in back if one.post_id is not None)
    said = list(Fitting(session, today_of(session)).refusals(back, gone).values()) + twice(session, back)
    said += [
        _("{name}代岗的岗位不再有这些日子。").format(name=cover.name)
        for cover, covered in _covering(session, posts)
        if cover.since < covered.since or as_planned(cover).last > as_planned(covered).last
    ]
    if said:
        raise Conflict(_("不能撤销：{sentence}").format(sentence=said[0]))


def _covering(session: ScopedSession, posts: Sequence[Post]) -> Iterator[tuple[Post, Post]]:
    """Covers with what they cover, where one of the two is among the posts."""
    known = {post.id: post for post in posts}
    wanted = sorted({post.covers_id for post in posts if post.covers_id is not None} - known.keys())
    keys = sorted(known)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        known |= {post.id: post for post in session.scalars(select(Post).where(Post.id.in_(some)))}
    covers = [post for post in posts if post.covers_id is not None]
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        covers += session.scalars(select(Post).where(Post.covers_id.in_(some))).all()
    for cover in covers:
        if cover.covers_id in known:
            yield cover, known[cover.covers_id]


def _slices(wanted: Latest) -> Iterator[tuple[RosterRow, list[int]]]:
    """The keys of each kind of row, not too many at once."""
    for kind in MODELS:
        keys = sorted(row_id for row, row_id in wanted if row is kind)
        for start in range(0, len(keys), AT_ONCE):
            yield kind, keys[start : start + AT_ONCE]


def _standing(session: ScopedSession, wanted: Latest) -> dict[tuple[RosterRow, int], Base]:
    found: dict[tuple[RosterRow, int], Base] = {}
    for kind, keys in _slices(wanted):
        model = MODELS[kind]
        identity: Any = inspect(model).primary_key[0]
        for row in session.scalars(select(model).where(identity.in_(keys))):
            found[kind, row.id] = row  # type: ignore[attr-defined]
    return found


def _put_back(
    session: ScopedSession,
    history: History,
    rows: dict[tuple[RosterRow, int], Base],
    one: RosterChange,
) -> None:
    model = MODELS[one.row]
    values = {name: _read(model, name, value) for name, value in json.loads(one.before).items()}
    row = rows.get((one.row, one.row_id))
    if row is None:
        row = model(id=one.row_id, **values)
        history.add(row)
        rows[one.row, one.row_id] = row
    else:
        history.change(row, **values)


def _read(model: type[Base], name: str, value: object) -> object:
    """A value as the column holds it."""
    kind: Any = inspect(model).columns[name].type
    if value is None:
        return None
    if kind.python_type in (date, datetime):
        return kind.python_type.fromisoformat(str(value))
    if issubclass(kind.python_type, enum.Enum):
        return kind.python_type(value)
    return value
