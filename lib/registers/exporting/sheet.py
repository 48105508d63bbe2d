"""Entries as a sheet that people take out, change and bring back: the entry's number and its center come
first, every other column is called as its field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from lib.exports.sheet import Column, ColumnKind
from lib.fields.field import Cell, Field, World
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import _, mark
from lib.imports.matching import heading_of
from lib.registers.design import Design
from lib.registers.entries.rows import EntryRow
from lib.registers.naming.labels import free_name

# What stands before the fields, and how it is called where a field is called so.
NUMBER = mark("编号"), mark("记录编号")
CENTER = mark("中心代码"), mark("记录的中心代码")
PLACE = mark("所在中心"), mark("记录的所在中心")
STATE = mark("状态"), mark("记录的状态")
# Digits that a spreadsheet must not take for a number.
CODES = ("phone", "organization_code", "citizen_id", "serial", "time")


def number_heading(design: Design) -> str:
    """What the column of the entries' numbers is called; a field of that name keeps it."""
    return _(free_name(design.fields, *NUMBER))


def taken_out(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields that leave the product, of those that a person sees."""
    return tuple(one for one in fields if one.exported and not one.retired and one.kind != "attachment")


def columns_of(
    design: Design, fields: Sequence[Field], rows: Sequence[EntryRow], world: World
) -> tuple[Column, ...]:
    first = (
        Column(number_heading(design), ColumnKind.CODE, tuple(f"{row.serial}" for row in rows)),
        Column(_(free_name(design.fields, *CENTER)), ColumnKind.CODE, tuple(row.center_code for row in rows)),
        Column(_(free_name(design.fields, *PLACE)), ColumnKind.TEXT, tuple(row.center_name for row in rows)),
        Column(
            _(free_name(design.fields, *STATE)),
            ColumnKind.TEXT,
            tuple(design.stage(row.state).words for row in rows),
        ),
    )
    return first + tuple(_column(one, rows, world) for one in fields)


def _column(field: Field, rows: Sequence[EntryRow], world: World) -> Column:
    heading = heading_of(replace(field, required=False))
    if is_masked(field):
        return Column(heading, ColumnKind.TEXT, tuple(row.cells.get(field.key) for row in rows))
    cells = [kind_of(field).cell(row.kept.get(field.key, ""), field, world) for row in rows]
    if field.kind == "date":
        return Column(heading, ColumnKind.DAY, tuple(cells))
    if kind_of(field).counts and all(one is None or isinstance(one, Decimal) for one in cells):
        amount = field.kind == "money" or field.places > 0
        return Column(heading, ColumnKind.AMOUNT if amount else ColumnKind.COUNT, tuple(cells))
    kind = ColumnKind.CODE if field.kind in CODES else ColumnKind.TEXT
    return Column(
        heading, kind, tuple(_words(cell, row, field) for cell, row in zip(cells, rows, strict=True))
    )


def _words(cell: Cell, row: EntryRow, field: Field) -> str | None:
    return cell if isinstance(cell, str) else row.cells.get(field.key)
