"""Reads what stands in a scheme, word by word, and notes everything that cannot be taken."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, TypeVar

from lib.errors import Problem
from lib.i18n import _
from lib.metrics.dimensions import By, Only, is_key

Word = TypeVar("Word", bound=enum.StrEnum)
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
MOST_INDICATORS, MOST_TIERS = 60, 20
LARGEST = Decimal(1_000_000)
MOST_DECIMALS = 20  # a smaller number is a slip, and as text it could fill a disk
LONGEST_GRADE = 40
# What an indicator can be narrowed to: what a case was from its beginning.
FIXED = (By.SOURCE, By.CATEGORY, By.GROUP, By.DEPARTMENT)


class Checked:
    """One table of a scheme. Faults are collected, so that a person sees all of them at once."""

    def __init__(self, said: Mapping[str, Any], place: str = "", problems: list[Problem] | None = None):
        self.said, self.place = said, place
        self.problems: list[Problem] = [] if problems is None else problems
        self._looked_at: set[str] = set()

    def wrong(self, field: str, sentence: str) -> None:
        where = f"{self.place}{field}"
        value = self.said.get(field, "")
        self.problems.append(
            Problem(where, _("{where}：{why}。").format(where=where, why=sentence), value=str(value)[:100])
        )

    def _look(self, field: str) -> Any:
        self._looked_at.add(field)
        return self.said.get(field)

    def text(self, field: str, longest: int, *, needed: bool = True) -> str:
        found = self._look(field)
        if found is None and not needed:
            return ""
        if not isinstance(found, str) or not found.strip() or not found.isprintable():
            self.wrong(field, _("应填写文字"))
            return ""
        if len(found.strip()) > longest:
            self.wrong(field, _("最多{most}个字符").format(most=longest))
        return found.strip()

    def key(self, field: str) -> str:
        found = self._look(field)
        if not isinstance(found, str) or not KEY.fullmatch(found):
            self.wrong(field, _("应以小写字母开头，只用小写字母、数字和下划线"))
            return ""
        return found

    def word(self, field: str, words: type[Word], default: Word | None = None) -> Word | None:
        found = self._look(field)
        if found is None and default is not None:
            return default
        try:
            return words(found)
        except ValueError:
            self.wrong(field, _("应为其中之一：{words}").format(words="、".join(w.value for w in words)))
            return None

    def yes_or_no(self, field: str) -> bool | None:
        found = self._look(field)
        if found is not None and not isinstance(found, bool):
            self.wrong(field, _("应为true或false"))
            return None
        return found

    def number(self, field: str, default: Decimal | None = None, *, least: Decimal | None = None) -> Decimal:
        found = self._look(field)
        if found is None and default is not None:
            return default
        number = exact(found)
        if number is None:
            self.wrong(field, _("应填写数字"))
            return default or Decimal(0)
        if least is not None and number < least:
            self.wrong(field, _("不能小于{least}").format(least=f"{least:f}"))
        return number

    def parts(self, field: str) -> list[Checked]:
        """The tables of a list, each with its own number in what is said of it."""
        found = self._look(field)
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            self.wrong(field, _("应为若干项"))
            return []
        if len(found) > MOST_INDICATORS:
            self.wrong(field, _("最多{most}项").format(most=MOST_INDICATORS))
            return []
        return [
            Checked(one, f"{self.place}{field}[{n}].", self.problems) for n, one in enumerate(found, start=1)
        ]

    def tiers(self, field: str, more_is_better: bool) -> tuple[tuple[Decimal, Decimal], ...]:
        found = self._look(field)
        pairs = found if isinstance(found, list) and 0 < len(found) <= MOST_TIERS else []
        numbers = [
            (exact(pair[0]), exact(pair[1])) if isinstance(pair, list) and len(pair) == 2 else (None, None)
            for pair in pairs
        ]
        if not numbers or any(value is None or points is None for value, points in numbers):
            self.wrong(field, _("应为若干组数字，每组是下限和得分，如[[95, 20], [90, 15]]"))
            return ()
        known = [(value or Decimal(0), points or Decimal(0)) for value, points in numbers]
        steps = sorted(known, key=lambda one: one[0], reverse=more_is_better)
        if len({value for value, _points in steps}) < len(steps):
            self.wrong(field, _("同一个下限写了两次"))
        elif any(after[1] > before[1] for before, after in pairwise(steps)):
            self.wrong(field, _("较好的一档得分不能更低"))
        return tuple(steps)

    def narrowing(self, field: str) -> Only:
        """Which cases of a metric count, as `{source = "petition"}`."""
        found = self._look(field)
        if found is None:
            return ()
        pairs = list(found.items()) if isinstance(found, Mapping) else [("", "")]
        kinds = {by.value: by for by in FIXED}
        if not all(
            kind in kinds and isinstance(key, str) and is_key(kinds[kind], key) for kind, key in pairs
        ):
            words = "、".join(kinds)
            self.wrong(field, _('只能按{words}限定，如{{source = "petition"}}').format(words=words))
            return ()
        return tuple(sorted(((kinds[kind], key) for kind, key in pairs), key=lambda pair: pair[0].value))

    def counts(self, field: str) -> dict[str, int]:
        """Names with a whole number each."""
        found = self._look(field)
        if found is None:
            return {}
        right = isinstance(found, Mapping) and all(
            isinstance(name, str) and isinstance(number, int) and not isinstance(number, bool) and number > 0
            for name, number in found.items()
        )
        if not right:
            self.wrong(field, _("应为各组的名额，都是大于0的整数"))
            return {}
        return dict(found)

    def grades(self, field: str) -> tuple[tuple[Decimal, str], ...]:
        """Names for totals, the best first, as `[[95, "five stars"], [90, "four stars"]]`."""
        found = self._look(field)
        if found is None:
            return ()
        known = []
        for pair in found if isinstance(found, list) else [()]:
            least, name = pair if isinstance(pair, list) and len(pair) == 2 else (None, None)
            number = exact(least)
            called = name.strip() if isinstance(name, str) and name.isprintable() else ""
            if number is None or not 0 < len(called) <= LONGEST_GRADE:
                self.wrong(field, _("应为若干组，每组是最低总分和等级名称"))
                return ()
            known.append((number, called))
        if len({least for least, _name in known}) < len(known):
            self.wrong(field, _("同一个下限写了两次"))
        return tuple(sorted(known, reverse=True))

    def rewards(self, field: str) -> tuple[tuple[int, int, int], ...]:
        """Up to which place, points, and money in cents, as `[[1, 10, 50000], [3, 5, 20000]]`."""
        found = self._look(field)
        if found is None:
            return ()
        right = isinstance(found, list) and all(
            isinstance(one, list)
            and len(one) == 3
            and all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= LARGEST for n in one)
            and one[0] > 0
            for one in found
        )
        if not right or [one[0] for one in found] != sorted({one[0] for one in found}):
            self.wrong(field, _("应为若干组整数：到第几名、积分、金额（分），名次由前到后"))
            return ()
        return tuple((last, points, cents) for last, points, cents in found)

    def nothing_else(self) -> None:
        """What nobody has asked for is a slip of the pen, and silence would hide it."""
        for field in sorted(set(self.said) - self._looked_at, key=str):
            self.wrong(str(field)[:40], _("不认识这一项，或这种计分规则用不到它"))


def exact(found: Any) -> Decimal | None:
    """A number of a file or of the database as it is written; None for what is none."""
    if isinstance(found, bool) or not isinstance(found, (int, float, str, Decimal)):
        return None
    said = str(found)
    try:
        number = Decimal(said)
    except InvalidOperation:
        return None
    if "_" in said or not number.is_finite() or abs(number) > LARGEST:
        return None
    exponent = number.normalize().as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= -MOST_DECIMALS else None
