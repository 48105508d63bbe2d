"""Mediation rooms, mediators, disputes from guidance to the court."""

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

FIELDS_OF_DISPUTES = choices(
    "family 婚姻家庭 Marriage and family", "neighbors 邻里关系 Neighbors", "land 土地承包 Land",
    "labor 劳资欠薪 Labor and wages", "property 物业服务 Property services", "consumer 消费维权 Consumers",
    "medical 医疗 Medical", "traffic 交通事故 Traffic accidents", "relocation 征迁安置 Relocation",
    "housing 逾期交房 Late housing delivery", "other 其他 Other",
)  # fmt: skip

MEDIATION_ROOMS = Design(
    "个人调解室台账",
    "Mediation rooms",
    "以调解员姓名命名的调解室，与诉前调解、司法确认相衔接。",
    "Rooms named after their mediator, linked to pre-litigation mediation and judicial confirmation.",
    "meeting_room",
    fields=(
        Field("f1", "text", "调解室名称", "Room", required=True, longest=40, unique=True),
        Field("f2", "text", "负责人", "Mediator in charge", required=True, longest=20),
        Field("f3", "phone", "联系电话", "Phone", required=True),
        Field("f4", "text", "地址", "Address", required=True, longest=80),
        Field("f5", "choices", "擅长类型", "Fields", choices=FIELDS_OF_DISPUTES),
        Field("f6", "date", "挂牌日期", "Opened on"),
        Field("f7", "yes_no", "已接入诉前调解", "Linked to pre-litigation mediation", default="0"),
        Field("f8", "yes_no", "已接入司法确认", "Linked to judicial confirmation", default="0"),
        Field("f9", "text", "对接法庭", "Court", longest=40),
        Field("f10", "number", "本年受理", "Received this year", unit="件", least="0", default="0"),
        Field("f11", "number", "本年调解成功", "Settled this year", unit="件", least="0", default="0"),
        Field("f12", "number", "本年司法确认", "Confirmed this year", unit="件", least="0", default="0"),
        Field("f13", "formula", "成功率", "Share settled", unit="%", places=1,
            formula="[本年调解成功]÷[本年受理]×100"),
    ),
    rules=(
        Rule("[本年调解成功]≤[本年受理]", "调解成功数不能多于受理数。", "More were settled than received."),
        Rule("[本年司法确认]≤[本年调解成功]", "司法确认数不能多于调解成功数。",
            "More were confirmed than settled."),
    ),
    stages=(
        *reviewed(),
        stage("open 已挂牌 Open", StageKind.DONE, editable=True),
        stage("closed 已撤销 Closed", StageKind.DONE),
    ),
    moves=(
        SUBMIT,
        Move("open", "挂牌", "Open", ("waiting",), "open", By.OWN_OR_ABOVE, decides=True, by_another=True,
             needs="[已接入诉前调解] 且 [已接入司法确认]",
             needs_words="接入诉前调解和司法确认后才能挂牌。",
             needs_words_en="It opens once it is linked to the court, before and after mediation."),
        RETURN,
        Move("close", "撤销", "Close", ("open",), "closed", By.OWN_OR_ABOVE, decides=True, asks_reason=True),
    ),
    views=(View(ViewKind.TABLE), View(ViewKind.CARDS)),
    title=("f1",),
    filled_by=("county", "town", "village"),
)  # fmt: skip

MEDIATORS = Design(
    "人民调解员台账",
    "Mediators",
    "专职、兼职和特邀调解员，及其培训和所在调解室。",
    "Full-time, part-time and invited mediators, their training and their room.",
    "handshake",
    fields=(
        Field("f1", "text", "姓名", "Name", required=True, longest=20),
        Field("f2", "choice", "类别", "Kind", required=True, choices=choices(
            "full 专职 Full-time", "part 兼职 Part-time", "invited 特邀 Invited")),
        Field("f3", "phone", "联系电话", "Phone", required=True),
        Field("f4", "citizen_id", "身份证号", "Citizen ID"),
        Field("f5", "text", "工作单位", "Unit", longest=60),
        Field("f6", "choices", "擅长类型", "Fields", choices=FIELDS_OF_DISPUTES),
        Field("f7", "link", "所在调解室", "Room"),
        Field("f8", "date", "聘任日期", "Appointed on", required=True),
        Field("f9", "date", "聘期届满", "Appointed until"),
        Field("f10", "number", "本年培训次数", "Trainings this year", unit="次", least="0", most="50",
            default="0"),
    ),
    rules=(Rule("[聘期届满]>[聘任日期]", "聘期届满应晚于聘任日期。",
        "The end must be after the appointment."),),
    stages=(
        stage("serving 在任 Serving", StageKind.DONE, editable=True),
        stage("left 已卸任 Left", StageKind.DONE),
    ),
    moves=(Move("leave", "卸任", "Leave", ("serving",), "left", By.OWN_OR_ABOVE, asks_reason=True),),
    reminders=(Reminder("f9", 30, "聘期一个月后届满，请续聘或卸任。", ("left",)),),
    views=(View(ViewKind.TABLE), View(ViewKind.CARDS)),
    title=("f1",),
    filled_by=("county", "town", "village"),
)  # fmt: skip

