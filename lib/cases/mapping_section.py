"""Reads one table of a mapping file, and names what is missing, of the wrong kind or misspelled."""

from __future__ import annotations

from typing import Any

from lib.errors import BadInput, Problem
from lib.i18n import _


class Section:
    """One table of the file. Every key must be asked for, so that a misspelled one is noticed."""

    def __init__(self, tree: dict[str, Any], name: str) -> None:
        self.tree, self.name, self.asked = tree, name, set[str]()

    def _place(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def wrong(self, key: str, sentence: str) -> BadInput:
        value = str(self.tree.get(key, ""))[:100]
        return BadInput(
            _("映射文件的“{place}”不对：{sentence}").format(place=self._place(key), sentence=sentence),
            (Problem(self._place(key), sentence, None, value),),
        )

    def maybe(self, key: str) -> str | None:
        self.asked.add(key)
        value = self.tree.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(key, _("应为加引号的文字。"))
        return value

    def text(self, key: str, longest: int = 200) -> str:
        value = self.maybe(key)
        if not value:
            raise self.wrong(key, _("缺少这一项。"))
        if len(value) > longest:
            raise self.wrong(key, _("太长：最多{most}个字。").format(most=longest))
        return value

    def section(self, key: str) -> Section | None:
        self.asked.add(key)
        value = self.tree.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(key, _("应为一节（[{key}]）。").format(key=self._place(key)))
        return Section(value, self._place(key))

    def needed(self, key: str) -> Section:
        found = self.section(key)
        if found is None:
            raise self.wrong(key, _("缺少这一节。"))
        return found

    def list(self, key: str) -> list[Section]:
        self.asked.add(key)
        value = self.tree.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(key, _("应为若干节（[[{key}]]）。").format(key=self._place(key)))
        return [Section(item, f"{self._place(key)}[{n}]") for n, item in enumerate(value, start=1)]

    def words(self, key: str) -> dict[str, str]:
        section = self.needed(key)
        return {word: section.text(word) for word in section.tree}

    def close(self) -> None:
        for key in self.tree:
            if key not in self.asked:
                raise self.wrong(key, _("不认识这一项，请检查拼写。"))
