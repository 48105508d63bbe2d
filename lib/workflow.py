"""Workflows as tables that can be read aloud: action, from, to, permission.

The buttons that a page offers and the check that a command makes are the same call.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.errors import BadInput, NotAllowed, WrongState
from lib.i18n import _

# A word of an enumeration, or the key of a stage that people designed.
State = TypeVar("State", bound=str)


@dataclass(frozen=True)
class Step(Generic[State]):
    """`action` leads from any of `sources` to `target`, for those who hold `permission`."""

    action: str
    words: str
    sources: frozenset[State]
    target: State
    permission: Permission
    asks_reason: bool = False
    # Nobody decides on what they did themselves.
    by_another: bool = False


class Workflow(Generic[State]):
    def __init__(self, state_words: dict[State, str], *steps: Step[State]) -> None:
        self.state_words = state_words
        self.steps = {step.action: step for step in steps}

    def open_to(self, viewer: Viewer, state: State) -> list[Step[State]]:
        """The steps to offer as buttons: they lead on from here and this person may take them."""
        return [s for s in self.steps.values() if state in s.sources and viewer.may(s.permission)]

    def take(
        self,
        action: str,
        viewer: Viewer,
        state: State,
        reason: str = "",
        done_by: Collection[int | None] = (),
    ) -> Step[State]:
        """The step, once it is sure that it may be taken. `done_by` are the accounts whose work it decides
        on. Raises NotAllowed, WrongState, BadInput."""
        step = self.steps[action]
        viewer.must(step.permission)
        if state not in step.sources:
            raise WrongState(
                _("当前状态是“{state}”，不能{action}。请刷新页面查看最新状态。").format(
                    state=_(self.state_words[state]), action=_(step.words)
                )
            )
        if step.by_another and viewer.account_id in done_by:
            raise NotAllowed(
                _("您不能{action}自己经手的事项，请由另一个人办理。").format(action=_(step.words))
            )
        if step.asks_reason and not reason.strip():
            raise BadInput(_("请填写理由后再{action}。").format(action=_(step.words)))
        return step
