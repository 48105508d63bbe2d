"""Changing a plan on screen. What the browser sends back is a wish: it goes through the same reading as any
other plan, and every fault is named by the level and the line that it stands on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

import pandas as pd
import streamlit as st

from db.models.center import Level
from db.models.scheduling import RoundKind
from db.scope import ScopedSession
from lib.access.viewer import Viewer
from lib.centers.queries import LEVEL_WORDS
from lib.errors import BadInput, Problem
from lib.i18n import _, numbers
from lib.metrics.catalogue import METRICS
from lib.scheduling.opening import Planned
from lib.scheduling.plan import FIELD_WORDS, KIND_WORDS, Plan
from lib.scheduling.planning.commands import plan_rounds
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press

USUAL_DAYS, USUAL_HOUR = 2, time(18)
WHERE = re.compile(r"levels\[(\d+)\]\.(?:fields\[(\d+)\]\.)?(\w+)")
Rows = list[dict[str, Any]]


def _name(kind: RoundKind) -> str:
    return f"plan {kind.value}"


def form(page: Page, one: Planned) -> None:
    """What was typed stays when it is refused; whoever was quicker is not overwritten unseen."""
    name, given = _name(one.kind), st.session_state
    with st.expander(_("修改安排"), icon=":material/edit:", key=f"change {name}", on_change="rerun") as box:
        pass
    if not box.open:
        given.pop(f"{name} from", None)
        return
    if f"{name} from" not in given or f"{name} opens" not in given:
        given[f"{name} from"] = (one.plan, one.seen)
        given[f"{name} opens"], given[f"{name} active"] = one.plan.opens_after, one.active
    plan, seen = given[f"{name} from"]
    with box:
        if seen != one.seen:
            _changed_meanwhile(name, plan, one)
        with st.grid(columns=2, min_column_width=220, vertical_alignment="bottom"):
            st.number_input(_("期末后第几天开轮（0为当天）"), min_value=0, max_value=31, key=f"{name} opens")
            st.toggle(_("到时间自动开轮"), key=f"{name} active")
        levels = list(reversed(Level))
        for tab, level in zip(st.tabs([_(LEVEL_WORDS[level]) for level in levels]), levels, strict=True):
            with tab:
                _level(name, plan, level, seen)
        st.button(
            _("保存安排"), key="save the plan", type="primary", icon=":material/save:", on_click=_save,
            args=(page.viewer, one.kind, plan, seen),
        )  # fmt: skip
        st.caption(_("从下一轮起生效；已经开的各轮保持开轮时的安排。"))


def _changed_meanwhile(name: str, plan: Plan, one: Planned) -> None:
    st.warning(
        _("您打开以后，{person}改过这项安排。您改的还在下面，请核对后选择。").format(
            person=escaped(one.changed_by or "")
        ),
        icon=":material/sync_problem:",
    )
    with st.container(horizontal=True, gap="small"):
        st.button(_("改用已保存的安排"), key=f"{name} take", on_click=_forget, args=(name,))
        st.button(_("保留我改的"), key=f"{name} keep", on_click=_keep, args=(name, plan, one.seen))


def _forget(name: str) -> None:
    for key in [one for one in st.session_state if str(one).startswith(f"{name} ")]:
        del st.session_state[key]


def _keep(name: str, plan: Plan, seen: int | None) -> None:
    st.session_state[f"{name} from"] = (plan, seen)


def _level(name: str, plan: Plan, level: Level, seen: int | None) -> None:
    ask, key = plan.asks.get(level), f"{name} {level.value}"
    given = st.session_state
    given.setdefault(f"{key} asked", ask is not None)
    given.setdefault(f"{key} days", ask.days if ask else USUAL_DAYS)
    given.setdefault(f"{key} hour", ask.hour if ask else USUAL_HOUR)
    with st.grid(columns=3, min_column_width=200, vertical_alignment="bottom"):
        st.checkbox(_("这一级要填报"), key=f"{key} asked")
        st.number_input(_("开轮后几个工作日（0为当天）"), min_value=0, max_value=60, key=f"{key} days")
        st.time_input(_("几点前"), key=f"{key} hour")
    kinds = {kind.value: _(words) for kind, words in FIELD_WORDS.items()}
    metrics = {one: _(METRICS[one].words) for one in METRICS if not METRICS[one].about_quality}
    st.data_editor(
        # Of no type that a new line, which says nothing yet, would not fit into.
        pd.DataFrame(rows_of(plan, level), columns=["name", "kind", "metric", "needed"], dtype=object),
        key=f"{key} fields",
        hide_index=True,
        num_rows="dynamic",
        placeholder=numbers.NOTHING,
        column_config={
            "name": st.column_config.TextColumn(_("项目"), max_chars=40, width=220),
            "kind": st.column_config.SelectboxColumn(
                _("类型"),
                options=list(kinds),
                format_func=lambda one: kinds.get(str(one), str(one)),
                required=True,
            ),
            "metric": st.column_config.SelectboxColumn(
                _("系统指标"),
                options=list(metrics),
                format_func=lambda one: metrics.get(str(one), str(one)),
                width=200,
            ),
            "needed": st.column_config.CheckboxColumn(_("必填")),
        },
        alt=_("这一级要填的项目"),
    )


def rows_of(plan: Plan, level: Level) -> Rows:
    """What is asked of a level, in the reader's words."""
    if level not in plan.asks:
        return []
    return [
        {"name": _(one.name), "kind": one.kind.value, "metric": one.metric or None, "needed": one.needed}
        for one in plan.asks[level].fields
    ]


