"""What a step needs before it can be taken, asked of the entry and of the entries that it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from lib.errors import BadInput
from lib.fields import expression
from lib.fields.field import Refused, Values
from lib.fields.kinds import kind_of
from lib.registers.design import Design, Move
from lib.registers.reckoning import STAGE_OF, nameable
from lib.registers.world import Surroundings


def meets(design: Design, move: Move, values: Values, world: Surroundings) -> bool:
    """Whether what the step needs holds. What is not filled in, or lies out of the viewer's sight, does not
    hold: a gate stays shut until it is sure."""
    if not move.needs:
        return True
    known: dict[str, Any] = {}
    for key in expression.named(move.needs):
        one = design.field(key)
        if one is not None:
            known[key] = kind_of(one).value(values.get(key, ""), one)
        else:
            linked = values.get(key.removesuffix(STAGE_OF), "")
            known[key] = (world.state(str(linked)) or None) if linked else None
    try:
        return expression.result(move.needs, known, world.today) is True
    except expression.NoResult:
        return False


def must_be_met(design: Design, move: Move, values: Values, world: Surroundings) -> None:
    """Raises BadInput with the sentence that the design has for it."""
    if not meets(design, move, values, world):
        raise BadInput(move.unmet)


def must_stay_met(design: Design, state: str, before: Values, after: Values, world: Surroundings) -> None:
    """What let an entry come to where it stands is not taken away afterwards. Raises BadInput."""
    for move in design.moves:
        if move.needs and move.target == state and meets(design, move, before, world):
            must_be_met(design, move, after, world)


def asked_stages(text: str) -> Iterator[tuple[str, str]]:
    """Which stages a kept condition asks for: the key of the field that names the entry, and the words."""
    for node in ast.walk(ast.parse(text or "0")):
        if isinstance(node, ast.Compare):
            parts = (node.left, *node.comparators)
            names = [one.id for one in parts if isinstance(one, ast.Name) and one.id.endswith(STAGE_OF)]
            words = [
                one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            yield from ((name.removesuffix(STAGE_OF), word) for name in names for word in words)


def shown_needs(move: Move, design: Design) -> str:
    """What a step needs, with the names of fields, as it can be read again."""
    return expression.labeled(move.needs, nameable(design))


def kept_needs(written: str, design: Design) -> str:
    """What somebody wrote, by the keys of fields as far as it can be read; it is checked when the design is
    put to use."""
    try:
        return expression.read(written, nameable(design), of_today=True).text if written else ""
    except Refused:
        return written
