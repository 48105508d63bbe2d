"""Words on screen: written in Chinese in the code, in English through the catalogue.

`_("城关区")` reads the language of whoever is asking. Pages are drawn in threads of their own, so
the language comes from a source that the screen sets, with a context variable in front of it for
everything else (the sign-in page, the command line, exports).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = {"zh": "中文", "en": "English"}
DEFAULT = "zh"
CATALOGUES = Path(__file__).parent

_chosen: ContextVar[str | None] = ContextVar("language", default=None)
_source: Callable[[], str] = lambda: DEFAULT  # noqa: E731


def set_language_source(source: Callable[[], str]) -> None:
    """Where the language comes from when nobody has chosen one in this context."""
    global _source
    _source = source


def language() -> str:
    chosen = _chosen.get() or _source()
    return chosen if chosen in LANGUAGES else DEFAULT


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Inside the block words come in this language; an unknown one is read as Chinese."""
    token = _chosen.set(name if name in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _chosen.reset(token)


@cache
def catalogue(name: str) -> dict[str, str]:
    """Chinese words → words of the language. Chinese itself needs none."""
    if name == DEFAULT:
        return {}
    with (CATALOGUES / name / "messages.po").open("rb") as file:
        messages = read_po(file)
    return {str(m.id): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}


def _(words: str) -> str:
    """The words in the reader's language; Chinese where the catalogue has none."""
    return catalogue(language()).get(words, words)


def mark(words: str) -> str:
    """Puts words into the catalogue where they stand, to be translated where they are shown."""
    return words


def listed(words: Iterable[str]) -> str:
    """Several words in a row, as the language writes it."""
    return ("、" if language() == DEFAULT else ", ").join(words)
