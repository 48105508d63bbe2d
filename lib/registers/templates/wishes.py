"""Micro-wishes, care for households in need, visits."""

from __future__ import annotations

from lib.fields.field import Field
from lib.registers.design import By, Design, Move, Reminder, Rule, StageKind, View, ViewKind
from lib.registers.templates.template import PEOPLE, Template, choices, stage

SATISFIED = choices(
    "very 非常满意 Very satisfied", "satisfied 满意 Satisfied", "basically 基本满意 Basically satisfied",
    "dissatisfied 不满意 Dissatisfied", "very_bad 非常不满意 Very dissatisfied",
)  # fmt: skip

MICRO_WISHES = Design(
    "微心愿台账",
    "Micro-wishes",
    "群众点单、村社派单、党员接单，办成后由群众致谢评价。",
    "Residents order, the community dispatches, Party members take and fulfil, residents say thanks.",
    "volunteer_activism",
    sections=("群众点单", "党员接单", "办成致谢"),
    fields=(
        Field("f1", "serial", "编号", "Number", section="群众点单", default="WXY"),
        Field("f2", "text", "心愿", "Wish", section="群众点单", required=True, longest=60),
        Field("f3", "choice", "类别", "Kind", section="群众点单", required=True, choices=choices(
            "study 学习用品 School things", "life 生活用品 Household things", "health 康复健康 Health",
            "repair 维修改造 Repairs", "company 陪伴照料 Company", "skill 技能就业 Skills and jobs")),
        Field("f4", "text", "许愿人", "Resident", section="群众点单", required=True, longest=20, masked=True),
        Field("f5", "phone", "联系电话", "Phone", section="群众点单"),
        Field("f6", "grid", "所在网格", "Grid", section="群众点单"),
        Field("f7", "money", "预计花费", "Expected cost", section="群众点单", least="0", most="5000",
              help="单个微心愿一般不超过500元，最高5000元。"),
        Field("f8", "date", "希望完成日期", "Wanted by", section="群众点单"),
        Field("f9", "text", "接单党员", "Taken by", section="党员接单", longest=20),
        Field("f10", "text", "所在党组织", "Party organization", section="党员接单", longest=60),
        Field("f11", "date", "办成日期", "Fulfilled on", section="办成致谢"),
        Field("f12", "choice", "群众评价", "Rating", section="办成致谢", choices=SATISFIED),
        Field("f13", "long_text", "致谢留言", "Words of thanks", section="办成致谢", longest=300),
        Field("f14", "attachment", "照片", "Pictures", section="办成致谢"),
    ),
    rules=(Rule("[办成日期]≤今天()", "办成日期不能晚于今天。",
        "It cannot have been fulfilled after today."),),
    stages=(
        stage("ordered 已点单 Ordered", StageKind.DRAFT, editable=True),
        stage("dispatched 已派单 Dispatched", StageKind.WAITING, editable=True),
        stage("taken 已接单 Taken", StageKind.WAITING, editable=True),
        stage("done 已办成 Fulfilled", StageKind.DONE, editable=True),
        stage("thanked 已致谢 Thanked", StageKind.DONE),
        stage("withdrawn 已撤回 Withdrawn", StageKind.REFUSED),
    ),
    moves=(
        Move("dispatch", "派单", "Dispatch", ("ordered",), "dispatched", By.OWN_OR_ABOVE),
        Move("take", "接单", "Take", ("dispatched",), "taken", By.OWN_OR_ABOVE, by_another=False,
             needs="非 空([接单党员])", needs_words="请先填写接单党员，再接单。",
             needs_words_en="Enter the Party member who takes it first."),
        Move("done", "办成", "Fulfil", ("taken",), "done", By.OWN_OR_ABOVE,
             needs="非 空([办成日期])", needs_words="请先填写办成日期。",
             needs_words_en="Enter the day on which it was fulfilled first."),
        Move("thank", "确认致谢", "Confirm thanks", ("done",), "thanked", By.ABOVE, by_another=True,
             needs="非 空([群众评价])", needs_words="请先回访并填写群众评价。",
             needs_words_en="Ask the resident and enter the rating first."),
        Move("give_back", "退单", "Give back", ("dispatched", "taken"), "ordered", By.OWN_OR_ABOVE,
             asks_reason=True),
        Move("withdraw", "撤回", "Withdraw", ("ordered", "dispatched"), "withdrawn", By.OWN,
             asks_reason=True),
    ),
    reminders=(Reminder("f8", 7, "还有一周到群众希望的日期。", ("done", "thanked", "withdrawn")),),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD), View(ViewKind.CALENDAR, "f8"), View(ViewKind.MAP,
        "f6")),
    title=("f2",),
    filled_by=("village", "town"),
)  # fmt: skip

