"""Joint meetings, requests for instructions, working groups, model projects."""

from __future__ import annotations

from lib.fields.field import Field
from lib.registers.design import By, Design, Move, Reminder, Rule, StageKind, View, ViewKind
from lib.registers.templates.template import (
    FILLING,
    JUDGED,
    PROJECTS,
    RETURN,
    SUBMIT,
    WORK,
    Template,
    approve,
    choices,
    reviewed,
    stage,
)

JOINT_MEETINGS = Design(
    "联席会议台账",
    "Joint meetings",
    "双月分析研判、信访联席和“一评四会”的会议记录，议定事项跟踪到底。",
    "Records of two-monthly analyses, joint petition meetings and the four meetings, with what was decided.",
    "diversity_3",
    fields=(
        Field("f1", "serial", "编号", "Number", default="LX"),
        Field("f2", "choice", "会议", "Meeting", required=True, choices=choices(
            "bimonthly 双月分析研判 Two-monthly analysis", "petitions 信访联席会议 Joint petition meeting",
            "city 市级分析会 City analysis", "county 县级研判会 County review",
            "town 镇街联席会 Town joint meeting",
            "village 村社说事会 Village talk-it-over")),
        Field("f3", "date", "日期", "Date", required=True, default="today"),
        Field("f4", "text", "主持人", "Chair", required=True, longest=20),
        Field("f5", "text", "参加单位", "Units", required=True, longest=200),
        Field("f6", "number", "参会人数", "People", unit="人", least="2", most="1000"),
        Field("f7", "long_text", "议题", "Matters", required=True, longest=1000),
        Field("f8", "long_text", "议定事项", "Decisions", longest=2000),
        Field("f9", "number", "议定件数", "Decided", unit="件", least="0", most="200"),
        Field("f10", "number", "落实件数", "Carried out", unit="件", least="0", most="200", default="0"),
        Field("f11", "formula", "落实率", "Share carried out", unit="%", places=1,
            formula="[落实件数]÷[议定件数]×100"),
        Field("f12", "date", "落实期限", "Carry out by"),
        Field("f13", "attachment", "会议纪要", "Minutes"),
    ),
    rules=(
        Rule("[落实件数]≤[议定件数]", "落实件数不能多于议定件数。", "More carried out than decided."),
        Rule("[落实期限]≥[日期]", "落实期限不能早于会议日期。", "The deadline lies before the meeting."),
    ),
    stages=reviewed(
        stage("signed 已签发 Signed", StageKind.WAITING, editable=True),
        stage("done 已落实 Carried out", StageKind.DONE),
    ),
    moves=(
        SUBMIT,
        approve("签发纪要", "Sign", "signed"),
        RETURN,
        Move("finish", "全部落实", "Carried out", ("signed",), "done", By.OWN_OR_ABOVE, by_another=True,
             needs="[落实件数]=[议定件数]", needs_words="还有议定事项没有落实。",
             needs_words_en="There are decisions left to carry out."),
    ),
    reminders=(Reminder("f12", 5, "议定事项五天后到期。", ("done",)),),
    views=(View(ViewKind.TABLE), View(ViewKind.CALENDAR, "f3"), View(ViewKind.BOARD, "f2")),
    title=("f2", "f3"),
)  # fmt: skip

REQUESTS = Design(
    "请示报告台账",
    "Requests and reports",
    "下级向上级的请示和报告；批复写在办理意见里。",
    "Requests for instructions and reports to the level above; the answer is given with the step.",
    "forward_to_inbox",
    fields=(
        Field("f1", "serial", "编号", "Number", default="QS"),
        Field("f2", "choice", "种类", "Kind", required=True, choices=choices("request 请示 Request",
            "report 报告 Report")),
        Field("f3", "text", "标题", "Title", required=True, longest=80),
        Field("f4", "long_text", "内容", "Content", required=True, longest=2000),
        Field("f5", "yes_no", "紧急", "Urgent", default="0"),
        Field("f6", "date", "希望答复日期", "Answer wanted by"),
        Field("f7", "attachment", "附件", "Files"),
    ),
    stages=(
        stage("draft 起草 Draft", StageKind.DRAFT, editable=True),
        stage("waiting 待批复 Waiting for an answer", StageKind.WAITING),
        stage("answered 已批复 Answered", StageKind.DONE),
        stage("noted 已阅存 Noted", StageKind.DONE),
    ),
    moves=(
        SUBMIT,
        Move("answer", "批复", "Answer", ("waiting",), "answered", By.ABOVE, decides=True, asks_reason=True,
             by_another=True, needs="[种类]=\"请示\"", needs_words="报告不需要批复，请选“阅存”。",
             needs_words_en="A report needs no answer; note it."),
        Move("note", "阅存", "Note", ("waiting",), "noted", By.ABOVE, decides=True, by_another=True,
             needs="[种类]=\"报告\"", needs_words="请示应当批复，不能只阅存。",
             needs_words_en="A request wants an answer."),
        Move("return", "退回", "Return", ("waiting",), "draft", By.ABOVE, decides=True, asks_reason=True),
    ),
    reminders=(Reminder("f6", 2, "请示希望两天内答复。", ("answered", "noted")),),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD)),
    title=("f3",),
)  # fmt: skip

