"""One entry as a whole: what was typed is read, the formulas are computed, the rules are held against it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from lib.errors import Problem
from lib.fields import expression
from lib.fields.amounts import MOST
from lib.fields.computed import NO, YES
from lib.fields.field import Field, Kept, Refused, Values, World
from lib.fields.kinds import kind_of, shown, taken
from lib.fields.named import PERSON
from lib.i18n import DEFAULT, _, numbers, speaking
from lib.masking import masked_name
from lib.registers.design import Design
from lib.registers.reckoning import order

LONGEST_TITLE = 120
LONGEST_RESULT = 200


def unpacked(content: str) -> dict[str, Kept]:
    """What an entry holds, by the keys of its fields."""
    return {key: tuple(kept) if isinstance(kept, list) else kept for key, kept in json.loads(content).items()}


def packed(values: Values) -> str:
    """What is empty is not written."""
    return json.dumps(
        {key: kept for key, kept in sorted(values.items()) if kept}, ensure_ascii=False, separators=(",", ":")
    )


def took(
    design: Design,
    typed: Mapping[str, object],
    before: Values | None,
    may_edit: Collection[str],
    world: World,
) -> tuple[dict[str, Kept], tuple[Problem, ...]]:
    """What is to be kept of one row, and everything that is wrong with it, each at its field."""
    return Taking(design, may_edit, world).took(typed, before)


class Taking:
    """Takes one row after the other into the same design for the same person; what the design says is
    looked up once."""

    def __init__(self, design: Design, may_edit: Collection[str], world: World) -> None:
        self._world = world
        self._computing = Computing(design, world.today)
        # A level that may not fill a field in is not asked for it.
        self._fields = [
            (one, one if may or not one.required else replace(one, required=False), may)
            for one, may in ((one, one.key in may_edit) for one in design.standing)
            if kind_of(one).filled_in
        ]

    def took(
        self, typed: Mapping[str, object], before: Values | None
    ) -> tuple[dict[str, Kept], tuple[Problem, ...]]:
        """What is to be kept, and everything that is wrong with it, each at its field.

        Fields that were not handed over, or that this person may not edit, stay as they were. A new entry
        begins with the defaults.
        """
        values: dict[str, Kept] = dict(before or {})
        problems: list[Problem] = []
        for one, asked, may in self._fields:
            old = values.get(one.key, "")
            given = may and one.key in typed
            said = typed[one.key] if given else (one.default if before is None else None)
            if not given and before is not None:
                if asked.required and not old:
                    problems.append(_problem(one, _("这一项必填。"), ""))
                continue
            try:
                values[one.key] = taken(said, asked, self._world, old)
            except Refused as refused:
                problems.append(_problem(one, refused.sentence, said))
        values |= self._computing.computed(values)
        if not problems:
            problems += self._computing.broken(values)
        return {key: kept for key, kept in values.items() if kept}, tuple(problems)


def _problem(one: Field, sentence: str, said: object) -> Problem:
    text = "" if said is None else str(said)
    if text and (one.masked or kind_of(one).always_masked):
        text = text[:1] + "*" * min(len(text) - 1, 10)
    return Problem(
        one.key, _("“{label}”：{sentence}").format(label=one.words, sentence=sentence), value=text[:100]
    )


def readable(design: Design, values: Values) -> dict[str, Any]:
    """What expressions compute with."""
    return {
        one.key: kind_of(one).value(values.get(one.key, ""), one)
        for one in design.standing
        if one.kind != "attachment"
    }


class Computing:
    """The formulas and rules of a design on a day, for one entry after the other."""

    def __init__(self, design: Design, today: date) -> None:
        self._reckoning = expression.Reckoning(today)
        self._rules = [(rule, sorted(expression.named(rule.holds))) for rule in design.rules]
        formulas = {one.key: one for one in design.standing if one.kind == "formula"}
        read = {
            key: expression.Expression(one.formula, frozenset(expression.named(one.formula)))
            for key, one in formulas.items()
        }
        self._formulas = [formulas[key] for key in order(read)]
        named = {key for _rule, keys in self._rules for key in keys}
        named = named.union(*(one.fields for one in read.values()))
        self._read = [
            (one.key, one, kind_of(one))
            for one in design.standing
            if one.key in named and one.kind != "attachment"
        ]

    def _known(self, values: Values) -> dict[str, Any]:
        """What expressions compute with."""
        return {key: kind.value(values.get(key, ""), one) for key, one, kind in self._read}

    def computed(self, values: Values) -> dict[str, Kept]:
        """The formulas' results; what cannot be computed is empty."""
        if not self._formulas:
            return {}
        known = self._known(values)
        found: dict[str, Kept] = {}
        for one in self._formulas:
            try:
                result = self._reckoning.result(one.formula, known)
            except expression.NoResult:
                result = None
            found[one.key] = _written(result, one)
            known[one.key] = kind_of(one).value(found[one.key], one)
        return found

    def broken(self, values: Values) -> list[Problem]:
        """The rules that do not hold; a rule about something that is not filled in holds."""
        if not self._rules:
            return []
        known = self._known(values)
        found = []
        for rule, fields in self._rules:
            try:
                holds = self._reckoning.result(rule.holds, known)
            except expression.NoResult:
                continue
            if holds is False:
                found.append(Problem(fields[0] if fields else "", rule.words))
        return found


def _written(result: Any, field: Field) -> str:
    if result is None:
        return ""
    if isinstance(result, bool):
        return YES if result else NO
    if isinstance(result, Decimal):
        if not result.is_finite() or abs(result) >= MOST:
            return ""
        return f"{numbers.half_up(result, field.places):f}"
    if isinstance(result, tuple):
        return "、".join(str(one) for one in result)[:LONGEST_RESULT]
    return str(result)[:LONGEST_RESULT]


def title_sources(design: Design) -> list[Field]:
    """The fields that the design names, or those of which the first with something in it is taken."""
    chosen = [one for key in design.title if (one := design.field(key)) is not None]
    plain = ("text", "choice", "center", "grid", "department", "date")
    return chosen or [
        one for one in design.standing if one.kind in plain and not one.masked and not one.seen_by
    ]


def _titled(words: str, field: Field) -> str:
    """A title is kept for whoever may read the entry, and not all of them may know people's names."""
    if field.kind != PERSON.name:
        return words
    name, sign, key = words.rpartition(" #")
    return f"{masked_name(name)}{sign}{key}"


def title_of(design: Design, values: Values, world: World) -> str:
    """What an entry is called in lists: the fields that the design names, or the first words in it."""
    chosen = title_sources(design)
    if not any(one.key in design.title for one in chosen):
        chosen = [one for one in chosen if values.get(one.key)][:1]
    with speaking(DEFAULT):  # it is kept, and no other for the next reader
        words = [_titled(shown(values.get(one.key, ""), one, world), one) for one in chosen]
    # In one line: lists, searches and links hold no other.
    return " · ".join(" ".join(word.split()) for word in words if word)[:LONGEST_TITLE]


def differences(before: Values, after: Values) -> tuple[dict[str, Kept], dict[str, Kept]]:
    """What the fields that are not the same held before and hold now."""
    keys = [key for key in {**before, **after} if before.get(key, "") != after.get(key, "")]
    return {key: before.get(key, "") for key in keys}, {key: after.get(key, "") for key in keys}
