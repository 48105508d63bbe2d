"""What people do with the meeting of a round: write it down, change it, sign it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from db.models.scheduling import Meeting, MeetingState
from db.scope import ScopedSession
from db.session import take_lock
from lib import deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Problem, WrongState
from lib.i18n import _
from lib.scheduling.reading import round_at
from lib.scheduling.states import MEETING
from lib.typed import as_typed

LONGEST_MINUTES, MOST_PEOPLE, LONGEST_NAME = 10_000, 300, 60


@command(Permission.REVIEW_REPORTS)
def write_meeting(
    session: ScopedSession,
    round_id: int,
    held_at: datetime,
    place: str,
    chair: str,
    present: str,
    absent: str,
    minutes: str,
    seen: int | None,
) -> int:
    """The meeting of the viewer's own center in a round, new or changed as a whole; returns its key. Names
    stand one a line. Raises NotFound, WrongState, BadInput, Conflict."""
    found = round_at(session, round_id)
    viewer = viewer_of(session)
    take_lock(session, f"meeting {round_id} {viewer.center_code}")
    row = session.scalar(
        select(Meeting).where(Meeting.round_id == found.id, Meeting.center_code == viewer.center_code)
    )
    if (row.version if row else None) != seen:
        raise Conflict(_("会议记录刚被别人改过。请核对页面上的新内容后再改；您填写的内容仍在。"))
    if row is not None and row.state is not MeetingState.HELD:
        raise WrongState(_("会议记录已经签发，不能再改。"))
    if held_at > deployment.moment_of(session) + timedelta(days=366):
        raise BadInput(_("会议时间不对，请重新选择。"))
    there, missing = _names("present", present), _names("absent", absent)
    if both := sorted(set(there) & set(missing)):
        sentence = _("“{name}”既在出席又在缺席名单中。").format(name=both[0])
        raise BadInput(sentence, (Problem("absent", sentence, value=both[0]),))
    said = "\n".join(as_typed(line, LONGEST_MINUTES) for line in minutes.splitlines()).strip()
    if not said or len(said) > LONGEST_MINUTES:
        sentence = _("请填写会议纪要，最多{most}个字符。").format(most=LONGEST_MINUTES)
        raise BadInput(sentence, (Problem("minutes", sentence),))
    if row is None:
        row = Meeting(round_id=found.id, center_code=viewer.center_code, state=MeetingState.HELD)
    row.held_at, row.place, row.chair = held_at, as_typed(place, 100), as_typed(chair, 100)
    row.present, row.absent, row.minutes = "\n".join(there), "\n".join(missing), said
    row.written_by_id, row.written_by = viewer.account_id, viewer.name
    session.add(row)
    session.flush()
    record(
        session, viewer, "meeting written", f"meeting {row.id}",
        after={"round": found.id, "present": len(there), "absent": len(missing), "letters": len(said)},
    )  # fmt: skip
    return row.id


def _names(field: str, said: str) -> list[str]:
    """One a line, or parted by commas as people write lists."""
    found = [
        as_typed(name, LONGEST_NAME) for name in said.replace("、", "\n").replace("，", "\n").splitlines()
    ]
    names = list(dict.fromkeys(name for name in found if name))
    if len(names) > MOST_PEOPLE:
        sentence = _("名单最多{most}人。").format(most=MOST_PEOPLE)
        raise BadInput(sentence, (Problem(field, sentence),))
    return names


@command(Permission.REVIEW_REPORTS)
def sign_meeting(session: ScopedSession, meeting_id: int, seen: int) -> None:
    """Another person of the same center stands for what was written. Raises NotFound, NotAllowed,
    WrongState, Conflict."""
    row = session.get(Meeting, meeting_id)
    if row is None:
        raise no_meeting()
    viewer = viewer_of(session)
    if row.center_code != viewer.center_code:
        raise NotAllowed(_("会议记录由本单位签发。"))
    step = MEETING.take("sign", viewer, row.state, done_by=(row.written_by_id,))
    if row.version != seen:
        raise Conflict(_("会议记录刚被别人改过。请核对页面上的新内容后再签发。"))
    now = deployment.moment_of(session)
    row.state, row.signed_by, row.signed_at = step.target, viewer.name, now
    session.flush()
    record(session, viewer, "meeting signed", f"meeting {row.id}", after={"state": row.state.value})


def no_meeting() -> NotFound:
    return NotFound(_("找不到这次会议，或它不在您的范围内。"))
