"""A line of the roster: a post with its holder, as the values of the roster's columns."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date
from typing import Any

from db.models.roster import Person, Post, PostRole, Sex
from lib.fields.field import Field, Kept
from lib.fields.kinds import shown
from lib.masking import masked_text
from lib.roster.fields import ENUMS, PERSON_KEYS, POST
from lib.roster.places import Places
from lib.sealing import opened, sealed

DAYS = ("since", "until")
PLAIN = ("name", "citizen_id", "employer", "note")
FREE = ("employer", "note")


def line_values(person: Person, post: Post, places: Places) -> dict[str, Kept]:
    """What the line holds; what is empty is left out. Phones are open here, and masked when shown."""
    grid = places.grid_by_id.get(post.grid_id) if post.grid_id is not None else None
    found: dict[str, Any] = {
        POST: str(post.id),
        "name": person.name,
        "sex": person.sex,
        "citizen_id": person.citizen_id,
        "phone": opened(person.phone or ""),
        "political_status": person.political_status,
        "background": person.background,
        "employer": person.employer,
        "role": post.role,
        "grid": grid.code if grid else "",
        "center": post.center_code if post.grid_id is None else "",
        "since": post.since.isoformat(),
        "until": post.until.isoformat() if post.until else "",
        "note": post.note,
    }
    return {
        key: value.value if isinstance(value, enum.Enum) else str(value)
        for key, value in found.items()
        if value
    }


def said_in_part(kept: Kept, field: Field, places: Places) -> str:
    """A value of the line in words, numbers only in part, also those that somebody wrote into a note."""
    words = shown(kept, field, places)
    return masked_text(words) if field.key in FREE else words


def person_line(person: Person, places: Places) -> dict[str, Kept]:
    """What is known of a person who gets another post."""
    values = line_values(person, Post(id=0, role=PostRole.OTHER, since=places.today, note=""), places)
    return {key: kept for key, kept in values.items() if key in PERSON_KEYS}


def born_of(citizen_id: str) -> date | None:
    """The day of birth in a citizen's number, sealed or not; None where there is none."""
    number = opened(citizen_id)
    return date.fromisoformat(number[6:14]) if len(number) == 18 else None


def sex_of(citizen_id: str) -> Sex | None:
    """GB 11643: the 17th digit is odd for men."""
    number = opened(citizen_id)
    if len(number) != 18:
        return None
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def as_columns(values: Mapping[str, Kept], keys: tuple[str, ...]) -> dict[str, Any]:
    """The values as the database's columns hold them; what is not said is None."""
    found: dict[str, Any] = {}
    for key in keys:
        said = str(values.get(key, ""))
        if key in ENUMS:
            found[key] = ENUMS[key](said) if said else None
        elif key in DAYS:
            found[key] = date.fromisoformat(said) if said else None
        elif key == "phone":
            found[key] = sealed(said) or None
        else:
            found[key] = said or None
    return found
