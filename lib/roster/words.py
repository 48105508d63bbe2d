"""What the words of the roster are called on screen; those of posts stand in `lib/grids/words.py`."""

from __future__ import annotations

from db.models.roster import Ending, LeaveKind, PoliticalStatus, RosterAction, RuleKind, Sex
from lib.i18n import mark

SEX_WORDS: dict[Sex, str] = {Sex.MALE: mark("男"), Sex.FEMALE: mark("女")}
POLITICAL_WORDS: dict[PoliticalStatus, str] = {
    PoliticalStatus.PARTY_MEMBER: mark("中共党员"),
    PoliticalStatus.PROBATIONARY_MEMBER: mark("中共预备党员"),
    PoliticalStatus.LEAGUE_MEMBER: mark("共青团员"),
    PoliticalStatus.OTHER_PARTY: mark("民主党派"),
    PoliticalStatus.NONE: mark("群众"),
}
ENDING_WORDS: dict[Ending, str] = {
    Ending.LEFT: mark("离岗"),
    Ending.MOVED: mark("调岗"),
    Ending.HANDED_OVER: mark("交接"),
    Ending.COVER_OVER: mark("代岗结束"),
    Ending.TERM_OVER: mark("任期届满"),
}
LEAVE_WORDS: dict[LeaveKind, str] = {
    LeaveKind.SICK: mark("病假"),
    LeaveKind.PERSONAL: mark("事假"),
    LeaveKind.MATERNITY: mark("产假"),
    LeaveKind.ANNUAL: mark("年休假"),
    LeaveKind.SECONDED: mark("借调"),
}
ACTION_WORDS: dict[RosterAction, str] = {
    RosterAction.JOINED: mark("上岗"),
    RosterAction.LEFT: mark("离岗"),
    RosterAction.MOVED: mark("调岗"),
    RosterAction.HANDED_OVER: mark("交接"),
    RosterAction.COVERED: mark("安排代岗"),
    RosterAction.AWAY: mark("请假"),
    RosterAction.CORRECTED: mark("更正"),
    RosterAction.RECORDED: mark("登记"),
    RosterAction.UNDONE: mark("撤销"),
}
RULE_WORDS: dict[RuleKind, str] = {
    RuleKind.FULL_TIME_PER_GRID: mark("每个小网格的专职网格员人数"),
    RuleKind.GRIDS_PER_PERSON: mark("一名专职网格员负责的网格数"),
    RuleKind.ONE_FOUR_X: mark("城市网格“1+4+X”配备"),
    RuleKind.HOUSEHOLDS_PER_GRID: mark("每个网格的户数"),
}
