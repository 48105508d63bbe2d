"""Who receives visitors when, who came, and notices of non-acceptance."""

from __future__ import annotations

from lib.fields.field import Field
from lib.registers.design import By, Design, Move, Reminder, Rule, StageKind, View, ViewKind
from lib.registers.templates.template import (
    DISPUTES,
    RETURN,
    SUBMIT,
    Template,
    approve,
    choices,
    reviewed,
    stage,
)

RECEPTION_ROTA = Design(
    "接访值班台账",
    "Reception rota",
    "领导轮流接访，律师每天值班；排班审定后公示。",
    "Leaders take turns, a lawyer every day; the rota is posted once it is approved.",
    "event_available",
    fields=(
        Field("f1", "date", "日期", "Date", required=True),
        Field("f2", "choice", "时段", "Half day", required=True, choices=choices(
            "morning 上午 Morning", "afternoon 下午 Afternoon", "day 全天 All day")),
        Field("f3", "choice", "类别", "Kind", required=True, choices=choices(
            "leader 领导接访 Leader", "lawyer 律师值班 Lawyer", "judge 法官值班 Judge",
            "counselor 心理咨询师值班 Counselor")),
        Field("f4", "text", "接访人", "Who", required=True, longest=20),
        Field("f5", "text", "单位和职务", "Unit and post", longest=60),
        Field("f6", "text", "地点", "Place", longest=60),
        Field("f7", "phone", "预约电话", "Phone for appointments"),
        Field("f8", "number", "接待批次", "Batches received", unit="批", least="0", most="500"),
    ),
    stages=(
        stage("planned 已排班 Planned", StageKind.DRAFT, editable=True),
        stage("posted 已公示 Posted", StageKind.WAITING, editable=True),
        stage("held 已接访 Held", StageKind.DONE),
        stage("dropped 已取消 Dropped", StageKind.REFUSED),
    ),
    moves=(
        Move("post", "审定公示", "Post", ("planned",), "posted", By.OWN_OR_ABOVE, decides=True,
            by_another=True),
        Move("hold", "完成接访", "Hold", ("posted",), "held", By.OWN_OR_ABOVE,
             needs="非 空([接待批次]) 且 [日期]≤今天()", needs_words="接访当天或之后，填写接待批次再完成。",
             needs_words_en="On the day or after it, with the number of batches."),
        Move("drop", "取消", "Drop", ("planned", "posted"), "dropped", By.OWN_OR_ABOVE, asks_reason=True),
    ),
    reminders=(Reminder("f1", 1, "明天接访，请提醒接访人。", ("held", "dropped")),),
    views=(View(ViewKind.CALENDAR, "f1"), View(ViewKind.TABLE)),
    title=("f3", "f4"),
    filled_by=("city", "county", "town"),
)  # fmt: skip

RECEPTION_BATCHES = Design(
    "接访批次台账",
    "Reception batches",
    "来访批次和人数、当场解决还是会商解决、是否集访和越级。",
    "Batches and people received, settled on the spot or jointly, in groups or skipping levels.",
    "groups",
    fields=(
        Field("f1", "serial", "编号", "Number", default="JF"),
        Field("f2", "date", "来访日期", "Date", required=True, default="today"),
        Field("f3", "link", "接访班次", "Reception"),
        Field("f4", "choice", "来访类型", "Kind", required=True, choices=choices(
            "single 个访 Single", "group 集访 Group")),
        Field("f5", "number", "来访人数", "People", required=True, unit="人", least="1", most="1000"),
        Field("f6", "yes_no", "越级上访", "Skipped a level", default="0"),
        Field("f7", "text", "来访人代表", "Speaker", required=True, longest=20, masked=True),
        Field("f8", "phone", "联系电话", "Phone"),
        Field("f9", "text", "诉求", "Matter", required=True, longest=80),
        Field("f10", "choice", "办理方式", "How", choices=choices(
            "spot 当场解决 On the spot", "joint 联合会商 Jointly", "referred 转办交办 Referred",
            "explained 解释疏导 Explained")),
        Field("f11", "text", "参与单位", "Units", longest=100),
        Field("f12", "date", "答复期限", "Answer by"),
        Field("f13", "long_text", "办理结果", "Result", longest=1000),
    ),
    rules=(
        Rule("如果([来访类型]=\"集访\", [来访人数]≥5, [来访人数]<5)",
            "5人及以上为集访，请核对来访类型和人数。",
             "Five people or more are a group."),
        Rule("[来访日期]≤今天()", "来访日期不能晚于今天。", "The visit cannot lie after today."),
    ),
    stages=(
        stage("received 已登记 Received", StageKind.DRAFT, editable=True),
        stage("handling 办理中 Being handled", StageKind.WAITING, editable=True),
        stage("closed 已办结 Closed", StageKind.DONE),
    ),
    moves=(
        Move("handle", "交办", "Hand on", ("received",), "handling", By.OWN_OR_ABOVE),
        Move("close", "办结", "Close", ("received", "handling"), "closed", By.OWN_OR_ABOVE, by_another=True,
             needs="非 空([办理方式]) 且 非 空([办理结果])", needs_words="请先填写办理方式和办理结果。",
             needs_words_en="Enter how it was settled and the result first."),
        Move("reopen", "重新办理", "Reopen", ("closed",), "handling", By.OWN_OR_ABOVE, asks_reason=True),
    ),
    reminders=(Reminder("f12", 3, "答复期限还有三天。", ("closed",)),),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD), View(ViewKind.CALENDAR, "f2")),
    title=("f9",),
    filled_by=("city", "county", "town"),
)  # fmt: skip

