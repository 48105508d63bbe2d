"""Decides by which letters a name is found: the first letter of each syllable.

A character that is read in several ways is read as its word is (重庆 is `cq`, not `zq`): pypinyin
knows most words, the table here the names of places that it reads wrongly.
"""

from __future__ import annotations

import unicodedata

from pypinyin import Style, lazy_pinyin

LONGEST = 60  # the length of the column

PLACES = {
    "长宁": "cn",
    "繁峙": "fs",
    "涡阳": "gy",
    "解州": "hz",
    "筠连": "jl",
    "洪洞": "ht",
    "会稽": "kj",
    "单县": "sx",
    "宕昌": "tc",
    "浚县": "xx",
    "栎阳": "yy",
    "荥经": "yj",
}


def initials(name: str) -> str:
    """城关区 → cgq; letters and digits stay as they are, everything else is dropped."""
    text = unicodedata.normalize("NFKC", name)
    for place, letters in PLACES.items():
        text = text.replace(place, letters)
    syllables: list[str] = lazy_pinyin(text, style=Style.FIRST_LETTER)
    plain = unicodedata.normalize("NFKD", "".join(syllables)).lower()
    return "".join(c for c in plain if c.isascii() and c.isalnum())[:LONGEST]
