"""What expressions of a design may not tell: fields that are kept from some, or shown in part, do not come to
light by what is computed from them or by what is refused because of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lib.fields import expression
from lib.fields.field import Field
from lib.fields.kinds import is_masked
from lib.i18n import _
from lib.registers.design import LEVELS, Design
from lib.registers.reckoning import Faults

# Whether something is filled in may be asked of what is masked; lists tell it too.
TELLS_NOTHING = "EMPTY"
ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def keep_secrets(design: Design, faults: Faults) -> None:
    """Adds a fault for every expression that would tell more than the fields themselves do."""
    for one in design.standing:
        if one.kind == "formula":
            _formula(design, one, faults)
    for number, rule in enumerate(design.rules, start=1):
        _refusing(design, rule.holds, f"rules[{number}]", faults)
    for move in design.moves:
        if move.needs:
            _refusing(design, move.needs, "moves", faults)


def _read(design: Design, text: str) -> list[Field]:
    return [one for key in sorted(expression.named(text)) if (one := design.field(key)) is not None]


def _openly(text: str) -> set[str]:
    """The keys of the fields whose content matters, and not only whether there is any."""

    def names(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Name):
            yield node.id
        asks = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == TELLS_NOTHING
        )
        if not asks:
            for child in ast.iter_child_nodes(node):
                yield from names(child)

    return set(names(ast.parse(text)))


def _formula(design: Design, one: Field, faults: Faults) -> None:
    try:
        openly = _openly(one.formula)
    except SyntaxError:
        return  # it was refused before
    for other in _read(design, one.formula):
        sentence = ""
        if other.seen_by and not (one.seen_by and set(one.seen_by) <= set(other.seen_by)):
            sentence = _("公式“{label}”用到了限制查看的“{other}”，请把公式也限制为同样的级别查看。")
        elif is_masked(other) and not is_masked(one) and other.key in openly:
            sentence = _("公式“{label}”用到了脱敏的“{other}”，请把公式也设为脱敏。")
        elif one.exported and not other.exported and other.key in openly:
            sentence = _("公式“{label}”用到了不能导出的“{other}”，请把公式也设为不能导出。")
        if sentence:
            faults.add(one.key, sentence.format(label=one.label, other=other.label), one.formula)


def _refusing(design: Design, text: str, place: str, faults: Faults) -> None:
    """Whoever may try values until they are not refused any more learns what they are held against."""
    try:
        ordered = _ordered(text)
    except SyntaxError:
        return  # it was refused before
    read = _read(design, text)
    kept_back = next((one for one in read if one.seen_by), None)
    if kept_back is not None:
        everybody = {*design.read_by, *design.filled_by} if design.read_by else set(LEVELS)
        for other in _written(design, read):
            if not set(other.edited_by or other.seen_by or everybody) <= set(kept_back.seen_by):
                sentence = _(
                    "“{hidden}”只有部分级别能看到，不能和别的级别填写的“{other}”写进同一个条件：看不到的人能由此试出内容。"
                )
                faults.add(place, sentence.format(hidden=kept_back.label, other=other.label), text)
                break
    masked = next((one for one in read if is_masked(one) and one.key in ordered), None)
    if masked is not None and len(read) > 1:
        sentence = _("“{hidden}”是脱敏字段，不能和别的字段比较大小：由此能试出内容。")
        faults.add(place, sentence.format(hidden=masked.label), text)


def _ordered(text: str) -> set[str]:
    """The keys of the fields of which it is asked whether they are more or less than something."""
    return {
        name.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Compare) and any(isinstance(sign, ORDERING) for sign in node.ops)
        for name in ast.walk(node)
        if isinstance(name, ast.Name)
    }


def _written(design: Design, read: list[Field], deep: int = 0) -> Iterator[Field]:
    """The fields that people fill in behind those that are read."""
    for one in read:
        if one.kind != "formula":
            yield one
        elif deep <= len(design.fields):
            yield from _written(design, _read(design, one.formula), deep + 1)
