"""Stability risk assessments, villages and units without petitions, accidents and crimes, whistle-blowers."""

from __future__ import annotations

from lib.fields.field import Field
from lib.registers.design import By, Design, Move, Reminder, Rule, StageKind, View, ViewKind
from lib.registers.templates.template import RETURN, RISKS, SUBMIT, Template, choices, reviewed, stage

MUST_BE_ASSESSED = choices(
    "decision 重大行政决策 Major decision", "policy 涉众重大政策 Policy that concerns many",
    "reform 重大改革 Reform", "project 重大工程项目 Major project", "land 征地拆迁安置 Land and relocation",
    "enterprise 企业改制重组 Restructuring of enterprises",
    "environment 环境影响项目 Project with effects on the environment",
    "welfare 社保医疗教育调整 Change of welfare or schools", "price 公用事业价格调整 Prices of utilities",
    "division 行政区划调整 Change of divisions", "event 大型群众性活动 Large event",
)  # fmt: skip

RISK_ASSESSMENTS = Design(
    "社会稳定风险评估台账",
    "Stability risk assessments",
    "十一类事项必须先评估；未通过的，重大项目不能开工。",
    "Eleven kinds of matter must be assessed first; without a passed assessment no key project starts.",
    "policy_alert",
    sections=("事项", "评估", "结论"),
    fields=(
        Field("f1", "serial", "编号", "Number", section="事项", default="稳评"),
        Field("f2", "text", "评估事项", "Matter", section="事项", required=True, longest=80),
        Field("f3", "choice", "事项类别", "Kind", section="事项", required=True, choices=MUST_BE_ASSESSED),
        Field("f4", "text", "责任主体", "Responsible unit", section="事项", required=True, longest=60),
        Field("f5", "number", "影响人数", "People concerned", section="事项", unit="人", least="0"),
        Field("f6", "date", "评估日期", "Assessed on", section="评估"),
        Field("f7", "choices", "征求意见方式", "How people were heard", section="评估", choices=choices(
            "notice 公示 Public notice", "survey 问卷 Survey", "hearing 听证 Hearing", "talk 座谈 Talks",
            "visit 入户走访 Visits", "experts 专家论证 Experts")),
        Field("f8", "text", "评估机构", "Assessed by", section="评估", longest=60),
        Field("f9", "long_text", "主要风险点", "Main risks", section="评估", longest=1000),
        Field("f10", "long_text", "化解措施", "Measures", section="评估", longest=1000),
        Field("f11", "choice", "风险等级", "Level", section="结论", choices=choices(
            "low 低风险 Low", "medium 中风险 Medium", "high 高风险 High")),
        Field("f12", "choice", "评估结论", "Result", section="结论", choices=choices(
            "go 可以实施 Go ahead", "part 完善后实施 Go ahead after changes", "wait 暂缓实施 Wait",
            "stop 不予实施 Stop")),
        Field("f13", "date", "有效期至", "Valid until", section="结论"),
        Field("f14", "attachment", "评估报告", "Report", section="结论"),
    ),
    rules=(
        Rule("[有效期至]>[评估日期]", "有效期至应晚于评估日期。", "It must be valid after the assessment."),
        Rule("非 ([风险等级]=\"高风险\" 且 [评估结论]=\"可以实施\")", "高风险事项不能得出“可以实施”的结论。",
             "A matter of high risk cannot simply go ahead."),
    ),
    stages=(
        stage("assessing 评估中 Being assessed", StageKind.DRAFT, editable=True),
        stage("waiting 待备案审查 Waiting for review", StageKind.WAITING),
        stage("passed 已通过 Passed", StageKind.DONE),
        stage("expired 已失效 Expired", StageKind.DONE),
        stage("refused 未通过 Not passed", StageKind.REFUSED),
    ),
    moves=(
        Move("submit", "报送审查", "Hand in", ("assessing",), "waiting", By.OWN,
             needs="非 空([评估日期]) 且 非 空([风险等级]) 且 非 空([评估结论]) 且 非 空([化解措施])",
             needs_words="请先填写评估日期、风险等级、评估结论和化解措施。",
             needs_words_en="Enter day, level, result and measures first."),
        Move("pass", "通过", "Pass", ("waiting",), "passed", By.OWN_OR_ABOVE, decides=True, by_another=True,
             needs="[风险等级]≠\"高风险\" 且 ([评估结论]=\"可以实施\" 或 [评估结论]=\"完善后实施\")"
             " 且 [有效期至]≥今天()",
             needs_words="高风险、结论不可实施，或没有有效期的评估不能通过。",
             needs_words_en="High risk, a result that stops it, or no time of validity: it cannot pass."),
        Move("refuse", "不通过", "Refuse", ("waiting",), "refused", By.OWN_OR_ABOVE, decides=True,
            asks_reason=True),
        Move("return", "退回重评", "Return", ("waiting", "refused"), "assessing", By.OWN_OR_ABOVE,
            decides=True,
             asks_reason=True),
        Move("expire", "失效", "Expire", ("passed",), "expired", By.OWN_OR_ABOVE, decides=True,
            asks_reason=True),
    ),
    reminders=(Reminder("f13", 30, "评估一个月后到期，到期应失效或重评。", ("expired", "refused")),),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD), View(ViewKind.CALENDAR, "f13")),
    title=("f2",),
    filled_by=("city", "county", "town"),
)  # fmt: skip

