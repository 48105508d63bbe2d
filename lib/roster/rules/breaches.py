"""Finds what breaks the rules of staffing on a day. Rules differ from center to center, so each grid is held
against the one that holds where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, true

from db.models.grid import Grid, GridSetting, GridSize
from db.models.roster import PART_TIME_KINDS, Post, PostRole, RuleKind
from db.scope import within
from lib.grids.coverage import standing
from lib.roster.rules.rules import Decided, nearest


@dataclass(frozen=True)
class Limits:
    """A rule as it stands in a statement, for the row's own center."""

    least: ColumnElement[int]
    most: ColumnElement[int]
    watched: ColumnElement[bool]


def limits(decided: Decided, center_code: str, column: Any) -> Limits:
    """What holds in the center's subtree; `column` says where a row lies. Where nobody below has decided
    something else, these are plain numbers."""
    here = nearest(decided, center_code)
    below = sorted(
        (code for code in decided if code.startswith(center_code) and len(code) > len(center_code)),
        key=len, reverse=True,
    )  # fmt: skip
    places = [(within(column, [code]), decided[code]) for code in below]

    def said(name: str) -> Any:
        usual = literal(getattr(here, name))
        if not places:
            return usual
        return case(*((place, literal(getattr(rule, name))) for place, rule in places), else_=usual)

    watched: Any = (
        true() if here.watched and all(rule.watched for _place, rule in places) else said("watched")
    )
    return Limits(said("least"), said("most"), watched)


def broken(kind: RuleKind, decided: Decided, center_code: str, day: date) -> Select[Any]:
    """What breaks a rule in the center's subtree: `number` is what was found, beside `least` and `most`. Each
    row is a grid, or of `GRIDS_PER_PERSON` a person, under `key`; `code` is the (first) grid's."""
    if kind is RuleKind.GRIDS_PER_PERSON:
        return _people(decided, center_code, day)
    rule = limits(decided, center_code, Grid.center_code)
    number: Any = Grid.households
    about: ColumnElement[bool] = Grid.setting.in_((GridSetting.URBAN, GridSetting.RURAL))
    statement = select(Grid.id.label("key"), Grid.code.label("code"))
    if kind is not RuleKind.HOUSEHOLDS_PER_GRID:
        full_time = kind is RuleKind.FULL_TIME_PER_GRID
        roles = (PostRole.FULL_TIME,) if full_time else PART_TIME_KINDS
        counted = Post.person_id if full_time else Post.role
        about = Grid.size == GridSize.SMALL if full_time else Grid.setting == GridSetting.URBAN
        held = (
            select(Post.grid_id, func.count(counted.distinct()).label("held"))
            .where(*_own(roles, center_code, day))
            .group_by(Post.grid_id)
            .subquery()
        )
        number = func.coalesce(held.c.held, 0)
        statement = statement.join(held, held.c.grid_id == Grid.id, isouter=True)
    return statement.add_columns(
        number.label("number"), rule.least.label("least"), rule.most.label("most")
    ).where(
        within(Grid.center_code, [center_code]), about, rule.watched,
        or_(number < rule.least, number > rule.most),
    )  # fmt: skip


def _people(decided: Decided, center_code: str, day: date) -> Select[Any]:
    """Whoever works full-time in more grids than the strictest of the rules where they lie lets them. Whoever
    has none holds no post and is nobody's breach."""
    rule = limits(decided, center_code, Post.center_code)
    number, least, most = func.count(Post.grid_id.distinct()), func.max(rule.least), func.min(rule.most)
    return (
        select(Post.person_id.label("key"))
        .add_columns(
            func.min(Grid.code).label("code"),
            number.label("number"),
            least.label("least"),
            most.label("most"),
        )
        .join(Grid, Grid.id == Post.grid_id)
        .where(*_own((PostRole.FULL_TIME,), center_code, day), rule.watched)
        .group_by(Post.person_id)
        .having(or_(number < least, number > most))
    )


def _own(roles: tuple[PostRole, ...], center_code: str, day: date) -> tuple[ColumnElement[bool], ...]:
    """Posts of these roles in grids; who only stands in for somebody does not count."""
    return (
        within(Post.center_code, [center_code]),
        and_(Post.role.in_(roles), Post.covers_id.is_(None), Post.grid_id.is_not(None)),
        standing(day),
    )
