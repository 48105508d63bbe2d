"""What a register's figure counts, as data. It is never changed: a changed one is a new figure."""

from __future__ import annotations

import enum
import json
from dataclasses import asdict, dataclass
from functools import lru_cache

from lib.errors import BadInput, Problem
from lib.fields.field import Field
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import _, language, listed, mark
from lib.registers.design import Design
from lib.registers.entries.finding import HOW_WORDS, Filter, How, hows

PREFIX = "register."
MADE = "made_at"
LONGEST_NAME = 40


class Counts(enum.StrEnum):
    ENTRIES = "entries"
    SHARE = "share"
    SUM = "sum"
    AVERAGE = "average"


COUNTS_WORDS: dict[Counts, str] = {
    Counts.ENTRIES: mark("记录条数"),
    Counts.SHARE: mark("占比"),
    Counts.SUM: mark("合计"),
    Counts.AVERAGE: mark("平均值"),
}


@dataclass(frozen=True)
class Which:
    """Entries in one of the states, or in any, that hold to all filters."""

    states: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True)
class Definition:
    """`of` are the entries that count or are divided by; `hits` those of them that a share counts; `field`
    is what is summed up. `placed_by` is the field of the day that puts an entry into a month, or MADE."""

    name: str
    name_en: str = ""
    counts: Counts = Counts.ENTRIES
    field: str = ""
    of: Which = Which()
    hits: Which = Which()
    placed_by: str = MADE
    more_is_better: bool | None = None
    least_base: int = 10
    unit: str = ""

    @property
    def words(self) -> str:
        return self.name_en if language() == "en" and self.name_en else self.name


def written(definition: Definition) -> str:
    return json.dumps(asdict(definition), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _which(said: dict[str, list[object]]) -> Which:
    filters = tuple(
        Filter(str(one["field"]), How(str(one["how"])), str(one["said"]))
        for one in said["filters"]
        if isinstance(one, dict)
    )
    return Which(tuple(str(state) for state in said["states"]), filters)


@lru_cache(maxsize=512)
def loaded(text: str) -> Definition:
    said = json.loads(text)
    parts = {"of": _which(said["of"]), "hits": _which(said["hits"]), "counts": Counts(said["counts"])}
    return Definition(**said | parts)


def open_fields(design: Design) -> dict[str, Field]:
    """What everybody who reads the register sees whole, by its key."""
    return {one.key: one for one in design.standing if not one.seen_by and not is_masked(one)}


def must_rest_on_open_fields(definition: Definition, design: Design) -> None:
    """A field that was open when the figure was made may be kept back by now. Raises BadInput."""
    filters = (*definition.of.filters, *definition.hits.filters)
    placed = () if definition.placed_by == MADE else (definition.placed_by,)
    summed = (definition.field,) if definition.counts in (Counts.SUM, Counts.AVERAGE) else ()
    if not {*summed, *placed, *(one.field for one in filters)} <= open_fields(design).keys():
        raise BadInput(
            _("指标“{name}”用到的字段已停用、脱敏或限制查看，请停用这个指标。").format(name=definition.words)
        )


def checked(definition: Definition, design: Design) -> Definition:
    """Raises BadInput with every fault. A figure is read by everybody who reads the register, so nothing that
    is masked or kept from some can be in it."""
    problems: list[Problem] = []
    open_to_all = open_fields(design)
    if not definition.name.strip() or len(definition.name) > LONGEST_NAME:
        problems.append(Problem("name", _("请填写指标名称，最多{most}个字。").format(most=LONGEST_NAME)))
    if definition.counts in (Counts.SUM, Counts.AVERAGE):
        field = open_to_all.get(definition.field)
        if field is None or not kind_of(field).counts:
            problems.append(Problem("field", _("请选择要合计或平均的数字字段。")))
    if definition.placed_by != MADE and (
        definition.placed_by not in open_to_all
        or open_to_all[definition.placed_by].kind not in ("date", "period")
    ):
        problems.append(Problem("placed_by", _("请选择按哪个日期计入月份。")))
    if definition.counts is Counts.SHARE and definition.hits == Which():
        problems.append(Problem("hits", _("占比要写明哪些记录算作达标：选状态或加条件。")))
    for which in (definition.of, definition.hits):
        problems += _faults(which, design, open_to_all)
    if problems:
        raise BadInput(problems[0].sentence, tuple(problems))
    return definition


def _faults(which: Which, design: Design, fields: dict[str, Field]) -> list[Problem]:
    found = []
    states = {one.key for one in design.stages}
    if not set(which.states) <= states:
        found.append(Problem("states", _("状态不存在，请重新选择。")))
    for one in which.filters:
        field = fields.get(one.field)
        if field is None:
            found.append(Problem("filters", _("条件里的字段不存在、已停用、脱敏或限制查看。")))
        elif one.how not in hows(field):
            found.append(Problem("filters", _("“{label}”不能这样筛选。").format(label=field.label)))
    return found


def _which_words(which: Which, design: Design) -> str:
    said = []
    if which.states:
        said.append(
            _("状态为{states}").format(states=listed(design.stage(one).words for one in which.states))
        )
    for one in which.filters:
        field = design.field(one.field)
        name = field.words if field else one.field
        said.append(
            _("{field}{how}{said}").format(field=name, how=_(HOW_WORDS[one.how]), said=one.said).strip()
        )
    return listed(said)


def sides(definition: Definition, design: Design) -> tuple[str, str]:
    """What the numerator counts and what it is divided by, in words; the second is "" of a count."""
    whole = _which_words(definition.of, design) or _("全部记录")
    field = design.field(definition.field)
    label = field.words if field else ""
    if definition.counts is Counts.SHARE:
        return _("{whole}且{hits}的条数").format(whole=whole, hits=_which_words(definition.hits, design)), _(
            "{whole}的条数"
        ).format(whole=whole)
    if definition.counts is Counts.ENTRIES:
        return _("{whole}的条数").format(whole=whole), ""
    total = _("{whole}的“{label}”之和").format(whole=whole, label=label)
    if definition.counts is Counts.SUM:
        return total, ""
    return total, _("填有“{label}”的条数").format(label=label)
