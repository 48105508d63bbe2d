"""What people put into a report: checked as a whole, kept as text, read back as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lib.errors import BadInput, Problem
from lib.i18n import _
from lib.scheduling.figures import Figure
from lib.scheduling.plan import Ask, Field, FieldKind
from lib.schemes.checks import exact
from lib.schemes.scheme import plain as plain_number
from lib.typed import as_typed, plain

LONGEST_WORDS, LONGEST_REASON = 2000, 200


@dataclass(frozen=True)
class Content:
    """`values` are what people typed: of a metric only where they correct it, with the reason beside it.
    `figures`, the moment and the variant are there once it was submitted."""

    values: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    moment: datetime | None = None
    variant: Mapping[str, Any] = field(default_factory=dict)

    def shown(self, one: Field, filled: Mapping[str, Figure]) -> str | None:
        """What stands in the report: what was typed, else what the product fills in."""
        if one.key in self.values:
            return self.values[one.key]
        figure = self.figures.get(one.key) or filled.get(one.key)
        return figure.value if figure else None


def written(content: Content) -> str:
    said = {
        "values": dict(content.values),
        "reasons": dict(content.reasons),
        "figures": {key: [one.value, one.numerator, one.denominator] for key, one in content.figures.items()},
        "moment": content.moment.isoformat() if content.moment else None,
        "variant": dict(content.variant),
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(said: str) -> Content:
    found = json.loads(said)
    moment = found.get("moment")
    return Content(
        found.get("values", {}),
        found.get("reasons", {}),
        {key: Figure(*one) for key, one in found.get("figures", {}).items()},
        datetime.fromisoformat(moment) if moment else None,
        found.get("variant", {}),
    )


def checked(
    ask: Ask, values: Mapping[str, str], reasons: Mapping[str, str], *, whole: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """What may be kept. With `whole` nothing that is needed may be missing. Raises BadInput with every
    fault, and nothing is kept."""
    fields = {one.key: one for one in ask.fields}
    problems: list[Problem] = []
    kept: dict[str, str] = {}
    why: dict[str, str] = {}
    for key, said in values.items():
        one = fields.get(key)
        if one is None or not isinstance(said, str):
            problems.append(Problem(key, _("这份材料里没有这一项。"), value=str(said)[:50]))
        elif said.strip():
            kept[key] = _value(one, said, problems)
    for key in kept:
        if fields[key].kind is FieldKind.METRIC:
            why[key] = plain(str(reasons.get(key, "")), LONGEST_REASON)
            if not why[key] and whole:
                sentence = _("“{name}”与系统数不一致，请写明更正理由。").format(name=_(fields[key].name))
                problems.append(Problem(key, sentence, value=kept[key]))
    if whole:
        problems += [
            Problem(one.key, _("“{name}”还没有填。").format(name=_(one.name)))
            for one in ask.fields
            if one.needed and one.kind is not FieldKind.METRIC and one.key not in kept
        ]
    if problems:
        raise BadInput(problems[0].sentence, tuple(problems))
    return kept, why


def _value(one: Field, said: str, problems: list[Problem]) -> str:
    if one.kind is FieldKind.WORDS:
        lines = [as_typed(line, LONGEST_WORDS) for line in said.splitlines()]
        words = "\n".join(lines).strip()
        if len(words) > LONGEST_WORDS:
            sentence = _("“{name}”最多{most}个字符。").format(name=_(one.name), most=LONGEST_WORDS)
            problems.append(Problem(one.key, sentence))
        return words[:LONGEST_WORDS]
    number = exact(plain(said).replace(",", "").rstrip("%"))
    if number is None or number < 0:
        sentence = _("“{name}”应填不小于0的数字。").format(name=_(one.name))
        problems.append(Problem(one.key, sentence, value=said[:50]))
        return ""
    return plain_number(number)
