"""What one thing that waits for a decision is, whatever its kind."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from lib.i18n import mark


class Kind(enum.StrEnum):
    ENTRY = "entry"
    EDITION = "edition"
    REPORT = "report"
    MEETING = "meeting"
    TASK = "task"
    SCHEME = "scheme"
    ASSESSMENT = "assessment"
    OBJECTION = "objection"
    NOMINATION = "nomination"
    ALLOWANCES = "allowances"


KIND_WORDS: dict[Kind, str] = {
    Kind.ENTRY: mark("台账记录"),
    Kind.EDITION: mark("清单新版"),
    Kind.REPORT: mark("调度材料"),
    Kind.MEETING: mark("会议记录"),
    Kind.TASK: mark("任务销号"),
    Kind.SCHEME: mark("考核方案"),
    Kind.ASSESSMENT: mark("考核结果"),
    Kind.OBJECTION: mark("考核异议"),
    Kind.NOMINATION: mark("评选推荐"),
    Kind.ALLOWANCES: mark("补助发放表"),
}


@dataclass(frozen=True)
class Action:
    """A step that this person may take: its key is the command's own word for it."""

    key: str
    words: str
    asks_reason: bool = False


@dataclass(frozen=True)
class Waiting:
    """`page` and `address` lead to where all of it is seen; `seen` is the version that is decided on. Without
    actions it is decided there."""

    kind: Kind
    id: int
    title: str
    about: str
    center_code: str
    center_name: str
    asked_by: str
    since: datetime
    page: str
    address: tuple[tuple[str, str], ...]
    seen: int = 0
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Line:
    """One thing of the preview; `before` is None where nothing was there to compare it with."""

    label: str
    now: str
    before: str | None = None
