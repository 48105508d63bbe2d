"""What is printed of entries: words only, as whoever prints them sees them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lib.i18n import _, language, mark
from lib.registers.design import Design

MOST_ENTRIES = 200
# Word, and what fills its documents in, take one kind of quotation marks for another.
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
# What every template can name besides the fields; a field of the same name comes first.
GENERAL: dict[str, tuple[str, str]] = {
    "g_register": (mark("台账"), "register"),
    "g_number": (mark("编号"), "number"),
    "g_title": (mark("标题"), "title"),
    "g_center": (mark("中心"), "center"),
    "g_state": (mark("状态"), "state"),
    "g_printer": (mark("打印人"), "printed by"),
    "g_moment": (mark("打印时间"), "printed at"),
    "g_export": (mark("导出编号"), "export number"),
}
# The same on every page, so that headers and footers can name them.
OF_ALL = ("g_register", "g_printer", "g_moment", "g_export")


@dataclass(frozen=True)
class PrintedField:
    key: str
    label: str
    section: str
    words: str


@dataclass(frozen=True)
class Decision:
    """A step that somebody took."""

    step: str
    done_by: str
    done_at: datetime
    words: str


@dataclass(frozen=True)
class PrintedEntry:
    number: str
    title: str
    center: str
    state: str
    fields: tuple[PrintedField, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class Prints:
    """`template` is the Word document to fill in, with what its names mean; None for the product's own
    layout."""

    register: str
    entries: tuple[PrintedEntry, ...]
    printed_by: str
    printed_at: str
    template: bytes | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def cleaned(said: str) -> str:
    """A name without blanks and with narrow signs, so that "数量（个）" and "数量 (个)" are one."""
    narrow = "".join(unicodedata.normalize("NFKC", said).split())
    return narrow.translate(_QUOTES).casefold()


def names_of(*designs: Design) -> dict[str, str]:
    """What a template may write between its braces, and the key that it means; a later design's names come
    before an earlier one's. A label that two fields have means neither; each can be named by its key."""
    found = {cleaned(words): key for key, both in GENERAL.items() for words in both}
    for design in designs:
        labels: dict[str, set[str]] = {}
        for one in design.standing:
            for label in (one.label, one.label_en):
                labels.setdefault(cleaned(label), set()).add(one.key)
        for label, keys in labels.items():
            if len(keys) == 1 and label:
                found[label] = next(iter(keys))
            else:
                found.pop(label, None)
    return found | {one.key: one.key for design in designs for one in design.fields}


def general_name(key: str) -> str:
    chinese, english = GENERAL[key]
    return english if language() == "en" else chinese


def words_of(prints: Prints, entry: PrintedEntry | None, export_id: str) -> dict[str, str]:
    """What stands for each key; without an entry only what all have in common."""
    found = {
        "g_register": prints.register,
        "g_printer": prints.printed_by,
        "g_moment": prints.printed_at,
        "g_export": export_id,
    }
    if entry is None:
        return found
    found |= {"g_number": entry.number, "g_title": entry.title}
    found |= {"g_center": entry.center, "g_state": entry.state}
    return found | {one.key: one.words for one in entry.fields}


def foot_line(prints: Prints, export_id: str) -> str:
    """What stands under every page that leaves the product."""
    return _("{register} · 导出编号{export} · {printer} · {moment}").format(
        register=prints.register, export=export_id, printer=prints.printed_by, moment=prints.printed_at
    )
