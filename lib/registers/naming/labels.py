"""How a field is called above what is in it."""

from __future__ import annotations

from collections.abc import Iterable

from lib.fields.amounts import Number
from lib.fields.field import Field
from lib.fields.kinds import kind_of
from lib.i18n import LANGUAGES, _, speaking


def free_name(fields: Iterable[Field], *words: str) -> str:
    """The first of the words that no field is called by in any language; the last when all are taken."""
    taken = {"".join(name.split()) for one in fields for name in (one.label, one.label_en)}
    for said in words:
        known = set()
        for language in LANGUAGES:
            with speaking(language):
                known.add("".join(_(said).split()))
        if not known & taken:
            return said
    return words[-1]


def heading(field: Field) -> str:
    """The label with the unit behind it, where the kind has one."""
    kind = kind_of(field)
    unit = kind.unit(field) if isinstance(kind, Number) else ""
    return _("{label}（{unit}）").format(label=field.words, unit=unit) if unit else field.words
