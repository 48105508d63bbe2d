"""What the words of training are called on screen."""

from __future__ import annotations

import enum

from db.models.training import AttendanceResult
from lib.i18n import mark

RESULT_WORDS: dict[AttendanceResult, str] = {
    AttendanceResult.PASSED: mark("合格"),
    AttendanceResult.FAILED: mark("不合格"),
    AttendanceResult.ABSENT: mark("缺席"),
    AttendanceResult.EXCUSED: mark("请假"),
}


class Lack(enum.StrEnum):
    """Why somebody stands on the list of those who are to be trained."""

    ALL = "all"
    NEVER = "never"
    EXPIRED = "expired"
    SOON = "soon"


LACK_WORDS: dict[Lack, str] = {
    Lack.ALL: mark("未培训（含过期）"),
    Lack.NEVER: mark("从未培训"),
    Lack.EXPIRED: mark("培训已过期"),
    Lack.SOON: mark("60天内到期"),
}


class RoundState(enum.StrEnum):
    """Where a round stands on a day."""

    AHEAD = "ahead"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


STATE_WORDS: dict[RoundState, str] = {
    RoundState.AHEAD: mark("未开始"),
    RoundState.RUNNING: mark("进行中"),
    RoundState.OVER: mark("已结束"),
    RoundState.CANCELLED: mark("已取消"),
}
