"""Questions about who did what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from db.models.audit import AuditEntry
from db.scope import ScopedSession
from lib import clock
from lib.access.guard import query
from lib.access.permissions import Permission
from lib.audit.chain import Verdict, verify
from lib.i18n import mark
from lib.typed import literal_pattern, offset_of

EVENT_WORDS: dict[str, str] = {
    "signed in": mark("登录"),
    "signed out": mark("退出登录"),
    "sign-in refused": mark("登录被拒"),
    "password changed": mark("修改密码"),
    "password reset": mark("重置密码"),
    "account created": mark("建立账号"),
    "account disabled": mark("停用账号"),
    "account restored": mark("恢复账号"),
    "role changed": mark("变更角色"),
    "area added": mark("增加范围"),
    "area removed": mark("取消范围"),
    "lock lifted": mark("解除暂停"),
    "sessions ended": mark("强制下线"),
    "own session ended": mark("退出其他设备"),
    "language chosen": mark("切换语言"),
    "refused": mark("越权操作被拒"),
    "divisions imported": mark("导入区划"),
    "boundaries imported": mark("导入边界"),
    "cases imported": mark("导入事件"),
    "deployment made": mark("建立部署"),
    "exported": mark("导出"),
    "variant chosen": mark("选定统计口径"),
    "view saved": mark("保存视图"),
    "view changed": mark("修改视图"),
    "view deleted": mark("删除视图"),
    "assessment computed": mark("计算考核"),
    "assessment moved": mark("办理考核环节"),
    "calendar changed": mark("修改工作日历"),
    "finding looked into": mark("记录核查结果"),
    "meeting signed": mark("签发会议记录"),
    "meeting written": mark("填写会议记录"),
    "nomination decided": mark("评定推荐"),
    "objection answered": mark("答复异议"),
    "objection raised": mark("提出异议"),
    "report drafted": mark("保存填报草稿"),
    "report reviewed": mark("审核填报材料"),
    "report submitted": mark("提交填报材料"),
    "reports urged": mark("催报"),
    "round closed": mark("结束调度"),
    "round opened": mark("开启调度"),
    "rounds planned": mark("修改调度安排"),
    "scheme changed": mark("修改考核方案草稿"),
    "scheme drafted": mark("起草考核方案"),
    "scheme moved": mark("办理考核方案"),
    "score entered": mark("填报考核分值"),
    "task given": mark("交办任务"),
    "task moved": mark("办理任务环节"),
    "task progressed": mark("填报任务进展"),
    "unit nominated": mark("推荐参评"),
    "window opened": mark("新增窗口"),
    "window closed": mark("停用窗口"),
    "window rated": mark("填报窗口评价"),
    "register made": mark("新建台账"),
    "design drafted": mark("起草台账设计"),
    "design dropped": mark("放弃台账设计"),
    "design used": mark("启用台账设计"),
    "register closed": mark("停用台账"),
    "register reopened": mark("恢复台账"),
    "entry made": mark("新增台账记录"),
    "entry changed": mark("修改台账记录"),
    "entry moved": mark("办理台账记录"),
    "entry removed": mark("删除台账记录"),
    "entry restored": mark("恢复台账记录"),
    "entry commented": mark("评论台账记录"),
    "numbers shown": mark("查看完整号码"),
    "number looked up": mark("按完整号码查找"),
    "rows changed": mark("批量修改记录"),
    "rows restored": mark("撤销批量修改"),
    "attachment added": mark("上传附件"),
    "attachment removed": mark("删除附件"),
    "attachment taken": mark("下载附件"),
    "print template added": mark("上传打印模板"),
    "print template removed": mark("删除打印模板"),
    "figure made": mark("建立台账指标"),
    "figure retired": mark("停用台账指标"),
    "edition proposed": mark("提交清单新版"),
    "edition published": mark("公布清单新版"),
    "edition rejected": mark("退回清单新版"),
    "matter evaluated": mark("评估准入事项"),
    "gate exception": mark("清单外事项记录"),
    "gate rule set": mark("设定清单外事项规则"),
    "roster changed": mark("修改花名册"),
    "roster restored": mark("撤销花名册的改动"),
    "post changed": mark("办理岗位变动"),
    "photo changed": mark("更换人员照片"),
    "patrol recorded": mark("登记巡查"),
    "patrol corrected": mark("更正巡查"),
    "patrol removed": mark("撤销巡查"),
    "visit recorded": mark("登记走访"),
    "visit corrected": mark("更正走访"),
    "visit removed": mark("撤销走访"),
    "problem solved": mark("登记问题解决"),
    "duty imported": mark("导入巡查走访"),
    "duty taken back": mark("撤销导入的巡查走访"),
    "allowance rule set": mark("设定补助办法"),
    "allowances counted": mark("计算补助发放表"),
    "allowance corrected": mark("更正补助金额"),
    "allowances moved": mark("办理补助发放表"),
    "award given": mark("登记奖励"),
    "award withdrawn": mark("撤销奖励"),
    "restricted record": mark("办理受限事项"),
    "training planned": mark("安排培训"),
    "training changed": mark("修改培训安排"),
    "training cancelled": mark("取消培训安排"),
    "training session held": mark("安排培训场次"),
    "training session changed": mark("修改培训场次"),
    "training session cancelled": mark("取消培训场次"),
    "attendance recorded": mark("登记培训考勤"),
    "spot check drawn": mark("抽取履职抽查"),
    "spot check found": mark("填写抽查结果"),
    "spot check followed up": mark("办结抽查整改"),
    "staffing rule decided": mark("设定配备规则"),
}


@dataclass(frozen=True)
class AuditRow:
    seq: int
    at: datetime
    person: str
    role: str
    center_code: str
    address: str
    event: str
    subject: str
    before: str
    after: str
    result: str


@dataclass(frozen=True)
class AuditPage:
    total: int
    rows: tuple[AuditRow, ...]


@query(Permission.READ_AUDIT)
def find_entries(
    session: ScopedSession,
    text: str = "",
    event: str = "",
    first: date | None = None,
    last: date | None = None,
    page: int = 1,
    page_size: int = 50,
) -> AuditPage:
    """Entries of the viewer's scope, newest first; `text` is looked for in person, subject, address."""
    statement = select(AuditEntry)
    if text.strip():
        pattern = literal_pattern(text)
        statement = statement.where(
            or_(
                AuditEntry.person.like(pattern, escape="\\"),
                AuditEntry.subject.like(pattern, escape="\\"),
                AuditEntry.address.like(pattern, escape="\\"),
            )
        )
    if event:
        statement = statement.where(AuditEntry.event == event)
    if first is not None:
        statement = statement.where(AuditEntry.at >= clock.start_of_day(first))
    if last is not None:
        statement = statement.where(AuditEntry.at < clock.start_of_day(last + timedelta(days=1)))
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = session.scalars(
        statement.order_by(AuditEntry.seq.desc()).limit(page_size).offset(offset_of(page, page_size, total))
    ).all()
    return AuditPage(
        total,
        tuple(
            AuditRow(
                r.seq,
                r.at,
                r.person,
                r.role,
                r.center_code,
                r.address,
                r.event,
                r.subject,
                r.before or "",
                r.after or "",
                r.result,
            )
            for r in rows
        ),
    )


@query(Permission.CHECK_AUDIT)
def check_chain(session: ScopedSession) -> Verdict:
    """Whether the whole chain holds, from the first row to the last anchor."""
    return verify(session)
