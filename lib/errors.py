"""Two kinds of errors: a sentence for a person, and everything else, which is a bug."""

from __future__ import annotations

from dataclasses import dataclass


class Told(Exception):  # noqa: N818 - an answer, not an error
    """A sentence for a person, in the language they read."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Told):
    """It is not there, or not theirs; the two are one answer."""


class NotAllowed(Told):
    """Their role does not hold the permission."""


class WrongState(Told):
    """The step does not lead from where the thing is now."""


class Conflict(Told):
    """Somebody else changed it in the meantime."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what was given: where, what was found, how to mend it."""

    field: str
    sentence: str
    row: int | None = None
    value: str = ""


class BadInput(Told):
    """What was given cannot be taken; nothing of it was written."""

    def __init__(self, sentence: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(sentence)
        self.problems = problems


class NotReady(Told):
    """What is asked is being prepared; the same question a little later is answered."""
