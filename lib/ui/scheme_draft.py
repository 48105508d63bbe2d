"""A draft on the screen: what somebody types is kept beside what was read, and judged as a whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.scope import ScopedSession
from lib import clock
from lib.access.viewer import Viewer
from lib.centers.groups import GROUP_WORDS
from lib.errors import BadInput
from lib.i18n import _, mark, numbers
from lib.metrics.registered import metric_named, metric_of
from lib.registers.figures.queries import FigureRow
from lib.schemes.commands import change_draft
from lib.schemes.differences import differences
from lib.schemes.queries import Wording
from lib.schemes.reading import PLACES, metrics_for, read, roster_metrics_for
from lib.schemes.scheme import (
    PUBLISHED_WORDS,
    RHYTHM_WORDS,
    SUBJECT_WORDS,
    NothingDue,
    Scheme,
    Subject,
    canonical,
    plain,
    written,
)
from lib.schemes.scoring import RULE_WORDS
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.pressing import press
from lib.ui.scheme_lines import (
    BY_HAND,
    BY_METRIC,
    COLUMNS,
    DOWN,
    NUMBERS,
    UP,
    column_words,
    edited,
    lines_of,
    pairs,
    place_words,
    rows_of,
)
from lib.ui.scheme_rewards import rewards_editor, rewards_of

NOTHING_DUE_WORDS: dict[NothingDue, str] = {
    NothingDue.LEAVES: mark("该项不计，其余折算到满分"),
    NothingDue.APART: mark("不参加排名，单独列出"),
}
MONTHS_BACK, MONTHS_AHEAD = 12, 12


def _begun(wording: Wording) -> tuple[int, Scheme, date]:
    """What this person began with: it stays until they save or read anew, whatever others do."""
    kept = st.session_state.setdefault(
        f"draft {wording.id}", (wording.seen, canonical(wording.scheme), f"{wording.first_month}")
    )
    seen, definition, first_month = kept
    return int(seen), read(json.loads(definition)), date.fromisoformat(first_month)


def _key(wording: Wording, seen: int, field: str) -> str:
    return f"{field} of draft {wording.id} {seen}"


def edit(page: Page, wording: Wording, figures: Sequence[FigureRow] = ()) -> dict[str, Any]:
    """The fields of a draft; returns the definition as it is typed now."""
    seen, scheme, first_month = _begun(wording)
    if seen != wording.seen:
        _changed_meanwhile(wording, scheme)
    _fields(page, wording, seen, scheme, first_month)
    _lines(wording, seen, scheme, figures)
    rewards_editor(scheme, _key(wording, seen, "rewards"))
    st.button(
        _("保存草稿"), key=f"save draft {wording.id}", icon=":material/save:", type="primary",
        on_click=_save, args=(page.viewer, wording),
    )  # fmt: skip
    return typed(wording)


def _changed_meanwhile(wording: Wording, begun: Scheme) -> None:
    said = "；".join(differences(begun, wording.scheme)) or _("内容相同")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            escaped(
                _("“{person}”在您打开之后改过这份草稿：{differences}。").format(
                    person=wording.drafted_by, differences=said
                )
            ),
            icon=":material/group:",
        )
        st.button(
            _("放弃我的改动，载入最新"), key=f"read anew {wording.id}", on_click=st.session_state.pop,
            args=(f"draft {wording.id}", None),
        )  # fmt: skip


def _fields(page: Page, wording: Wording, seen: int, scheme: Scheme, first_month: date) -> None:
    def key(field: str) -> str:
        return _key(wording, seen, field)

    with st.grid(columns=4, min_column_width=220, vertical_alignment="bottom"):
        st.text_input(_("名称"), scheme.name, key=key("name"), max_chars=60)
        st.text_input(_("依据（文件名称和文号）"), scheme.source, key=key("source"), max_chars=200)
        _choice(_("考核对象"), SUBJECT_WORDS, scheme.subject, key("object"))
        _choice(_("周期"), RHYTHM_WORDS, scheme.rhythm, key("rhythm"))
        _choice(_("公布范围"), PUBLISHED_WORDS, scheme.published, key("published"))
        _choice(_("没有应办事项时"), NOTHING_DUE_WORDS, scheme.nothing_due, key("nothing_due"))
        today = clock.start_of_month(page.today)
        months = [clock.start_of_month(today, n) for n in range(MONTHS_BACK, -MONTHS_AHEAD - 1, -1)]
        months = sorted({*months, first_month})
        st.selectbox(
            _("开始月份"), months, index=months.index(first_month), format_func=numbers.month,
            key=key("first_month"),
        )  # fmt: skip
        st.text_input(_("总分"), plain(scheme.whole), key=key("whole"), max_chars=10)
        st.text_input(_("等级（最低分:名称，可不填）"), grades_text(scheme), key=key("grades"), max_chars=200)
        words = {one.value: _(said) for one, said in GROUP_WORDS.items()}
        st.text_input(
            _("名额（分组:个数，可不填）"),
            ", ".join(f"{words.get(group, group)}:{count}" for group, count in scheme.quotas.items()),
            key=key("quotas"),
            max_chars=200,
        )


def grades_text(scheme: Scheme) -> str:
    return ", ".join(f"{plain(least)}:{name}" for least, name in scheme.grades)


def _choice(label: str, words: Mapping[Any, str], now: Any, key: str) -> None:
    st.selectbox(
        label, list(words), index=list(words).index(now), format_func=lambda one: _(words[one]), key=key
    )


def _called(words: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda value: words.get(str(value), str(value))


def _lines(wording: Wording, seen: int, scheme: Scheme, figures: Sequence[FigureRow]) -> None:
    """One row for each indicator; what the editor says is read from its own changes when it is saved."""
    subject = st.session_state.get(_key(wording, seen, "object"), scheme.subject)
    offered = (*metrics_for(Subject(subject)), *roster_metrics_for(Subject(subject)))
    names = {name: _(metric_named(name).words) for name in offered}
    if Subject(subject) in PLACES:
        names |= {one.metric: f"{one.definition.words}（{_('台账')}）" for one in figures}
    used = {one.metric for one in scheme.indicators if one.metric}
    names |= {name: _(metric_named(name).words) for name in used if metric_of(name) and name not in names}
    names = {BY_HAND: _("手工填报"), **names}
    rules = {kind.value: _(words) for kind, words in RULE_WORDS.items()}
    directions = {BY_METRIC: _("由指标决定"), UP: _("越高越好"), DOWN: _("越低越好")}
    words = column_words()
    column = st.column_config
    config: dict[str, Any] = {
        "name": column.TextColumn(words["name"], max_chars=40, required=True),
        "metric": column.SelectboxColumn(
            words["metric"], options=list(names), format_func=_called(names), width="medium"
        ),
        "rule": column.SelectboxColumn(
            words["rule"], options=list(rules), format_func=_called(rules), required=True
        ),
        "tiers": column.TextColumn(words["tiers"], help=_("例如95:20, 90:15，表示95及以上得20分")),
        "more_is_better": column.SelectboxColumn(
            words["more_is_better"], options=list(directions), format_func=_called(directions),
            help=_("系统指标的方向由指标库确定，不用填"),
        ),
        "only": column.TextColumn(words["only"], help=_("例如source:petition，只统计信访来源的事件")),
        "source": column.TextColumn(words["source"], max_chars=200, width="medium"),
        "key": column.TextColumn(words["key"], help=_("留空自动编号；代号不变的指标才能逐期比较")),
    }  # fmt: skip
    config |= {name: column.NumberColumn(words[name]) for name in NUMBERS}
    config["least_base"] = column.NumberColumn(
        words["least_base"], help=_("分母小于这个数的，标注“基数小”"), step=1
    )
    st.data_editor(
        pd.DataFrame(rows_of(scheme), columns=list(COLUMNS)).astype(dict.fromkeys(NUMBERS, "float64")),
        key=_key(wording, seen, "lines"),
        num_rows="dynamic",
        placeholder="",
        hide_index=True,
        column_config=config,
    )


def typed(wording: Wording) -> dict[str, Any]:
    """The definition as the fields say it now; nothing of it is judged yet."""
    seen, scheme, _first = _begun(wording)
    given = st.session_state

    def said(field: str, default: Any) -> Any:
        found = given.get(_key(wording, seen, field), default)
        return getattr(found, "value", found)

    groups = {_(words): one.value for one, words in GROUP_WORDS.items()}
    grades = pairs(said("grades", grades_text(scheme)))
    quotas_text = given.get(_key(wording, seen, "quotas"))
    # What the screen has no field for stays as it was.
    found: dict[str, Any] = written(scheme) | {
        "name": said("name", scheme.name),
        "source": said("source", scheme.source),
        "object": said("object", scheme.subject),
        "rhythm": said("rhythm", scheme.rhythm),
        "published": said("published", scheme.published),
        "nothing_due": said("nothing_due", scheme.nothing_due),
        "whole": said("whole", plain(scheme.whole)),
        "indicators": lines_of(edited(rows_of(scheme), given.get(_key(wording, seen, "lines")))),
    }
    found.pop("grades", None)
    if grades:
        found["grades"] = grades
    quotas = dict(scheme.quotas) if quotas_text is None else _quotas(str(quotas_text), groups)
    found.pop("quotas", None)
    if quotas:
        found["quotas"] = quotas
    found.pop("rewards", None)
    rewards = rewards_of(scheme, given.get(_key(wording, seen, "rewards")))
    if rewards:
        found["rewards"] = rewards
    return found


def _quotas(text: str, groups: Mapping[str, str]) -> dict[str, Any]:
    """By the group's key; a count that is no number stays as it was typed, and is refused."""
    found: dict[str, Any] = {}
    for pair in pairs(text):
        count = pair[-1] if len(pair) == 2 else ""
        found[groups.get(pair[0], pair[0])] = int(count) if count.isascii() and count.isdigit() else count
    return found


def _save(viewer: Viewer, wording: Wording) -> None:
    """What was typed is judged and written as a whole; refused, it stays on the screen."""
    seen, _scheme, first_month = _begun(wording)
    definition = typed(wording)
    month = st.session_state.get(_key(wording, seen, "first_month"), first_month)

    def act(session: ScopedSession) -> None:
        try:
            change_draft(session, wording.id, definition, month, seen)
        except BadInput as bad:
            raise in_words(bad) from None

    press(viewer, _("草稿已保存。"), act, forgets=(f"draft {wording.id}",))


def in_words(bad: BadInput) -> BadInput:
    """The same problems with the places that they are at called as the screen calls them."""
    problems = tuple(
        replace(one, sentence=one.sentence.replace(one.field, place_words(one.field) or one.field, 1))
        for one in bad.problems
    )
    return BadInput(problems[0].sentence if problems else bad.sentence, problems)


def unsaved(wording: Wording, definition: Mapping[str, Any]) -> bool:
    """Whether what is typed says something else than what is kept."""
    seen, scheme, first_month = _begun(wording)
    if st.session_state.get(_key(wording, seen, "first_month"), first_month) != first_month:
        return True
    try:
        return canonical(read(definition)) != canonical(scheme)
    except BadInput:
        return True
