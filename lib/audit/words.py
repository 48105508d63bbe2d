"""Puts the values of an audit row into the reader's words; unknown ones stay as they are."""

from __future__ import annotations

import json
from typing import Any

from lib.access.permissions import RELATION_WORDS, ROLE_WORDS
from lib.access.states import STATE_WORDS
from lib.i18n import LANGUAGES, _, listed, mark

FIELD_WORDS: dict[str, str] = {
    "grid": mark("网格"),
    "problems": mark("发现问题数"),
    "campaign": mark("走访类型"),
    "problem": mark("发现问题"),
    "solved": mark("解决日期"),
    "source": mark("来源"),
    "absent": mark("缺席人数"),
    "acceptance_hours": mark("受理时限（小时）"),
    "account": mark("账号"),
    "action": mark("事项"),
    "active": mark("自动开启"),
    "address": mark("网址参数"),
    "amount": mark("金额（元）"),
    "assessment": mark("考核"),
    "award": mark("奖励"),
    "award_kind": mark("奖励种类"),
    "candidates": mark("候选人数"),
    "cases": mark("事件"),
    "center": mark("中心"),
    "centers": mark("各级中心"),
    "change_set": mark("改动批次"),
    "changes": mark("改动"),
    "checked_post": mark("抽查对象"),
    "cleared": mark("清除人数"),
    "corrected": mark("更正的项目"),
    "day": mark("日期"),
    "department": mark("部门"),
    "drawn": mark("抽取人数"),
    "draws_before": mark("当日此前抽取次数"),
    "due": mark("完成时限"),
    "edited": mark("修改行数"),
    "evidence": mark("佐证材料"),
    "excused": mark("请假人数"),
    "failed": mark("不合格人数"),
    "fields": mark("填写的项目"),
    "file": mark("文件"),
    "filters": mark("筛选条件"),
    "fingerprint": mark("指纹"),
    "first": mark("开始日期"),
    "follow_up": mark("整改"),
    "found": mark("抽查结果"),
    "grids": mark("网格数"),
    "indicator": mark("指标"),
    "kind": mark("格式"),
    "language": mark("语言"),
    "last": mark("结束日期"),
    "least": mark("下限"),
    "letters": mark("字数"),
    "made": mark("新增行数"),
    "matter": mark("任务内容"),
    "number": mark("号码"),
    "meeting": mark("会议"),
    "minutes": mark("时长（分钟）"),
    "month": mark("月份"),
    "most": mark("上限"),
    "name": mark("名称"),
    "nomination": mark("推荐"),
    "note": mark("说明"),
    "objection": mark("异议"),
    "owner": mark("责任中心"),
    "page": mark("页面"),
    "passed": mark("合格人数"),
    "people": mark("人数"),
    "percent": mark("完成比例"),
    "person": mark("人员"),
    "plan": mark("安排"),
    "photo": mark("有照片"),
    "posts": mark("岗位"),
    "present": mark("出席人数"),
    "reason": mark("理由"),
    "refuses": mark("是否禁止"),
    "relation": mark("关系"),
    "reply": mark("答复"),
    "report": mark("填报材料"),
    "restricted": mark("受限事项"),
    "result": mark("核查结果"),
    "rework": mark("返工"),
    "role": mark("角色"),
    "round": mark("调度"),
    "rows": mark("数据行数"),
    "rule": mark("规则"),
    "satisfied": mark("基本满意"),
    "scheme": mark("考核方案"),
    "score": mark("积分"),
    "seed": mark("种子"),
    "selected": mark("评定结果"),
    "sha256": mark("文件校验值"),
    "shared": mark("共享"),
    "set": mark("改动批次"),
    "since": mark("施行日期"),
    "spot_check": mark("履职抽查"),
    "state": mark("状态"),
    "suspended": mark("挂账事件"),
    "task": mark("任务"),
    "training": mark("培训"),
    "training_session": mark("培训场次"),
    "unit": mark("单位"),
    "units": mark("单位数"),
    "until": mark("截止日期"),
    "username": mark("账号"),
    "valid_months": mark("有效期（月）"),
    "value": mark("数值"),
    "variant": mark("统计口径"),
    "version": mark("版本"),
    "view": mark("视图"),
    "visitors": mark("评价人数（由好到差）"),
    "watched": mark("是否检查"),
    "what": mark("内容"),
    "window": mark("窗口"),
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
        "approved": mark("已审批"),
    },
    "rule": {
        "full_time_per_grid": mark("每个小网格的专职网格员人数"),
        "grids_per_person": mark("一名专职网格员负责的网格数"),
        "one_four_x": mark("城市网格“1+4+X”配备"),
        "households_per_grid": mark("每个网格的户数"),
    },
    "award_kind": {
        "points": mark("加减积分"),
        "commendation": mark("通报表扬"),
        "criticism": mark("通报批评"),
        "subsidy": mark("一次性补助"),
    },
    "action": {
        "joined": mark("上岗"),
        "left": mark("离岗"),
        "moved": mark("调岗"),
        "handed_over": mark("交接"),
        "covered": mark("安排代岗"),
        "away": mark("请假"),
        "corrected": mark("更正"),
    },
    "relation": {relation.value: words for relation, words in RELATION_WORDS.items()},
    "language": LANGUAGES,
    **{
        key: {"True": mark("是"), "False": mark("否")}
        for key in ("active", "photo", "refuses", "selected", "shared", "watched", "works")
    },
    "suspended": {"leaves": mark("挂账事件不计入分母"), "stays": mark("挂账事件计入分母")},
    "satisfied": {
        "satisfied": mark("“满意”及以上算满意"),
        "basically": mark("“基本满意”也算满意"),
    },
    "found": {
        "pending": mark("待抽查"),
        "on_duty": mark("在岗"),
        "off_duty": mark("不在岗"),
        "unreachable": mark("联系不上"),
        "on_leave": mark("请假"),
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
