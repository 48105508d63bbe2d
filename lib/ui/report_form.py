"""What stands in a report: figures that open to their arithmetic, numbers, words; to be filled in or read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from lib.access.viewer import Viewer
from lib.i18n import _, numbers
from lib.metrics.measured import Period
from lib.scheduling.commands import save_report, submit_report
from lib.scheduling.content import LONGEST_REASON, LONGEST_WORDS
from lib.scheduling.figures import Figure
from lib.scheduling.plan import Field, FieldKind
from lib.scheduling.queries import ReportCard
from lib.schemes.scheme import plain as plain_number
from lib.ui import drafts
from lib.ui.menu import BY_NAME
from lib.ui.plain import escaped
from lib.ui.pressing import outcome, press
from lib.ui.report import Opened, figure_words, value_words
from lib.ui.spans import CUSTOM, figure_address

COLUMNS = [3, 3, 2, 4]


def name_of(card: ReportCard) -> str:
    """The beginning of the keys of this report's fields."""
    return f"report {card.id}"


def _value(field: Field) -> str:
    return f"value {field.key}"


def _reason(field: Field) -> str:
    return f"reason {field.key}"


def of_kind(card: ReportCard, kind: FieldKind) -> list[Field]:
    return [one for one in card.ask.fields if one.kind is kind]


def label_of(field: Field) -> str:
    name = _(field.name)
    return escaped(_("{name}（必填）").format(name=name) if field.needed else name)


# -- filling in


def form(opened: Opened) -> None:
    """What is typed stays through refusals; whoever saved in between is named by what they changed."""
    card = opened.card
    seen = drafts.begin(name_of(card), _saved(card), card.seen, _words(card), _added_up(card))
    with st.form(name_of(card), enter_to_submit=False, border=False):
        figures, numbers_asked = of_kind(card, FieldKind.METRIC), of_kind(card, FieldKind.NUMBER)
        if figures:
            _heading(_("系统已填{count}项").format(count=len(figures)), [
                _("项目"), _("系统数（点开看算式）"), _("更正为"), _("更正理由"),
            ])  # fmt: skip
            for one in figures:
                _figure(opened, one)
        if numbers_asked:
            st.subheader(_("数字"), anchor=False)
            with st.grid(columns=4, min_column_width=200):
                for one in numbers_asked:
                    _number(card, one)
        words = of_kind(card, FieldKind.WORDS)
        if words:
            st.subheader(_("文字"), anchor=False)
            for one in words:
                st.text_area(
                    label_of(one), key=drafts.field_of(name_of(card), _value(one)), max_chars=LONGEST_WORDS,
                    height=130,
                )  # fmt: skip
        outcome()
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                _("提交材料"), key="submit the report", type="primary", icon=":material/send:",
                on_click=_submit, args=(opened.page.viewer, card, seen),
            )  # fmt: skip
            st.form_submit_button(
                _("保存草稿"), key="save the draft", icon=":material/save:", on_click=_save,
                args=(opened.page.viewer, card, seen),
            )  # fmt: skip
    st.caption(_("提交时系统重新取数并固定下来，以后数据变化只在旁边标注，不改已提交的数。"))


def _heading(title: str, columns: list[str]) -> None:
    st.subheader(escaped(title), anchor=False)
    for place, words in zip(st.columns(COLUMNS), columns, strict=True):
        place.caption(words)


def _saved(card: ReportCard) -> dict[str, str]:
    found = {}
    for one in card.ask.fields:
        found[_value(one)] = card.content.values.get(one.key, "")
        if one.kind is FieldKind.METRIC:
            found[_reason(one)] = card.content.reasons.get(one.key, "")
    return found


def _words(card: ReportCard) -> dict[str, str]:
    found = {}
    for one in card.ask.fields:
        found[_value(one)] = _(one.name)
        found[_reason(one)] = _("{name}的更正理由").format(name=_(one.name))
    return found


def _added_up(card: ReportCard) -> dict[str, str]:
    """What the level below adds up to stands there until somebody types something else."""
    return {
        _value(one): plain_number(card.added_up[one.key][0])
        for one in of_kind(card, FieldKind.NUMBER)
        if one.key not in card.content.values and one.key in card.added_up and card.added_up[one.key][1]
    }


