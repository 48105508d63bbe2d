"""Designs of all kinds of fields, and what people may type into them, made at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lib.fields.field import Choice, Field, Named
from lib.fields.kinds import KINDS, is_masked
from lib.fields.words import ID_WEIGHTS, ORGANIZATION_SIGNS, id_check, organization_check
from lib.i18n import speaking
from lib.registers.design import By, Design, Move, Rule, Stage, StageKind

WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
HERE = ("center", "grid", "department", "person", "case", "link")
# Labels that an importer could take for something else, and others.
LABELS = (
    "内容", "姓名", "备注", "合计", "序号", "编号", "状态", "所在中心", "中心代码", "填报中心", "日期",
    "联系电话", "甲（乙）", "No", "数量", "单价（元）",
)  # fmt: skip
UNITS = ("", "平方米", "个", "％", "km", "0")
# Words that a spreadsheet, or an importer, likes to take for something else.
TRAPS = (
    "=1+1", "'引", "''", "-5", "+86", "@某", "0012", "1E5", "TRUE", "2026-06-01",
    "同上", "/", "—", "合计", "#N/A", "null", "nan", "３", "1,5", "a;b", "\"", "# 注",
    "_x000D_", "_x0041_", "甲\t乙", " 甲 ", "〃", "备注：甲", "是", "%_\\", "ＡＢ（一）",
    "Ab", "100%", "“甲”", "甲\u200b乙", "\u00a0甲", "😀", "é", "e\u0301",
    "12345678901234567890", "1.50",
)  # fmt: skip
SIGNS = st.sampled_from("甲乙丙丁路号，。（）　 aAbB01=+-@'\",;#~|&<>*$\\%_Ａ１￥é")
WORDS = st.one_of(st.text(SIGNS, min_size=1, max_size=12), st.sampled_from(TRAPS), st.text(max_size=8))
LINES = st.lists(WORDS, min_size=1, max_size=4).flatmap(
    lambda lines: st.sampled_from(("\n", "\r\n", "\n\n")).map(lambda end: end.join(lines))
)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)) | st.dates(date(1990, 1, 1), date(2040, 12, 31))


@dataclass(frozen=True)
class Town:
    """A world that is known by heart."""

    today: date = date(2026, 6, 30)
    own_center: str = "739902001001"
    held: dict[Named, dict[str, str]] = field(
        default_factory=lambda: (
            {what: {"12": "张三 #12", "13": "张三 #13", "2": "李#四 #2"} for what in Named}
            | {what: {"739902001001": "739902001001 某村"} for what in (Named.CENTER, Named.GRID)}
        )
    )

    def find(self, what: Named, said: str, field: Field) -> tuple[str, ...]:
        return tuple(key for key, words in self.held[what].items() if said in (key, words))

    def words(self, what: Named, key: str, field: Field) -> str:
        return self.held[what].get(key, "")


def citizen(first: int) -> str:
    """A true number; `first` is the order of the person, the day is a day."""
    day = date.fromordinal(date(1930, 1, 1).toordinal() + first % 33_000)
    digits = f"{110000 + first % 540000}{day:%Y%m%d}{first % 1000:03}"
    return digits + id_check(digits)


def organization(signs: Sequence[str]) -> str:
    first = "".join(signs)
    return first + organization_check(first)


CITIZENS = st.integers(0, 10**9).map(citizen)
ORGANIZATIONS = st.lists(st.sampled_from(ORGANIZATION_SIGNS), min_size=17, max_size=17).map(organization)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
PHONES = MOBILES | st.from_regex(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?|[0-9]{5,8}", fullmatch=True)
assert len(ID_WEIGHTS) == 17


@st.composite
def amounts(draw: DrawFn, one: Field) -> Decimal:
    places = 2 if one.kind == "money" else one.places
    least, most = Decimal(one.least or "-9999999999"), Decimal(one.most or "9999999999")
    whole = draw(st.integers(int(least), int(most) - 1))
    return Decimal(whole) + Decimal(draw(st.integers(0, 10**places - 1))).scaleb(-places)


@st.composite
def written_number(draw: DrawFn, one: Field) -> Any:
    """A number in one of the ways in which offices write it."""
    number: Decimal = draw(amounts(one))
    plain = f"{number:f}"
    unit = "" if one.unit.isdigit() else one.unit
    ways: list[Any] = [plain, f" {plain} ", plain.translate(WIDE), f"{number:,f}", f"{number:,f}{unit}"]
    if number == int(number):
        ways += [int(number), f"{int(number)}.0" if one.places or one.kind == "money" else int(number)]
    if len(plain) < 15:
        ways.append(float(number))
    if one.kind == "money":
        ways += [f"¥{plain}", f"{plain}元", f"{(number / 10_000):f}万元", f"{(number / 10_000):f}万"]
    return draw(st.sampled_from(ways))


def written_day(day: date) -> SearchStrategy[Any]:
    ways: list[Any] = [day, f"{day}", f"{day.year:04}年{day.month}月{day.day}日",
                       f"{day.year:04}/{day.month}/{day.day}", f"{day.year:04}.{day.month:02}.{day.day:02}",
                       f"{day}".replace("-", ""), f"{day} 00:00:00",
                       f"{day}".translate(WIDE), datetime.combine(day, time())]  # fmt: skip
    return st.sampled_from(ways)


@st.composite
def written_period(draw: DrawFn) -> Any:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    between = draw(st.sampled_from(("至", "~", "～", "到", " 至 ", "/", " to ", "—")))
    return draw(st.sampled_from([(first, last), [first, last], f"{first}{between}{last}"]))


def written_choice(one: Field) -> SearchStrategy[str]:
    standing = [each for each in one.choices if not each.retired]
    return st.sampled_from(
        [words for each in standing for words in (each.key, each.label, each.label_en) if words]
    )


def typed(one: Field, here: dict[str, Sequence[str]]) -> SearchStrategy[Any]:
    """What somebody may type into a field. `here` is what stands elsewhere, by the kinds that name it."""
    if one.kind in HERE:
        return st.sampled_from(list(here[one.kind]) or [""])
    choice = written_choice(one) if one.choices else st.just("")
    several = st.lists(choice, max_size=4)
    found: dict[str, SearchStrategy[Any]] = {
        "text": WORDS, "long_text": LINES, "number": written_number(one), "money": written_number(one),
        "date": DAYS.flatmap(written_day), "time": st.times().map(lambda at: f"{at:%H:%M}") | st.times(),
        "period": written_period(), "choice": choice, "choices": several | several.map("、".join),
        "yes_no": st.sampled_from((True, False, "是", "否", "√", "Yes", "no", "1", "0")),
        "phone": PHONES | MOBILES.map(lambda said: f"+86 {said[:3]}-{said[3:7]}-{said[7:]}"),
        "citizen_id": CITIZENS | CITIZENS.map(lambda said: said.lower().translate(WIDE)),
        "organization_code": ORGANIZATIONS | ORGANIZATIONS.map(str.lower),
    }  # fmt: skip
    return found[one.kind]


@st.composite
def choices(draw: DrawFn) -> tuple[Choice, ...]:
    labels = draw(st.lists(
        st.sampled_from(("日常", "重点", "是", "A", "b类", "1级", "甲 乙", "=甲", "-", "老人", "（一）")),
        min_size=1, max_size=5, unique=True,
    ))  # fmt: skip
    english = draw(st.booleans())
    found = [Choice(f"k{n}", label, f"En {n}" if english else "") for n, label in enumerate(labels)]
    if len(found) > 1 and draw(st.booleans()):
        found[-1] = replace(found[-1], retired=True)
    return tuple(found)


@st.composite
def fields(draw: DrawFn, number: int, kind: str, links_to: int | None = None) -> Field:
    label = draw(st.sampled_from(LABELS))
    label = f"{label}{number}" if draw(st.booleans()) else label
    one = Field(f"f{number}", kind, label, f"Field {number}" if draw(st.booleans()) else "")
    if kind in ("choice", "choices"):
        one = replace(one, choices=draw(choices()))
    if kind in ("number", "money"):
        low, high = draw(st.sampled_from((("", ""), ("0", "1000"), ("-5", "5"), ("", "9999999999"))))
        one = replace(one, least=low, most=high, places=draw(st.integers(0, 4)) if kind == "number" else 0,
                      unit=draw(st.sampled_from(UNITS)) if kind == "number" else "")  # fmt: skip
    if kind == "link":
        one = replace(one, links_to=links_to)
    if kind == "serial":
        one = replace(one, default=draw(st.sampled_from(("", "WXY", "台账-"))))
    if KINDS[kind].filled_in and draw(st.integers(0, 4)) == 0:
        one = replace(one, masked=True)
    return one


def _formula(draw: DrawFn, held: list[Field]) -> str:
    amounts = [one for one in held if one.kind in ("number", "money")]
    days = [one for one in held if one.kind == "date"]
    known = [f'如果(空([{held[0].label}]), "没有", "有")']
    if amounts:
        name = amounts[0].label
        known += [
            f"[{name}]×2+1",
            f'如果([{name}]>3, "高", "低")',
            f'如果([{name}]>3, [{name}], "低")',
            f"[{name}]>3",
        ]
    if days:
        known += [f"[{days[0].label}]", f"年([{days[0].label}])"]
    return draw(st.sampled_from(known))


KEPT = (Stage("kept", "已登记", "Kept", StageKind.DONE, editable=True),)
MOVED = (
    Stage("draft", "待提交", "Draft", StageKind.DRAFT, editable=True),
    Stage("waiting", "待审核", "Waiting", StageKind.WAITING),
    Stage("done", "已通过", "Done"),
)
MOVES = (
    Move("submit", "提交", "Submit", ("draft",), "waiting", By.OWN),
    Move("approve", "通过", "Approve", ("waiting",), "done", By.ABOVE, decides=True, by_another=True),
)


@st.composite
def designs(draw: DrawFn, links_to: int | None = None, name: str = "台账") -> Design:
    """A few fields of any kinds, with what hangs on them."""
    usable = [one for one in KINDS if one not in ("attachment", "formula") and (one != "link" or links_to)]
    kinds = draw(st.lists(st.sampled_from(usable), min_size=2, max_size=7))
    found: list[Field] = []
    for number, kind in enumerate(kinds, start=1):
        one = draw(fields(number, kind, links_to))
        if one.label in {each.label for each in found}:
            one = replace(one, label=f"{one.label}{number}")
        found.append(one)
    plain = [one for one in found if one.kind != "citizen_id"]
    if plain and draw(st.booleans()):
        number = len(found) + 1
        formula = _formula(draw, plain)
        hidden = any(is_masked(one) and f"[{one.label}]" in formula for one in found)
        found.append(
            Field(f"f{number}", "formula", f"算{number}", formula=formula, places=draw(st.integers(0, 2)),
                  masked=hidden)
        )  # fmt: skip
        if draw(st.booleans()):  # one that stands before what it reads
            before = Field(
                f"f{number + 1}", "formula", "先算", formula=f"[算{number}]", places=4, masked=hidden
            )
            found[-1:] = [replace(before, key=f"f{number}"), replace(found[-1], key=f"f{number + 1}")]
    first = found[draw(st.integers(0, len(found) - 1))]
    if KINDS[first.kind].filled_in:
        with speaking("zh"):
            given = replace(first, required=draw(st.booleans()))
        if first.kind in ("date", "number") and not first.masked and draw(st.booleans()):
            given = replace(given, default="今天" if first.kind == "date" else "1")
        found[found.index(first)] = given
    open_to_all = [one.key for one in found if not one.masked and not KINDS[one.kind].always_masked]
    rule = next((one.label for one in found if one.kind in ("number", "money") and not one.masked), "")
    moved = draw(st.booleans())
    return Design(
        name, fields=tuple(found), title=tuple(open_to_all[: draw(st.integers(0, 2))]),
        rules=(Rule(f"空([{rule}]) 或 [{rule}]≥-9999999999", "太小。"),) if rule else (),
        stages=MOVED if moved else KEPT, moves=MOVES if moved else (),
    )  # fmt: skip


def entry(design: Design, here: dict[str, Sequence[str]]) -> SearchStrategy[dict[str, Any]]:
    """What somebody types into one row of it; what must be there is there."""
    filled = [one for one in design.standing if KINDS[one.kind].filled_in]
    must = {one.key: typed(one, here) for one in filled if one.required}
    may = {one.key: typed(one, here) for one in filled if not one.required}
    return st.fixed_dictionaries(must, optional=may)
