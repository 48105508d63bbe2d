"""The designer of registers: which one, its parts in the order in which people think, and what is saved."""

from __future__ import annotations

import streamlit as st

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.i18n import _, mark
from lib.registers.commands import make_register
from lib.registers.design import Design
from lib.registers.differences import differences
from lib.registers.queries import DesignRow, RegisterRow, designs_of, registers_of
from lib.ui import (
    filters,
    register_basics,
    register_fields,
    register_flow,
    register_places,
    register_preview,
    register_print,
    register_rules,
    register_use,
)
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.pressing import number_said, press
from lib.ui.register_sketch import Sketch, arrive, faults, opened
from lib.ui.register_use import go

PARTS: dict[str, str] = {
    "basics": mark("1 基本"),
    "fields": mark("2 字段"),
    "rules": mark("3 校验规则"),
    "flow": mark("4 流程"),
    "places": mark("5 视图和提醒"),
    "preview": mark("6 预览"),
    "use": mark("7 检查并启用"),
    "print": mark("打印"),
    "versions": mark("历次版本"),
}
# What stands beside the draft and is no part of it.
BESIDE = ("print", "versions")


def _part() -> str:
    said = st.query_params.get("part", "basics")
    return said if said in PARTS else "basics"


def before() -> None:
    """What was typed is taken up before anything is drawn or read."""
    register_id = number_said("register")
    if register_id is not None:
        arrive(register_id, _part())


def draw(page: Page, session: ScopedSession) -> None:
    register_id = number_said("register")
    found = registers_of(session)
    row = next((one for one in found if one.id == register_id), None)
    if register_id is None:
        _choose(page, found)
        return
    try:
        rows = designs_of(session, register_id)
    except NotFound as told:
        say(told)
        _choose(page, found)
        return
    if row is None or not rows:
        _choose(page, found)
        return
    sketch, other = opened(page.viewer, register_id, rows, _part())
    used = next((one for one in rows if one.used_since is not None), None)
    _head(sketch, row, rows, used)
    if other is not None:
        _meanwhile(sketch, other, rows)
    _body(sketch, session, found, row, rows, used)


def _head(sketch: Sketch, row: RegisterRow, rows: tuple[DesignRow, ...], used: DesignRow | None) -> None:
    st.title(escaped(_("设计台账：{name}").format(name=sketch.now.words or row.name)), anchor=False)
    said = [row.center_name]
    said.append(
        _("第{number}版正在使用，{entries}条记录").format(number=used.number, entries=row.entries)
        if used
        else _("还没有启用")
    )
    if row.closed:
        said.append(_("已停用"))
    if sketch.unsaved:
        said.append(_("有改动还没有保存"))
    elif sketch.seen is not None:
        said.append(_("第{number}版草稿已保存").format(number=rows[0].number))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(escaped(" · ".join(said)), width="content")
        if used and sketch.viewer.may(Permission.READ_REGISTERS):
            _link("register", _("打开台账"), row.id)
            _link("register_figures", _("由此计算的指标"), row.id)


def _link(name: str, label: str, register_id: int) -> None:
    if name in BY_NAME:
        entry = BY_NAME[name]
        st.page_link(entry.file, label=label, icon=entry.icon, query_params={"register": str(register_id)})


def _meanwhile(sketch: Sketch, other: DesignRow, rows: tuple[DesignRow, ...]) -> None:
    """Somebody else has saved while something is unsaved here; nothing of it is lost."""
    draft = next((one for one in rows if one.used_since is None), None)
    used = next((one for one in rows if one.used_since is not None), None)
    with st.container(border=True, gap="small"):
        st.warning(
            escaped(
                _("您打开以后，{person}改过这份设计。您的改动还在下面，请核对后选择。").format(
                    person=other.made_by
                )
            ),
            icon=":material/sync_problem:",
        )
        changed = differences(sketch.saved, other.design)
        st.markdown("\n".join(f"- {escaped(one)}" for one in changed) or _("内容相同"))

        def take() -> None:
            sketch.now = sketch.saved = other.design
            mine()

        def mine() -> None:
            sketch.seen, sketch.in_use = draft.seen if draft else None, used.number if used else 0
            sketch.saved = other.design
            sketch.settle()

        with st.container(horizontal=True, gap="small"):
            st.button(_("改用已保存的内容"), key=sketch.key("take theirs"), on_click=take)
            st.button(_("保留我改的"), key=sketch.key("keep mine"), on_click=mine)


