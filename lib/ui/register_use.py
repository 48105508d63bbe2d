"""The last look before a design is put to use: what is wrong and where, what will be different, and which
entries would not fit; and the life of the register itself."""

from __future__ import annotations

import re

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import acting
from lib.errors import BadInput, Problem, Told
from lib.i18n import _, numbers
from lib.registers.commands import close_register, drop_draft, reopen_register, use_draft
from lib.registers.design import PUBLISHING_WORDS
from lib.registers.differences import differences
from lib.registers.queries import DesignRow, RegisterRow
from lib.ui import pressing
from lib.ui.menu import BY_NAME
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.register_sketch import Sketch, forget

PARTS: dict[str, str] = {
    "name": "basics", "filled_by": "basics", "publishing": "basics", "since": "basics", "until": "basics",
    "fields": "fields", "stages": "flow", "moves": "flow", "views": "places", "reminders": "places",
    "title": "places",
}  # fmt: skip


def part_of(place: str) -> str:
    """Where a fault is mended."""
    if re.fullmatch(r"f\d+", place):
        return "fields"
    return "rules" if place.startswith("rules") else PARTS.get(place, "basics")


def draw(
    sketch: Sketch, row: RegisterRow, used: DesignRow | None, problems: tuple[Problem, ...],
    parts: dict[str, str],
) -> None:  # fmt: skip
    _faults(sketch, problems, parts)
    _misfits(sketch)
    _what_changes(sketch, used)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        same = used is not None and sketch.now == used.design
        st.button(
            _("启用"), key=sketch.key("use"), type="primary", icon=":material/rocket_launch:",
            disabled=bool(problems) or same, on_click=_use, args=(sketch,),
            help=_("启用后这一版不再改动，以后的修改是下一版") if not problems else _("请先改好上面的问题"),
        )  # fmt: skip
        _life(sketch, row)


def _faults(sketch: Sketch, problems: tuple[Problem, ...], parts: dict[str, str]) -> None:
    if not problems:
        st.success(_("检查通过，没有发现问题。"), icon=":material/check_circle:")
        return
    st.markdown(f"**{escaped(_('有{count}处要改').format(count=len(problems)))}**")
    for number, problem in enumerate(problems):
        part = part_of(problem.field)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.error(escaped(problem.sentence), icon=":material/error:", width=640)
            st.button(
                _("去“{part}”改").format(part=parts[part]), key=sketch.key(f"mend {number}"),
                icon=":material/arrow_forward:", on_click=go, args=(sketch, part, problem.field),
            )  # fmt: skip


def go(sketch: Sketch, part: str, place: str = "") -> None:
    st.query_params["part"] = part
    if place in sketch.now.by_key:
        sketch.looked_at = place


def _misfits(sketch: Sketch) -> None:
    if not sketch.misfits:
        return
    reads = sketch.viewer.may(Permission.READ_REGISTERS)
    st.warning(_("下面的已有记录不符合新设计。请打开记录改好，或放宽设计后再启用。"), icon=":material/rule:")
    with st.container(border=True, gap="small"):
        for problem in sketch.misfits:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.markdown(escaped(problem.sentence))
                if reads and problem.row and "entry" in BY_NAME:
                    st.page_link(
                        BY_NAME["entry"].file, label=_("打开记录"), icon=":material/open_in_new:",
                        query_params={"entry": str(problem.row)},
                    )  # fmt: skip


def _what_changes(sketch: Sketch, used: DesignRow | None) -> None:
    if used is None:
        counts = _("{fields}个字段、{rules}条校验规则、{stages}个状态；{publishing}").format(
            fields=len(sketch.now.standing), rules=len(sketch.now.rules),
            stages=max(len(sketch.now.stages), 1),
            publishing=_(PUBLISHING_WORDS[sketch.now.publishing]),
        )  # fmt: skip
        st.caption(_("第一次启用：{counts}").format(counts=counts))
        return
    found = differences(used.design, sketch.now)
    if not found:
        st.caption(_("与正在使用的设计相同，没有要启用的改动。"))
        return
    st.markdown(f"**{escaped(_('与正在使用的第{number}版相比').format(number=used.number))}**")
    st.markdown("\n".join(f"- {escaped(sentence)}" for sentence in found))


