"""What a register is, as data: its fields, rules, stages, and who takes part. A design is never changed; a
changed one is the next number."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any

from db.models.center import Level
from lib.fields.field import Choice, Field
from lib.i18n import language, mark


def _in_language(label: str, label_en: str) -> str:
    return label_en if language() == "en" and label_en else label


class StageKind(enum.StrEnum):
    DRAFT = "draft"
    """It is being filled in."""
    WAITING = "waiting"
    """Somebody has to decide."""
    DONE = "done"
    REFUSED = "refused"


STAGE_WORDS: dict[StageKind, str] = {
    StageKind.DRAFT: mark("填写中"),
    StageKind.WAITING: mark("待办理"),
    StageKind.DONE: mark("已办结"),
    StageKind.REFUSED: mark("未通过"),
}


class By(enum.StrEnum):
    """Whose turn a step is, seen from the center of the entry."""

    OWN = "own"
    ABOVE = "above"
    """A center above; at the top, where there is none, the own one."""
    OWN_OR_ABOVE = "own_or_above"


BY_WORDS: dict[By, str] = {
    By.OWN: mark("本单位"),
    By.ABOVE: mark("上级"),
    By.OWN_OR_ABOVE: mark("本单位或上级"),
}


class ViewKind(enum.StrEnum):
    TABLE = "table"
    CARDS = "cards"
    CALENDAR = "calendar"
    BOARD = "board"
    MAP = "map"


VIEW_WORDS: dict[ViewKind, str] = {
    ViewKind.TABLE: mark("表格"),
    ViewKind.CARDS: mark("卡片"),
    ViewKind.CALENDAR: mark("日历"),
    ViewKind.BOARD: mark("看板"),
    ViewKind.MAP: mark("地图"),
}


class Publishing(enum.StrEnum):
    """Whether entries become a list that holds for all below."""

    NO = "no"
    ENTRY = "entry"
    """Each entry for itself, while it stands in a stage that is in force."""
    EDITION = "edition"
    """All changes of a center together, from a day on."""


PUBLISHING_WORDS: dict[Publishing, str] = {
    Publishing.NO: mark("不公布"),
    Publishing.ENTRY: mark("逐条审定、逐条公布"),
    Publishing.EDITION: mark("整版审定、整版公布"),
}


@dataclass(frozen=True)
class Stage:
    key: str
    label: str
    label_en: str = ""
    kind: StageKind = StageKind.DONE
    # Whether what the entry says can be changed here.
    editable: bool = False
    # Whether the entry holds for all below while it is here.
    in_force: bool = False

    @property
    def words(self) -> str:
        return _in_language(self.label, self.label_en)


@dataclass(frozen=True)
class Move:
    key: str
    label: str
    label_en: str = ""
    sources: tuple[str, ...] = ()
    target: str = ""
    by: By = By.OWN
    # Whether it decides: whoever only fills in may not take it.
    decides: bool = False
    asks_reason: bool = False
    by_another: bool = False
    # What must hold of the entry's fields, and of the stages of the entries that it names, for the step to
    # be taken; and what a person is told while it does not.
    needs: str = ""
    needs_words: str = ""
    needs_words_en: str = ""

    @property
    def words(self) -> str:
        return _in_language(self.label, self.label_en)

    @property
    def unmet(self) -> str:
        return _in_language(self.needs_words, self.needs_words_en)


@dataclass(frozen=True)
class Rule:
    """`holds` names fields by their keys; `sentence` is what a person is told who breaks it."""

    holds: str
    sentence: str
    sentence_en: str = ""

    @property
    def words(self) -> str:
        return _in_language(self.sentence, self.sentence_en)


@dataclass(frozen=True)
class Reminder:
    """So many days before the day in a field, as long as the entry is in none of the stages."""

    field: str
    days_before: int
    sentence: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """`by` is the field that orders it: the day of a calendar, the column of a board, the place of a map."""

    kind: ViewKind
    by: str = ""


@dataclass(frozen=True)
class Design:
    name: str
    name_en: str = ""
    about: str = ""
    about_en: str = ""
    icon: str = "table_view"
    sections: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    rules: tuple[Rule, ...] = ()
    stages: tuple[Stage, ...] = ()
    moves: tuple[Move, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    views: tuple[View, ...] = (View(ViewKind.TABLE),)
    # The fields whose values make the title of an entry.
    title: tuple[str, ...] = ()
    # Levels whose centers have entries, and levels whose people read them; nobody named is everybody.
    filled_by: tuple[str, ...] = ()
    read_by: tuple[str, ...] = ()
    exported: bool = True
    publishing: Publishing = Publishing.NO
    # The fields that say from when to when an entry holds.
    since: str = ""
    until: str = ""

    @property
    def words(self) -> str:
        return _in_language(self.name, self.name_en)

    @property
    def about_words(self) -> str:
        return _in_language(self.about, self.about_en)

    @property
    def standing(self) -> tuple[Field, ...]:
        """The fields that are in use."""
        return tuple(one for one in self.fields if not one.retired)

    @property
    def by_key(self) -> dict[str, Field]:
        return {one.key: one for one in self.fields}

    def field(self, key: str) -> Field | None:
        return next((one for one in self.fields if one.key == key), None)

    @property
    def start(self) -> Stage:
        return self.stages[0]

    def stage(self, key: str) -> Stage:
        """A stage that a later design has dropped is called by its key."""
        return next((one for one in self.stages if one.key == key), Stage(key, key))

    def move(self, key: str) -> Move | None:
        return next((one for one in self.moves if one.key == key), None)

    def next_key(self) -> str:
        """A key that no field has or ever had."""
        return f"f{max((int(one.key[1:]) for one in self.fields), default=0) + 1}"


LEVELS = tuple(level.value for level in Level)
# What everybody has who designs nothing else: entries that stand as soon as they are written.
KEPT = (Stage("kept", "已登记", "Kept", StageKind.DONE, editable=True),)


def plain(design: Design) -> dict[str, Any]:
    """The design as JSON can hold it, without what is as it is by itself."""

    def lean(one: Any) -> dict[str, Any]:
        return {
            field.name: value
            for field in fields(one)
            if field.name not in parts and (value := getattr(one, field.name)) != field.default
        }

    parts = ("fields", "rules", "stages", "moves", "reminders", "views")
    found = lean(design)
    for name in parts:
        found[name] = [lean(one) for one in getattr(design, name)]
        for one in found[name]:
            if "choices" in one:
                one["choices"] = [
                    {name: value for name, value in asdict(choice).items() if value}
                    for choice in one["choices"]
                ]
    return found


def written(design: Design) -> str:
    """The design as it is kept; equal designs are written equally."""
    return json.dumps(plain(design), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _tuples(said: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**said, **{name: tuple(said[name]) for name in names if name in said}}


def _field(said: Mapping[str, Any]) -> Field:
    choices = tuple(Choice(**one) for one in said.get("choices", ()))
    return Field(**_tuples(said, "seen_by", "edited_by") | {"choices": choices})


@lru_cache(maxsize=512)
def loaded(text: str) -> Design:
    """A design that was written by `written`; it was checked before it was kept."""
    said = json.loads(text)
    found = [_field(one) for one in said.get("fields", ())]
    stages = [Stage(**one | {"kind": StageKind(one.get("kind", "done"))}) for one in said.get("stages", ())]
    moves = [
        Move(**_tuples(one, "sources") | {"by": By(one.get("by", "own"))}) for one in said.get("moves", ())
    ]
    parts = {
        "fields": tuple(found),
        "rules": tuple(Rule(**one) for one in said.get("rules", ())),
        "stages": tuple(stages),
        "moves": tuple(moves),
        "reminders": tuple(Reminder(**_tuples(one, "unless")) for one in said.get("reminders", ())),
        "views": tuple(View(ViewKind(one["kind"]), one.get("by", "")) for one in said.get("views", ())),
        "publishing": Publishing(said.get("publishing", "no")),
    }
    return Design(**_tuples(said, "sections", "title", "filled_by", "read_by") | parts)


def kinds_of(design: Design, kind: str) -> tuple[Field, ...]:
    return tuple(one for one in design.standing if one.kind == kind)
