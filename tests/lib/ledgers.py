"""A register with one field of most kinds, in use at a county, and the people around it."""

from __future__ import annotations

from sqlalchemy import select

from db.models.account import Account, Role
from lib.access.viewer import Viewer
from lib.access.work import acting, reading
from lib.fields.field import Choice, Field
from lib.registers.commands import make_register, use_draft
from lib.registers.design import By, Design, Move, Rule, Stage, StageKind
from lib.registers.entries.finding import Filter
from lib.registers.entries.queries import EntryRow, find_entries
from lib.registers.queries import designs_of
from tests import makers
from tests.makers import COUNTY, VILLAGE

CITIZEN = "11010519491231002X"
WISHES = Design(
    "微心愿台账", "Micro-wishes",
    fields=(
        Field("f1", "serial", "编号", "Number", default="WXY"),
        Field("f2", "text", "心愿内容", "Wish", required=True, longest=50),
        Field("f3", "phone", "联系电话", "Phone"),
        Field("f4", "choice", "类别", "Kind", choices=(Choice("study", "学习"), Choice("life", "生活"))),
        Field("f5", "number", "单价", "Price", unit="元", places=2, least="0", most="5000"),
        Field("f6", "number", "数量", "Count", default="1"),
        Field("f7", "formula", "合计", "Sum", formula="[单价]×[数量]", places=2),
        Field("f8", "date", "截止日期", "Deadline"),
        Field("f9", "citizen_id", "身份证号", "ID number"),
        Field("f10", "grid", "网格", "Grid"),
        Field("f11", "text", "合同号", "Contract", unique=True),
        Field("f12", "yes_no", "已认领", "Taken"),
        Field("f13", "choices", "对象", "For", choices=(Choice("old", "老人"), Choice("young", "儿童"))),
        Field("f14", "text", "县级批注", "County's note", seen_by=("county",), edited_by=("county",)),
    ),
    rules=(Rule("[合计]≤9000", "合计不能超过9000元。"),),
    stages=(
        Stage("draft", "待提交", kind=StageKind.DRAFT, editable=True),
        Stage("waiting", "待审核", kind=StageKind.WAITING),
    ),
    moves=(Move("submit", "提交", "Submit", ("draft",), "waiting", By.OWN),),
    title=("f2",),
    filled_by=("village", "town"),
)  # fmt: skip


def people(url: str, *who: tuple[Role, str]) -> list[Viewer]:
    """Accounts of these roles at these centers."""
    with makers.everything(url) as session:
        session.add_all(
            makers.account(role, code, username=f"{role.value}{n}.{code}")
            for n, (role, code) in enumerate(who)
        )
        session.flush()
        found = {
            one.username: makers.viewer_of_account(one) for one in session.scalars(select(Account)).all()
        }
    return [found[f"{role.value}{n}.{code}"] for n, (role, code) in enumerate(who)]


def in_use(designer: Viewer, design: Design = WISHES, center_code: str = COUNTY) -> int:
    with acting(designer) as session:
        key = make_register(session, center_code, design)
    with reading(designer) as session:
        draft = designs_of(session, key)[0]
    with acting(designer) as session:
        use_draft(session, key, draft.seen)
    return key


def entries(viewer: Viewer, register_id: int, *filters: Filter) -> tuple[EntryRow, ...]:
    """In the order in which they were made."""
    with reading(viewer) as session:
        return find_entries(session, register_id, "", "", filters, downward=False, page_size=10_000).rows


__all__ = ["CITIZEN", "VILLAGE", "WISHES", "entries", "in_use", "people"]
