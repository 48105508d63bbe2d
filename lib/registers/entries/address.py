"""Filters of a list as they stand in its address: f3=from~2026-01-01|to~2026-03-31.

What is masked stands sealed in it: an address is kept by browsers and in saved views, and is passed on.
An address comes from a browser: what it says of a field that is not there, or in a way in which the field
cannot be asked for, counts as not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lib.fields.field import Field
from lib.fields.kinds import is_masked
from lib.registers.entries.finding import MOST_FILTERS, Filter, How, hows
from lib.sealing import opened, sealed

BETWEEN, BEFORE_VALUE = "|", "~"
LONGEST_SAID = 60


def parameters(filters: Iterable[Filter], fields: Iterable[Field]) -> dict[str, str]:
    """What the filters are in an address, by the name of the parameter, which is the field's key."""
    found: dict[str, list[str]] = {}
    masked = {one.key for one in fields if is_masked(one)}
    for one in filters:
        kept_back = replace(one, said=sealed(one.said)) if one.field in masked else one
        found.setdefault(one.field, []).append(_written(kept_back))
    return {key: BETWEEN.join(parts) for key, parts in found.items()}


def said_filters(said: Mapping[str, str], fields: Iterable[Field]) -> tuple[Filter, ...]:
    """The filters that an address names, in the order of the fields."""
    found = [
        one
        for field in fields
        for part in said.get(field.key, "").split(BETWEEN)
        if (one := _read(part, field)) is not None
    ]
    return tuple(dict.fromkeys(found))[:MOST_FILTERS]


def _written(one: Filter) -> str:
    value = one.said.replace("%", "%25").replace(BETWEEN, "%7C")
    return f"{one.how.value}{BEFORE_VALUE}{value}" if value else one.how.value


def _read(part: str, field: Field) -> Filter | None:
    name, _sign, value = part.partition(BEFORE_VALUE)
    value = value.replace("%7C", BETWEEN).replace("%25", "%")
    if is_masked(field):
        value = opened(value)
    how = next((one for one in hows(field) if one.value == name), None)
    if how is None or len(value) > LONGEST_SAID:
        return None
    if how in (How.EMPTY, How.FILLED):
        return Filter(field.key, how)
    return Filter(field.key, how, value) if value.strip() else None
