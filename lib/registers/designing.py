"""What a person does to a design on the screen, as functions from one design to the next. Nothing is judged
here: a draft may be unfinished."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from typing import Any

from lib.fields import expression
from lib.fields.field import Choice, Field, Refused
from lib.fields.kinds import KINDS
from lib.registers.design import Design, Rule
from lib.registers.reckoning import usable

# What each kind can be told besides its name, help, section and who sees it.
SETTINGS: dict[str, frozenset[str]] = {
    "text": frozenset({"required", "unique", "default", "longest", "masked"}),
    "long_text": frozenset({"required", "default", "longest", "masked"}),
    "number": frozenset({"required", "unique", "default", "least", "most", "unit", "places"}),
    "money": frozenset({"required", "unique", "default", "least", "most"}),
    "date": frozenset({"required", "unique", "default", "least", "most"}),
    "time": frozenset({"required", "unique", "default"}),
    "period": frozenset({"required", "unique", "default", "least", "most"}),
    "choice": frozenset({"required", "unique", "default", "choices"}),
    "choices": frozenset({"required", "default", "choices"}),
    "yes_no": frozenset({"required", "default"}),
    "phone": frozenset({"required", "unique"}),
    "citizen_id": frozenset({"required", "unique"}),
    "organization_code": frozenset({"required", "unique", "masked"}),
    "person": frozenset({"required", "unique", "masked"}),
    "grid": frozenset({"required", "unique"}),
    "center": frozenset({"required", "unique", "default"}),
    "department": frozenset({"required", "unique"}),
    "case": frozenset({"required", "unique"}),
    "link": frozenset({"required", "unique", "links_to"}),
    "attachment": frozenset(),
    "formula": frozenset({"formula", "unit", "places"}),
    "serial": frozenset({"default"}),
}
OF_EVERY_KIND = frozenset(
    {"key", "kind", "label", "label_en", "help", "section", "seen_by", "edited_by", "exported", "retired"}
)
SAME_IN_BOTH = ({"text", "long_text"}, {"choice", "choices"}, {"number", "money"})


def of_kind(one: Field, kind: str) -> Field:
    """The field as another kind, without what that kind has no use for."""
    kept = OF_EVERY_KIND | SETTINGS[kind]
    if not any({one.kind, kind} <= alike for alike in SAME_IN_BOTH):
        kept -= {"default", "least", "most"}
    empty: dict[str, Any] = {
        field.name: field.default
        for field in fields(Field)
        if field.name not in kept and field.default is not MISSING
    }
    return replace(one, kind=kind, **empty)


def with_sections(design: Design) -> Design:
    """The sections are those that fields stand in, in the order in which they come."""
    return replace(design, sections=tuple(dict.fromkeys(one.section for one in design.fields if one.section)))


def added(design: Design, found: Iterable[Field]) -> Design:
    for one in found:
        design = replace(design, fields=(*design.fields, replace(one, key=design.next_key())))
    return with_sections(design)


def changed(design: Design, key: str, **said: Any) -> Design:
    """One field with other settings."""
    return with_sections(
        replace(
            design, fields=tuple(replace(one, **said) if one.key == key else one for one in design.fields)
        )
    )


def as_kind(design: Design, key: str, kind: str) -> Design:
    if kind not in KINDS:
        return design
    return replace(
        design, fields=tuple(of_kind(one, kind) if one.key == key else one for one in design.fields)
    )


def moved(design: Design, key: str, by: int) -> Design:
    """One field so many places further up or down."""
    found = list(design.fields)
    here = next((number for number, one in enumerate(found) if one.key == key), None)
    if here is None:
        return design
    one = found.pop(here)
    found.insert(min(max(here + by, 0), len(found)), one)
    return with_sections(replace(design, fields=tuple(found)))


def doubled(design: Design, key: str, label: str) -> Design:
    """A copy right behind the field, under another name."""
    one = design.field(key)
    if one is None:
        return design
    copy = replace(one, key=design.next_key(), label=label, label_en="", retired=False)
    here = design.fields.index(one) + 1
    return replace(design, fields=(*design.fields[:here], copy, *design.fields[here:]))


def dropped(design: Design, key: str, used: Iterable[str]) -> Design:
    """A field that is in use is retired; one that never was goes."""
    title = tuple(one for one in design.title if one != key)
    if key in set(used):
        return replace(changed(design, key, retired=True), title=title)
    return with_sections(
        replace(design, fields=tuple(one for one in design.fields if one.key != key), title=title)
    )


Row = Mapping[str, Any]


def ordered(rows: Sequence[tuple[Any, bool]]) -> list[int]:
    """The places of rows by the numbers that stand beside them; a number that was just typed goes before
    the one that had it."""

    def place(number: int) -> tuple[float, bool]:
        said, typed = rows[number]
        known = isinstance(said, (int, float)) and not isinstance(said, bool) and said == said
        return (float(said) if known else float("inf"), not typed)

    return sorted(range(len(rows)), key=place)


def next_choice(choices: Iterable[Choice]) -> str:
    """A key that no choice of the field has."""
    taken = [int(one.key[1:]) for one in choices if one.key[:1] == "c" and one.key[1:].isdecimal()]
    return f"c{max(taken, default=0) + 1}"


def with_choices(one: Field, labels: Iterable[str]) -> Field:
    """More choices; those that it has already are passed over."""
    choices = one.choices
    known = {"".join(choice.label.split()) for choice in choices}
    for label in labels:
        said = " ".join(label.split())
        if said and "".join(said.split()) not in known:
            known.add("".join(said.split()))
            choices = (*choices, Choice(next_choice(choices), said))
    return replace(one, choices=choices)


def in_keys(written: str, design: Design, *, of_today: bool) -> str:
    """An expression by the keys of its fields where it can be read, so that it outlives their names; what
    cannot be read stays as it was written."""
    try:
        return expression.read(written, usable(design), of_today=of_today).text
    except Refused:
        return written


def in_labels(text: str, design: Design) -> str:
    return expression.labeled(text, design.by_key)


def renamed(design: Design, change: Callable[[Design], Design]) -> Design:
    """A change that may give fields other names: what was written with the old ones goes by keys first."""
    found = tuple(
        replace(one, formula=in_keys(one.formula, design, of_today=False)) if one.formula else one
        for one in design.fields
    )
    rules = tuple(_by_keys(one, design) for one in design.rules)
    return change(replace(design, fields=found, rules=rules))


def _by_keys(rule: Rule, design: Design) -> Rule:
    return replace(rule, holds=in_keys(rule.holds, design, of_today=True))
