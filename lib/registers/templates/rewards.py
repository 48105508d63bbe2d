"""Points, commendations, subsidies for single cases."""

from __future__ import annotations

from lib.fields.field import Field
from lib.registers.design import By, Design, Move, Rule, StageKind, View, ViewKind
from lib.registers.templates.template import (
    PEOPLE,
    RETURN,
    SUBMIT,
    WORK,
    Template,
    approve,
    choices,
    reviewed,
    stage,
)

POINTS = Design(
    "积分奖励台账",
    "Points",
    "群众参与治理得积分，凭积分兑换；每一笔由另一人核定。",
    "Residents who take part earn points and exchange them; another person confirms each entry.",
    "stars",
    fields=(
        Field("f1", "text", "居民", "Resident", required=True, longest=20, masked=True),
        Field("f2", "phone", "联系电话", "Phone", required=True),
        Field("f3", "grid", "所在网格", "Grid"),
        Field("f4", "date", "日期", "Date", required=True, default="today"),
        Field("f5", "choice", "事由", "Reason", required=True, choices=choices(
            "volunteer 志愿服务 Volunteering", "clue 上报线索 Reported a matter",
            "mediate 参与调解 Helped mediate",
            "clean 人居环境 Tidy surroundings", "model 典型示范 Good example", "exchange 兑换 Exchanged")),
        Field("f6", "number", "得分", "Earned", unit="分", least="0", most="200", default="0"),
        Field("f7", "number", "兑换", "Exchanged points", unit="分", least="0", most="2000", default="0"),
        Field("f8", "formula", "净积分", "Net", unit="分", formula="[得分]-[兑换]"),
        Field("f9", "text", "兑换物品", "Exchanged for", longest=40),
    ),
    rules=(
        Rule("[得分]=0 或 [兑换]=0", "得分和兑换请分两条登记。", "Enter earning and exchange apart."),
        Rule("[兑换]=0 或 非 空([兑换物品])", "兑换的请写明物品。", "Say what was exchanged."),
    ),
    stages=reviewed(stage("credited 已入账 Credited", StageKind.DONE)),
    moves=(SUBMIT, approve("核定入账", "Credit", "credited", By.ABOVE), RETURN),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD, "f5"), View(ViewKind.CALENDAR, "f4")),
    title=("f5", "f4"),
    filled_by=("village",),
)  # fmt: skip

COMMENDATIONS = Design(
    "通报表扬台账",
    "Commendations",
    "对单位和个人的通报表扬。",
    "Units and people who were commended.",
    "military_tech",
    fields=(
        Field("f1", "text", "表扬对象", "Who", required=True, longest=60),
        Field("f2", "choice", "类别", "Kind", required=True, choices=choices(
            "unit 单位 Unit", "gridworker 网格员 Gridworker", "resident 居民 Resident",
            "mediator 调解员 Mediator")),
        Field("f3", "text", "事由", "Reason", required=True, longest=100),
        Field("f4", "text", "文号", "Document", required=True, longest=40, unique=True),
        Field("f5", "date", "日期", "Date", required=True, default="today"),
    ),
    stages=reviewed(stage("published 已通报 Published", StageKind.DONE)),
    moves=(SUBMIT, approve("通报", "Publish", "published"), RETURN),
    title=("f1",),
    filled_by=("city", "county", "town"),
)  # fmt: skip

SUBSIDIES = Design(
    "个案补贴台账",
    "Per-case subsidies",
    "网格员、调解员按件领取的补贴：件数乘标准，审核后发放。",
    "What gridworkers and mediators get for each case: number times rate, paid after review.",
    "payments",
    fields=(
        Field("f1", "text", "领取人", "Paid to", required=True, longest=20),
        Field("f2", "person", "网格人员", "Gridworker"),
        Field("f3", "choice", "事项", "Matter", required=True, choices=choices(
            "mediation 调解案件 Mediation", "clue 有效线索 Useful report", "agent 代办事项 Agent service",
            "emergency 应急处置 Emergency")),
        Field("f4", "case", "对应事件", "Case"),
        Field("f5", "date", "所属月份", "Month", required=True, help="填当月1日。"),
        Field("f6", "number", "件数", "Number", required=True, unit="件", least="1", most="500"),
        Field("f7", "money", "每件标准", "Rate", required=True, least="1", most="500"),
        Field("f8", "formula", "应发金额", "Amount", unit="元", places=2, formula="[件数]×[每件标准]"),
        Field("f9", "date", "发放日期", "Paid on"),
    ),
    rules=(Rule("[应发金额]≤3000", "单人单月补贴不超过3000元，请核对件数和标准。",
                "No more than 3000 yuan a month for one person."),),
    stages=reviewed(
        stage("approved 待发放 To be paid", StageKind.WAITING, editable=True),
        stage("paid 已发放 Paid", StageKind.DONE),
    ),
    moves=(
        SUBMIT,
        approve("审核通过", "Approve", "approved"),
        RETURN,
        Move("pay", "发放", "Pay", ("approved",), "paid", By.OWN_OR_ABOVE, by_another=True,
             needs="非 空([发放日期])", needs_words="请先填写发放日期。",
             needs_words_en="Enter the day first."),
    ),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD), View(ViewKind.CALENDAR, "f5")),
    title=("f3", "f1"),
    filled_by=("county", "town"),
    read_by=("city", "county", "town"),
)  # fmt: skip

GIVEN = {
    "points": Template(POINTS, PEOPLE, ("W6",)),
    "commendations": Template(COMMENDATIONS, WORK, ("W6",)),
    "subsidies": Template(SUBSIDIES, WORK, ("W6",)),
}
