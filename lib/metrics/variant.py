"""How this deployment counts where cities count differently. A choice is data and has a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from db.models.indicator import Rework, Satisfied, Suspended, VariantVersion
from lib.i18n import _, mark


@dataclass(frozen=True)
class Variant:
    """One choice for each question; `version` 0 is what holds before anybody has decided."""

    suspended: Suspended = Suspended.LEAVES
    satisfied: Satisfied = Satisfied.SATISFIED
    rework: Rework = Rework.BY_CASE
    acceptance_hours: int = 24
    version: int = 0

    @property
    def lowest_satisfied(self) -> int:
        """The lowest of the five steps that counts."""
        return 4 if self.satisfied is Satisfied.SATISFIED else 3

    @property
    def choices(self) -> dict[str, Any]:
        """What is chosen, question by question."""
        return {question: getattr(self, question) for question in QUESTIONS}

    @property
    def written(self) -> dict[str, Any]:
        """All of it, for whoever keeps how something was counted."""
        return {**self.choices, "version": self.version}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Variant:
        """What `written` gave."""
        return cls(
            Suspended(kept["suspended"]),
            Satisfied(kept["satisfied"]),
            Rework(kept["rework"]),
            int(kept["acceptance_hours"]),
            int(kept["version"]),
        )

    @classmethod
    def of(cls, row: VariantVersion) -> Variant:
        return cls(row.suspended, row.satisfied, row.rework, row.acceptance_hours, row.version)


@dataclass(frozen=True)
class Decision:
    """A variant with who chose it, when and why."""

    variant: Variant
    reason: str
    decided_by: str
    decided_at: datetime


ACCEPTANCE_HOURS = (2, 4, 8, 24, 48, 72, 120, 360)
# What can be chosen, by the name of the field; the words of each choice.
CHOICES: dict[str, dict[Any, str]] = {
    "suspended": {
        Suspended.LEAVES: mark("挂账事件不计入分母"),
        Suspended.STAYS: mark("挂账事件计入分母"),
    },
    "satisfied": {
        Satisfied.SATISFIED: mark("“满意”及以上算满意"),
        Satisfied.BASICALLY: mark("“基本满意”也算满意"),
    },
    "rework": {
        Rework.BY_CASE: mark("返工按件计"),
        Rework.BY_TIME: mark("返工按次计"),
    },
}
QUESTIONS: dict[str, str] = {
    "suspended": mark("挂账事件"),
    "satisfied": mark("基本满意"),
    "rework": mark("返工"),
    "acceptance_hours": mark("受理时限"),
}

# The metrics that an answer to each question changes.
TOUCHES: dict[str, tuple[str, ...]] = {
    "suspended": ("resolution", "on_time", "due"),
    "satisfied": ("satisfaction",),
    "rework": ("rework",),
    "acceptance_hours": ("accepted",),
}


def words_of(field: str, value: Any) -> str:
    """One choice in words."""
    if field == "acceptance_hours":
        return _("上报后{hours}小时内受理算及时").format(hours=value)
    return _(CHOICES[field][value])


def version_words(variant: Variant) -> str:
    return _("口径第{version}版").format(version=variant.version) if variant.version else _("默认口径")


# Centers that are no more, each with the day on which it ended.
Ended = tuple[tuple[str, date], ...]


@dataclass(frozen=True)
class Terms:
    """What a predicate needs to know besides the case: when, and how this deployment counts. Which
    centers have ended is asked for the rules of data quality alone."""

    moment: datetime
    variant: Variant
    ended: Ended = ()
