"""Which round a page looks at, what waits for the reader, and how far the chain of levels has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import streamlit as st

from db.models.center import Level
from db.models.scheduling import ReportState, RoundKind
from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.centers.queries import LEVEL_WORDS, CenterCard
from lib.errors import NotFound
from lib.i18n import _, numbers
from lib.scheduling.plan import EVERY, KIND_WORDS, Every
from lib.scheduling.queries import RoundCard, RoundRow, own_waiting, round_card, rounds
from lib.scheduling.states import HANDED_IN, REPORT_WORDS
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, leave_for
from lib.ui.plain import escaped
from lib.ui.pressing import number_said

USUAL_KIND = RoundKind.MONTHLY
FIRST_SHOWN = 4  # reports that wait for me side by side; the rest stands folded under them
OFFERED = 24  # periods


@dataclass(frozen=True)
class Chosen:
    """A round as it stands below a center."""

    page: Page
    session: ScopedSession
    center: CenterCard
    card: RoundCard

    @property
    def row(self) -> RoundRow:
        return self.card.round


def period_words(kind: RoundKind, first: date, last: date) -> str:
    every = EVERY[kind]
    if every is Every.DAY:
        return numbers.day(first)
    if every is Every.MONTH:
        return numbers.month(first)
    if every is Every.YEAR:
        return _("{year}年").format(year=first.year)
    return _("{first}至{last}").format(first=numbers.day(first), last=numbers.day(last))


def round_words(row: RoundRow) -> str:
    return _("{period}的{kind}").format(
        period=period_words(row.kind, row.first, row.last), kind=_(KIND_WORDS[row.kind])
    )


def state_words(state: ReportState, late: bool) -> list[str]:
    """The state as badges: late is said beside it, or instead of it where nothing is there."""
    if late and state is ReportState.OPEN:
        return [_("逾期未报")]
    return [_(REPORT_WORDS[state]), *([_late(state)] if late else [])]


def _late(state: ReportState) -> str:
    return _("逾期上报") if state in HANDED_IN else _("逾期")


def state_colors() -> dict[str, str]:
    return {
        _("逾期未报"): "red",
        _("逾期"): "red",
        _("逾期上报"): "red",
        _(REPORT_WORDS[ReportState.RETURNED]): "orange",
        _(REPORT_WORDS[ReportState.OPEN]): "blue",
        _(REPORT_WORDS[ReportState.SUBMITTED]): "violet",
        _(REPORT_WORDS[ReportState.ACCEPTED]): "green",
    }


def badges(words: list[str], colors: Mapping[str, str]) -> None:
    for word in words:
        st.badge(escaped(word), color=colors.get(word, "gray"))  # type: ignore[arg-type]


def badge_column(colors: Mapping[str, str]) -> Any:
    """How a table shows a state: as the badge that stands elsewhere too."""
    return st.column_config.MultiselectColumn(options=list(colors), color=list(colors.values()), width=130)


def due_words(due: datetime, now: datetime) -> str:
    if due < now:
        return _("已逾期{span}").format(span=numbers.duration(now - due))
    return _("还剩{span}").format(span=numbers.duration(due - now))


# -- what waits for me


def waiting(page: Page, session: ScopedSession) -> None:
    """The reports of one's own center that are not in yet, each with the way to it."""
    found = own_waiting(session)
    if not found:
        return
    fills = page.viewer.may(Permission.FILL_REPORTS)
    sentence = _("等我填报：{count}份") if fills else _("本单位还有{count}份没有上报")
    with st.container(border=True, gap="small"):
        st.subheader(sentence.format(count=len(found)), anchor=False)
        with st.grid(columns=FIRST_SHOWN, min_column_width=200):
            for row in found[:FIRST_SHOWN]:
                _waits(page, row, fills)
        rest = found[FIRST_SHOWN:]
        if rest:
            with (
                st.expander(_("另外{count}份").format(count=len(rest)), key="the rest that waits"),
                st.grid(columns=FIRST_SHOWN, min_column_width=200),
            ):
                for row in rest:
                    _waits(page, row, fills)


def _waits(page: Page, row: RoundRow, fills: bool) -> None:
    due, state = row.own_due, row.own_state
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"**{escaped(_(KIND_WORDS[row.kind]))}**")
        st.caption(escaped(period_words(row.kind, row.first, row.last)))
        if due is not None and state is not None:
            late = due < page.moment
            with st.container(horizontal=True, gap="xsmall"):
                badges(state_words(state, late), state_colors())
            st.caption(escaped(_("{due}前").format(due=numbers.table_moment(due))))
            st.caption(escaped(due_words(due, page.moment)))
        label = _("填报") if fills else _("查看")
        if st.button(label, key=f"open report {row.own_report}", type="primary" if fills else "secondary"):
            leave_for("report", {"report": str(row.own_report)})


# -- which round


