"""How periods and groups of an assessment are called, on screens and in documents alike."""

from __future__ import annotations

from datetime import date

from lib.centers.groups import GROUP_WORDS, Group
from lib.grids.words import SETTING_WORDS
from lib.i18n import _, numbers
from lib.schemes.scheme import Rhythm


def period_words(rhythm: Rhythm, first: date) -> str:
    if rhythm is Rhythm.YEAR:
        return _("{year}年").format(year=first.year)
    if rhythm is Rhythm.QUARTER:
        return _("{year}年第{quarter}季度").format(year=first.year, quarter=(first.month + 2) // 3)
    return numbers.month(first)


def group_words(group: str) -> str:
    """Groups are kinds of centers, or of grids; whoever has none is in one group."""
    words = {one.value: said for one, said in GROUP_WORDS.items()}
    words |= {one.value: said for one, said in SETTING_WORDS.items()}
    return _(words.get(group, GROUP_WORDS[Group.OTHER])) if group else _("全部")