SETTLED, NOT_SETTLED = "调解成功", "未达成协议"
DISPUTE_LEDGER = Design(
    "人民调解台账",
    "Mediated disputes",
    "矛盾纠纷辅导、分流、调解、诉讼四步办理，调解成功的可申请司法确认。",
    "Disputes guided, diverted, mediated or litigated; settled ones can be confirmed by the court.",
    "balance",
    sections=("纠纷", "当事人", "调解"),
    fields=(
        Field("f1", "serial", "编号", "Number", section="纠纷", default="TJ"),
        Field("f2", "choice", "纠纷类型", "Kind", section="纠纷", required=True, choices=FIELDS_OF_DISPUTES),
        Field("f3", "text", "纠纷简述", "In short", section="纠纷", required=True, longest=80),
        Field("f4", "choice", "来源", "Source", section="纠纷", required=True, choices=choices(
            "visit 群众来访 Visit", "patrol 网格员排查 Patrol", "hotline 12345热线 12345 hotline",
            "police 警情移交 Police", "court 法院委派 Court", "petition 信访移交 Petitions")),
        Field("f5", "date", "受理日期", "Received on", section="纠纷", required=True, default="today"),
        Field("f6", "number", "涉及人数", "People", section="纠纷", unit="人", least="1", most="10000",
            default="2"),
        Field("f7", "money", "涉及金额", "Amount", section="纠纷", least="0"),
        Field("f8", "text", "申请人", "Applicant", section="当事人", required=True, longest=30, masked=True),
        Field("f9", "phone", "申请人电话", "Phone of the applicant", section="当事人"),
        Field("f10", "text", "对方当事人", "Other party", section="当事人", longest=30, masked=True),
        Field("f11", "text", "调解员", "Mediator", section="调解", longest=20),
        Field("f12", "link", "调解室", "Mediation room", section="调解"),
        Field("f13", "choice", "调解结果", "Result", section="调解", choices=choices(
            f"settled {SETTLED} Settled", f"failed {NOT_SETTLED} No agreement",
            "withdrawn 撤回申请 Withdrawn")),
        Field("f14", "text", "协议编号", "Agreement", section="调解", longest=40),
        Field("f15", "date", "办结日期", "Ended on", section="调解"),
        Field("f16", "formula", "办理天数", "Days", section="调解", unit="天",
            formula="[办结日期]-[受理日期]"),
        Field("f17", "text", "司法确认文书号", "Confirmation", section="调解", longest=40),
        Field("f18", "attachment", "卷宗附件", "Files", section="调解"),
    ),
    rules=(
        Rule("[办结日期]≥[受理日期]", "办结日期不能早于受理日期。", "It cannot end before it was received."),
        Rule("[受理日期]≤今天()", "受理日期不能晚于今天。", "It cannot be received after today."),
    ),
    stages=(
        stage("guided 辅导 Guided", StageKind.DRAFT, editable=True),
        stage("diverted 分流 Diverted", StageKind.WAITING, editable=True),
        stage("mediating 调解中 In mediation", StageKind.WAITING, editable=True),
        stage("settled 调解成功 Settled", StageKind.DONE, editable=True),
        stage("confirmed 已司法确认 Confirmed by the court", StageKind.DONE),
        stage("litigated 引导诉讼 Referred to the court", StageKind.DONE),
        stage("withdrawn 已撤回 Withdrawn", StageKind.REFUSED),
    ),
    moves=(
        Move("divert", "分流", "Divert", ("guided",), "diverted", By.OWN_OR_ABOVE),
        Move("mediate", "开始调解", "Begin mediation", ("guided", "diverted"), "mediating", By.OWN_OR_ABOVE,
             needs="非 空([调解员])", needs_words="请先填写调解员。",
             needs_words_en="Enter the mediator first."),
        Move("settle", "调解成功", "Settle", ("mediating",), "settled", By.OWN_OR_ABOVE, by_another=True,
             needs=f'[调解结果]="{SETTLED}" 且 非 空([协议编号]) 且 非 空([办结日期])',
             needs_words="请先填写调解结果、协议编号和办结日期。",
             needs_words_en="Enter the result, the agreement and the day first."),
        Move("confirm", "司法确认", "Confirm", ("settled",), "confirmed", By.OWN_OR_ABOVE,
             needs="非 空([司法确认文书号])", needs_words="请先填写司法确认文书号。",
             needs_words_en="Enter the number of the confirmation first."),
        Move("litigate", "引导诉讼", "Refer to the court", ("diverted", "mediating"), "litigated",
             By.OWN_OR_ABOVE, asks_reason=True, by_another=True),
        Move("withdraw", "撤回", "Withdraw", ("guided", "diverted", "mediating"), "withdrawn",
            By.OWN_OR_ABOVE,
             asks_reason=True),
    ),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD), View(ViewKind.CALENDAR, "f5")),
    title=("f3",),
    filled_by=("county", "town", "village"),
)  # fmt: skip

