"""The list of what may be given to gridworkers (网格事项准入退出清单), admitted and ended item by item."""

from __future__ import annotations

from lib.fields.field import Choice, Field
from lib.registers.design import (
    By,
    Design,
    Move,
    Publishing,
    Reminder,
    Rule,
    Stage,
    StageKind,
    View,
    ViewKind,
)

# What the gate and the page of the list read by name; a key never changes.
MATTER, DUTY, DEPARTMENT, REASON, BASIS, FREQUENCY, PAYER = "f1", "f2", "f3", "f4", "f5", "f6", "f7"
TERM, SINCE, UNTIL, HOW = "f8", "f9", "f10", "f11"
VERDICT, EVALUATION, EVALUATED_ON, EXIT_REASON = "f12", "f13", "f14", "f15"
STANDING, TEMPORARY = "standing", "temporary"
KEEP, CHANGE, LEAVE = "keep", "change", "leave"
DRAFT, WAITING, IN_FORCE, EXIT_PROPOSED, REFUSED, ENDED = (
    "draft", "waiting", "in_force", "exit_proposed", "refused", "ended",
)  # fmt: skip

WHAT, BURDEN, TIME, YEARLY = "事项", "工作量和经费", "起止", "评估和退出"
ACCESS_LIST = Design(
    "网格事项准入清单",
    "Access list of grid matters",
    about="部门申请、网格主管部门审核、公布起止。清单以外的事项不得交给网格员。",
    about_en="Departments apply, the grid office reviews, and it is published from when to when. What is not "
    "on the list may not be given to gridworkers.",
    icon="playlist_add_check",
    sections=(WHAT, BURDEN, TIME, YEARLY),
    fields=(
        Field(MATTER, "text", "事项名称", "Matter", section=WHAT, required=True, longest=60),
        Field(
            DUTY, "choice", "职责类别", "Kind of duty", section=WHAT, required=True,
            choices=(
                Choice("policy", "政策宣传", "Policy publicity"),
                Choice("information", "信息采集", "Information collection"),
                Choice("disputes", "矛盾纠纷化解", "Disputes"),
                Choice("risks", "风险隐患排查", "Risk checks"),
                Choice("care", "志愿关爱", "Volunteers and care"),
                Choice("service", "帮办代办", "Help and agency service"),
                Choice("emergency", "应急报告", "Emergency reports"),
                Choice("other", "其他", "Others"),
            ),
        ),
        Field(DEPARTMENT, "department", "申请部门", "Applying department", section=WHAT, required=True),
        Field(REASON, "long_text", "申请理由", "Reason", section=WHAT, required=True, longest=500),
        Field(BASIS, "text", "依据", "Basis", section=WHAT, required=True, longest=200,
              help="法律法规或文件名称、文号"),
        Field(HOW, "long_text", "工作要求", "What is to be done", section=BURDEN, longest=500),
        Field(
            FREQUENCY, "choice", "频次", "Frequency", section=BURDEN, required=True,
            choices=(
                Choice("daily", "每日", "Daily"),
                Choice("weekly", "每周", "Weekly"),
                Choice("monthly", "每月", "Monthly"),
                Choice("quarterly", "每季度", "Quarterly"),
                Choice("yearly", "每年", "Yearly"),
                Choice("as_needed", "按需", "As needed"),
            ),
        ),
        Field(PAYER, "text", "经费保障", "Who pays", section=BURDEN, required=True, longest=60,
              help="由谁出钱、从哪里列支"),
        Field(
            TERM, "choice", "期限类型", "Term", section=TIME, required=True, default=STANDING,
            choices=(Choice(STANDING, "长期", "Standing"), Choice(TEMPORARY, "临时", "Temporary")),
        ),
        Field(SINCE, "date", "起始日期", "From", section=TIME, required=True),
        Field(UNTIL, "date", "截止日期", "Until", section=TIME, help="临时事项必填；到期自动失效"),
        Field(
            VERDICT, "choice", "年度评估结论", "Verdict of the year", section=YEARLY,
            choices=(
                Choice(KEEP, "保留", "Keep"),
                Choice(CHANGE, "调整", "Change"),
                Choice(LEAVE, "退出", "Leave"),
            ),
        ),
        Field(EVALUATION, "long_text", "评估意见", "Evaluation", section=YEARLY, longest=500),
        Field(EVALUATED_ON, "date", "评估日期", "Evaluated on", section=YEARLY),
        Field(EXIT_REASON, "long_text", "退出原因", "Reason of exit", section=YEARLY, longest=500),
    ),
    rules=(
        Rule(
            '[期限类型] ≠ "临时" 或 非 空([截止日期])',
            "临时事项必须填写截止日期。",
            "A temporary matter needs a day on which it ends.",
        ),
        Rule("[截止日期] ≥ [起始日期]", "截止日期不能早于起始日期。", "It cannot end before it begins."),
    ),
    stages=(
        Stage(DRAFT, "起草", "Draft", StageKind.DRAFT, editable=True),
        Stage(WAITING, "待审核", "In review", StageKind.WAITING),
        Stage(IN_FORCE, "已准入", "Admitted", StageKind.DONE, in_force=True),
        Stage(EXIT_PROPOSED, "退出待审", "Exit in review", StageKind.WAITING, in_force=True),
        Stage(REFUSED, "未准入", "Refused", StageKind.REFUSED),
        Stage(ENDED, "已退出", "Ended", StageKind.DONE),
    ),
    moves=(
        Move("submit", "提交审核", "Submit", (DRAFT,), WAITING, By.OWN),
        Move("admit", "准入", "Admit", (WAITING,), IN_FORCE, By.OWN, decides=True, by_another=True),
        Move("refuse", "不予准入", "Refuse", (WAITING,), REFUSED, By.OWN, decides=True, asks_reason=True,
             by_another=True),
        Move("propose_exit", "申请退出", "Propose exit", (IN_FORCE,), EXIT_PROPOSED, By.OWN,
             asks_reason=True),
        Move("end", "同意退出", "Agree to exit", (EXIT_PROPOSED,), ENDED, By.OWN, decides=True,
             by_another=True),
        Move("stay", "不同意退出", "Keep it", (EXIT_PROPOSED,), IN_FORCE, By.OWN, decides=True,
             asks_reason=True, by_another=True),
        Move("draft_again", "重新起草", "Draft again", (REFUSED, ENDED), DRAFT, By.OWN),
    ),
    reminders=(Reminder(UNTIL, 30, "临时事项将在30天内到期，请评估是否延续。", (DRAFT, REFUSED, ENDED)),),
    views=(View(ViewKind.TABLE), View(ViewKind.BOARD)),
    title=(MATTER,),
    filled_by=("city", "county", "town"),
    publishing=Publishing.ENTRY,
    since=SINCE,
    until=UNTIL,
)  # fmt: skip
