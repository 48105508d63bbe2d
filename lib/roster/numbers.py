"""Which words that somebody types are a whole phone or citizen's number, to be found as a whole and never in
part."""

from __future__ import annotations

import re

from lib.fields.words import narrow, phone_in

# As long as a mobile phone's and a citizen's number are; those of a demonstration are no real ones.
_WHOLE = re.compile(r"1\d{10}|\d{17}[\dX]", re.ASCII)
SHORTEST = 7  # digits: what is shorter is a hotline that many share, or the beginning of a code


def number_in(text: str) -> str:
    """The number as it is kept, before it is sealed; "" when the words are none."""
    said = narrow(text).upper()
    if _WHOLE.fullmatch(said):
        return said
    phone = phone_in(said) or ""
    return phone if sum(sign.isdigit() for sign in phone) >= SHORTEST else ""
