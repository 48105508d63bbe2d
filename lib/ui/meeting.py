"""The meeting of one's own center in a round: its record, who signs for it, and the others' records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from db.models.scheduling import MeetingState
from db.scope import ScopedSession
from lib import clock
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.errors import NotFound
from lib.i18n import _, listed, numbers
from lib.scheduling.meetings.commands import LONGEST_MINUTES, sign_meeting, write_meeting
from lib.scheduling.meetings.queries import MeetingRow, meetings_of
from lib.scheduling.queries import RoundRow, round_card
from lib.scheduling.states import MEETING, MEETING_WORDS
from lib.ui import drafts
from lib.ui.cases import back_to_the_list
from lib.ui.menu import BY_NAME
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.pressing import number_said, press
from lib.ui.rounds import round_words

NOBODY = 0
COLORS: dict[MeetingState, str] = {MeetingState.HELD: "orange", MeetingState.SIGNED: "green"}


@dataclass(frozen=True)
class Opened:
    """`own` is the record of the reader's center, None while nothing was written."""

    page: Page
    session: ScopedSession
    row: RoundRow
    own: MeetingRow | None
    others: tuple[MeetingRow, ...]

    @property
    def writes(self) -> bool:
        held = self.own is None or self.own.state is MeetingState.HELD
        return held and self.page.viewer.may(Permission.REVIEW_REPORTS)


def open_meeting(page: Page, session: ScopedSession) -> Opened | None:
    """The round that the address names; None, with a way on, where it names none."""
    try:
        row = round_card(session, number_said("round") or NOBODY, page.viewer.center_code).round
    except NotFound as told:
        st.title(_("会议"), anchor=False)
        say(told)
        st.page_link(BY_NAME["rounds"].file, label=_("打开调度"), icon=":material/event_repeat:")
        return None
    found = meetings_of(session, row.id)
    own = next((one for one in found if one.center_code == page.viewer.center_code), None)
    return Opened(page, session, row, own, tuple(one for one in found if one is not own))