def edited(rows: Rows, change: Mapping[str, Any]) -> list[tuple[int | None, dict[str, Any]]]:
    """What an editor has made of its rows, each with the number that it had before."""
    found: list[tuple[int | None, dict[str, Any]]] = []
    gone = set(change.get("deleted_rows", ()))
    changes = change.get("edited_rows", {})
    for number, row in enumerate(rows):
        if number not in gone:
            found.append((number, {**row, **changes.get(number, changes.get(str(number), {}))}))
    found += [(None, dict(row)) for row in change.get("added_rows", ())]
    return found


def definition(plan: Plan, kind: RoundKind) -> dict[str, Any]:
    """The plan as it stands on screen, to be read like one of a file."""
    given, name = st.session_state, _name(kind)
    raw = {_(one.name): one.name for level in plan.levels for one in plan.asks[level].fields}
    keys = {one.name: one.key for level in plan.levels for one in plan.asks[level].fields}
    taken, levels = set(keys.values()), []
    for level in plan.levels + tuple(one for one in reversed(Level) if one not in plan.asks):
        place = f"{name} {level.value}"
        if not given.get(f"{place} asked", level in plan.asks):
            continue
        before = plan.asks[level].fields if level in plan.asks else ()
        fields = []
        for number, row in edited(rows_of(plan, level), given.get(f"{place} fields", {})):
            said, metric = str(row.get("name") or "").strip(), str(row.get("metric") or "")
            said = raw.get(said, said)
            if not said and metric in METRICS:
                said = METRICS[metric].words
            key = before[number].key if number is not None else keys.get(said) or _new_key(taken)
            keys.setdefault(said, key)
            taken.add(key)
            field = {"key": key, "name": said, "kind": row.get("kind"), "needed": bool(row.get("needed"))}
            fields.append(field | ({"metric": metric} if metric else {}))
        hour = given.get(f"{place} hour")
        levels.append(
            {
                "level": level.value,
                "days": given.get(f"{place} days"),
                "hour": f"{hour:%H:%M}" if isinstance(hour, time) else "",
                "fields": fields,
            }
        )
    return {"opens_after": given.get(f"{name} opens"), "levels": levels}


def _new_key(taken: set[str]) -> str:
    number = len(taken) + 1
    while f"item{number}" in taken:
        number += 1
    return f"item{number}"


def _save(viewer: Viewer, kind: RoundKind, plan: Plan, seen: int | None) -> None:
    given, name = st.session_state, _name(kind)
    said, active = definition(plan, kind), bool(given.get(f"{name} active"))

    def act(session: ScopedSession) -> None:
        try:
            plan_rounds(session, kind, said, active, seen)
        except BadInput as bad:
            problems = tuple(_in_words(one, said) for one in bad.problems)
            raise BadInput(problems[0].sentence if problems else bad.sentence, problems) from None

    kept = tuple(key for key in given if str(key).startswith(f"{name} "))
    done = _("“{kind}”的安排已保存，从下一轮起生效。").format(kind=_(KIND_WORDS[kind]))
    press(viewer, done, act, forgets=tuple(str(key) for key in kept))


def _in_words(problem: Problem, said: Mapping[str, Any]) -> Problem:
    """The same problem, with its place as it is called on screen."""
    found = WHERE.fullmatch(problem.field)
    words = {
        "opens_after": _("开轮时间"), "levels": _("填报层级"), "days": _("工作日数"), "hour": _("截止时间"),
        "fields": _("填报项目"), "name": _("项目"), "kind": _("类型"), "metric": _("系统指标"),
        "key": _("项目"), "needed": _("必填"), "level": _("填报层级"),
    }  # fmt: skip
    if found is None:
        place = words.get(problem.field, problem.field)
    else:
        number, line, field = found.groups()
        level = _(LEVEL_WORDS[Level(said["levels"][int(number) - 1]["level"])])
        name = words.get(field, field)
        place = (
            _("{level}第{line}项的“{name}”").format(level=level, line=line, name=name)
            if line
            else _("{level}的“{name}”").format(level=level, name=name)
        )
    return Problem(problem.field, problem.sentence.replace(problem.field, place), value=problem.value)
