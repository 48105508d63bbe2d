"""Who is in charge of red and yellow grids, what is counted in grids, building leaders, service points."""

from __future__ import annotations

from lib.fields.field import Field
from lib.registers.design import By, Design, Move, Reminder, Rule, StageKind, View, ViewKind
from lib.registers.templates.template import (
    GRIDS,
    PEOPLE,
    RETURN,
    SUBMIT,
    Template,
    approve,
    choices,
    reviewed,
    stage,
)

GRIDS_IN_CHARGE = Design(
    "领导包抓网格台账",
    "Officials in charge of grids",
    "红色、黄色网格由领导包抓，转为蓝色后销号。",
    "An official takes charge of each red and yellow grid until it is blue again.",
    "shield_person",
    fields=(
        Field("f1", "grid", "网格", "Grid", required=True, unique=True),
        Field("f2", "choice", "当前颜色", "Color", required=True, choices=choices(
            "red 红色 Red", "yellow 黄色 Yellow", "blue 蓝色 Blue")),
        Field("f3", "text", "包抓领导", "Official", required=True, longest=20),
        Field("f4", "text", "单位和职务", "Unit and post", required=True, longest=60),
        Field("f5", "phone", "联系电话", "Phone", required=True),
        Field("f6", "date", "包抓日期", "Since", required=True, default="today"),
        Field("f7", "text", "突出问题", "Main problem", required=True, longest=100),
        Field("f8", "long_text", "整治措施", "Measures", longest=500),
        Field("f9", "date", "下次到点日期", "Next visit"),
        Field("f10", "date", "转蓝日期", "Blue since"),
    ),
    rules=(Rule("[转蓝日期]≥[包抓日期]", "转蓝日期不能早于包抓日期。",
        "It cannot be blue before somebody took charge."),),
    stages=(
        stage("charged 包抓中 In charge", StageKind.DRAFT, editable=True),
        stage("waiting 申请销号 Asked to release", StageKind.WAITING),
        stage("released 已销号 Released", StageKind.DONE),
    ),
    moves=(
        Move("ask", "申请销号", "Ask to release", ("charged",), "waiting", By.OWN,
             needs="[当前颜色]=\"蓝色\" 且 非 空([转蓝日期])",
             needs_words="网格转为蓝色并填写转蓝日期后才能销号。",
             needs_words_en="The grid must be blue, with the day."),
        Move("release", "销号", "Release", ("waiting",), "released", By.ABOVE, decides=True, by_another=True),
        Move("return", "退回", "Return", ("waiting",), "charged", By.ABOVE, decides=True, asks_reason=True),
    ),
    reminders=(Reminder("f9", 2, "两天后应到包抓网格。", ("released",)),),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD, "f2"), View(ViewKind.MAP, "f1"), View(ViewKind.CALENDAR,
        "f9")),
    title=("f1", "f3"),
    filled_by=("town", "village"),
)  # fmt: skip

INFORMATION_COUNTS = Design(
    "网格基础信息采集台账",
    "Information collected by grid",
    "每个网格一条，每月更新：人、房、组织、设施的数量；以前各月在修改记录里。",
    "One entry for each grid, renewed every month; earlier months stay in its history.",
    "pin_drop",
    sections=("采集", "人口", "房屋和组织", "设施"),
    fields=(
        Field("f1", "grid", "网格", "Grid", section="采集", required=True, unique=True),
        Field("f2", "date", "截至日期", "As of", section="采集", required=True, default="today"),
        Field("f3", "number", "户籍人口", "Registered people", section="人口", required=True, unit="人",
            least="0", most="100000"),
        Field("f4", "number", "流动人口", "Floating people", section="人口", required=True, unit="人",
            least="0", most="100000"),
        Field("f5", "formula", "实有人口", "People", section="人口", unit="人",
            formula="[户籍人口]+[流动人口]"),
        Field("f6", "number", "户数", "Households", section="人口", required=True, unit="户", least="0",
            most="50000"),
        Field("f7", "number", "特殊关爱人员", "People in special care", section="人口", unit="人", least="0",
            most="10000"),
        Field("f8", "number", "房屋", "Houses", section="房屋和组织", required=True, unit="套", least="0",
            most="50000"),
        Field("f9", "number", "出租房", "Let houses", section="房屋和组织", unit="套", least="0",
            most="50000"),
        Field("f10", "number", "单位和商户", "Organizations and shops", section="房屋和组织", required=True,
            unit="个", least="0", most="20000"),
        Field("f11", "number", "社会组织", "Associations", section="房屋和组织", unit="个", least="0",
            most="1000"),
        Field("f12", "number", "视频监控", "Cameras", section="设施", required=True, unit="个", least="0",
            most="5000"),
        Field("f13", "number", "消防设施", "Fire equipment", section="设施", unit="处", least="0",
            most="5000"),
    ),
    rules=(
        Rule("[户数]≤[实有人口]", "户数不能多于实有人口。", "More households than people."),
        Rule("[出租房]≤[房屋]", "出租房不能多于房屋。", "More let houses than houses."),
        Rule("[截至日期]≤今天()", "截至日期不能晚于今天。", "The day cannot lie after today."),
    ),
    stages=(
        stage("collected 已采集 Collected", StageKind.DRAFT, editable=True),
        stage("checked 已核对 Checked", StageKind.DONE),
    ),
    moves=(
        Move("check", "核对", "Check", ("collected",), "checked", By.ABOVE, by_another=True),
        Move("renew", "按月更新", "Renew", ("checked",), "collected", By.OWN_OR_ABOVE),
    ),
    views=(View(ViewKind.TABLE), View(ViewKind.MAP, "f1")),
    title=("f1",),
    filled_by=("village",),
)  # fmt: skip

