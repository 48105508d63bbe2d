"""Designing a register on the screen: from a line of headings to a design in use; nothing typed is lost."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models.account import Account, AccountState
from db.models.register import Register
from lib.access import sessions
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system, system_reading
from lib.fields.field import Choice, Field
from lib.registers.commands import make_register, save_draft, use_draft
from lib.registers.design import Design, Publishing, Rule, ViewKind
from lib.registers.designing import changed
from lib.registers.entries.commands import make_entry
from lib.registers.queries import DesignRow, designs_of
from lib.registers.usual_flows import Flow, flow_of, with_flow
from lib.ui.register_design import PARTS
from tests.makers import viewer_of_account
from tests.pages.test_pages import ACCOUNTS, Draw, address, assert_whole, draw, said
from tests.running import at_database

__all__ = ["draw"]
DIRECTOR, COUNTY, TOWN = "chengguan.director", "620102", "620102001"
LINE = "姓名*、电话、金额（元）、类别（学习、生活）、走访日期"
FIELDS = (
    Field("f1", "text", "姓名", required=True),
    Field("f2", "number", "数量"),
    Field("f3", "choice", "类别", choices=(Choice("c1", "学习"), Choice("c2", "生活"))),
    Field("f4", "date", "走访日期"),
    Field("f5", "formula", "两倍", formula="[数量]×2"),
)
_numbers = itertools.count()


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("designs") / "city.db"
    shutil.copy(small_city, path)
    with at_database(path):
        yield path


@pytest.fixture(scope="module")
def tokens(city: Path) -> dict[str, str]:
    found = {}
    with system() as session:
        for username in ACCOUNTS:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.state = AccountState.ACTIVE
            found[username] = sessions.hash_token(sessions.begin(session, account, "127.0.0.1", "test"))
    return found


def person(username: str = DIRECTOR) -> Viewer:
    with system_reading() as session:
        return viewer_of_account(session.scalars(select(Account).where(Account.username == username)).one())


def made(design: Design | None = None, *, in_use: bool = True) -> int:
    design = design or Design("", fields=FIELDS)
    with acting(person()) as session:
        key = make_register(session, COUNTY, replace(design, name=f"台账{next(_numbers)}"))
        if in_use:
            use_draft(session, key, designs_of(session, key)[0].seen)
    return key


def latest(register_id: int) -> DesignRow:
    with reading(person()) as session:
        return designs_of(session, register_id)[0]


def button(page: AppTest, label: str) -> Any:
    found = [one for one in page.main.button if one.label == label]
    assert len(found) == 1, (label, [one.label for one in page.main.button])
    return found[0]


def field(page: AppTest, label: str) -> Any:
    found = [
        one
        for one in [*page.text_input, *page.text_area, *page.checkbox, *page.number_input]
        if one.label == label
    ]
    assert len(found) == 1, (label, [one.label for one in page.text_input])
    return found[0]


def pills(page: AppTest, label: str) -> Any:
    return next(one for one in page.get("button_group") if one.label == label)


def grid(page: AppTest, register_id: int, name: str, **changes: Any) -> AppTest:
    """What a browser sends of a grid."""
    sketch = page.session_state[f"sketch {register_id}"]
    empty: dict[str, Any] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
    page.session_state[sketch.grid_key(name)] = empty | changes
    return page.run()


def now(page: AppTest, register_id: int) -> Design:
    found: Design = page.session_state[f"sketch {register_id}"].now
    return found


# -- who, and where


@pytest.mark.parametrize("username", ACCOUNTS)
def test_those_who_design_see_their_own_registers(draw: Draw, username: str) -> None:
    register_id = made()
    page = draw(username, "register_design", register=str(register_id))
    assert_whole(page)
    if Permission.DESIGN_REGISTERS not in GRANTS[ACCOUNTS[username]]:
        assert "您的角色看不到" in page.info[0].value
    elif username.startswith(("city.", "chengguan.")):
        assert "设计台账：台账" in page.title[0].value
    else:  # a register of above is used and not designed
        assert "找不到这本台账" in page.error[0].value


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("username", [DIRECTOR, "city.administrator"])
def test_each_part_is_drawn_and_no_key_is_shown(draw: Draw, part: str, username: str) -> None:
    design = with_flow(
        Design(
            "", fields=(*FIELDS, Field("f6", "phone", "旧电话", retired=True)), title=("f1",),
            rules=(Rule("f5 <= 9", "太多。"),), publishing=Publishing.ENTRY, since="f4",
        ),
        Flow.ABOVE,
    )  # fmt: skip
    page = draw(username, "register_design", register=str(made(design)), part=part)
    assert_whole(page)
    assert "f5" not in said(page).replace("sf5", "")
    if part == "rules":
        assert field(page, "第1条：应当满足").value == "[两倍] <= 9".replace("<=", "≤")


@pytest.mark.parametrize(
    "query", [{"register": "x"}, {"register": "999999"}, {"register": "-1", "part": "9"}, {}]
)
def test_nonsense_in_the_address_leads_to_the_choice(draw: Draw, query: dict[str, str]) -> None:
    page = draw(DIRECTOR, "register_design", **query)
    assert_whole(page)
    assert page.title[0].value == "设计台账"


@pytest.mark.parametrize(
    "kind", ["text", "number", "choice", "formula", "link", "serial", "center", "period", "yes_no"]
)
def test_the_panel_has_only_what_the_kind_has(draw: Draw, kind: str) -> None:
    register_id = made(Design("", fields=(Field("f1", kind, "一个"),)), in_use=False)
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="fields")
    assert_whole(page)
    labels = {one.label for one in [*page.text_input, *page.number_input, *page.selectbox, *page.checkbox]}
    assert ("单位" in labels) is (kind in ("number", "formula"))
    assert ("公式" in labels) is (kind == "formula")
    assert ("关联哪本台账" in labels) is (kind == "link")
    assert ("编号前缀" in labels) is (kind == "serial")
    assert ("最小（最早）" in labels) is (kind in ("number", "period"))
    assert ("必填" in labels) is (kind not in ("formula", "serial"))


# -- from nothing to a register in use


def test_a_register_of_headings_with_an_approval_is_made_in_a_few_clicks(draw: Draw) -> None:
    page = draw(DIRECTOR, "register_design")
    page.text_input(key="name of the new register").input("微心愿台账").run()
    register_id = int(address(page)["register"])
    assert "请添加字段" in page.success[0].value
    field(page, "粘贴Excel表头，或输入字段名（用顿号隔开），按回车添加").input(LINE).run()
    assert [one.kind for one in now(page, register_id).fields] == ["text", "phone", "money", "choice", "date"]
    pills(page, "步骤").set_value("flow").run()
    assert not latest(register_id).design.rules
    assert len(latest(register_id).design.fields) == 5  # saved on the way
    pills(page, "常用流程").set_value("above").run()
    assert "待审核" in said(page)
    pills(page, "步骤").set_value("use").run()
    assert "检查通过" in page.success[0].value
    button(page, "启用").click().run()
    assert_whole(page)
    assert "第1版已启用" in page.success[0].value
    design = latest(register_id).design
    assert flow_of(design) is Flow.ABOVE
    assert [one.label for one in design.by_key["f4"].choices] == ["学习", "生活"]
    with acting(person()) as session:
        make_entry(session, register_id, COUNTY, {"f1": "张三", "f3": "12.5", "f4": "生活"})


def test_a_grid_is_laid_over_what_it_began_with(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="fields")
    edits = {0: {"label": "户主", "section": "住户"}, 3: {"number": 1}, 1: {"kind": "text", "retired": True}}
    grid(
        page,
        register_id,
        "fields",
        edited_rows=edits,
        added_rows=[{"label": "联系电话"}, {"kind": "date"}, {}],
    )
    design = now(page, register_id)
    assert [one.label for one in design.fields] == [
        "走访日期", "户主", "数量", "类别", "两倍", "联系电话", "日期",
    ]  # fmt: skip
    assert design.by_key["f2"].kind == "number"  # in use, so it keeps its kind
    assert design.by_key["f2"].retired
    assert "种类不能改" in page.warning[0].value
    assert [one.kind for one in design.fields[-2:]] == ["phone", "date"]
    assert design.sections == ("住户",)
    assert design.by_key["f5"].formula == "f2 * 2"
    page.run()
    assert now(page, register_id) == design
    button(page, "保存草稿").click().run()
    assert latest(register_id).design == design


def test_what_a_grid_takes_out_is_retired_once_it_was_used(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="fields")
    grid(page, register_id, "fields", added_rows=[{"label": "新的"}])
    button(page, "复制").click().run()
    assert [one.label for one in now(page, register_id).fields][1] == "姓名（副本）"
    grid(page, register_id, "fields", deleted_rows=[0, 1])
    design = now(page, register_id)
    assert design.by_key["f1"].retired
    assert [one.label for one in design.standing] == ["数量", "类别", "走访日期", "两倍", "新的"]


def test_nonsense_from_the_browser_changes_nothing(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="fields")
    before = now(page, register_id)
    nonsense = {0: {"key": "f3", "label": "  ", "kind": "nothing"}}
    grid(page, register_id, "fields", edited_rows=nonsense, added_rows=[{"required": False}, {"label": " "}])
    assert_whole(page)
    assert now(page, register_id) == before


def test_buttons_order_double_retire_and_bring_back(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="fields")
    page.selectbox(key=f"design {register_id} chosen field").set_value("f3").run()
    button(page, "上移").click().run()
    assert [one.key for one in now(page, register_id).fields][:2] == ["f1", "f3"]
    button(page, "停用").click().run()
    assert now(page, register_id).by_key["f3"].retired
    button(page, "恢复").click().run()
    assert not now(page, register_id).by_key["f3"].retired
    field(page, "添加选项（用顿号隔开，按回车）").input("就业、学习").run()
    assert [one.label for one in now(page, register_id).by_key["f3"].choices] == ["学习", "生活", "就业"]
    grid(
        page, register_id, "choices of f3", edited_rows={0: {"retired": True}}, added_rows=[{"label": "住房"}]
    )
    found = now(page, register_id).by_key["f3"].choices
    assert [(one.label, one.retired) for one in found] == [
        ("学习", True), ("生活", False), ("就业", False), ("住房", False),
    ]  # fmt: skip


def test_a_formula_is_judged_as_it_is_written(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="fields")
    page.selectbox(key=f"design {register_id} chosen field").set_value("f5").run()
    assert field(page, "公式").value == "[数量] × 2"
    field(page, "公式").input("[数量]×[没有]").run()
    assert any("没有“没有”这个字段" in one.value.replace("\\", "") for one in page.error)
    assert field(page, "公式").value == "[数量]×[没有]"
    field(page, "公式").input("[数量]×").run()
    pills(page, "点字段名加到公式末尾").set_value("f2").run()
    assert now(page, register_id).by_key["f5"].formula == "f2 * f2"
    assert any("可以计算" in one.value for one in page.success)


def test_a_rule_is_made_from_lists(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="rules")
    key = f"design {register_id}"
    page.selectbox(key=f"{key} first field").set_value("f2").run()
    page.selectbox(key=f"{key} sign").set_value("≤").run()
    field(page, "或者一个值").input("100").run()
    button(page, "添加规则").click().run()
    assert now(page, register_id).rules == (Rule("f2 <= 100", "“数量”应当≤100，请核对。"),)
    assert any("读懂了" in one.value for one in page.success)
    button(page, "自己写一条").click().run()
    field(page, "第2条：应当满足").input("[数量]>[姓名]").run()
    assert any("不同种类" in one.value for one in page.error)
    page.button(key=f"{key} drop rule 1").click().run()
    assert len(now(page, register_id).rules) == 1


def test_stages_and_steps_are_changed_in_their_grids(draw: Draw) -> None:
    register_id = made(with_flow(Design("", fields=FIELDS), Flow.ABOVE))
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="flow")
    grid(
        page,
        register_id,
        "stages",
        edited_rows={1: {"label": "等审"}},
        added_rows=[{"label": "不予受理", "kind": "refused"}],
    )
    new = now(page, register_id).stages[-1].key
    grid(
        page,
        register_id,
        "moves",
        added_rows=[
            {"label": "不受理", "sources": ["waiting"], "target": new, "by": "above", "decides": True}
        ],
    )
    design = now(page, register_id)
    assert [one.label for one in design.stages] == ["待提交", "等审", "已通过", "不予受理"]
    assert design.moves[-1].target == new
    assert "不受理" in said(page)
    assert not page.error


def test_views_and_reminders(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="places")
    page.multiselect(key=f"design {register_id} views").set_value(["table", "calendar"]).run()
    assert [(one.kind, one.by) for one in now(page, register_id).views] == [
        (ViewKind.TABLE, ""), (ViewKind.CALENDAR, "f4"),
    ]  # fmt: skip
    row = {"field": "f4", "days_before": 3, "sentence": "快到了"}
    grid(page, register_id, "reminders", added_rows=[row])
    assert now(page, register_id).reminders[0].days_before == 3
    assert not page.error


def test_the_preview_judges_what_is_typed_and_keeps_nothing(draw: Draw) -> None:
    register_id = made(Design("", fields=FIELDS, rules=(Rule("[数量]<10", "应少于10。"),)))
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="preview")
    field(page, "数量").input("12").run()
    assert [one.value for one in page.error] == ["“姓名”：这一项必填。"]
    field(page, "姓名 \\*").input("张三").run()
    assert [one.value for one in page.error] == ["应少于10。"]
    field(page, "数量").input("4").run()
    assert "标题：张三" in page.success[0].value
    assert "两倍：8" in said(page)
    with system_reading() as session:
        assert session.scalar(select(Register.version).where(Register.id == register_id)) is not None
    assert latest(register_id).used_since is not None


# -- what else goes on


def test_faults_are_listed_with_the_way_to_them(draw: Draw) -> None:
    fields = (*FIELDS, Field("f6", "choice", "等级"), Field("f7", "link", "关联"))
    register_id = made(Design("", fields=fields), in_use=False)
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="use")
    assert button(page, "启用").disabled
    assert len(page.error) == 2
    page.button(key=f"design {register_id} mend 1").click().run()
    assert address(page)["part"] == "fields"
    assert page.selectbox(key=f"design {register_id} chosen field").value == "f7"


def test_entries_that_do_not_fit_are_shown_and_the_draft_stays(draw: Draw) -> None:
    register_id = made()
    with acting(person()) as session:
        entry = make_entry(session, register_id, COUNTY, {"f1": "张三", "f2": "5"})
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="fields")
    page.selectbox(key=f"design {register_id} chosen field").set_value("f2").run()
    field(page, "最大（最晚）").input("4").run()
    pills(page, "步骤").set_value("use").run()
    assert "字段“数量”：最大：无 → 4" in said(page).replace("\\", "")
    button(page, "启用").click().run()
    assert "有1条已有记录不符合新设计" in page.error[0].value.replace("\\", "")
    assert page.session_state[f"sketch {register_id}"].misfits[0].row == entry
    assert "打开记录" in said(page)
    assert latest(register_id).number == 2
    assert latest(register_id).design.by_key["f2"].most == "4"
    with acting(person()) as session:
        save_draft(
            session,
            register_id,
            changed(latest(register_id).design, "f2", most="9"),
            latest(register_id).seen,
        )
    page.run()
    button(page, "启用").click().run()
    assert "第2版已启用" in page.success[0].value


def test_somebody_else_saved_meanwhile_and_nothing_is_lost(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="basics")
    field(page, "用途说明").input("我写的").run()
    with acting(person("city.leader")) as session:
        theirs = save_draft(session, register_id, replace(latest(register_id).design, about="别人写的"), None)
    button(page, "保存草稿").click().run()
    assert "刚被别人改过" in page.error[0].value
    assert field(page, "用途说明").value == "我写的"
    assert "用途说明：无 → 别人写的" in said(page).replace("\\", "")
    pills(page, "步骤").set_value("fields").run()
    pills(page, "步骤").set_value("basics").run()
    assert (latest(register_id).design.about, latest(register_id).seen) == ("别人写的", theirs)
    button(page, "保留我改的").click().run()
    button(page, "保存草稿").click().run()
    assert latest(register_id).design.about == "我写的"


def test_their_design_can_be_taken_instead(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="basics")
    field(page, "用途说明").input("我写的").run()
    with acting(person("city.leader")) as session:
        save_draft(session, register_id, replace(latest(register_id).design, about="别人写的"), None)
    page.run()
    button(page, "改用已保存的内容").click().run()
    assert field(page, "用途说明").value == "别人写的"
    assert not page.warning


def test_what_is_typed_lives_through_a_visit_to_another_page(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="fields")
    grid(page, register_id, "fields", added_rows=[{"label": "新的"}])
    page.switch_page("pages/me.py").run()
    page.query_params["register"], page.query_params["part"] = str(register_id), "fields"
    page.switch_page("pages/register_design.py").run()
    assert [one.label for one in now(page, register_id).fields].count("新的") == 1
    button(page, "复制").click().run()
    assert [one.label for one in now(page, register_id).fields].count("新的") == 1


def test_versions_are_listed_and_compared(draw: Draw) -> None:
    register_id = made()
    with acting(person()) as session:
        save_draft(session, register_id, changed(latest(register_id).design, "f1", label="户主"), None)
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="versions")
    words = said(page).replace("\\", "")
    assert "字段“姓名”：名称：姓名 → 户主" in words
    assert "草稿，还没有启用" in words


def test_a_register_is_closed_opened_again_and_a_draft_dropped(draw: Draw) -> None:
    register_id = made()
    page = draw(DIRECTOR, "register_design", register=str(register_id), part="use")
    page.button(key=f"design {register_id} close").click().run()
    assert "已停用" in said(page)
    page.button(key=f"design {register_id} reopen").click().run()
    assert "台账已恢复使用" in page.success[0].value
    draft = made(in_use=False)
    page = draw(DIRECTOR, "register_design", register=str(draft), part="use")
    page.button(key=f"design {draft} drop").click().run()
    with system_reading() as session:
        assert session.get(Register, draft) is None
    assert_whole(page)


def test_names_that_look_like_markup_stay_words(draw: Draw) -> None:
    nasty = "![x](http://a.b/c.png) <b>$x$"
    fields = (
        Field("f1", "text", nasty.replace("[", "(").replace("]", ")")),
        Field("f2", "formula", "和", formula="[无]"),
    )
    register_id = made(Design("", fields=fields, rules=(Rule("![x](http://a.b)", nasty),)), in_use=False)
    for part in PARTS:
        page = draw(DIRECTOR, "register_design", register=str(register_id), part=part)
        assert_whole(page)
        assert not [
            one
            for one in [*page.markdown, *page.error, *page.caption, *page.success]
            if "](http" in one.value
        ]
