"""What cases are divided by where the base is no case: residents, grids and gridworkers, as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, String, func, literal, select

from db.models.grid import Grid, GridSize
from db.models.roster import Post, PostRole
from db.scope import ScopedSession, within
from db.spans import code_head
from lib.deployment import today_of
from lib.grids.coverage import standing
from lib.metrics.catalogue import METRICS
from lib.metrics.dimensions import LENGTHS, By, place_length
from lib.metrics.measured import Measured
from lib.metrics.metric import Base
from lib.metrics.question import Question

PLACES = (By.CHILD, *LENGTHS, By.GRID)


def with_bases(session: ScopedSession, question: Question, found: Iterable[Measured]) -> tuple[Measured, ...]:
    """Counts for each of a base get what they rest on. A part that is a place rests on what lies there,
    and every other part on what the whole rests on. It is not kept: no case changes when a grid does."""
    kinds = (question.by, question.second)
    needed = {METRICS[name].base for name in question.names}
    known = {base: _bases(session, question, base) for base in needed if base is not None}

    def based(one: Measured) -> Measured:
        if one.of.base is None:
            return one
        place = [key if by in PLACES else "" for by, key in zip(kinds, (one.key, one.second), strict=True)]
        return replace(one, denominator=known[one.of.base].get((place[0], place[1]), 0))

    return tuple(based(one) for one in found)


def _bases(session: ScopedSession, question: Question, base: Base) -> dict[tuple[str, str], int]:
    """By the keys of the places, in the order of the question's parts; "" stands for what is none."""
    model: Any = Post if base is Base.GRIDWORKERS else Grid
    own_grid: Any = Post.grid_id if base is Base.GRIDWORKERS else Grid.id

    def key(by: By | None) -> ColumnElement[Any]:
        if by is By.GRID:
            return own_grid  # type: ignore[no-any-return]
        length = place_length(by, question.center_code)
        return code_head(model.center_code, length) if length else literal("", String)

    size: Any = func.sum(Grid.residents) if base is Base.RESIDENTS else func.count(model.id)
    statement = (
        select(key(question.by).label("first_key"), key(question.second).label("second_key"), size)
        .where(
            within(model.center_code, [question.center_code]),
            *(own_grid == int(value or -1) for by, value in question.only if by is By.GRID),
        )
        .group_by("first_key", "second_key")
    )
    if base is Base.GRIDWORKERS:
        statement = statement.where(
            Post.role == PostRole.FULL_TIME, Post.covers_id.is_(None), standing(today_of(session))
        )
    else:
        statement = statement.where(Grid.size == GridSize.SMALL)
    return {(str(one), str(two)): int(number or 0) for one, two, number in session.execute(statement)}
