"""What a spreadsheet made of what people typed, set right where nothing was lost.

A number of 12 digits shown as 6.20102E+11 is whole again when the file still has its digits; where they are
gone that is said, with the cure. Nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from lib.fields.field import Field, Refused
from lib.fields.kinds import is_masked
from lib.fields.words import narrow
from lib.i18n import _
from lib.imports.sheet import ERRORS, Cell, shown
from lib.masking import masked_text

# Kinds whose values are read sign by sign, even when all of them are digits.
CODES = frozenset(
    {"phone", "citizen_id", "organization_code", "serial", "center", "grid", "department", "person", "case",
     "link"}
)  # fmt: skip
WORDS = frozenset({"text", "long_text", "choice", "choices"})
# A spreadsheet keeps fifteen digits of a number and forgets the rest.
KEPT_DIGITS = 15
LONGEST_SHOWN = 60
_DAMAGED = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})", re.ASCII)
_WHOLE = re.compile(r"(\d+)\.0+", re.ASCII)


def lost(said: str) -> Refused:
    return Refused(
        _("编码被表格软件改成了“{said}”，后面的数字已经丢失。请把这一列设为文本格式，再重新填写。").format(
            said=said
        )
    )


def prepared(cell: Cell, field: Field) -> object:
    """What the field's kind is given to read. Raises Refused where the file does not hold it any more."""
    if cell is None:
        return ""
    kind = field.kind
    if isinstance(cell, str):
        if cell in ERRORS:
            raise Refused(_("公式没有结果（{error}），请改好公式或直接填写。").format(error=cell))
        return code_in_words(cell) if kind in CODES else cell
    if isinstance(cell, bool):
        return shown(cell) if kind in WORDS else cell
    if isinstance(cell, (int, float)):
        return _number(cell, kind)
    if kind in CODES and isinstance(cell, date):
        raise Refused(
            _("编码被表格软件改成了日期“{said}”。请把这一列设为文本格式，再重新填写。").format(
                said=shown(cell)
            )
        )
    return shown(cell) if kind in WORDS else cell


def _number(cell: int | float, kind: str) -> object:
    if kind in CODES or kind in WORDS:
        return code_in_number(cell)
    if kind == "time" and 0 <= cell < 1:
        return (datetime(2000, 1, 1) + timedelta(seconds=round(cell * 86_400))).time()  # noqa: DTZ001
    # 0.1 + 0.2 is stored with a seventeenth digit that nobody sees.
    return float(f"{cell:.{KEPT_DIGITS}g}") if isinstance(cell, float) else cell


def code_in_number(cell: int | float) -> str:
    """The digits of a code that became a number. Raises Refused where some are gone."""
    if isinstance(cell, int):
        digits = str(cell)
        # Other programs write all digits; a spreadsheet fills up with zeros what it forgot.
        forgotten = len(digits) > KEPT_DIGITS and not digits[KEPT_DIGITS:].strip("0")
    else:
        digits, forgotten = shown(cell), abs(cell) >= 10**KEPT_DIGITS
    if forgotten:
        raise lost(f"{cell:.5E}")
    return digits


def code_in_words(text: str) -> str:
    """6.20102003001E+11 is 620102003001; of 6.20102E+11 the last digits are gone."""
    words = narrow(text)
    if found := _WHOLE.fullmatch(words):
        return found[1]
    found = _DAMAGED.fullmatch(words)
    if not found:
        return text
    digits, wanted = found[1] + (found[2] or ""), int(found[3]) + 1
    if len(digits) < wanted or digits[wanted:].strip("0"):
        raise lost(words)
    return digits[:wanted]


def in_part(cell: Cell, field: Field | None) -> str:
    """The value as it may be shown to whoever mends it: enough to find it in the file."""
    words = shown(cell)
    if field is not None and is_masked(field):
        first, last = len(words) // 3, len(words) // 6
        return words[:first] + "*" * (len(words) - first - last) + words[len(words) - last :]
    words = masked_text(words)
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1] + "…"
