"""Whether a design can be used at all: every fault at once, each with the place where it is mended."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from lib.errors import BadInput
from lib.fields.field import Field
from lib.fields.kinds import KINDS, kind_of
from lib.i18n import _
from lib.registers.design import KEPT, LEVELS, Design, Publishing, ViewKind
from lib.registers.reckoning import LONGEST_WORDS, Faults, conditions, formulas, is_words, rules
from lib.registers.secrecy import keep_secrets

MOST_FIELDS, MOST_CHOICES, MOST_STAGES = 120, 200, 12
LONGEST_LABEL = 40
# Written in one way only: what an entry is found by knows a field by its number.
KEY = re.compile(r"f[1-9]\d{0,3}", re.ASCII)
# What an expression puts around a name, on any keyboard.
SIGNS = frozenset('[]【】"“”‘’\\')
CHOOSING = ("choice", "choices")
BY_VIEW: dict[ViewKind, tuple[str, ...]] = {
    ViewKind.CALENDAR: ("date", "period"),
    ViewKind.MAP: ("grid", "center"),
    ViewKind.BOARD: ("choice",),
}


def checked(design: Design) -> Design:
    """The design with its expressions translated into keys. Raises BadInput with every fault."""
    faults = Faults()
    if not design.stages:
        design = replace(design, stages=KEPT, moves=())
    _names(design, faults)
    found = tuple(_field(design, one, faults) for one in design.fields)
    design = replace(design, fields=found)
    design = replace(design, fields=formulas(design, faults))
    design = replace(design, rules=rules(design, faults))
    design = replace(design, moves=conditions(design, faults))
    if not faults.problems:
        keep_secrets(design, faults)
    _stages(design, faults)
    _places(design, faults)
    if faults.problems:
        first = faults.problems[0].sentence
        sentence = first if len(faults.problems) == 1 else _("{first}（共{count}处要改）").format(
            first=first, count=len(faults.problems)
        )  # fmt: skip
        raise BadInput(sentence, tuple(faults.problems))
    return design


def _names(design: Design, faults: Faults) -> None:
    if not is_words(design.name, LONGEST_LABEL):
        faults.add("name", _("请填写台账名称，最多{most}个字。").format(most=LONGEST_LABEL), design.name)
    if not design.standing:
        faults.add("fields", _("请至少设计一个字段。"))
    if len(design.fields) > MOST_FIELDS:
        faults.add("fields", _("最多{most}个字段（含停用的）。").format(most=MOST_FIELDS))
    for key, count in Counter(one.key for one in design.fields).items():
        if count > 1 or not KEY.fullmatch(key):
            faults.add("fields", _("字段键“{key}”重复或写法不对。").format(key=key), key)
    labels = Counter(
        "".join(label.split()) for one in design.standing for label in {one.label, one.label_en} if label
    )
    for label, count in labels.items():
        if count > 1:
            faults.add(
                "fields",
                _("有{count}个字段都叫“{label}”，请改成不同的名称。").format(count=count, label=label),
            )
    for level in (*design.filled_by, *design.read_by):
        if level not in LEVELS:
            faults.add("filled_by", _("没有“{level}”这一级。").format(level=level), level)


def _field(design: Design, one: Field, faults: Faults) -> Field:
    def wrong(sentence: str, value: str = "") -> None:
        faults.add(
            one.key,
            _("字段“{label}”：{sentence}").format(label=one.label or one.key, sentence=sentence),
            value,
        )

    if one.kind not in KINDS:
        wrong(_("没有“{kind}”这种字段。").format(kind=one.kind))
        return replace(one, kind="text")
    kind = KINDS[one.kind]
    if not is_words(one.label, LONGEST_LABEL) or set(one.label + one.label_en) & SIGNS:
        wrong(_("请填写名称，最多{most}个字，不含方括号、引号。").format(most=LONGEST_LABEL))
    if one.section and one.section not in design.sections:
        wrong(_("没有“{section}”这个分组。").format(section=one.section))
    if one.kind in CHOOSING:
        _choices(one, wrong)
    for limit in (one.least, one.most):
        if limit and (why := kind.limit(limit, one)):
            wrong(why, limit)
    if not 0 <= one.places <= 4 or one.longest < 0:
        wrong(_("小数位数为0到4，字数上限不能为负。"))
    if one.kind == "link" and one.links_to is None:
        wrong(_("请选择关联哪本台账。"))
    if one.required and not kind.filled_in:
        wrong(_("这种字段由系统填写，不能设为必填。"))
    if one.unique and (not kind.filled_in or one.kind in ("long_text", "choices", "yes_no")):
        wrong(_("这种字段不能设为不可重复。"))
    for level in (*one.seen_by, *one.edited_by):
        if level not in LEVELS:
            wrong(_("没有“{level}”这一级。").format(level=level))
    if one.seen_by and any(level not in one.seen_by for level in one.edited_by):
        wrong(_("能填写的级别必须先能看到。"))
    return one


def _choices(one: Field, wrong: Any) -> None:
    keys = Counter(choice.key for choice in one.choices)
    labels = Counter(
        "".join(words.split()) for choice in one.choices for words in {choice.label, choice.label_en} if words
    )
    if not any(not choice.retired for choice in one.choices):
        wrong(_("请至少给出一个选项。"))
    if len(one.choices) > MOST_CHOICES:
        wrong(_("最多{most}个选项。").format(most=MOST_CHOICES))
    for label, count in (labels | keys).items():
        if count > 1:
            wrong(_("选项“{label}”重复。").format(label=label))
    # Several chosen ones stand in one cell with a sign between them.
    if any(
        not is_words(choice.label, LONGEST_LABEL) or set(choice.label + choice.label_en) & set("、,，;；")
        for choice in one.choices
    ):
        wrong(_("选项要有名称，最多{most}个字，不含顿号、逗号和分号。").format(most=LONGEST_LABEL))


def _stages(design: Design, faults: Faults) -> None:
    keys = {one.key for one in design.stages}
    if len(design.stages) > MOST_STAGES or len(keys) != len(design.stages):
        faults.add("stages", _("状态最多{most}个，键不能重复。").format(most=MOST_STAGES))
    for one in design.stages:
        if not is_words(one.label, 20) or not one.key.isidentifier() or len(one.key) > 20:
            faults.add("stages", _("状态“{name}”要有名称，最多20个字。").format(name=one.label or one.key))
    reached = {design.start.key}
    for _round in design.moves:
        reached |= {one.target for one in design.moves if reached & set(one.sources)}
    for one in design.stages:
        if one.key not in reached:
            faults.add("stages", _("没有步骤能走到状态“{name}”。").format(name=one.label))
    if len({one.key for one in design.moves}) != len(design.moves):
        faults.add("moves", _("步骤的键不能重复。"))
    for move in design.moves:
        if not is_words(move.label, 20) or not move.sources or not {*move.sources, move.target} <= keys:
            faults.add(
                "moves",
                _("步骤“{name}”要写明名称、从哪些状态、到哪个状态。").format(name=move.label or move.key),
            )
    if not design.start.editable:
        faults.add("stages", _("第一个状态必须可以填写。"))


def _places(design: Design, faults: Faults) -> None:
    """What points at fields points at fields that are there and of the right kind."""
    standing = {one.key: one for one in design.standing}

    def must(key: str, kinds: tuple[str, ...], name: str, place: str) -> None:
        if key not in standing or (kinds and standing[key].kind not in kinds):
            faults.add(place, _("{name}用到的字段不存在、已停用或种类不对。").format(name=name))

    for view in design.views:
        wanted: tuple[str, ...] = BY_VIEW.get(view.kind, ())
        if view.kind is ViewKind.BOARD and not view.by:
            wanted = ()  # in the columns of its stages
        if wanted:
            must(view.by, wanted, _("视图"), "views")
    for reminder in design.reminders:
        must(reminder.field, ("date", "period"), _("提醒"), "reminders")
        if not 0 <= reminder.days_before <= 366 or not is_words(reminder.sentence, LONGEST_WORDS):
            faults.add("reminders", _("提醒要写明提前几天（0到366）和提醒内容。"))
    for key in design.title:
        must(key, (), _("标题"), "title")
        if key in standing and (
            standing[key].masked or kind_of(standing[key]).always_masked or standing[key].seen_by
        ):
            faults.add("title", _("标题人人可见，不能用脱敏或限制查看的字段。"))
    if design.publishing is Publishing.ENTRY:
        must(design.since, ("date", "period"), _("公布起始日期"), "since")
        if not any(one.in_force for one in design.stages):
            faults.add("stages", _("逐条公布的台账要有一个“公布有效”的状态。"))
        if any(one.in_force and one.editable for one in design.stages):
            # What holds was decided; changed or taken out behind the decision it would go on holding.
            faults.add("stages", _("“公布有效”的状态不能设为可以填写。"))
    elif design.since or any(one.in_force for one in design.stages):
        faults.add("publishing", _("只有逐条公布的台账才有公布日期和“公布有效”的状态。"))
    if design.until:
        must(design.until, ("date", "period"), _("公布截止日期"), "until")