def choose(page: Page, session: ScopedSession, center: CenterCard) -> Chosen | None:
    """The two choices; None, with a way on, where no round was opened yet."""
    number = number_said("round")
    kind = _kind(session, number)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        with st.container(width=260):
            st.session_state["choose kind"] = kind
            st.selectbox(
                _("调度种类"),
                list(KIND_WORDS),
                format_func=lambda one: _(KIND_WORDS[one]),
                key="choose kind",
                on_change=_write_kind,
            )
        found = rounds(session, kind, OFFERED)
        named = _named(session, number, kind)
        words = {one.id: period_words(one.kind, one.first, one.last) for one in (*found, *named)}
        if words:
            shown = number if number in words else next(iter(words))
            st.session_state["choose round"] = shown
            with st.container(width=300):
                st.selectbox(
                    _("期次"), list(words), format_func=lambda one: words[one], key="choose round",
                    on_change=_write_round,
                )  # fmt: skip
        if center.children:
            with st.container(width=220):
                names = {"": _("全部下级")} | {one.code: one.name for one in center.children}
                st.session_state["go below"] = ""
                st.selectbox(
                    _("进入下级"), list(names), format_func=lambda one: names[one], key="go below",
                    on_change=_go_below,
                )  # fmt: skip
    if not words:
        st.info(
            _("还没有开过“{kind}”。系统到时间会自动开轮，也可以由最上级中心在“调度安排”中提前开轮。").format(
                kind=_(KIND_WORDS[kind])
            ),
            icon=":material/info:",
        )
        st.page_link(BY_NAME["planning"].file, label=_("查看调度安排"), icon=":material/edit_calendar:")
        return None
    return Chosen(page, session, center, round_card(session, shown, center.center.code))


def _kind(session: ScopedSession, number: int | None) -> RoundKind:
    """What the address says; where it names only a round, the kind of that."""
    said = st.query_params.get("kind", "")
    if said in {one.value for one in RoundKind}:
        return RoundKind(said)
    if number is None:
        return USUAL_KIND
    try:
        return round_card(session, number, "none").round.kind
    except NotFound:
        return USUAL_KIND


def _named(session: ScopedSession, number: int | None, kind: RoundKind) -> tuple[RoundRow, ...]:
    """The round that the address names, though it may be older than those that are offered."""
    if number is None:
        return ()
    try:
        found = round_card(session, number, "none").round
    except NotFound:
        return ()
    return (found,) if found.kind is kind else ()


def _write_kind() -> None:
    st.query_params["kind"] = RoundKind(st.session_state["choose kind"]).value
    st.query_params.pop("round", None)


def _write_round() -> None:
    st.query_params["round"] = str(st.session_state["choose round"])


def _go_below() -> None:
    if code := st.session_state["go below"]:
        st.query_params["center"] = str(code)


# -- how far it has come


def finding(chosen: Chosen) -> str:
    """The state of the round in a sentence, for the title."""
    handed_in = sum(one[0] for one in chosen.card.levels.values())
    late = sum(one[1] for one in chosen.card.levels.values())
    asked = sum(one[2] for one in chosen.card.levels.values())
    name, words = chosen.center.center.name, round_words(chosen.row)
    if not asked:
        return _("{center}：{round}没有填报任务").format(center=name, round=words)
    if handed_in == asked:
        return _("{center}：{round}{asked}个单位已全部上报").format(
            center=name, round=words, asked=numbers.whole(asked)
        )
    return _("{center}：{round}应报{asked}个，已报{done}个，逾期{late}个").format(
        center=name,
        round=words,
        asked=numbers.whole(asked),
        done=numbers.whole(handed_in),
        late=numbers.whole(late),
    )


def chain(chosen: Chosen) -> None:
    """From the lowest level up: how many are in, and how many are late."""
    levels = [level for level in reversed(Level) if level in chosen.card.levels]
    if not levels:
        return
    with st.grid(columns=len(levels), min_column_width=180):
        for level in levels:
            handed_in, late, asked = chosen.card.levels[level]
            ask = chosen.card.plan.asks.get(level)
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(
                    _(LEVEL_WORDS[level]),
                    f"{numbers.whole(handed_in)} / {numbers.whole(asked)}",
                    help=_("已报 / 应报"),
                )
                if late:
                    st.badge(
                        _("逾期未报{count}个").format(count=numbers.whole(late)),
                        icon=":material/error:",
                        color="red",
                    )
                elif handed_in == asked:
                    st.badge(_("已报齐"), icon=":material/check:", color="green")
                else:
                    st.badge(_("未到时限"), icon=":material/schedule:", color="blue")
                if ask is not None:
                    st.caption(escaped(limit_words(ask.days, f"{ask.hour:%H:%M}")))


def limit_words(days: int, hour: str) -> str:
    if not days:
        return _("开轮当天{hour}前").format(hour=hour)
    return _("开轮后{days}个工作日{hour}前").format(days=days, hour=hour)
