"""All kinds of fields by their names."""

from __future__ import annotations

from lib.fields.amounts import Money, Number
from lib.fields.chosen import ChoiceOf, ChoicesOf, YesOrNo
from lib.fields.computed import Attachments, Formula, Serial
from lib.fields.days import Day, Span, TimeOfDay
from lib.fields.field import Field, Kept, Kind, Refused, Typed, World
from lib.fields.named import CASE, CENTER, DEPARTMENT, GRID, LINK, PERSON
from lib.fields.words import CitizenId, LongText, OrganizationCode, Phone, Text
from lib.i18n import _

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Text(), LongText(), Number(), Money(), Day(), TimeOfDay(), Span(), ChoiceOf(), ChoicesOf(), YesOrNo(),
        Phone(), CitizenId(), OrganizationCode(), PERSON, GRID, CENTER, DEPARTMENT, CASE, LINK, Attachments(),
        Formula(), Serial(),
    )
}  # fmt: skip


def kind_of(field: Field) -> Kind:
    return KINDS[field.kind]


def is_masked(field: Field) -> bool:
    return field.masked or kind_of(field).always_masked


def shown(kept: Kept, field: Field, world: World, *, whole: bool = False) -> str:
    """The value in words; of a masked field only a part unless the whole was asked for."""
    if not kept:
        return ""
    kind = kind_of(field)
    return (
        kind.masked(kept, field, world) if is_masked(field) and not whole else kind.show(kept, field, world)
    )


def taken(typed: Typed, field: Field, world: World, before: Kept = "") -> Kept:
    """What is kept of what was typed. What is still written as it was shown stays as it was, so that a masked
    value which nobody touched is not lost. Raises Refused."""
    kind = kind_of(field)
    if not kind.filled_in:
        return before
    if before and isinstance(typed, str) and typed.strip() == shown(before, field, world):
        return before
    kept = kind.read(typed, field, world)
    if field.required and not kept:
        raise Refused(_("这一项必填。"))
    _must_be_in_use(kept, field, before)
    return kept


def _must_be_in_use(kept: Kept, field: Field, before: Kept) -> None:
    """What was chosen before may stay. Raises Refused."""
    held = (before,) if isinstance(before, str) else before
    for key in (kept,) if isinstance(kept, str) else kept:
        choice = field.choice(key)
        if choice and choice.retired and key not in held:
            raise Refused(_("选项“{said}”已停用，请另选。").format(said=choice.words))
