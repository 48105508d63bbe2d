"""Whether patrols and visits can be written down: each by itself, and all beside what stands already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select

from db.models.duty import Campaign, Patrol, Visit
from db.scope import ScopedSession
from lib.errors import Problem
from lib.i18n import _
from lib.roster.duty.ground import AT_ONCE, Ground
from lib.roster.duty.records import (
    LONGEST_HOUSEHOLD,
    MOST_MINUTES,
    MOST_PROBLEMS,
    Patrolled,
    Recorded,
    Visited,
    same_as,
)


def no_post(grid_name: str) -> str:
    return _("这名人员这一天在“{grid}”没有岗位，也没有代岗。请核对日期和人员，或先在花名册中办理。").format(
        grid=grid_name[:40]
    )


def no_grid() -> str:
    return _("找不到这个网格，或它不在您的范围内。")


def wrong_day(day: date, today: date) -> str:
    """Why nothing can have been done on this day; "" when it can."""
    return _("日期{day}在今天（{today}）之后，请核对。").format(day=day, today=today) if day > today else ""


def problems_of(one: Recorded, ground: Ground, today: date) -> list[Problem]:
    """All that is wrong with one that is tidied already."""
    found = []
    place = ground.place(one.grid_id)
    if place is None:
        found.append(Problem("grid", no_grid(), one.row))
    if why := wrong_day(one.day, today):
        found.append(Problem("day", why, one.row))
    elif place is not None and not ground.holds(place, one.person_id, one.day):
        found.append(Problem("person", no_post(place.name), one.row))
    return found + (_of_patrol(one) if isinstance(one, Patrolled) else _of_visit(one, today))


def _is_whole(number: object, least: int, most: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and least <= number <= most


def _of_patrol(one: Patrolled) -> list[Problem]:
    found = []
    if one.minutes is not None and not _is_whole(one.minutes, 1, MOST_MINUTES):
        sentence = _("时长应为1到{most}分钟，不知道就不填。").format(most=MOST_MINUTES)
        found.append(Problem("minutes", sentence, one.row, f"{one.minutes}"))
    if not _is_whole(one.problems, 0, MOST_PROBLEMS):
        sentence = _("发现问题数应为0到{most}的整数。").format(most=MOST_PROBLEMS)
        found.append(Problem("problems", sentence, one.row, f"{one.problems}"))
    return found


def _of_visit(one: Visited, today: date) -> list[Problem]:
    found = []
    if not one.household:
        found.append(Problem("household", _("请填写户号，如3-2-401或门牌号。"), one.row))
    elif len(one.household) > LONGEST_HOUSEHOLD:
        sentence = _("户号最多{most}个字，请只写户号，情况写在“发现问题”里。").format(most=LONGEST_HOUSEHOLD)
        found.append(Problem("household", sentence, one.row))
    if one.campaign not in set(Campaign):
        found.append(Problem("campaign", _("请选择走访类型。"), one.row))
    if one.solved_on is not None and (why := wrong_solved(one, one.solved_on, today)):
        found.append(Problem("solved_on", why, one.row, f"{one.solved_on}"))
    return found


def wrong_solved(one: Visited | Visit, solved_on: date, today: date) -> str:
    """Why the problem of a visit cannot have been solved on this day; "" when it can."""
    if not one.problem:
        return _("没有发现问题，就没有解决日期。请先写明发现的问题。")
    if solved_on < one.day:
        return _("解决日期早于走访日期{day}，请核对。").format(day=one.day)
    return wrong_day(solved_on, today)


def twins(
    session: ScopedSession, rows: Sequence[Recorded], besides: Collection[int] = ()
) -> dict[int, Problem]:
    """What stands already or is there twice, by its place in `rows`. `besides` are the keys of what is being
    corrected."""
    found: dict[int, Problem] = {}
    places: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(rows):
        places[same_as(one)].append(place)
    for kind in (Visited, Patrolled):
        of_kind = [one for one in rows if isinstance(one, kind)]
        if not of_kind:
            continue
        first, last = min(one.day for one in of_kind), max(one.day for one in of_kind)
        grids = sorted({one.grid_id for one in of_kind})
        for start in range(0, len(grids), AT_ONCE):
            for key in _standing(session, kind, grids[start : start + AT_ONCE], first, last, besides):
                for place in places.get(key, ()):
                    found[place] = _again(rows[place])
    for same in places.values():
        for place in same if len(same) > 1 else ():
            others = [rows[other].row for other in same if other != place][:5]
            found.setdefault(place, _twice(rows[place], others))
    return found


def _standing(
    session: ScopedSession,
    kind: type[Recorded],
    grids: list[int],
    first: date,
    last: date,
    besides: Collection[int],
) -> list[tuple[object, ...]]:
    if kind is Visited:
        visits = session.execute(
            select(Visit.id, Visit.grid_id, Visit.person_id, Visit.day, Visit.household).where(
                Visit.grid_id.in_(grids), Visit.day.between(first, last)
            )
        )
        return [(Visited, *row[1:]) for row in visits if row[0] not in besides]
    patrols = session.execute(
        select(
            Patrol.id,
            Patrol.grid_id,
            Patrol.person_id,
            Patrol.day,
            Patrol.minutes,
            Patrol.problems,
            Patrol.note,
        ).where(Patrol.grid_id.in_(grids), Patrol.day.between(first, last))
    )
    return [(Patrolled, *row[1:]) for row in patrols if row[0] not in besides]


def _again(one: Recorded) -> Problem:
    if isinstance(one, Visited):
        sentence = _("“{household}”这一天已由同一人登记过，不用再登记。有新情况请更正原来的一条。")
        return Problem("household", sentence.format(household=one.household[:40]), one.row)
    return Problem("day", _("这一天已登记过一样的巡查。同一天再次巡查，请写明时长或备注以便区别。"), one.row)


def _twice(one: Recorded, rows: Sequence[int | None]) -> Problem:
    others = "、".join(f"{row}" for row in rows if row is not None)
    return Problem(
        "household" if isinstance(one, Visited) else "day",
        _("与第{rows}行重复。").format(rows=others or "…"),
        one.row,
    )
