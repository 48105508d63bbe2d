"""The form with which somebody begins on a post."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from db.models.roster import PostRole
from db.scope import ScopedSession
from lib.fields.field import Field
from lib.i18n import _
from lib.roster.changes.queries import LinePreview
from lib.roster.fields import POST, roster_fields
from lib.roster.posts.commands import join
from lib.roster.posts.queries import Candidate, GridChoice, candidates, grids_to_hold, preview_joining
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.roster_undo import remember

SOMEBODY_NEW = 0
TOWN = 9  # digits of a town's code
FIRST = ("name", "role", "grid", "since")


def key_of(field: str) -> str:
    return f"joining {field}"


def form(page: Page, session: ScopedSession, center_code: str) -> None:
    """What is typed stays until it is saved; what it would do is shown before."""
    given = st.session_state
    near = len(center_code) >= TOWN  # above a town only posts of the center itself are filled here
    grids = {one.code: one for one in grids_to_hold(session, center_code)} if near else {}
    if not near:
        st.info(_("网格里的岗位请进入镇街办理；这里办理本级中心的岗位。"), icon=":material/info:")
    said = st.query_params.get("grid", "")
    if said in grids and key_of("grid") not in given:
        given[key_of("grid")] = said
        if grids[said].vacant:
            given.setdefault(key_of("role"), PostRole.FULL_TIME.value)
    people = {one.id: one for one in candidates(session, center_code)} if near else {}
    person_id = st.selectbox(
        _("谁上岗"), [SOMEBODY_NEW, *people], key=key_of("person"),
        format_func=lambda key: candidate_words(people[key]) if key in people else _("新进人员"),
        help=_("已在册的人选本人，就是再担任一个岗位；调岗请打开此人办理。"),
    )  # fmt: skip
    fields = [one for one in roster_fields() if one.key not in (POST, "until", "note")]
    if person_id != SOMEBODY_NEW:
        fields = [one for one in fields if one.key in ("role", "grid", "center", "since")]
    if given.get(key_of("grid")):  # whose center it is follows from the grid
        fields = [one for one in fields if one.key != "center"]
    with st.grid(columns=3, min_column_width=240):
        for one in sorted(fields, key=lambda field: (field.key not in FIRST, field.key == "center")):
            _input(one, grids, page.today)
    typed = {one.key: _said(one.key) for one in fields}
    if not typed.get("role") or (person_id == SOMEBODY_NEW and not typed.get("name")):
        st.caption(_("填好姓名、岗位和网格后，这里先列出办理的结果，再保存。"))
        return
    chosen = person_id or None
    preview = preview_joining(session, typed, chosen)
    outlook(preview)
    keys = [key_of("person"), *(key_of(one.key) for one in fields)]
    st.button(
        _("保存上岗"), type="primary", icon=":material/save:", disabled=bool(preview.problems),
        on_click=_save, args=(page, typed, chosen, {key: given.get(key) for key in keys}),
    )  # fmt: skip


def outlook(preview: LinePreview) -> None:
    """What saving would do, or what is still to be mended."""
    for problem in preview.problems:
        st.error(escaped(problem.sentence), icon=":material/error:")
    if preview.problems:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown("**" + escaped(_("将要登记")) + "**")
        shown = [
            _("{field}：{after}").format(field=label, after=after)
            for _key, label, _before, after in preview.changed
            if after
        ]
        st.markdown(escaped("；".join(shown)))
        for follows in preview.follows:
            st.markdown(escaped(follows))


def _input(one: Field, grids: dict[str, GridChoice], today: date) -> None:
    label = _("{label}（必填）").format(label=one.words) if one.required else one.words
    key, hint = key_of(one.key), escaped(one.help) or None
    # Said each time, so that a form that was saved is empty on screen too.
    st.session_state.setdefault(key, today if one.kind == "date" else "")
    if one.key == "grid":
        st.selectbox(
            label, ["", *grids], key=key, help=hint,
            format_func=lambda code: grid_words(grids[code]) if code in grids else _("不在网格，按中心设置"),
        )  # fmt: skip
    elif one.kind == "choice":
        words = {choice.key: choice.words for choice in one.choices}
        st.selectbox(
            label, ["", *words], key=key, help=hint, format_func=lambda value: words.get(value, _("请选择"))
        )
    elif one.kind == "date":
        st.date_input(label, key=key, help=hint, format="YYYY-MM-DD")
    else:
        st.text_input(label, key=key, help=hint, max_chars=one.longest or 60)


def grid_words(one: GridChoice) -> str:
    """明泰新村网格（空缺） 620102001001001"""
    words = _("{name}（空缺） {code}") if one.vacant else "{name} {code}"
    return words.format(name=one.name, code=one.code)


def candidate_words(one: Candidate) -> str:
    return _("{name}（{posts}）").format(name=one.name, posts=one.posts)


def _said(field: str) -> Any:
    return st.session_state.get(key_of(field)) or ""


def _save(page: Page, typed: dict[str, Any], person_id: int | None, seen: dict[str, Any]) -> None:
    def done(made: int) -> str:
        remember(made)
        st.query_params.pop("grid", None)
        return _("已办理上岗。")

    press(
        page.viewer, done, lambda session: join(session, typed, person_id),
        forgets=tuple(seen), seen=seen,
    )  # fmt: skip