def head(opened: Opened, center: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        back_to_the_list()
        st.page_link(
            BY_NAME["rounds"].file,
            label=_("整轮情况"),
            icon=":material/event_repeat:",
            query_params={
                "kind": opened.row.kind.value,
                "round": str(opened.row.id),
                "center": opened.page.viewer.scope.prefixes[0],
            },
        )
        st.page_link(
            BY_NAME["pack"].file,
            label=_("会议材料"),
            icon=":material/co_present:",
            query_params={"round": str(opened.row.id), "center": opened.page.viewer.center_code},
        )
    st.title(
        escaped(_("{center}：{round}会议").format(center=center, round=round_words(opened.row))), anchor=False
    )
    if opened.own is None:
        st.badge(_("还没有会议记录"), icon=":material/edit_note:", color="gray")
    else:
        _state(opened.own)


def _state(one: MeetingRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(_(MEETING_WORDS[one.state]), color=COLORS[one.state])  # type: ignore[arg-type]
        said = _("{person}记录").format(person=one.written_by)
        if one.signed_by is not None:
            said += _("，{person}于{moment}签发").format(
                person=one.signed_by, moment=numbers.table_moment(one.signed_at)
            )
        said += _(" · 出席{present}人，缺席{absent}人").format(
            present=len(one.present), absent=len(one.absent)
        )
        st.text(said, width="content")


# -- the record


def _name(opened: Opened) -> str:
    return f"meeting of {opened.row.id}"


def _words() -> dict[str, str]:
    return {
        "held": _("会议时间"),
        "place": _("地点"),
        "chair": _("主持人"),
        "present": _("出席"),
        "absent": _("缺席"),
        "minutes": _("会议纪要"),
    }


def form(opened: Opened) -> None:
    """What is typed stays through refusals."""
    own, name, words = opened.own, _name(opened), _words()
    saved = {
        "held": _wall(own.held_at) if own else None,
        "place": own.place if own else "",
        "chair": own.chair if own else "",
        "present": "\n".join(own.present) if own else "",
        "absent": "\n".join(own.absent) if own else "",
        "minutes": own.minutes if own else "",
    }
    start = {} if own else {"held": _wall(opened.page.moment).replace(minute=0)}
    seen = drafts.begin(name, saved, own.seen if own else None, words, start)
    with st.form(name, enter_to_submit=False):
        with st.grid(columns=3, min_column_width=200):
            st.datetime_input(words["held"], key=drafts.field_of(name, "held"), format="YYYY-MM-DD")
            st.text_input(words["place"], key=drafts.field_of(name, "place"), max_chars=100)
            st.text_input(words["chair"], key=drafts.field_of(name, "chair"), max_chars=100)
        with st.grid(columns=2, min_column_width=240):
            hint = _("每行一人，也可用顿号隔开")
            for field in ("present", "absent"):
                st.text_area(words[field], key=drafts.field_of(name, field), placeholder=hint, height=100)
        st.text_area(
            words["minutes"], key=drafts.field_of(name, "minutes"), max_chars=LONGEST_MINUTES, height=200
        )
        st.form_submit_button(
            _("保存会议记录"), key="write the meeting", type="primary", icon=":material/save:",
            on_click=_write, args=(opened.page.viewer, opened.row.id, name, seen),
        )  # fmt: skip


def _wall(moment: datetime) -> datetime:
    """As the deployment's clocks show it, and as a field for moments takes it."""
    return clock.local(moment).replace(second=0, microsecond=0, tzinfo=None)


def _write(viewer: Viewer, round_id: int, name: str, seen: int | None) -> None:
    held = st.session_state.get(drafts.field_of(name, "held"))
    if not isinstance(held, datetime):
        held = _wall(clock.now())
    at = clock.start_of_day(held.date()) + timedelta(hours=held.hour, minutes=held.minute)
    place, chair, present, absent, minutes = (
        drafts.typed(name, field) for field in ("place", "chair", "present", "absent", "minutes")
    )
    press(
        viewer,
        _("会议记录已保存，待另一个人签发。"),
        lambda session: write_meeting(session, round_id, at, place, chair, present, absent, minutes, seen),
        forgets=(drafts.base_of(name),),
    )


def sign(opened: Opened) -> None:
    """Another person stands for what was written."""
    own, viewer = opened.own, opened.page.viewer
    if own is None or all(step.action != "sign" for step in MEETING.open_to(viewer, own.state)):
        return
    wrote = own.written_by_id == viewer.account_id
    st.button(
        _("签发"),
        key="sign the meeting",
        icon=":material/lock:" if wrote else ":material/verified:",
        disabled=wrote,
        help=_("会议记录由您填写，须由另一个人签发。") if wrote else _("签发后会议记录不能再改。"),
        on_click=_sign,
        args=(viewer, own.id, own.seen),
    )
    if wrote:
        st.caption(_("会议记录由您填写，须由另一个人签发。"))


def _sign(viewer: Viewer, meeting_id: int, seen: int) -> None:
    press(viewer, _("会议记录已签发。"), lambda session: sign_meeting(session, meeting_id, seen))


def read(one: MeetingRow) -> None:
    """A record as it is kept."""
    facts = (
        (_("会议时间"), numbers.moment(one.held_at)),
        (_("地点"), one.place),
        (_("主持人"), one.chair),
        (_("出席{count}人").format(count=len(one.present)), listed(one.present)),
        (_("缺席{count}人").format(count=len(one.absent)), listed(one.absent)),
    )
    with st.grid(columns=3, min_column_width=200):
        for name, value in facts:
            with st.container(gap="xsmall"):
                st.caption(escaped(name))
                st.text(value or numbers.NOTHING)
    with st.container(border=True, gap="xsmall"):
        st.caption(_("会议纪要"))
        st.text(one.minutes)


def record(opened: Opened) -> None:
    """To be written by those who lead the meeting, read by the others."""
    if opened.writes:
        form(opened)
    elif opened.own is not None:
        read(opened.own)
    else:
        st.info(_("本单位这一轮还没有会议记录，由主持会议的人填写。"), icon=":material/info:")
    sign(opened)


def others(opened: Opened) -> None:
    """The records of the centers below, as far as they have met."""
    if not opened.others:
        return
    with st.expander(
        _("下级会议记录：{count}份").format(count=len(opened.others)), icon=":material/account_tree:"
    ):
        for one in opened.others:
            st.markdown(f"**{escaped(one.center_name)}**")
            _state(one)
            read(one)
