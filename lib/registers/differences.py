"""What two designs of a register say differently, in sentences for people."""

from __future__ import annotations

from typing import Any

from lib.fields import expression
from lib.fields.field import Choice, Field
from lib.fields.kinds import KINDS
from lib.i18n import _, listed
from lib.registers.design import (
    BY_WORDS,
    PUBLISHING_WORDS,
    VIEW_WORDS,
    Design,
    Move,
    Reminder,
    Stage,
    View,
)
from lib.registers.needs import shown_needs


def differences(before: Design, after: Design) -> list[str]:
    """In the order of the designer; empty when both say the same."""
    return [*_basics(before, after), *_fields(before, after), *_rules(before, after), *_flow(before, after),
            *_places(before, after)]  # fmt: skip


def _change(what: str, before: Any, after: Any) -> str:
    nothing = _("无")
    return _("{what}：{before} → {after}").format(
        what=what, before=str(before) or nothing, after=str(after) or nothing
    )


def _yes(said: bool) -> str:
    return _("是") if said else _("否")


def _basics(before: Design, after: Design) -> list[str]:
    pairs = (
        (_("名称"), before.name, after.name),
        (_("英文名称"), before.name_en, after.name_en),
        (_("用途说明"), before.about, after.about),
        (_("英文说明"), before.about_en, after.about_en),
        (_("填写的级别"), _levels(before.filled_by), _levels(after.filled_by)),
        (_("只读的级别"), _levels(before.read_by), _levels(after.read_by)),
        (_("可以导出"), _yes(before.exported), _yes(after.exported)),
        (_("公布"), _(PUBLISHING_WORDS[before.publishing]), _(PUBLISHING_WORDS[after.publishing])),
        (_("公布起始日期"), _called(before, before.since), _called(after, after.since)),
        (_("公布截止日期"), _called(before, before.until), _called(after, after.until)),
    )
    found = [_change(what, one, two) for what, one, two in pairs if one != two]
    if before.icon != after.icon:
        found.append(_("图标有改动"))
    return found


def _levels(levels: tuple[str, ...]) -> str:
    names = {"city": _("市"), "county": _("县区"), "town": _("镇街"), "village": _("村社")}
    return listed(names.get(one, one) for one in levels) if levels else _("各级")


def _called(design: Design, key: str) -> str:
    one = design.field(key)
    return one.label if one else ""


def _fields(before: Design, after: Design) -> list[str]:
    old, new = before.by_key, after.by_key
    found = [_("删去字段“{name}”").format(name=one.label) for key, one in old.items() if key not in new]
    for key, one in new.items():
        was = old.get(key)
        if was is None:
            kind = _(KINDS[one.kind].title) if one.kind in KINDS else one.kind
            found.append(_("新增字段“{name}”（{kind}）").format(name=one.label, kind=kind))
        elif was != one:
            found += _field(before, was, after, one)
    standing = [one.key for one in before.fields if one.key in new]
    if standing != [one.key for one in after.fields if one.key in old]:
        found.append(_("字段的顺序有改动"))
    return found


def _field(before: Design, was: Field, after: Design, one: Field) -> list[str]:
    if was.retired != one.retired:
        words = _("停用字段“{name}”") if one.retired else _("恢复字段“{name}”")
        return [words.format(name=one.label)]
    pairs: tuple[tuple[str, Any, Any], ...] = (
        (_("名称"), was.label, one.label),
        (_("英文名称"), was.label_en, one.label_en),
        (_("种类"), _(KINDS[was.kind].title), _(KINDS[one.kind].title)),
        (_("填写说明"), was.help, one.help),
        (_("分组"), was.section, one.section),
        (_("必填"), _yes(was.required), _yes(one.required)),
        (_("不可重复"), _yes(was.unique), _yes(one.unique)),
        (_("默认值"), was.default, one.default),
        (_("最小"), was.least, one.least),
        (_("最大"), was.most, one.most),
        (_("字数上限"), was.longest or "", one.longest or ""),
        (_("单位"), was.unit, one.unit),
        (_("小数位数"), was.places, one.places),
        (_("公式"), _labeled(was.formula, before), _labeled(one.formula, after)),
        (_("能看到的级别"), _levels(was.seen_by), _levels(one.seen_by)),
        (_("能填写的级别"), _levels(was.edited_by), _levels(one.edited_by)),
        (_("脱敏显示"), _yes(was.masked), _yes(one.masked)),
        (_("可以导出"), _yes(was.exported), _yes(one.exported)),
    )  # fmt: skip
    found = [_change(what, first, second) for what, first, second in pairs if first != second]
    if was.links_to != one.links_to:
        found.append(_("关联的台账有改动"))
    found += _choices(was.choices, one.choices)
    return [_("字段“{name}”：{change}").format(name=was.label, change=said) for said in found]