BUILDING_LEADERS = Design(
    "双楼长台账",
    "Building leaders",
    "每栋楼两名楼长：一名居民，一名“双报到”党员。",
    "Two leaders for each block: a resident and a Party member who reports to the community.",
    "domain",
    fields=(
        Field("f1", "text", "楼栋", "Block", required=True, longest=40, unique=True),
        Field("f2", "grid", "所在网格", "Grid", required=True),
        Field("f3", "number", "户数", "Households", unit="户", least="1", most="2000"),
        Field("f4", "text", "居民楼长", "Resident leader", longest=20),
        Field("f5", "phone", "居民楼长电话", "Phone of the resident"),
        Field("f6", "text", "双报到楼长", "Leader by dual report", longest=20),
        Field("f7", "text", "双报到单位", "Unit", longest=60),
        Field("f8", "phone", "双报到楼长电话", "Phone by dual report"),
        Field("f9", "formula", "是否配齐", "Complete",
              formula="如果(空([居民楼长]) 或 空([双报到楼长]), \"未配齐\", \"配齐\")"),
    ),
    stages=(
        stage("listed 已登记 Listed", StageKind.DRAFT, editable=True),
        stage("posted 已公示 Posted", StageKind.DONE, editable=True),
    ),
    moves=(
        Move("post", "公示", "Post", ("listed",), "posted", By.ABOVE, by_another=True,
             needs="[是否配齐]=\"配齐\"", needs_words="两名楼长配齐后才能公示。",
             needs_words_en="Both leaders have to be there first."),
    ),
    views=(View(ViewKind.TABLE), View(ViewKind.CARDS), View(ViewKind.MAP, "f2")),
    title=("f1",),
    filled_by=("village",),
)  # fmt: skip

SERVICE_POINTS = Design(
    "便民服务点台账",
    "Service points",
    "办事不出村社的便民服务点：地址、时间、能办什么、能否代办。",
    "Points where things are done without leaving the village: address, hours, services, agents.",
    "storefront",
    fields=(
        Field("f1", "text", "名称", "Name", required=True, longest=40, unique=True),
        Field("f2", "choice", "类型", "Kind", required=True, choices=choices(
            "hall 便民服务大厅 Hall", "station 村社服务站 Station", "grid 网格驿站 Grid post",
            "partner 银行邮政网点 Bank or post office")),
        Field("f3", "text", "地址", "Address", required=True, longest=80),
        Field("f4", "grid", "所在网格", "Grid"),
        Field("f5", "text", "开放时间", "Hours", required=True, longest=60,
            default="工作日08:30–12:00，14:30–18:00"),
        Field("f6", "choices", "可办事项", "Services", choices=choices(
            "social 社保 Social insurance", "medical 医保 Medical insurance", "civil 民政 Civil affairs",
            "cert 证明开具 Certificates", "pay 缴费 Payments", "law 法律咨询 Legal advice")),
        Field("f7", "yes_no", "提供代办", "Agent service", default="1"),
        Field("f8", "text", "负责人", "In charge", longest=20),
        Field("f9", "phone", "服务电话", "Phone", required=True),
    ),
    stages=(
        *reviewed(),
        stage("open 开放中 Open", StageKind.DONE, editable=True),
        stage("closed 已关闭 Closed", StageKind.DONE),
    ),
    moves=(
        SUBMIT,
        approve("启用", "Open", "open", By.ABOVE),
        RETURN,
        Move("close", "关闭", "Close", ("open",), "closed", By.OWN_OR_ABOVE, asks_reason=True),
    ),
    views=(View(ViewKind.TABLE), View(ViewKind.CARDS), View(ViewKind.MAP, "f4")),
    title=("f1",),
    filled_by=("town", "village"),
)  # fmt: skip

GIVEN = {
    "grids_in_charge": Template(GRIDS_IN_CHARGE, GRIDS, ("L6", "L16")),
    "information_counts": Template(INFORMATION_COUNTS, GRIDS, ("X7",)),
    "building_leaders": Template(BUILDING_LEADERS, GRIDS, ("X3",)),
    "service_points": Template(SERVICE_POINTS, PEOPLE, ("H1", "L15")),
}