NON_ACCEPTANCE = Design(
    "不予受理告知书台账",
    "Notices of non-acceptance",
    "不予受理的事项出具带编号的告知书，写明理由、依据和救济途径。",
    "What is not accepted gets a numbered notice with reason, basis and where to turn.",
    "do_not_disturb_on",
    fields=(
        Field("f1", "serial", "文号", "Number", default="不受告"),
        Field("f2", "text", "申请人", "Applicant", required=True, longest=30, masked=True),
        Field("f3", "phone", "联系电话", "Phone"),
        Field("f4", "text", "事项", "Matter", required=True, longest=100),
        Field("f5", "date", "申请日期", "Applied on", required=True, default="today"),
        Field("f6", "choice", "不予受理理由", "Reason", required=True, choices=choices(
            "court 已由或应由司法程序处理 Belongs to the courts",
            "done 已办结且无新事实 Closed without new facts",
            "twice 正在办理的重复事项 Already being handled", "outside 不属于本单位职责 Not of this unit",
            "vague 诉求不明确且未补正 Unclear and not completed")),
        Field("f7", "long_text", "依据", "Basis", required=True, longest=300),
        Field("f8", "long_text", "救济途径", "Where to turn", required=True, longest=300,
              default="如有异议，可在收到本告知书之日起60日内向上一级机关申请复查。"),
        Field("f9", "choice", "送达方式", "Delivery", choices=choices(
            "hand 当面送达 By hand", "post 邮寄 By post", "message 短信 By message")),
        Field("f10", "date", "送达日期", "Delivered on"),
    ),
    rules=(Rule("[送达日期]≥[申请日期]", "送达日期不能早于申请日期。",
        "It cannot be delivered before it was asked."),),
    stages=reviewed(
        stage("issued 已签发 Issued", StageKind.WAITING, editable=True),
        stage("delivered 已送达 Delivered", StageKind.DONE),
    ),
    moves=(
        SUBMIT,
        approve("签发", "Issue", "issued"),
        RETURN,
        Move("deliver", "送达", "Deliver", ("issued",), "delivered", By.OWN,
             needs="非 空([送达方式]) 且 非 空([送达日期])", needs_words="请先填写送达方式和日期。",
             needs_words_en="Enter how and when it was delivered first."),
    ),
    views=(View(ViewKind.TABLE), View(ViewKind.CALENDAR, "f5")),
    title=("f4",),
    filled_by=("city", "county", "town"),
)  # fmt: skip

GIVEN = {
    "reception_rota": Template(RECEPTION_ROTA, DISPUTES, ("G4",)),
    "reception_batches": Template(
        RECEPTION_BATCHES, DISPUTES, ("G4", "G6", "W5"), (("f3", "reception_rota"),)
    ),
    "non_acceptance": Template(NON_ACCEPTANCE, DISPUTES, ("G5",)),
}