WORKING_GROUPS = Design(
    "专项工作组台账",
    "Working groups",
    "领导小组下设的专项工作组：牵头领导、成员单位、职责和例会。",
    "Groups under one leading group: who leads, who takes part, what they do.",
    "hub",
    fields=(
        Field("f1", "text", "工作组", "Group", required=True, longest=40, unique=True),
        Field("f2", "text", "牵头领导", "Leader", required=True, longest=20),
        Field("f3", "department", "牵头部门", "Leading department"),
        Field("f4", "long_text", "成员单位", "Members", required=True, longest=500),
        Field("f5", "long_text", "职责", "Duties", required=True, longest=1000),
        Field("f6", "text", "联络员", "Liaison", longest=20),
        Field("f7", "phone", "联络电话", "Phone"),
        Field("f8", "number", "本年例会", "Meetings this year", unit="次", least="0", most="200",
            default="0"),
        Field("f9", "date", "下次例会", "Next meeting"),
    ),
    stages=(
        *reviewed(),
        stage("standing 运行中 Standing", StageKind.DONE, editable=True),
        stage("ended 已撤销 Ended", StageKind.DONE),
    ),
    moves=(
        SUBMIT,
        approve("批准成立", "Approve", "standing"),
        RETURN,
        Move("end", "撤销", "End", ("standing",), "ended", By.OWN_OR_ABOVE, decides=True, asks_reason=True),
    ),
    reminders=(Reminder("f9", 3, "三天后召开例会。", ("ended",)),),
    views=(View(ViewKind.TABLE), View(ViewKind.CARDS), View(ViewKind.CALENDAR, "f9")),
    title=("f1",),
    filled_by=("city", "county"),
)  # fmt: skip

MODEL_PROJECTS = Design(
    "示范项目台账",
    "Model projects",
    "申报、评审、命名示范项目，命名后定期复核。",
    "Model projects applied for, judged, named, and looked at again at intervals.",
    "workspace_premium",
    fields=(
        Field("f1", "text", "项目名称", "Project", required=True, longest=60),
        Field("f2", "choice", "类别", "Kind", required=True, choices=choices(
            "grid 网格治理 Grids", "mediation 矛盾调解 Mediation", "service 便民服务 Services",
            "party 党建引领 Party building", "digital 数字治理 Digital")),
        Field("f3", "text", "申报单位", "Applied by", required=True, longest=60),
        Field("f4", "long_text", "做法和成效", "What was done", required=True, longest=2000),
        Field("f5", "number", "评审得分", "Score", unit="分", least="0", most="100", places=1,
            edited_by=("city", "county")),
        Field("f6", "date", "复核日期", "Look again on"),
    ),
    stages=(
        FILLING,
        JUDGED,
        stage("named 已命名 Named", StageKind.DONE, editable=True),
        stage("refused 未入选 Not chosen", StageKind.REFUSED),
        stage("revoked 已撤销 Revoked", StageKind.REFUSED),
    ),
    moves=(
        SUBMIT,
        approve("命名", "Name", "named", By.ABOVE),
        RETURN,
        Move("refuse", "不入选", "Refuse", ("waiting",), "refused", By.ABOVE, decides=True, asks_reason=True),
        Move("revoke", "撤销命名", "Revoke", ("named",), "revoked", By.ABOVE, decides=True, asks_reason=True),
    ),
    reminders=(Reminder("f6", 30, "示范项目一个月后复核。", ("refused", "revoked")),),
    views=(View(ViewKind.TABLE), View(ViewKind.CARDS), View(ViewKind.BOARD, "f2")),
    title=("f1",),
    filled_by=("county", "town", "village"),
)  # fmt: skip

GIVEN = {
    "joint_meetings": Template(JOINT_MEETINGS, WORK, ("W5", "H3")),
    "requests": Template(REQUESTS, WORK, ("W5", "L13")),
    "working_groups": Template(WORKING_GROUPS, WORK, ("H6",)),
    "model_projects": Template(MODEL_PROJECTS, PROJECTS, ("X8",)),
}