def _body(
    sketch: Sketch, session: ScopedSession, found: tuple[RegisterRow, ...], row: RegisterRow,
    rows: tuple[DesignRow, ...], used: DesignRow | None,
) -> None:  # fmt: skip
    words = {name: _(said) for name, said in PARTS.items()}
    part = filters.tabs("part", _("步骤"), words, "basics")
    problems = faults(sketch.now)
    keys = {one.key for one in used.design.fields} if used else set()
    match part:
        case "basics":
            register_basics.draw(sketch)
        case "fields":
            links = {one.id: one.name for one in found if one.in_use and not one.closed}
            register_fields.draw(sketch, keys, links, problems)
        case "rules":
            register_rules.draw(sketch, problems)
        case "flow":
            register_flow.draw(sketch, problems)
        case "places":
            register_places.draw(sketch, problems)
        case "preview":
            register_preview.draw(sketch, session)
        case "use":
            register_use.draw(sketch, row, used, problems, words)
        case "print":
            register_print.templates(sketch.viewer, session, row.id, row.name)
        case "versions":
            register_use.versions(sketch, rows)
    if part not in BESIDE:
        _foot(sketch, part, len(faults(sketch.now)))


def _foot(sketch: Sketch, part: str, wrong: int) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            _("保存草稿"), key=sketch.key("save"), icon=":material/save:", on_click=sketch.keep,
            disabled=not sketch.unsaved,
        )  # fmt: skip
        names = [name for name in PARTS if name not in BESIDE]
        if part in names[:-1]:
            following = names[names.index(part) + 1]
            st.button(
                _("下一步：{part}").format(part=_(PARTS[following])), key=sketch.key("next"), type="primary",
                icon=":material/arrow_forward:", on_click=go, args=(sketch, following),
            )  # fmt: skip
        if wrong and part != "use":
            st.button(
                _("还有{count}处要改").format(count=wrong), key=sketch.key("faults"), type="tertiary",
                icon=":material/error:", on_click=go, args=(sketch, "use"),
            )  # fmt: skip
        st.caption(_("换到另一步时自动保存草稿。"), width="content")


# -- which register


def _choose(page: Page, found: tuple[RegisterRow, ...]) -> None:
    st.title(_("设计台账"), anchor=False)
    own = [one for one in found if page.viewer.scope.covers(one.center_code)]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(
            _("新台账的名称"), key="name of the new register", max_chars=40,
            placeholder=_("如：微心愿台账"), on_change=_make, args=(page,), width=360,
        )  # fmt: skip
        st.button(
            _("新建"),
            key="make register",
            type="primary",
            icon=":material/add:",
            on_click=_make,
            args=(page,),
        )
    if not own:
        st.info(_("本级和下级还没有台账。输入名称，按回车新建一本。"), icon=":material/info:")
        return
    st.caption(_("或者修改已有的台账："))
    for one in own:
        state = _("有草稿") if one.drafted else (_("使用中") if one.in_use else _("未启用"))
        label = _("{name}（{center} · {state}）").format(name=one.name, center=one.center_name, state=state)
        st.button(
            escaped(label), key=f"design register {one.id}", icon=":material/edit:", type="tertiary",
            on_click=_open, args=(one.id,),
        )  # fmt: skip


def _open(register_id: int) -> None:
    st.query_params["register"] = str(register_id)


def _make(page: Page) -> None:
    name = str(st.session_state.get("name of the new register") or "").strip()
    if not name:
        return

    def made(register_id: int) -> str:
        _open(register_id)
        st.query_params["part"] = "fields"
        return _("已新建“{name}”，请添加字段。").format(name=name)

    press(
        page.viewer, made,
        lambda session: make_register(session, page.viewer.center_code, Design(name)),
        empties=("name of the new register",),
    )  # fmt: skip
