"""Puts the values of an audit row into the reader's words; unknown ones stay as they are."""

from __future__ import annotations

import json
from typing import Any

from lib.access.permissions import RELATION_WORDS, ROLE_WORDS
from lib.access.states import STATE_WORDS
from lib.i18n import LANGUAGES, _, listed, mark

FIELD_WORDS: dict[str, str] = {
    "acceptance_hours": mark("受理时限（小时）"),
    "account": mark("账号"),
    "address": mark("网址参数"),
    "cases": mark("事件"),
    "center": mark("中心"),
    "centers": mark("各级中心"),
    "department": mark("部门"),
    "filters": mark("筛选条件"),
    "kind": mark("格式"),
    "language": mark("语言"),
    "name": mark("名称"),
    "page": mark("页面"),
    "reason": mark("理由"),
    "relation": mark("关系"),
    "rework": mark("返工"),
    "role": mark("角色"),
    "rows": mark("数据行数"),
    "satisfied": mark("基本满意"),
    "sha256": mark("文件校验值"),
    "shared": mark("共享"),
    "state": mark("状态"),
    "suspended": mark("挂账事件"),
    "until": mark("截止日期"),
    "username": mark("账号"),
    "variant": mark("统计口径"),
    "view": mark("视图"),
    "what": mark("内容"),
}
VALUE_WORDS: dict[str, dict[str, str]] = {
    "role": {role.value: words for role, words in ROLE_WORDS.items()},
    "state": {state.value: words for state, words in STATE_WORDS.items()},
    "relation": {relation.value: words for relation, words in RELATION_WORDS.items()},
    "language": LANGUAGES,
    "shared": {"True": mark("是"), "False": mark("否")},
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
