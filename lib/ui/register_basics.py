"""What a register is for: its name, its icon, who fills it, who reads it, whether it is published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from lib.i18n import _
from lib.registers.checks import LONGEST_LABEL
from lib.registers.design import PUBLISHING_WORDS, Design, Publishing, kinds_of
from lib.registers.usual_flows import in_force
from lib.ui import register_inputs as inputs
from lib.ui.register_sketch import Sketch

ICONS = (
    "table_view", "edit_note", "fact_check", "list_alt", "volunteer_activism", "favorite", "handshake",
    "diversity_3", "groups", "elderly", "child_care", "family_restroom", "home_work", "apartment", "store",
    "construction", "engineering", "gavel", "balance", "shield", "warning", "local_fire_department",
    "health_and_safety", "school", "park", "recycling", "map", "videocam", "campaign", "emoji_events",
    "redeem", "event", "receipt_long", "inventory_2",
)  # fmt: skip


def _set(name: str) -> Any:
    return lambda design, said: replace(design, **{name: said})


def draw(sketch: Sketch) -> None:
    design = sketch.now
    with st.grid(columns=2, min_column_width=300):
        inputs.text(
            sketch, "name", _("台账名称"), design.name, _set("name"), most=LONGEST_LABEL,
            example=_("如：微心愿台账"),
        )  # fmt: skip
        inputs.text(sketch, "name_en", _("英文名称（可不填）"), design.name_en, _set("name_en"), most=80)
        inputs.text(
            sketch, "about", _("用途说明"), design.about, _set("about"), most=300,
            example=_("谁在什么时候填，填了做什么用"),
        )  # fmt: skip
        inputs.text(sketch, "about_en", _("英文说明（可不填）"), design.about_en, _set("about_en"), most=300)
    with st.grid(columns=2, min_column_width=300):
        inputs.levels(
            sketch, "filled_by", _("由哪几级填写（不选为各级）"), design.filled_by, _set("filled_by")
        )
        inputs.levels(
            sketch, "read_by", _("还有哪几级可以查看（不选为各级）"), design.read_by, _set("read_by"),
            _("填写的级别总能看到本级和下级的记录"),
        )  # fmt: skip
    inputs.yes(
        sketch, "exported", _("可以导出到Excel"), design.exported, _set("exported"),
        _("单个字段还可以在字段设置里单独禁止导出"),
    )  # fmt: skip
    _publishing(sketch)
    key = sketch.key("icon")
    st.session_state[key] = design.icon
    st.pills(
        _("图标"), list(dict.fromkeys([*ICONS, design.icon])), key=key, required=True,
        format_func=lambda one: f":material/{one}:", on_change=sketch.take,
        args=(key, lambda design, said: replace(design, icon=said if said in ICONS else design.icon)),
    )  # fmt: skip


def _publishing(sketch: Sketch) -> None:
    design = sketch.now
    words = {one.value: _(said) for one, said in PUBLISHING_WORDS.items()}
    with st.grid(columns=3, min_column_width=220, vertical_alignment="bottom"):
        inputs.choice(
            sketch, "publishing", _("公布"), words, design.publishing.value, _publish,
            hint=_("清单类台账（如便民服务清单）审定后向下级公布；一般台账选“不公布”"),
        )  # fmt: skip
        if design.publishing is Publishing.ENTRY:
            days = {one.key: one.words for kind in ("date", "period") for one in kinds_of(design, kind)}
            inputs.choice(sketch, "since", _("从哪天起有效（字段）"), days, design.since, _set("since"))
            inputs.choice(sketch, "until", _("到哪天为止（字段，可不选）"), days, design.until, _set("until"))
    if design.publishing is Publishing.ENTRY and not days:
        st.caption(_("逐条公布要有一个日期字段，请先到“字段”里添加。"))


def _publish(design: Design, said: str) -> Design:
    chosen = Publishing(said or "no")
    days = [one.key for kind in ("date", "period") for one in kinds_of(design, kind)]
    if chosen is not Publishing.ENTRY:
        return in_force(replace(design, publishing=chosen, since="", until=""))
    return in_force(replace(design, publishing=chosen, since=design.since or (days[0] if days else "")))