LEGAL_STAFF = Design(
    "政法力量台账",
    "Law officers",
    "政法委员、司法所人员、驻点律师和法律援助人员的驻点和培训。",
    "Political-legal officers, judicial staff, lawyers, legal aid: where they are, how they are trained.",
    "gavel",
    fields=(
        Field("f1", "text", "姓名", "Name", required=True, longest=20),
        Field("f2", "choice", "类别", "Kind", required=True, choices=choices(
            "officer 政法委员 Political-legal officer", "judicial 司法所人员 Judicial staff",
            "lawyer 驻点律师 Lawyer on site", "aid 法律援助人员 Legal aid", "judge 驻点法官 Judge on site")),
        Field("f3", "text", "工作单位", "Unit", required=True, longest=60),
        Field("f4", "phone", "联系电话", "Phone", required=True),
        Field("f5", "text", "驻点和窗口", "Place and window", longest=60),
        Field("f6", "choices", "驻点时间", "Days on site", choices=choices(
            "mon 周一 Monday", "tue 周二 Tuesday", "wed 周三 Wednesday", "thu 周四 Thursday",
            "fri 周五 Friday")),
        Field("f7", "number", "本年接待", "Received this year", unit="人次", least="0", default="0"),
        Field("f8", "number", "本年援助案件", "Aided this year", unit="件", least="0", default="0"),
        Field("f9", "number", "本年培训次数", "Trainings this year", unit="次", least="0", most="50",
            default="0",
              help="每年不少于两次。"),
    ),
    stages=(
        stage("serving 在岗 Serving", StageKind.DONE, editable=True),
        stage("left 已调离 Left", StageKind.DONE),
    ),
    moves=(Move("leave", "调离", "Leave", ("serving",), "left", By.OWN_OR_ABOVE, asks_reason=True),),
    views=(View(ViewKind.TABLE), View(ViewKind.CARDS)),
    title=("f2", "f1"),
    filled_by=("county", "town"),
)  # fmt: skip

LIAISONS = Design(
    "部门联络员台账",
    "Liaison officers",
    "各部门派驻中心的联络员。",
    "The officers through whom departments are reached.",
    "contacts",
    fields=(
        Field("f1", "department", "部门", "Department", required=True),
        Field("f2", "text", "联络员", "Officer", required=True, longest=20),
        Field("f3", "text", "职务", "Post", longest=30),
        Field("f4", "phone", "联系电话", "Phone", required=True),
        Field("f5", "choice", "入驻方式", "Presence", required=True, choices=choices(
            "permanent 常驻 Permanent", "rota 轮驻 By rota", "on_call 随叫随到 On call")),
        Field("f6", "date", "起始日期", "Since", default="today"),
    ),
    stages=reviewed(stage("approved 已确认 Confirmed", StageKind.DONE, editable=True)),
    moves=(SUBMIT, approve("确认", "Confirm", "approved"), RETURN),
    title=("f1", "f2"),
    filled_by=("city", "county"),
)  # fmt: skip

GIVEN = {
    "mediation_rooms": Template(MEDIATION_ROOMS, DISPUTES, ("W2",)),
    "mediators": Template(MEDIATORS, DISPUTES, ("W2", "L19"), (("f7", "mediation_rooms"),)),
    "disputes": Template(DISPUTE_LEDGER, DISPUTES, ("L19", "X6", "W3"), (("f12", "mediation_rooms"),)),
    "legal_staff": Template(LEGAL_STAFF, DISPUTES, ("G1", "H1")),
    "liaisons": Template(LIAISONS, DISPUTES, ("W5",)),
}
