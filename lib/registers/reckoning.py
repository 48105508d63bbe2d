"""Whether the formulas and rules of a design can be computed, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from lib.errors import Problem
from lib.fields import expression
from lib.fields.field import Field, Refused
from lib.i18n import _
from lib.registers.design import Design, Move

MOST_RULES, LONGEST_WORDS = 40, 300
# A formula of a formula of a formula is the last that a person can follow.
DEEPEST_FORMULA = 4
# Behind the key of a field that names an entry: the stage of that entry. Keys of fields are shorter.
STAGE_OF = "00000"
SAMPLES: dict[str, Any] = {
    "number": Decimal(3), "money": Decimal(3), "date": date(2026, 1, 31), "yes_no": True,
    "period": ("2026-01-01", "2026-01-31"), "choices": (),
}  # fmt: skip


class Faults:
    """What is wrong, in the order in which it was found."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, place: str, sentence: str, value: str = "") -> None:
        self.problems.append(Problem(place, sentence, value=value[:100]))


def is_words(text: str, longest: int) -> bool:
    return bool(text.strip()) and len(text) <= longest and text.isprintable()


def usable(design: Design) -> dict[str, Field]:
    """The fields that rules and formulas may name."""
    return {one.key: one for one in design.standing if one.kind not in ("attachment", "citizen_id")}


def _sample(one: Field, design: Design, results: dict[str, Any]) -> Any:
    if one.kind == "formula":
        return results.get(one.key)
    return SAMPLES.get(one.kind, one.choices[0].label if one.kind == "choice" and one.choices else "样")


def formulas(design: Design, faults: Faults) -> tuple[Field, ...]:
    """Each is read, and computed once in the order in which they need each other."""
    read: dict[str, expression.Expression] = {}
    for one in kinds(design.standing, "formula"):
        try:
            read[one.key] = expression.read(one.formula, usable(design), of_today=False)
        except Refused as refused:
            faults.add(
                one.key,
                _named_retired(
                    design, one.formula, _("字段“{label}”").format(label=one.label), refused.sentence
                ),
                one.formula,
            )
    results: dict[str, Any] = {}
    for key in read:
        depth = _formula_depth(key, read, ())
        if depth > DEEPEST_FORMULA:
            label = design.by_key[key].label
            why = (
                _("公式绕回了自己")
                if depth > len(read)
                else _("公式套公式最多{most}层").format(most=DEEPEST_FORMULA)
            )
            faults.add(key, _("字段“{label}”：{why}。").format(label=label, why=why))
    if faults.problems:
        return design.fields
    for key in order(read):
        values = {one.key: _sample(one, design, results) for one in usable(design).values()}
        results[key] = _tried(key, design.by_key[key].label, read[key].text, values, faults)
    return tuple(
        replace(one, formula=read[one.key].text) if one.key in read else one for one in design.fields
    )


def kinds(fields: Iterable[Field], kind: str) -> list[Field]:
    return [one for one in fields if one.kind == kind]


def _named_retired(design: Design, text: str, name: str, sentence: str) -> str:
    """A name that a retired field has is said to be that, because it is not simply unknown. `name` says which
    formula, rule or step."""
    retired = next((one for one in design.fields if one.retired and one.label in text), None)
    if retired is not None:
        sentence = _("用到了已停用的字段“{name}”，请改用别的字段。").format(name=retired.label)
    return _("{name}：{sentence}").format(name=name, sentence=sentence)


def _formula_depth(key: str, read: dict[str, expression.Expression], above: tuple[str, ...]) -> int:
    if key in above:
        return len(read) + 1 + DEEPEST_FORMULA
    deeper = [_formula_depth(one, read, (*above, key)) for one in read[key].fields if one in read]
    return 1 + max(deeper, default=0)


def order(read: dict[str, expression.Expression]) -> list[str]:
    """Formulas after those that they read."""
    found: list[str] = []

    def visit(key: str) -> None:
        if key not in found:
            for one in sorted(read[key].fields):
                if one in read:
                    visit(one)
            found.append(key)

    for key in read:
        visit(key)
    return found


def _tried(key: str, label: str, text: str, values: dict[str, Any], faults: Faults) -> Any:
    try:
        return expression.result(text, values, date(2026, 1, 31))
    except expression.NoResult:
        sentence = _("“{label}”把不同种类的内容放在一起计算（如文字和数字），请核对。").format(label=label)
        faults.add(key, sentence, text)
        return None


def rules(design: Design, faults: Faults) -> tuple[Any, ...]:
    found = []
    if len(design.rules) > MOST_RULES:
        faults.add("rules", _("最多{most}条校验规则。").format(most=MOST_RULES))
    values = {one.key: _sample(one, design, {}) for one in usable(design).values() if one.kind != "formula"}
    values |= {one.key: None for one in kinds(design.standing, "formula")}
    for number, rule in enumerate(design.rules, start=1):
        name = _("第{number}条校验规则").format(number=number)
        if not is_words(rule.sentence, LONGEST_WORDS):
            faults.add(f"rules[{number}]", _("{name}：请写明不符合时怎么提示。").format(name=name))
        try:
            read = expression.read(rule.holds, usable(design), of_today=True)
        except Refused as refused:
            sentence = _named_retired(design, rule.holds, name, refused.sentence)
            faults.add(f"rules[{number}]", sentence, rule.holds)
            continue
        _tried(f"rules[{number}]", name, read.text, values, faults)
        found.append(replace(rule, holds=read.text))
    return tuple(found)


def stages_of_links(design: Design) -> dict[str, Field]:
    """For each field that names an entry of a register: the stage of that entry, as if it were a field. Its
    key is one that no field has."""
    found = {}
    for one in kinds(design.standing, "link"):
        english = f"{one.label_en} stage" if one.label_en else ""
        key = f"{one.key}{STAGE_OF}"
        found[key] = Field(key, "text", f"{one.label}的状态", english)
    return found


def nameable(design: Design) -> dict[str, Field]:
    """What the condition of a step may name."""
    return stages_of_links(design) | usable(design)


def conditions(design: Design, faults: Faults) -> tuple[Move, ...]:
    """The steps, with what they need translated into keys."""
    found = []
    known = nameable(design)
    values = {one.key: _sample(one, design, {}) for one in known.values() if one.kind != "formula"}
    values |= {one.key: None for one in kinds(design.standing, "formula")}
    for move in design.moves:
        if not move.needs:
            found.append(move)
            continue
        name = _("步骤“{name}”").format(name=move.label)
        if not is_words(move.needs_words, LONGEST_WORDS):
            faults.add("moves", _("{name}：请写明条件不符合时怎么提示。").format(name=name))
        try:
            read = expression.read(move.needs, known, of_today=True)
        except Refused as refused:
            faults.add("moves", _named_retired(design, move.needs, name, refused.sentence), move.needs)
            continue
        _tried("moves", name, read.text, values, faults)
        found.append(replace(move, needs=read.text))
    return tuple(found)
