"""One value in one field of several rows: what would come of it, and the button that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib.errors import Told
from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.ui.page import say
from lib.ui.plain import escaped
from lib.ui.register_changes import Outcome

FIELD, VALUE, EMPTIED = "field of several", "value for several", "empty the field of several"
MOST_SHOWN = 200


def value_keys(field: Field) -> tuple[str, ...]:
    """What of the session is forgotten once it is done."""
    return f"{VALUE} {field.key}", f"{EMPTIED} {field.key}"


def filling(
    fields: Mapping[str, Field],
    outlook: Callable[[Field, object], Sequence[Outcome]],
    fill: Callable[[Field, object], None],
) -> None:
    """Asks for the field and the value; `outlook` says what would come of it, `fill` is the button's."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        key = st.selectbox(_("字段"), list(fields), format_func=lambda one: fields[one].words, key=FIELD)
        field = fields[key]
        emptied = st.session_state.get(f"{EMPTIED} {key}", False)
        typed = "" if emptied else _value(field)
        st.checkbox(_("清空这一项"), key=f"{EMPTIED} {key}", disabled=field.required)
    if not typed and not emptied:
        st.caption(_("填好后这里先列出每条会变成什么，再保存。"))
        return
    try:
        found = outlook(field, typed)
    except Told as told:
        say(told)
        return
    changing = [one for one in found if one.kind == "edited"]
    wrong = [one for one in found if one.problems or one.conflict]
    _preview(found)
    if wrong:
        st.error(
            escaped(_("有{count}条不能这样修改，先取消勾选它们再保存。").format(count=len(wrong))),
            icon=":material/error:",
        )
    elif not changing:
        st.caption(_("所选记录已经是这个内容，没有改动。"))
    else:
        st.button(
            escaped(_("把{count}条的“{field}”改好并保存").format(count=len(changing), field=field.words)),
            key="fill all", type="primary", icon=":material/save:", on_click=fill, args=(field, typed),
        )  # fmt: skip


def _value(field: Field) -> object:
    key = f"{VALUE} {field.key}"
    if field.kind == "choice":
        words = {"": ""} | {one.key: one.words for one in field.choices if not one.retired}
        return st.selectbox(_("改为"), list(words), format_func=lambda one: words[one], key=key)
    if field.kind == "choices":
        words = {one.key: one.words for one in field.choices if not one.retired}
        return tuple(st.multiselect(_("改为"), list(words), format_func=lambda one: words[one], key=key))
    if field.kind == "yes_no":
        words = {"": "", "1": _("是"), "0": _("否")}
        return st.selectbox(_("改为"), list(words), format_func=lambda one: words[one], key=key)
    if field.kind == "date":
        day: Any = st.date_input(_("改为"), value=None, key=key, format="YYYY-MM-DD")
        return f"{day}" if isinstance(day, date) else ""
    return st.text_input(_("改为"), key=key).strip()


def _preview(found: Sequence[Outcome]) -> None:
    lines = [
        (one, label, before, after)
        for one in found
        for _key, label, before, after in (one.changed or (("", "", "", ""),))
        if one.kind != "same" or one.problems or one.conflict
    ][:MOST_SHOWN]
    if not lines:
        return
    st.dataframe(
        pd.DataFrame(
            {
                _("编号"): [one.serial for one, _label, _before, _after in lines],
                _("标题"): [one.title for one, _label, _before, _after in lines],
                _("字段"): [label for _one, label, _before, _after in lines],
                _("原来"): [before for _one, _label, before, _after in lines],
                _("改为"): [after for _one, _label, _before, after in lines],
                _("问题"): [_problem(one) for one, _label, _before, _after in lines],
            }
        ),
        hide_index=True,
        height="content" if len(lines) <= 12 else 420,
        placeholder=numbers.NOTHING,
        alt=_("每条记录会变成什么"),
    )


def _problem(one: Outcome) -> str | None:
    if one.conflict:
        return _("刚被别人改过，请重新勾选")
    return "".join(problem.sentence for problem in one.problems) or None