def _figure(opened: Opened, field: Field) -> None:
    card = opened.card
    name, value, other, why = st.columns(COLUMNS, vertical_alignment="center")
    name.markdown(escaped(_(field.name)))
    with value:
        link_to_arithmetic(card, field, figure_words(field, card.filled.get(field.key)))
    other.text_input(
        _("更正{name}").format(name=_(field.name)),
        key=drafts.field_of(name_of(card), _value(field)),
        max_chars=20,
        placeholder=_("无误不填"),
        label_visibility="collapsed",
    )
    why.text_input(
        _("{name}的更正理由").format(name=_(field.name)),
        key=drafts.field_of(name_of(card), _reason(field)),
        max_chars=LONGEST_REASON,
        placeholder=_("更正时必填"),
        label_visibility="collapsed",
    )


def link_to_arithmetic(card: ReportCard, field: Field, words: str) -> None:
    """The figure of this round's days and this center, taken apart."""
    period = Period(card.round.first, card.round.last)
    st.page_link(
        BY_NAME["figure"].file,
        label=escaped(words),
        icon=":material/function:",
        query_params={**figure_address(field.metric, card.center_code, period), "period": CUSTOM},
    )


def _number(card: ReportCard, field: Field) -> None:
    with st.container(gap="xsmall"):
        st.text_input(label_of(field), key=drafts.field_of(name_of(card), _value(field)), max_chars=20)
        _sum_below(card, field)


def _sum_below(card: ReportCard, field: Field) -> None:
    if field.key not in card.added_up:
        return
    total, said, asked = card.added_up[field.key]
    if not said:
        st.caption(escaped(_("下级{asked}个都还没有填报").format(asked=asked)))
        return
    st.caption(
        escaped(
            _("下级合计{total}，{asked}个中有{said}个填报").format(
                total=plain_number(total), asked=asked, said=said
            )
        )
    )


def _typed(card: ReportCard) -> tuple[dict[str, str], dict[str, str]]:
    name = name_of(card)
    values = {one.key: drafts.typed(name, _value(one)) for one in card.ask.fields}
    reasons = {one.key: drafts.typed(name, _reason(one)) for one in of_kind(card, FieldKind.METRIC)}
    return values, reasons


def _save(viewer: Viewer, card: ReportCard, seen: int) -> None:
    _act(viewer, card, seen, save_report, _("草稿已保存，还没有提交。"))


def _submit(viewer: Viewer, card: ReportCard, seen: int) -> None:
    _act(viewer, card, seen, submit_report, _("已提交，等待上一级审核。"))


def _act(viewer: Viewer, card: ReportCard, seen: int, command: Callable[..., object], done: str) -> None:
    values, reasons = _typed(card)
    press(
        viewer,
        done,
        lambda session: command(session, card.id, values, reasons, seen),
        forgets=(drafts.base_of(name_of(card)),),
    )


# -- reading


def read(opened: Opened) -> None:
    """The same, to be read: what the product had counted, and what was put in its place and why."""
    card = opened.card
    figures: Mapping[str, Figure] = card.filled
    metrics = of_kind(card, FieldKind.METRIC)
    if metrics:
        _heading(_("系统取数{count}项").format(count=len(metrics)), [
            _("项目"), _("系统数（点开看算式）"), _("更正为"), _("更正理由"),
        ])  # fmt: skip
        for one in metrics:
            name, value, other, why = st.columns(COLUMNS, vertical_alignment="center")
            name.markdown(escaped(_(one.name)))
            with value:
                link_to_arithmetic(card, one, figure_words(one, figures.get(one.key)))
            said = card.content.values.get(one.key)
            other.markdown(f"**{escaped(value_words(one, said))}**" if said else numbers.NOTHING)
            why.markdown(escaped(card.content.reasons.get(one.key, "")) or numbers.NOTHING)
    asked = of_kind(card, FieldKind.NUMBER)
    if asked:
        st.subheader(_("数字"), anchor=False)
        with st.grid(columns=4, min_column_width=200):
            for one in asked:
                with st.container(border=True, gap="xsmall"):
                    st.metric(escaped(_(one.name)), value_words(one, card.content.values.get(one.key)))
                    _sum_below(card, one)
    for one in of_kind(card, FieldKind.WORDS):
        with st.container(border=True, gap="xsmall"):
            st.caption(escaped(_(one.name)))
            st.text(card.content.values.get(one.key) or numbers.NOTHING)
