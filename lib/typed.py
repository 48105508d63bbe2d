"""What people type into a search box or an address, made safe to look for."""

from __future__ import annotations

import unicodedata


def plain(text: str, longest: int = 60) -> str:
    """The text with full-width letters and digits made narrow, trimmed, unprintables dropped."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(c for c in narrow if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF).strip()[:longest]


def as_typed(text: str, longest: int) -> str:
    """What people wrote for people: trimmed, unprintables dropped, and their own punctuation kept."""
    return "".join(c for c in text if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF).strip()[:longest]


def literal_pattern(text: str) -> str:
    """A LIKE pattern (escape character: backslash) that finds the text anywhere, wildcards as they stand."""
    return _pattern(plain(text))


def as_typed_pattern(text: str, longest: int = 60) -> str:
    """The same for what people wrote with their own punctuation and what is kept so."""
    return _pattern(as_typed(text, longest))


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def offset_of(page: int, page_size: int, total: int) -> int:
    """Where a page of a list begins; a page beyond the end is the last one."""
    last = max(-(-total // page_size), 1)
    return (min(max(page, 1), last) - 1) * page_size
