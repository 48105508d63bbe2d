"""The workflows that most registers have. The last stage of all of them has the same key, so that entries
which stand there still stand there when a register gets or loses an approval."""

from __future__ import annotations

import enum
from dataclasses import replace

from lib.i18n import mark
from lib.registers.design import KEPT, By, Design, Move, Publishing, Stage, StageKind


class Flow(enum.StrEnum):
    NONE = "none"
    ABOVE = "above"
    TWICE = "twice"
    ANOTHER = "another"


FLOW_WORDS: dict[Flow, str] = {
    Flow.NONE: mark("无需审核"),
    Flow.ABOVE: mark("一级审核：上级审核"),
    Flow.TWICE: mark("两级审核：本单位初审、上级终审"),
    Flow.ANOTHER: mark("本单位另一人审核"),
}
DRAFT = Stage("draft", "待提交", "To submit", StageKind.DRAFT, editable=True)
FIRST = Stage("first", "待初审", "First review", StageKind.WAITING)
WAITING = Stage("waiting", "待审核", "In review", StageKind.WAITING)
DONE = Stage("kept", "已通过", "Approved", StageKind.DONE)


def _approve(by: By, source: str = "waiting") -> Move:
    return Move("approve", "通过", "Approve", (source,), "kept", by, decides=True, by_another=True)


def _give_back(by: By, *sources: str, key: str = "return") -> Move:
    return Move(key, "退回", "Return", sources, "draft", by, decides=True, asks_reason=True)


def _submit(target: str) -> Move:
    return Move("submit", "提交", "Submit", ("draft",), target)


PARTS: dict[Flow, tuple[tuple[Stage, ...], tuple[Move, ...]]] = {
    Flow.NONE: (KEPT, ()),
    Flow.ABOVE: (
        (DRAFT, WAITING, DONE),
        (_submit("waiting"), _approve(By.ABOVE), _give_back(By.ABOVE, "waiting", "kept")),
    ),
    Flow.TWICE: (
        (DRAFT, FIRST, WAITING, DONE),
        (
            _submit("first"),
            Move("check", "初审通过", "Pass on", ("first",), "waiting", decides=True, by_another=True),
            _give_back(By.OWN, "first", key="give_back"),
            _approve(By.ABOVE),
            _give_back(By.ABOVE, "waiting", "kept"),
        ),
    ),
    Flow.ANOTHER: (
        (DRAFT, WAITING, DONE),
        (_submit("waiting"), _approve(By.OWN), _give_back(By.OWN, "waiting", "kept")),
    ),
}  # fmt: skip


def with_flow(design: Design, flow: Flow) -> Design:
    stages, moves = PARTS[flow]
    return in_force(replace(design, stages=stages, moves=moves))


def in_force(design: Design) -> Design:
    """Where entries are published one by one, at least one stage says that they hold; elsewhere none does."""
    each = design.publishing is Publishing.ENTRY
    stages = design.stages or KEPT
    if not each:
        return replace(design, stages=tuple(replace(one, in_force=False) for one in stages))
    if any(one.in_force for one in stages):
        return replace(design, stages=stages)
    done = [one for one in stages if one.kind is StageKind.DONE]
    last = done[-1].key if done else stages[-1].key
    return replace(design, stages=tuple(replace(one, in_force=one.key == last) for one in stages))


def flow_of(design: Design) -> Flow | None:
    """Which of the usual ones it is; None when it is one of its own."""
    stages = tuple(replace(one, in_force=False) for one in design.stages or KEPT)
    return next((flow for flow, parts in PARTS.items() if parts == (stages, design.moves)), None)