def _labeled(formula: str, design: Design) -> str:
    return expression.labeled(formula, design.by_key)


def _choices(before: tuple[Choice, ...], after: tuple[Choice, ...]) -> list[str]:
    old, new = {one.key: one for one in before}, {one.key: one for one in after}
    found = []
    for words, names in (
        (_("新增选项{names}"), [one.label for key, one in new.items() if key not in old]),
        (_("删去选项{names}"), [one.label for key, one in old.items() if key not in new]),
        (_("停用选项{names}"), [new[key].label for key in old if key in new and _goes(old[key], new[key])]),
        (_("恢复选项{names}"), [new[key].label for key in old if key in new and _goes(new[key], old[key])]),
    ):
        if names:
            found.append(words.format(names=listed(_("“{name}”").format(name=name) for name in names)))
    for key in old:
        if key in new and (old[key].label, old[key].label_en) != (new[key].label, new[key].label_en):
            found.append(_change(_("选项改名"), old[key].label, new[key].label))
    if not found and before != after:
        found.append(_("选项的顺序有改动"))
    return found


def _goes(before: Choice, after: Choice) -> bool:
    return after.retired and not before.retired


def _rules(before: Design, after: Design) -> list[str]:
    old = [
        (expression.labeled(one.holds, before.by_key), one.sentence, one.sentence_en) for one in before.rules
    ]
    new = [
        (expression.labeled(one.holds, after.by_key), one.sentence, one.sentence_en) for one in after.rules
    ]
    found = [_("删去校验规则“{rule}”").format(rule=one[0]) for one in old if one not in new]
    found += [_("新增校验规则“{rule}”").format(rule=one[0]) for one in new if one not in old]
    return found  # fmt: skip


def _flow(before: Design, after: Design) -> list[str]:
    old, new = {one.key: one for one in before.stages}, {one.key: one for one in after.stages}
    found = [_("删去状态“{name}”").format(name=old[key].label) for key in old if key not in new]
    for key, one in new.items():
        if key not in old:
            found.append(_("新增状态“{name}”").format(name=one.label))
        elif one != old[key]:
            found.append(_("状态“{name}”有改动：{change}").format(name=old[key].label, change=_stage(one)))
    steps, now = {one.key: one for one in before.moves}, {one.key: one for one in after.moves}
    found += [_("删去步骤“{name}”").format(name=steps[key].label) for key in steps if key not in now]
    for key, move in now.items():
        if key not in steps:
            found.append(_("新增步骤“{step}”").format(step=move_words(move, after)))
        elif move != steps[key]:
            found.append(_change(_("步骤"), move_words(steps[key], before), move_words(move, after)))
    return found


def _stage(one: Stage) -> str:
    said = [one.label, _("可以填写") if one.editable else _("不可填写")]
    return listed([*said, _("公布有效")] if one.in_force else said)


def move_words(move: Move, design: Design) -> str:
    """A step in one line: what, whose, from where to where."""
    sources = listed(design.stage(key).label for key in move.sources)
    marks = [_(BY_WORDS[move.by])]
    marks += [_("须有审核权限")] if move.decides else []
    marks += [_("须另一人")] if move.by_another else []
    marks += [_("填理由")] if move.asks_reason else []
    marks += [_("条件：{needs}").format(needs=shown_needs(move, design))] if move.needs else []
    return _("{step}（{marks}）：{sources} → {target}").format(
        step=move.label, marks=listed(marks), sources=sources, target=design.stage(move.target).label
    )


def _places(before: Design, after: Design) -> list[str]:
    def titles(design: Design) -> str:
        return listed(_called(design, key) for key in design.title)

    def views(design: Design) -> str:
        return listed(_view(one, design) for one in design.views)

    def reminders(design: Design) -> str:
        return listed(_reminder(one, design) for one in design.reminders)

    pairs = ((_("标题"), titles), (_("视图"), views), (_("提醒"), reminders))
    return [_change(what, of(before), of(after)) for what, of in pairs if of(before) != of(after)]


def _view(one: View, design: Design) -> str:
    kind, by = _(VIEW_WORDS[one.kind]), _called(design, one.by)
    return _("{view}（{field}）").format(view=kind, field=by) if by else kind


def _reminder(one: Reminder, design: Design) -> str:
    return _("“{field}”前{days}天：{sentence}").format(
        field=_called(design, one.field), days=one.days_before, sentence=one.sentence
    )