PAIRED_CARE = Design(
    "结对关爱台账",
    "Paired care",
    "干部、党员与独居老人、留守儿童、残疾人等家庭结对，定期探访。",
    "Officials and Party members paired with households in need, visited at intervals.",
    "diversity_1",
    fields=(
        Field("f1", "text", "户主", "Head of household", required=True, longest=20, masked=True),
        Field("f2", "choice", "对象类别", "Kind", required=True, choices=choices(
            "elder 独居老人 Elderly living alone", "left_child 留守儿童 Left-behind child",
            "hard_child 困境儿童 Child in hardship", "disabled 残疾人 Disabled person",
            "low_income 低保户 Household on allowance", "veteran 退役军人 Veteran",
            "lost_child 失独家庭 Bereaved parents")),
        Field("f3", "number", "户内人数", "People", unit="人", least="1", most="20", default="1"),
        Field("f4", "grid", "所在网格", "Grid", required=True),
        Field("f5", "phone", "家庭电话", "Household phone"),
        Field("f6", "text", "结对人", "Paired with", required=True, longest=20),
        Field("f7", "text", "结对人单位", "Unit of the paired person", required=True, longest=60),
        Field("f8", "phone", "结对人电话", "Phone of the paired person"),
        Field("f9", "date", "结对日期", "Paired on", required=True),
        Field("f10", "date", "最近探访日期", "Last visit"),
        Field("f11", "date", "下次探访日期", "Next visit"),
        Field("f12", "number", "累计探访次数", "Visits so far", unit="次", least="0", most="9999",
            default="0"),
        Field("f13", "long_text", "需求和帮办情况", "Needs and help given", longest=500),
    ),
    rules=(
        Rule("[最近探访日期]≥[结对日期]", "最近探访日期早于结对日期，请核对。",
             "The last visit is before the pairing."),
        Rule("[下次探访日期]>[最近探访日期]", "下次探访日期应晚于最近探访日期。",
             "The next visit must be after the last one."),
    ),
    stages=(
        stage("proposed 待结对 To be paired", StageKind.DRAFT, editable=True),
        stage("paired 结对中 Paired", StageKind.DONE, editable=True),
        stage("ended 已解除 Ended", StageKind.DONE),
    ),
    moves=(
        Move("pair", "确认结对", "Confirm", ("proposed",), "paired", By.ABOVE, by_another=True),
        Move("end", "解除结对", "End", ("paired",), "ended", By.OWN_OR_ABOVE, asks_reason=True),
    ),
    reminders=(Reminder("f11", 3, "三天后应上门探访。", ("ended",)),),
    views=(View(ViewKind.TABLE), View(ViewKind.CARDS), View(ViewKind.CALENDAR, "f11"), View(ViewKind.MAP,
        "f4")),
    title=("f2", "f7"),
    filled_by=("village", "town"),
)  # fmt: skip

VISITS = Design(
    "走访台账",
    "Visits",
    "返乡走亲、驻村连心、入网知心、联户交心四项行动的走访和问题销号。",
    "The four visiting campaigns: households visited, problems found and solved.",
    "directions_walk",
    fields=(
        Field("f1", "choice", "行动", "Campaign", required=True, choices=choices(
            "home 返乡走亲 Officials visit their home villages", "stay 驻村连心 Staying in the village",
            "grid 入网知心 Into the grids", "link 联户交心 Linked households")),
        Field("f2", "date", "走访日期", "Date", required=True, default="today"),
        Field("f3", "text", "走访人", "Visitor", required=True, longest=20),
        Field("f4", "text", "单位和职务", "Unit and post", longest=60),
        Field("f5", "grid", "走访网格", "Grid"),
        Field("f6", "number", "走访户数", "Households visited", required=True, unit="户", least="1",
            most="500"),
        Field("f7", "number", "发现问题数", "Problems found", required=True, unit="个", least="0",
            most="500"),
        Field("f8", "number", "解决问题数", "Problems solved", required=True, unit="个", least="0",
            most="500",
              default="0"),
        Field("f9", "formula", "解决率", "Share solved", unit="%", places=1,
            formula="[解决问题数]÷[发现问题数]×100"),
        Field("f10", "long_text", "反映的主要问题", "What was said", longest=500),
        Field("f11", "date", "约定办结日期", "Promised by"),
    ),
    rules=(
        Rule("[解决问题数]≤[发现问题数]", "解决问题数不能多于发现问题数。",
             "No more problems can be solved than were found."),
        Rule("[走访日期]≤今天()", "走访日期不能晚于今天。", "The visit cannot lie after today."),
    ),
    stages=(
        stage("open 跟踪办理 Being followed up", StageKind.DRAFT, editable=True),
        stage("closed 已销号 Closed", StageKind.DONE),
    ),
    moves=(
        Move("close", "销号", "Close", ("open",), "closed", By.ABOVE, by_another=True,
             needs="[解决问题数]=[发现问题数]", needs_words="还有问题没有解决，不能销号。",
             needs_words_en="There are problems left; it cannot be closed."),
        Move("reopen", "重新办理", "Reopen", ("closed",), "open", By.OWN_OR_ABOVE, asks_reason=True),
    ),
    reminders=(Reminder("f11", 2, "约定的办结日期快到了。", ("closed",)),),
    views=(View(ViewKind.TABLE), View(ViewKind.CALENDAR, "f2"), View(ViewKind.BOARD, "f1"), View(ViewKind.MAP,
        "f5")),
    title=("f1", "f3"),
    filled_by=("village", "town"),
)  # fmt: skip

GIVEN = {
    "micro_wishes": Template(MICRO_WISHES, PEOPLE, ("L17",)),
    "paired_care": Template(PAIRED_CARE, PEOPLE, ("L20", "L16")),
    "visits": Template(VISITS, PEOPLE, ("L16",)),
}
