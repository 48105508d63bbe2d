"""The list of what is done for people (便民服务清单), published in editions."""

from __future__ import annotations

from lib.fields.field import Choice, Field
from lib.registers.design import Design, Publishing, View, ViewKind

# What the page of the list and its public page read by name; a key never changes.
NAME, KIND, DEPARTMENT, BASIS, MATERIALS, PROCESS = "f1", "f2", "f3", "f5", "f6", "f7"
LIMIT, CHANNELS, VISITS, FEE, AGENT = "f8", "f9", "f10", "f11", "f12"

WHAT, HOW, WHERE = "事项", "怎么办", "在哪办"
SERVICE_LIST = Design(
    "便民服务清单",
    "Service list",
    about="群众和企业能在各级中心办的事：材料、流程、时限、渠道、代办。整版审定、整版公布，下级自动继承上级事项。",
    about_en="What people can have done at each level: materials, process, limit, channels, agent service. "
    "Reviewed and published as a whole; lower levels inherit the items from above.",
    icon="list_alt",
    sections=(WHAT, HOW, WHERE),
    fields=(
        Field(NAME, "text", "事项名称", "Name", section=WHAT, required=True, unique=True, longest=60),
        Field(
            KIND, "choice", "事项类别", "Kind", section=WHAT, required=True,
            choices=(
                Choice("social", "社会保障", "Social security"),
                Choice("civil", "民政救助", "Civil affairs and relief"),
                Choice("health", "卫生健康", "Health"),
                Choice("education", "教育", "Education"),
                Choice("housing", "住房城建", "Housing and construction"),
                Choice("agriculture", "农业农村", "Agriculture"),
                Choice("residence", "公安户籍", "Police and residence"),
                Choice("veterans", "退役军人", "Veterans"),
                Choice("certificates", "证照证明", "Certificates"),
                Choice("other", "其他", "Other"),
            ),
        ),
        Field(DEPARTMENT, "department", "责任部门", "Department", section=WHAT),
        Field("f4", "text", "服务对象", "For whom", section=WHAT, longest=100),
        Field(BASIS, "long_text", "办理依据", "Basis", section=WHAT),
        Field(MATERIALS, "long_text", "办理材料", "Materials", section=HOW, help="一行一份"),
        Field(PROCESS, "long_text", "办理流程", "Process", section=HOW),
        Field(LIMIT, "number", "办理时限", "Limit", section=HOW, unit="个工作日", least="0", most="365",
              help="当场办结填0"),
        Field(
            CHANNELS, "choices", "办理渠道", "Channels", section=HOW,
            choices=(
                Choice("window", "窗口", "Window"),
                Choice("online", "网上", "Online"),
                Choice("phone", "电话", "Phone"),
                Choice("home", "上门", "At home"),
                Choice("terminal", "自助终端", "Terminal"),
            ),
        ),
        Field(VISITS, "number", "跑动次数", "Visits needed", section=HOW, unit="次", least="0", most="20",
              help="0或1次计入“最多跑一次”"),
        Field(FEE, "text", "收费", "Fee", section=HOW, longest=60, default="不收费"),
        Field(AGENT, "yes_no", "可以代办", "Agent service", section=HOW),
        Field("f13", "text", "代办人员和方式", "How the agent works", section=HOW, longest=100),
        Field("f14", "text", "办理地点", "Place", section=WHERE, longest=100),
        Field("f15", "text", "办理时间", "Hours", section=WHERE, longest=60),
        # A desk's number is for everybody; the kind "phone" would hide it.
        Field("f16", "text", "咨询电话", "Inquiries", section=WHERE, longest=40),
    ),
    views=(View(ViewKind.TABLE), View(ViewKind.CARDS)),
    title=(NAME,),
    publishing=Publishing.EDITION,
)  # fmt: skip
