"""What a cell may hold: text that every file can store and that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
APOSTROPHE = "'"

# XML has no way to write these; halves of a character have no bytes in UTF-8 either.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Spreadsheets pass over what cannot be seen, then look at the first sign; full-width ones count too.
_STARTS = frozenset("=+-@\t\n\r\x00＝＋－＠﹦﹢﹣﹫−")
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})


def storable(text: str) -> str:
    """The text as both kinds of files hold it: one kind of line end, U+FFFD for what cannot be written."""
    one_line_end = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSTORABLE.sub(REPLACEMENT, one_line_end)


def could_run(text: str) -> bool:
    """Whether a spreadsheet that opens the bare text might compute it."""
    for sign in text:
        if sign in _STARTS:
            return True
        if unicodedata.category(sign) not in _UNSEEN and sign != REPLACEMENT:
            return False
    return False


def guarded(text: str) -> str:
    """The text behind an apostrophe where it could run; `lib/tables.py` takes the apostrophe off again.

    Text that has one of its own gets another, so that taking one off always gives the text back.
    """
    apostrophe = APOSTROPHE if could_run(text) or text.startswith(APOSTROPHE) else ""
    return apostrophe + storable(text)
