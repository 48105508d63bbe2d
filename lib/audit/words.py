"""Puts the values of an audit row into the reader's words; unknown ones stay as they are."""

from __future__ import annotations

import json
from typing import Any

from lib.access.permissions import RELATION_WORDS, ROLE_WORDS
from lib.access.states import STATE_WORDS
from lib.i18n import LANGUAGES, _, listed, mark

FIELD_WORDS: dict[str, str] = {
    "absent": mark("缺席人数"),
    "acceptance_hours": mark("受理时限（小时）"),
    "account": mark("账号"),
    "active": mark("自动开启"),
    "address": mark("网址参数"),
    "assessment": mark("考核"),
    "cases": mark("事件"),
    "center": mark("中心"),
    "centers": mark("各级中心"),
    "changes": mark("改动"),
    "corrected": mark("更正的项目"),
    "day": mark("日期"),
    "department": mark("部门"),
    "due": mark("完成时限"),
    "evidence": mark("佐证材料"),
    "fields": mark("填写的项目"),
    "filters": mark("筛选条件"),
    "fingerprint": mark("指纹"),
    "first": mark("开始日期"),
    "indicator": mark("指标"),
    "kind": mark("格式"),
    "language": mark("语言"),
    "last": mark("结束日期"),
    "letters": mark("字数"),
    "matter": mark("任务内容"),
    "meeting": mark("会议"),
    "month": mark("月份"),
    "name": mark("名称"),
    "nomination": mark("推荐"),
    "objection": mark("异议"),
    "owner": mark("责任中心"),
    "page": mark("页面"),
    "percent": mark("完成比例"),
    "plan": mark("安排"),
    "present": mark("出席人数"),
    "reason": mark("理由"),
    "relation": mark("关系"),
    "reply": mark("答复"),
    "report": mark("填报材料"),
    "result": mark("核查结果"),
    "rework": mark("返工"),
    "role": mark("角色"),
    "round": mark("调度"),
    "rows": mark("数据行数"),
    "satisfied": mark("基本满意"),
    "scheme": mark("考核方案"),
    "selected": mark("评定结果"),
    "sha256": mark("文件校验值"),
    "shared": mark("共享"),
    "state": mark("状态"),
    "suspended": mark("挂账事件"),
    "task": mark("任务"),
    "unit": mark("单位"),
    "units": mark("单位数"),
    "until": mark("截止日期"),
    "username": mark("账号"),
    "value": mark("数值"),
    "variant": mark("统计口径"),
    "version": mark("版本"),
    "view": mark("视图"),
    "visitors": mark("评价人数（由好到差）"),
    "window": mark("窗口"),
    "what": mark("内容"),
    "words": mark("进展"),
    "works": mark("上班"),
}
VALUE_WORDS: dict[str, dict[str, str]] = {
    "role": {role.value: words for role, words in ROLE_WORDS.items()},
    "state": {state.value: words for state, words in STATE_WORDS.items()}
    | {
        "draft": mark("起草中"),
        "proposed": mark("待审定"),
        "in_force": mark("已生效"),
        "refused": mark("未通过"),
        "withdrawn": mark("已撤回"),
        "self_check": mark("自查填报"),
        "review": mark("审核中"),
        "objections": mark("公示异议"),
        "published": mark("已公布"),
        "sealed": mark("已封存"),
        "upheld": mark("异议成立"),
        "rejected": mark("维持原值"),
        "submitted": mark("已提交"),
        "returned": mark("被退回"),
        "accepted": mark("已审核"),
        "held": mark("待签发"),
        "signed": mark("已签发"),
        "reported": mark("待销号"),
        "done": mark("已销号"),
        "dropped": mark("已撤销"),
    },
    "relation": {relation.value: words for relation, words in RELATION_WORDS.items()},
    "language": LANGUAGES,
    **{key: {"True": mark("是"), "False": mark("否")} for key in ("active", "selected", "shared", "works")},
    "suspended": {"leaves": mark("挂账事件不计入分母"), "stays": mark("挂账事件计入分母")},
    "satisfied": {
        "satisfied": mark("“满意”及以上算满意"),
        "basically": mark("“基本满意”也算满意"),
    },
    "rework": {"case": mark("返工按件计"), "time": mark("返工按次计")},
}


def values_in_words(canonical: str) -> str:
    """`{"role":"viewer"}` → 角色 查看者"""
    if not canonical:
        return ""
    values = json.loads(canonical)
    if not isinstance(values, dict):
        return canonical
    return listed(
        f"{_field(name)} {_value(name, value)}" for name, value in values.items() if value is not None
    )


def subject_in_words(subject: str) -> str:
    """`account zhang.wei` → 账号 zhang.wei"""
    first, space, rest = subject.partition(" ")
    return f"{_field(first)}{space}{rest}" if first in FIELD_WORDS else subject


def _field(name: str) -> str:
    return _(FIELD_WORDS[name]) if name in FIELD_WORDS else name


def _value(name: str, value: Any) -> str:
    words = VALUE_WORDS.get(name, {}).get(str(value))
    return _(words) if words else str(value)
