"""Numbers that people enter for an indicator: read as they mean them, refused beyond the most."""

from __future__ import annotations

from decimal import Decimal

from lib.errors import BadInput, Problem
from lib.i18n import _, numbers
from lib.schemes.checks import exact
from lib.schemes.scheme import Indicator
from lib.schemes.scheme import plain as plain_number
from lib.typed import plain

LONGEST_EVIDENCE, LONGEST_REASON = 300, 500
MOST_DECIMALS = 4


def number_for(line: Indicator, said: str) -> Decimal:
    """Raises BadInput with what may be entered."""
    number = exact(plain(said).replace(",", ""))
    most = line.most
    if number is not None and number != numbers.half_up(number, MOST_DECIMALS):
        sentence = _("“{name}”最多填{most}位小数。").format(name=line.name, most=MOST_DECIMALS)
        raise BadInput(sentence, (Problem(line.key, sentence, value=said),))
    if number is None or number < 0:
        sentence = _("“{name}”应填不小于0的数字。").format(name=line.name)
        raise BadInput(sentence, (Problem(line.key, sentence, value=said),))
    if most is not None and number > most:
        sentence = _("“{name}”最多填{most}。").format(name=line.name, most=plain_number(most))
        raise BadInput(sentence, (Problem(line.key, sentence, value=said),))
    return number
