"""The steps of a register's entries, from its design, on the product's one engine of workflows."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from db.models.register import Entry
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.errors import NotAllowed
from lib.i18n import _
from lib.registers.design import BY_WORDS, By, Design, Move
from lib.registers.needs import must_be_met
from lib.registers.values import unpacked
from lib.registers.world import Surroundings
from lib.workflow import Step, Workflow


@lru_cache(maxsize=256)
def workflow_of(design: Design) -> Workflow[str]:
    steps = [
        Step(
            move.key,
            move.words,
            frozenset(move.sources),
            move.target,
            Permission.DECIDE_ENTRIES if move.decides else Permission.FILL_REGISTERS,
            asks_reason=move.asks_reason,
            by_another=move.by_another,
        )
        for move in design.moves
    ]
    return Workflow({one.key: one.words for one in design.stages}, *steps)


def stands_right(viewer: Viewer, center_code: str, by: By, root: str) -> bool:
    """Whether the viewer's center is the one whose turn it is. Above the root there is nobody."""
    own = viewer.center_code == center_code
    above = center_code.startswith(viewer.center_code) and not own
    at_the_top = own and center_code == root
    return {By.OWN: own, By.ABOVE: above or at_the_top, By.OWN_OR_ABOVE: own or above}[by]


def done_by(entry: Entry, writers: Collection[int]) -> tuple[int | None, ...]:
    """Whose work a step would decide on."""
    return (entry.made_by_id, entry.moved_by_id, *writers)


def open_moves(
    viewer: Viewer, entry: Entry, design: Design, root: str, writers: Collection[int]
) -> list[Move]:
    """The steps that this person may take now: they are offered, and only they are accepted. One that needs
    something more is offered too, and says what when it is taken."""
    found = []
    for step in workflow_of(design).open_to(viewer, entry.state):
        move = design.move(step.action)
        if move is None or not stands_right(viewer, entry.center_code, move.by, root):
            continue
        if step.by_another and viewer.account_id in done_by(entry, writers):
            continue
        found.append(move)
    return found


def take(
    viewer: Viewer,
    entry: Entry,
    design: Design,
    action: str,
    reason: str,
    root: str,
    world: Surroundings,
    writers: Collection[int],
) -> Move:
    """The step, once it is sure that it may be taken. Raises NotAllowed, WrongState, BadInput."""
    move = design.move(action)
    if move is None:
        raise NotAllowed(_("没有这个操作。"))
    workflow_of(design).take(action, viewer, entry.state, reason, done_by(entry, writers))
    if not stands_right(viewer, entry.center_code, move.by, root):
        raise NotAllowed(_("这一步由{by}办理。").format(by=_(BY_WORDS[move.by])))
    must_be_met(design, move, unpacked(entry.content), world)
    return move
