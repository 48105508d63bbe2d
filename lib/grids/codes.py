"""The one rule for grid codes: which digits are the village's, and how many are the serial.

The rule is a setting such as "12+3": lengths of the parts, of which the last is the serial and
the others together are the twelve digits of the village. A large grid's code is its town's, a
medium one's its village's. Where units merged and two such grids stand in one center, the one
that came later carries a two-digit serial behind the center's code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from db.models.grid import GridSize
from lib.i18n import _
from lib.settings import settings

VILLAGE_DIGITS = 12
LONGEST = 20
JOINED_DIGITS = 2


@dataclass(frozen=True)
class GridCodeRule:
    """`parts` are as they are read aloud; only the last one is counted up."""

    parts: tuple[int, ...]

    @property
    def serial_digits(self) -> int:
        return self.parts[-1]

    @property
    def length(self) -> int:
        return sum(self.parts)


def read_rule(text: str) -> GridCodeRule:
    """Raises ValueError with the rule that cannot be."""
    if not re.fullmatch(r"[1-9][0-9]?(\+[1-9][0-9]?)+", text, re.ASCII):
        raise ValueError(f"GRID_CODE_RULE={text!r}: lengths joined by +, such as 12+3")
    parts = tuple(int(part) for part in text.split("+"))
    if sum(parts[:-1]) != VILLAGE_DIGITS or sum(parts) > LONGEST:
        raise ValueError(f"GRID_CODE_RULE={text!r}: 12 digits of the village, at most {LONGEST} in all")
    return GridCodeRule(parts)


def rule() -> GridCodeRule:
    return read_rule(settings().grid_code_rule)


def village_part(center_code: str) -> str:
    """A center's code as the start of its grids' codes; shorter ones are filled up with zeros."""
    return center_code.ljust(VILLAGE_DIGITS, "0")


def problem_with(code: str, center_code: str, size: GridSize = GridSize.SMALL) -> str | None:
    """What is wrong with the code of a grid of this center, as a sentence; None when nothing is."""
    if not (code.isascii() and code.isdigit()):
        return _("网格编码只能是数字，请检查空格、字母或科学计数法。")
    if size is not GridSize.SMALL:
        joined = code.startswith(center_code) and len(code) == len(center_code) + JOINED_DIGITS
        if code != center_code and not joined:
            return _("大网格、中网格的编码就是所属中心的代码“{center}”。").format(center=center_code)
        return None
    expected = rule()
    if len(code) != expected.length:
        return _("网格编码应为{expected}位（{rule}），这里有{found}位。").format(
            expected=expected.length, rule="+".join(map(str, expected.parts)), found=len(code)
        )
    if not code.startswith(village_part(center_code)):
        return _("网格编码应以所属村社的代码“{center}”开头。").format(center=village_part(center_code))
    if not int(code[VILLAGE_DIGITS:]):
        return _("网格顺序号从1开始，不能全是0。")
    return None


def next_free(center_code: str, taken: Iterable[str], size: GridSize = GridSize.SMALL) -> str:
    """The lowest code behind all that the center has; a number once given is not given again.

    When the highest serial is taken, the lowest free one is used. Raises ValueError when none is left.
    """
    if size is not GridSize.SMALL:
        start, digits, first = center_code, JOINED_DIGITS, 2
        if center_code not in set(taken):
            return center_code
    else:
        start, digits, first = village_part(center_code), rule().serial_digits, 1
    serials = {
        int(code[len(start) :])
        for code in taken
        if code.startswith(start) and len(code) == len(start) + digits and code.isdigit()
    }
    highest = max(serials, default=first - 1)
    last = 10**digits - 1
    if highest < last:
        return f"{start}{max(highest + 1, first):0{digits}d}"
    for serial in range(first, last):
        if serial not in serials:
            return f"{start}{serial:0{digits}d}"
    raise ValueError(f"no serial is left under {start}")