THREE_ZEROS = Design(
    "三零单位创建台账",
    "Three-zeros units",
    "零信访、零事故、零案件：按月预警、派单、督办、考评。",
    "Zero petitions, accidents and criminal cases: warned, dispatched, supervised, assessed by the month.",
    "exposure_zero",
    fields=(
        Field("f1", "text", "村（社区）或单位", "Village or unit", required=True, longest=60),
        Field("f2", "choice", "类别", "Kind", required=True, choices=choices(
            "village 村 Village", "community 社区 Community", "unit 企事业单位 Unit")),
        Field("f3", "date", "统计月份", "Month", required=True, help="填当月1日。"),
        Field("f4", "number", "信访", "Petitions", required=True, unit="件", least="0", most="9999"),
        Field("f5", "number", "事故", "Accidents", required=True, unit="起", least="0", most="9999"),
        Field("f6", "number", "刑事案件", "Criminal cases", required=True, unit="起", least="0", most="9999"),
        Field("f7", "formula", "合计", "Total", formula="[信访]+[事故]+[刑事案件]"),
        Field("f8", "formula", "是否三零", "Three zeros",
            formula="如果([信访]+[事故]+[刑事案件]=0, \"三零\", \"未达标\")"),
        Field("f9", "choice", "预警", "Warning", choices=choices(
            "none 无 None", "yellow 黄色预警 Yellow", "red 红色预警 Red")),
        Field("f10", "long_text", "整改措施", "Measures", longest=500),
    ),
    rules=(
        Rule("[统计月份]≤今天()", "统计月份不能晚于本月。", "The month cannot lie in the future."),
        Rule("[合计]=0 或 非 空([整改措施])", "未达到三零的，请填写整改措施。",
             "Where it is not zero, say what is done about it."),
    ),
    stages=reviewed(
        stage("confirmed 已核定 Confirmed", StageKind.DONE),
    ),
    moves=(
        SUBMIT,
        Move("confirm", "核定", "Confirm", ("waiting",), "confirmed", By.ABOVE, decides=True,
            by_another=True),
        RETURN,
    ),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD, "f2"), View(ViewKind.CALENDAR, "f3")),
    title=("f1", "f3"),
    filled_by=("village", "town"),
)  # fmt: skip

WHISTLE_BLOWERS = Design(
    "举报奖励台账",
    "Rewards for reports",
    "群众举报安全隐患、违法线索的核查和奖励；举报人信息只对市县可见。",
    "Reports of hazards and offences, verified and rewarded; who reported is seen by city and counties only.",
    "campaign",
    fields=(
        Field("f1", "serial", "编号", "Number", default="JB"),
        Field("f2", "date", "举报日期", "Reported on", required=True, default="today"),
        Field("f3", "choice", "线索类别", "Kind", required=True, choices=choices(
            "fire 消防隐患 Fire hazard", "work 生产安全 Work safety", "food 食品药品 Food and drugs",
            "environment 环境污染 Pollution", "fraud 电信诈骗 Fraud", "order 治安线索 Public order")),
        Field("f4", "text", "线索内容", "What was reported", required=True, longest=100),
        Field("f5", "text", "举报人", "Reporter", longest=20, masked=True, seen_by=("city", "county"),
              edited_by=("city", "county")),
        Field("f6", "phone", "举报人电话", "Phone of the reporter", seen_by=("city", "county"),
              edited_by=("city", "county")),
        Field("f7", "choice", "核查结果", "Finding", choices=choices(
            "true 属实 True", "partly 部分属实 Partly true", "false 不属实 Not true")),
        Field("f8", "money", "奖励金额", "Reward", least="0", most="50000"),
        Field("f9", "date", "发放日期", "Paid on"),
    ),
    rules=(Rule("[核查结果]≠\"不属实\" 或 空([奖励金额])", "查不属实的线索不发奖励。",
        "What is not true is not rewarded."),),
    stages=reviewed(
        stage("approved 已批准 Approved", StageKind.WAITING, editable=True),
        stage("paid 已发放 Paid", StageKind.DONE),
        stage("closed 不予奖励 Not rewarded", StageKind.REFUSED),
    ),
    moves=(
        SUBMIT,
        Move("approve", "批准奖励", "Approve", ("waiting",), "approved", By.OWN_OR_ABOVE, decides=True,
            by_another=True,
             needs="[核查结果]≠\"不属实\" 且 [奖励金额]>0", needs_words="查实并填写奖励金额后才能批准。",
             needs_words_en="It has to be true, with an amount."),
        RETURN,
        Move("pay", "发放", "Pay", ("approved",), "paid", By.OWN_OR_ABOVE,
             needs="非 空([发放日期])", needs_words="请先填写发放日期。",
             needs_words_en="Enter the day first."),
        Move("close", "不予奖励", "Close", ("waiting",), "closed", By.OWN_OR_ABOVE, decides=True,
            asks_reason=True),
    ),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD)),
    title=("f4",),
    filled_by=("city", "county"),
    read_by=("city", "county", "town"),
)  # fmt: skip

GIVEN = {
    "risk_assessments": Template(RISK_ASSESSMENTS, RISKS, ("W4", "H3")),
    "three_zeros": Template(THREE_ZEROS, RISKS, ("H4",)),
    "whistle_blowers": Template(WHISTLE_BLOWERS, RISKS, ("W6",)),
}
