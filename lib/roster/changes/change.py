"""What is to become of one line of the roster, and what was found about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from db.models.roster import Person, Post
from lib.errors import Problem
from lib.fields.field import Kept


@dataclass(frozen=True)
class LineChange:
    """What is to become of one line: a new post where `post_id` is None, of a known person where `person_id`
    says whom, else other values for the columns in `typed`. `seen` are the versions of the post and of its
    holder that were on the screen; `row` is where the line stands for the person who wrote it."""

    post_id: int | None
    typed: Mapping[str, object]
    seen: tuple[int, int] | None = None
    person_id: int | None = None
    row: int = 0


@dataclass(frozen=True)
class Judged:
    """`moved_on` is the day from which another grid or role holds; None where the post only gets other
    values. `follows` says in words what else will happen."""

    number: int
    change: LineChange
    post: Post | None
    person: Person | None
    before: Mapping[str, Kept]
    after: Mapping[str, Kept]
    problems: tuple[Problem, ...] = ()
    conflict: bool = False
    moved_on: date | None = None
    center_code: str = ""
    follows: tuple[str, ...] = ()

    @property
    def holder(self) -> object:
        """What two lines of one person have in common: the person, a citizen's number, or a name with a
        phone; else the line stands for itself."""
        if self.person is not None:
            return self.person.id
        name, phone = self.after.get("name"), self.after.get("phone")
        return self.after.get("citizen_id") or ((name, phone) if phone else f"row {self.number}")

    @property
    def nothing(self) -> bool:
        return self.post is not None and dict(self.before) == dict(self.after)
