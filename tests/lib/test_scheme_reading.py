"""A scheme's file: everything that cannot be taken is named with its place; what can be taken is the same
scheme however it is written down."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db.models.case import Source
from lib.errors import BadInput
from lib.metrics.catalogue import METRICS
from lib.metrics.metric import Unit
from lib.schemes.checks import MOST_INDICATORS, exact
from lib.schemes.differences import differences
from lib.schemes.reading import metrics_for, read
from lib.schemes.scheme import NothingDue, Published, Rhythm, Subject, canonical, rule_words, written
from lib.schemes.scoring import RuleKind
from tests.assessing import by_hand, definition, rate, scheme, target


def without(said: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != field}


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "object", "其中之一"),
    (definition(name=""), "name", "文字"),
    (definition(name=7), "name", "文字"),
    (definition(name="名\x00"), "name", "文字"),
    (definition(name="名" * 61), "name", "60个字符"),
    (without(definition(), "source"), "source", "文字"),
    (definition(object="planet"), "object", "county、town"),
    (definition(object=["town"]), "object", "其中之一"),
    (definition(rhythm="week"), "rhythm", "month、quarter、year"),
    (definition(nothing_due="zero"), "nothing_due", "leaves、apart"),
    (definition(published="nobody"), "published", "everybody、neighbors"),
    (definition(whole=0), "whole", "不能小于1"),
    (definition(whole="many"), "whole", "数字"),
    (definition(whole=110), "points", "应为110，现在是100"),
    (definition(colour="red"), "colour", "不认识"),
    (definition(indicators="on_time"), "indicators", "若干项"),
    (definition(indicators=["on_time"]), "indicators", "若干项"),
    (definition(indicators=[]), "indicators", "没有指标"),
    (definition(*[by_hand(f"k{n}") for n in range(MOST_INDICATORS + 1)]), "indicators", "最多60项"),
    # Weights that do not add up; what stands beside the hundred points is no part of them.
    (definition(target(points=39), rate()), "points", "应为100，现在是99"),
    (definition(target(points=50), by_hand(points=50)), "points", "应为100，现在是50"),
    (definition(target(), rate(), rate()), "indicators", "“satisfaction”用了不止一次"),
    # Metrics that do not exist, or not for whom the scheme assesses.
    (definition(target(metric="luck"), rate()), "indicators[1].metric", "没有可用于镇街的指标“luck”"),
    (definition(object="window"), "indicators[1].metric", "窗口"),
    (definition(rate(), by_hand(metric="per_grid"), target(), object="department"), "indicators[2].metric",
     "没有可用于部门的指标“per_grid”"),
    (definition(target(), rate(), by_hand(metric="without_grid")), "indicators[3].metric", "without_grid"),
    (definition(target(), rate(metric="received")), "indicators[2].rule", "只能用于百分率"),
    (definition(target(), rate(metric="handling_median")), "indicators[2].rule", "只能用于百分率"),
    # A direction against the library.
    (definition(target(more_is_better=False), rate()), "indicators[1].more_is_better", "指标库"),
    (definition(target(), rate(metric="repeat", more_is_better=True)), "indicators[2].more_is_better", "反"),
    (definition(target(more_is_better="yes"), rate()), "indicators[1].more_is_better", "true或false"),
    # What a rule needs, and what it has no use for.
    (definition(target(rule="luck"), rate()), "indicators[1].rule", "其中之一"),
    (definition(without(target(), "rule"), rate()), "indicators[1].rule", "其中之一"),
    (definition(without(target(), "target"), rate()), "indicators[1].target", "数字"),
    (definition(without(target(), "each"), rate()), "indicators[1].each", "数字"),
    (definition(target(each=0), rate()), "indicators[1].each", "不能小于0.0001"),
    (definition(target(points=0), rate(points=100)), "indicators[1].points", "不能小于0.01"),
    (definition(target(points=True), rate()), "indicators[1].points", "数字"),
    (definition(target(points="nan"), rate()), "indicators[1].points", "数字"),
    (definition(target(points="1e9"), rate()), "indicators[1].points", "数字"),
    (definition(target(target="1e-999999"), rate()), "indicators[1].target", "数字"),
    (definition(target(floor=41), rate()), "indicators[1].floor", "0和满分之间"),
    (definition(target(floor=-1), rate()), "indicators[1].floor", "0和满分之间"),
    (definition(target(), rate(target=95)), "indicators[2].target", "用不到"),
    (definition(target(), rate(each=1)), "indicators[2].each", "用不到"),
    (definition(target(), rate(), by_hand(rule="veto")), "indicators[3].each", "用不到"),
    (definition(target(), rate(rule="tiers")), "indicators[2].tiers", "若干组"),
    (definition(target(), rate(rule="tiers", tiers=[[95]])), "indicators[2].tiers", "若干组"),
    (definition(target(), rate(rule="tiers", tiers=[[95, 60], ["95", 10]])), "indicators[2].tiers", "两次"),
    (definition(target(), rate(rule="tiers", tiers=[[95, 10], [90, 60]])), "indicators[2].tiers", "不能更低"),
    (definition(target(), rate(rule="tiers", tiers=[[95, 61]])), "indicators[2].tiers", "0和满分之间"),
    # Keys, sources and what counts.
    (definition(target("On time"), rate()), "indicators[1].key", "小写字母"),
    (definition(target("k" * 41), rate()), "indicators[1].key", "小写字母"),
    (definition(without(target(), "source"), rate()), "indicators[1].source", "文字"),
    (definition(target(source=" "), rate()), "indicators[1].source", "文字"),
    (definition(target(weight=3), rate()), "indicators[1].weight", "不认识"),
    (definition(target(least_base=-1), rate()), "indicators[1].least_base", "不能小于0"),
    (definition(target(only={"source": "moon"}), rate()), "indicators[1].only", "限定"),
    (definition(target(only={"rating": "5"}), rate()), "indicators[1].only", "限定"),
    (definition(target(only="petition"), rate()), "indicators[1].only", "限定"),
    (definition(target(), rate(), by_hand(only={"source": "petition"})), "indicators[3].only", "手工填报"),
    (definition(grades="stars"), "grades", "等级名称"),
    (definition(grades=[[95, ""]]), "grades", "等级名称"),
    (definition(grades=[[95, "星" * 41]]), "grades", "等级名称"),
    (definition(grades=[[95, "五星"], ["95.0", "四星"]]), "grades", "两次"),
    (definition(quotas={"town": 0}), "quotas", "大于0"),
    (definition(quotas={"town": True}), "quotas", "大于0"),
    (definition(quotas=[5]), "quotas", "大于0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "place", "sentence"), REFUSED, ids=[f"{n}-{r[1]}" for n, r in enumerate(REFUSED)]
)
def test_what_cannot_be_taken_is_named_with_its_place(said, place, sentence):
    with pytest.raises(BadInput) as told:
        read(said)
    named = [one for one in told.value.problems if one.field == place]
    assert named, told.value.problems
    assert any(sentence in one.sentence for one in named), named
    assert all(one.sentence.startswith(one.field) for one in told.value.problems)


def test_all_faults_are_told_at_once():
    said = definition(target(points=1, each=0, weight=3), rate(metric="luck"), colour="red", source="")
    with pytest.raises(BadInput) as told:
        read(said)
    assert {one.field for one in told.value.problems} == {
        "indicators[1].each", "indicators[1].weight", "indicators[2].metric", "colour", "source", "points",
    }  # fmt: skip
    assert told.value.sentence == told.value.problems[0].sentence


def test_the_library_knows_which_way_is_better():
    found = scheme(target(), rate(metric="rework"))
    assert [one.rule.more_is_better for one in found.indicators] == [True, False]
    # Of what is neither, and of what is entered by hand, the scheme says; without a word more is better.
    for said in (True, False):
        assert (
            scheme(target(metric="received", more_is_better=said), rate()).indicators[0].rule.more_is_better
            is said
        )
    entered = without(by_hand(rule="rate", points=100), "each")
    assert scheme(entered).indicators[0].rule.more_is_better
    assert not scheme(entered | {"more_is_better": False}).indicators[0].rule.more_is_better


@st.composite
def numbers(draw: st.DrawFn, least: int = 0, most: int = 1000) -> Any:
    """In any of the ways that a file can write one."""
    number = Decimal(draw(st.integers(least * 100, most * 100))) / 100
    return draw(st.sampled_from([number, f"{number}", f" {number:.4f}", float(number)]))


words = st.text("甲乙丙丁ab1（）·“” ", min_size=1, max_size=30).filter(str.strip)


@st.composite
def indicators(draw: st.DrawFn, subject: Subject, key: str) -> dict[str, Any]:
    metric = draw(st.sampled_from([None, *metrics_for(subject)]))
    kinds = [
        k
        for k in RuleKind
        if k is not RuleKind.RATE or metric is None or METRICS[metric].unit is Unit.PERCENT
    ]
    kind = draw(st.sampled_from(kinds))
    found: dict[str, Any] = {"key": key, "name": draw(words), "source": draw(words), "rule": kind.value}
    better = METRICS[metric].more_is_better if metric else None
    if metric:
        found["metric"] = metric
        found |= draw(
            st.sampled_from([{}, {"only": {"source": draw(st.sampled_from(Source)).value, "group": "A1"}}])
        )
    else:
        found |= draw(st.sampled_from([{}, {"most": draw(numbers())}]))
    if better is None:
        better = draw(st.sampled_from([None, True, False]))
        found |= {} if better is None else {"more_is_better": better}
    found |= draw(st.sampled_from([{}, {"least_base": draw(st.integers(0, 99))}]))
    points = draw(numbers(1, 60))
    if kind is not RuleKind.VETO:
        found["points"] = points
    if kind in (RuleKind.TARGET, RuleKind.VETO):
        found["target"] = draw(numbers())
    if kind in (RuleKind.TARGET, RuleKind.BONUS, RuleKind.DEDUCTION):
        found["each"] = draw(numbers(1))
    if kind is RuleKind.TARGET:
        found |= draw(st.sampled_from([{}, {"floor": points}, {"floor": "1"}]))
    if kind is RuleKind.TIERS:
        ends = draw(st.lists(st.integers(0, 1000), unique=True, min_size=1, max_size=5))
        gives = sorted(draw(st.lists(st.sampled_from([0, "0.5", 1]), min_size=len(ends), max_size=len(ends))),
                       key=lambda n: Decimal(n), reverse=True)  # fmt: skip
        best_first = sorted(ends, reverse=better is not False)
        found["tiers"] = draw(st.permutations([list(pair) for pair in zip(best_first, gives, strict=True)]))
    return found


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    """Any scheme that can be taken: the whole is what its points come to."""
    subject = draw(st.sampled_from(Subject))
    some = [draw(indicators(subject, f"k{n}")) for n in range(draw(st.integers(0, 6)))]
    some.append(
        {"key": "last", "name": "末项", "source": "第一条", "rule": "rate", "points": draw(numbers(1, 60))}
    )
    weighing = [one["points"] for one in some if one["rule"] in ("rate", "target", "tiers")]
    found: dict[str, Any] = {
        "name": draw(words), "object": subject.value, "source": draw(words), "indicators": some,
        "whole": sum((exact(one) or Decimal(0) for one in weighing), Decimal(0)),
        "rhythm": draw(st.sampled_from(Rhythm)).value, "published": draw(st.sampled_from(Published)).value,
        "nothing_due": draw(st.sampled_from(NothingDue)).value,
    }  # fmt: skip
    found |= draw(st.sampled_from([{}, {"grades": [["60", "三星"], [90.5, "五星"]]}]))
    found |= draw(st.sampled_from([{}, {"quotas": {"town": 5, "street": 1}}]))
    return found


@hypothesis_settings(max_examples=150, deadline=None)
@given(schemes(), st.randoms())
def test_what_is_written_is_read_as_the_same_scheme(said, chance):
    found = read(said)
    again = read(written(found))
    assert again == found
    assert canonical(again) == canonical(found)
    assert differences(found, again) == []
    # And as text, which a database holds; the order of the words in a file says nothing.
    assert read(json.loads(canonical(found))) == found
    shuffled = list(said.items())
    chance.shuffle(shuffled)
    assert canonical(read(dict(shuffled))) == canonical(found)
    for one in found.indicators:
        assert rule_words(one)


@hypothesis_settings(max_examples=80, deadline=None)
@given(schemes(), schemes())
def test_different_schemes_are_different_text_and_told_apart_in_words(said, other):
    one, two = read(said), read(other)
    assert (canonical(one) == canonical(two)) == (one == two)
    assert (differences(one, two) == []) == (one == two or not _told(one, two))


def _told(one: Any, two: Any) -> bool:
    """The order of the lines alone is no difference in what is asked of anybody."""
    lines = [sorted(found.indicators, key=lambda line: line.key) for found in (one, two)]
    plain = [{**written(found), "indicators": None} for found in (one, two)]
    return lines[0] != lines[1] or plain[0] != plain[1]


def test_equal_numbers_are_equal_text():
    spellings = [40, 40.0, "40", "40.00", Decimal("4E+1"), "４０"]
    texts = {canonical(scheme(target(points=points), rate(), by_hand())) for points in spellings}
    assert len(texts) == 1
    assert '"points":"40"' in texts.pop()


DIFFERENT: list[tuple[dict[str, Any], str]] = [
    (definition(name="别的"), "名称：镇街月度考核 → 别的"),
    (definition(object="village"), "考核对象：镇街 → 村社"),
    (definition(rhythm="quarter"), "周期：每月 → 每季度"),
    (definition(published="neighbors"), "公布范围：全部公开 → 只看本单位和前后名次"),
    (definition(source="文〔2026〕2号"), "依据：文〔2026〕1号 → 文〔2026〕2号"),
    (definition(nothing_due="apart"), "无应办事项时的处理办法有改动"),
    (definition(grades=[[90, "五星"]]), "等级划分有改动"),
    (definition(quotas={"town": 5}), "名额有改动"),
    (definition(target(), rate()), "删去指标“越级上访”"),
    (definition(target(), rate(), by_hand(), by_hand("visits", name="走访", rule="bonus")),
     "新增指标“走访”，加分：每1加1分，最多加5分"),
    (definition(target(target=90), rate(), by_hand()), "指标“按期办结率”：按目标值扣分：目标95，达到得40分"),
    (definition(target(source="第九条"), rate(), by_hand()), "指标“按期办结率”：名称、依据"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "sentence"), DIFFERENT)
def test_a_difference_is_told_in_words(said, sentence):
    (told,) = differences(scheme(), read(said))
    assert told.startswith(sentence)
    assert differences(scheme(), scheme()) == []
