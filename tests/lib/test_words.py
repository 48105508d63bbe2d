"""Every word on screen has an English translation that keeps its placeholders."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from lib.i18n import CATALOGUES, DEFAULT, LANGUAGES, _, catalogue, speaking
from lib.i18n.extract import collected

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def placeholders(words: str) -> list[str]:
    return sorted(re.findall(r"\{[^{}]*\}", words))


def flaws(source: str, translation: str) -> list[str]:
    found = []
    if not translation:
        found.append("not translated")
    elif placeholders(source) != placeholders(translation):
        found.append("other placeholders")
    if CHINESE.search(translation):
        found.append("Chinese left")
    return found


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != DEFAULT])
def test_every_word_is_translated(language):
    with (CATALOGUES / language / "messages.po").open("rb") as file:
        standing = {m.id: m for m in read_po(file) if m.id}
    wanted = {m.id for m in collected() if m.id}
    assert wanted - set(standing) == set(), "run `make words`, then translate"
    assert set(standing) - wanted == set(), "run `make words`: these are no longer in the code"
    wrong = {source: flaws(source, m.string) for source, m in standing.items() if flaws(source, m.string)}
    assert wrong == {}
    assert not [source for source, m in standing.items() if m.fuzzy]


@pytest.mark.parametrize(
    ("source", "translation", "flaw"),
    [
        ("办结率", "", "not translated"),
        ("{a}件", "{b} cases", "other placeholders"),
        ("网格", "网格", "Chinese left"),
    ],
)
def test_a_flaw_is_seen(source, translation, flaw):
    assert flaw in flaws(source, translation)


def test_words_follow_the_reader():
    assert _("退出登录不在目录里") == "退出登录不在目录里"
    with speaking("en"):
        assert _("办结率") == "Resolution rate"
        assert _("没有翻译的词") == "没有翻译的词"
    with speaking("xx"):
        assert _("办结率") == "办结率"
    assert catalogue("zh") == {}
