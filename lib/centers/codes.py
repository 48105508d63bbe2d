"""Decides what a written division code means, and names what a spreadsheet has done to it.

A code is text of twelve digits of which 4, 6, 9 or 12 count, depending on the level. A damaged
one is repaired when only one code can be meant; where digits were lost it is named, never guessed.
"""

from __future__ import annotations

import re
import unicodedata

from db.models.center import CODE_LENGTH, Level
from lib.i18n import _

FULL_LENGTH = 12
# China's number among the countries, which the national map puts in front of a code (its "gb").
# No division's own code begins with it.
COUNTRY = "156"

_SCIENTIFIC = re.compile(r"([0-9])(?:\.([0-9]+))?[Ee]\+?([0-9]{1,2})", re.ASCII)
_FRACTION = re.compile(r"([0-9]+)\.0+", re.ASCII)


class DamagedCode(ValueError):  # noqa: N818 - what the cell holds
    """The cell does not say which code is meant; the message is a sentence with the cure."""


def narrow(text: str) -> str:
    """Full-width digits made plain; blanks and the apostrophe that marks text taken away."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lstrip("'‘’")


def _digits(text: str, counting: int) -> str:
    """The digits of a cell, of which `counting` must not have been lost."""
    plain = narrow(text)
    if found := _FRACTION.fullmatch(plain):
        plain = found[1]
    if found := _SCIENTIFIC.fullmatch(plain):
        mantissa, exponent = found[1] + (found[2] or ""), int(found[3])
        # A zero at the end of the mantissa is not written, so only what is written is sure.
        if len(mantissa) < counting or exponent + 1 < len(mantissa):
            raise DamagedCode(
                _("代码被表格软件改成了科学计数法，位数已丢失。请把该列设为文本格式后重新填写。")
            )
        plain = mantissa.ljust(exponent + 1, "0")
    if not (plain.isascii() and plain.isdigit()):
        raise DamagedCode(_("代码只能是数字，请删去其他字符。"))
    return plain


def read_code(text: str, level: Level) -> str:
    """The significant digits of a code of this level. Raises DamagedCode."""
    length = CODE_LENGTH[level]
    digits = _digits(text, length)
    if len(digits) == FULL_LENGTH and length < FULL_LENGTH:
        if digits[length:].strip("0"):
            raise DamagedCode(
                _("这一级的代码只有前{length}位有效，后面应全为0。请核对代码或级别。").format(length=length)
            )
        digits = digits[:length]
    if len(digits) != length:
        raise DamagedCode(
            _("这一级的代码应为{length}位（或用0补足12位），这里有{found}位。请核对代码或级别。").format(
                length=length, found=len(digits)
            )
        )
    own = {Level.CITY: 2, Level.COUNTY: 2, Level.TOWN: 3, Level.VILLAGE: 3}[level]
    if not int(digits[-own:]):
        raise DamagedCode(
            _("末{own}位全为0，不是这一级的代码。请核对级别，或检查末尾数字是否丢失。").format(own=own)
        )
    return digits


def read_any_code(text: str) -> str:
    """The significant digits of a code of any level, filled up with zeros or not. Raises DamagedCode."""
    digits = _digits(text, FULL_LENGTH)
    if digits.startswith(COUNTRY) and len(digits) in (9, 12, 15):
        digits = digits[len(COUNTRY) :]
    for length, own in ((12, 3), (9, 3), (6, 2)):
        if len(digits) == length and not int(digits[-own:]):
            digits = digits[:-own]
    if len(digits) not in CODE_LENGTH.values():
        raise DamagedCode(
            _("代码应为6位、9位或12位数字，这里有{found}位。请核对代码。").format(found=len(digits))
        )
    return digits


def read_code_above(text: str, code: str) -> str:
    """The code of a unit that stands over `code`, whatever its level. Raises DamagedCode.

    Nothing can be lost here: all that counts is already at the start of `code`.
    """
    digits = _digits(text, 1)
    lengths = [2, *(n for n in CODE_LENGTH.values() if n < len(code))]
    for length in lengths:
        if digits.rstrip("0") == code[:length].rstrip("0") and len(digits) in (length, FULL_LENGTH):
            return code[:length]
    raise DamagedCode(_("上级代码应是本行代码“{code}”的开头部分。请核对两处代码。").format(code=code))