def _use(sketch: Sketch) -> None:
    """Saved first, so that what is typed is kept even where entries do not fit it."""
    if not sketch.save() or sketch.seen is None:
        return
    st.session_state.pop(pressing.OUTCOME, None)
    register_id, seen = sketch.register_id, sketch.seen
    try:
        with acting(sketch.viewer) as session:
            number = use_draft(session, register_id, seen)
    except BadInput as bad:
        sketch.misfits = tuple(one for one in bad.problems if one.row)
        said = (bad.sentence,) if sketch.misfits else (bad.sentence, *(one.sentence for one in bad.problems))
        st.session_state[pressing.OUTCOME] = ("told", tuple(dict.fromkeys(said)))
        return
    except Told as told:
        st.session_state[pressing.OUTCOME] = ("told", (told.sentence,))
        return
    forget(register_id)
    st.session_state[pressing.OUTCOME] = (
        "done", (_("第{number}版已启用，现在可以填写了。").format(number=number),)
    )  # fmt: skip


def _life(sketch: Sketch, row: RegisterRow) -> None:
    key = sketch.register_id
    if sketch.seen is not None:
        with st.popover(_("放弃草稿"), icon=":material/delete:", key=sketch.key("drop box")):
            st.markdown(
                _("这份草稿里的改动会全部丢掉。")
                if row.in_use
                else _("这本台账还没有启用过，放弃草稿会一并删除台账。")
            )
            st.button(_("放弃"), key=sketch.key("drop"), on_click=_drop, args=(sketch, sketch.seen))
    if row.in_use and not row.closed:
        with st.popover(_("停用台账"), icon=":material/lock:", key=sketch.key("close box")):
            st.markdown(_("停用后不能再填写，已有记录仍可查看；以后可以恢复。"))
            st.button(
                _("停用"), key=sketch.key("close"), on_click=press,
                args=(sketch.viewer, _("台账已停用。"), lambda session: close_register(session, key)),
            )  # fmt: skip
    elif row.closed:
        st.button(
            _("恢复使用"), key=sketch.key("reopen"), icon=":material/lock_open:", on_click=press,
            args=(sketch.viewer, _("台账已恢复使用。"), lambda session: reopen_register(session, key)),
        )  # fmt: skip


def _drop(sketch: Sketch, seen: int) -> None:
    press(
        sketch.viewer, _("草稿已放弃。"), lambda session: drop_draft(session, sketch.register_id, seen),
        forgets=(f"sketch {sketch.register_id}",),
    )  # fmt: skip


def versions(sketch: Sketch, rows: tuple[DesignRow, ...]) -> None:
    """All wordings, and what any two of them say differently."""
    for one in rows:
        when = (
            _("{moment}启用").format(moment=numbers.table_moment(one.used_since))
            if one.used_since
            else _("草稿，还没有启用")
        )
        said = _("第{number}版 · {when} · {person}").format(number=one.number, when=when, person=one.made_by)
        st.markdown(escaped(said))
    if len(rows) < 2:
        st.caption(_("有了第二版，就可以在这里对比。"))
        return
    words = {one.number: _("第{number}版").format(number=one.number) for one in rows}
    with st.container(horizontal=True, gap="small"):
        newer = st.selectbox(
            _("对比"), list(words), key=sketch.key("newer"), format_func=lambda n: words[n], width=160
        )
        older = st.selectbox(
            _("与"), list(words), index=1, key=sketch.key("older"), format_func=lambda n: words[n], width=160
        )
    by_number = {one.number: one.design for one in rows}
    first, second = sorted((newer, older))
    found = differences(by_number[first], by_number[second])
    if not found:
        st.caption(_("这两版内容相同。"))
    st.markdown("\n".join(f"- {escaped(sentence)}" for sentence in found))
