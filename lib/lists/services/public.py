"""What anybody may read of the service list: items that are published, and of them only open fields.

Nobody has signed in here, so nothing is asked with a person's eyes: the session sees one center, and what
hangs down on it from above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

import db.session
from db.models.center import Center
from db.models.department import Department
from db.models.publication import PublishedItem
from db.models.register import Register, RegisterDesign
from db.scope import CODE_LENGTHS, Scope, ScopedSession
from lib import clock, deployment
from lib.fields.field import Field, Kept, Named
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import language
from lib.registers.design import Design, loaded
from lib.registers.publishing.holding import chain, holds_on
from lib.registers.templates.service_list import KIND, NAME
from lib.registers.values import unpacked
from lib.settings import settings
from lib.typed import offset_of, plain

TEMPLATE = "service_list"
PAGE_SIZE = 30
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
# People, cases, entries and files are nobody's but the offices'.
OPEN_KINDS = frozenset(
    {
        "text", "long_text", "number", "money", "date", "time", "period", "choice", "choices", "yes_no",
        "department", "formula", "serial",
    }
)  # fmt: skip


@dataclass(frozen=True)
class PublicItem:
    """`facts` are the open fields that say something: label and words."""

    title: str
    kind: str
    center_name: str
    since: date
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PublicPage:
    """`path` are the centers from the top to this one, `below` those under it: code and name."""

    code: str
    name: str
    path: tuple[tuple[str, str], ...]
    below: tuple[tuple[str, str], ...]
    on: date
    today: date
    items: tuple[PublicItem, ...]
    total: int
    page: int
    pages: int


class _Names:
    """The names of departments; whatever else a field might name is not told."""

    def __init__(self, names: dict[str, str], today: date) -> None:
        self._names, self.today, self.own_center = names, today, ""

    def find(self, what: Named, said: str, field: Field) -> tuple[str, ...]:
        return ()

    def words(self, what: Named, key: str, field: Field) -> str:
        return self._names.get(key, "") if what is Named.DEPARTMENT else ""


def public_services(center_code: str, search: str, on: date | None, page: int) -> PublicPage | None:
    """A page of what is done for people at a center, or at the topmost one where none is named; None when
    there is no such center."""
    url = settings().database_url
    with db.session.reading(url, Scope.of([])) as session:
        here = deployment.standing(session)
    if here is None:
        return None
    code = center_code or here.root_code
    known = code.isascii() and code.isdigit() and len(code) in CODE_LENGTHS
    if not known or not code.startswith(here.root_code):
        return None
    today = clock.local(here.moment).date()
    day = on if on is not None and EARLIEST <= on <= LATEST else today
    with db.session.reading(url, Scope.of([code])) as session:
        center = session.get(Center, code)
        if center is None or center.ended_on is not None:
            return None
        found = _searched(_items(session, code, day), search)
        first = offset_of(page, PAGE_SIZE, len(found))
        return PublicPage(
            code, center.name,
            _centers(session, [one for one in chain(code) if one.startswith(here.root_code)]),
            tuple(
                (one, name)
                for one, name in session.execute(
                    select(Center.code, Center.name)
                    .where(Center.parent_code == code, Center.ended_on.is_(None))
                    .order_by(Center.code)
                )
            ),
            day, today, tuple(found[first : first + PAGE_SIZE]), len(found), first // PAGE_SIZE + 1,
            max(-(-len(found) // PAGE_SIZE), 1),
        )  # fmt: skip


def _centers(session: ScopedSession, codes: list[str]) -> tuple[tuple[str, str], ...]:
    rows = session.execute(
        select(Center.code, Center.name).where(Center.code.in_(codes)).order_by(Center.code)
    )
    return tuple((code, name) for code, name in rows)


def open_fields(design: Design) -> list[Field]:
    """What is masked, or for some eyes only, or not to be taken out, is not for everybody."""
    return [
        one
        for one in design.standing
        if one.kind in OPEN_KINDS and one.exported and not one.seen_by and not is_masked(one)
    ]


def _items(session: ScopedSession, code: str, day: date) -> list[PublicItem]:
    rows = session.execute(
        select(PublishedItem, Center.name, RegisterDesign.definition)
        .join(Center, Center.code == PublishedItem.center_code)
        .join(Register, Register.id == PublishedItem.register_id)
        .join(
            RegisterDesign,
            (RegisterDesign.register_id == Register.id) & (RegisterDesign.number == Register.design_number),
        )
        .where(
            Register.template == TEMPLATE,
            Register.closed_at.is_(None),
            PublishedItem.center_code.in_(chain(code)),
            holds_on(day),
        )
        .order_by(PublishedItem.center_code, PublishedItem.entry_id)
    ).all()
    department = Department.name_en if language() == "en" else Department.name
    names = {str(key): name for key, name in session.execute(select(Department.id, department))}
    world = _Names(names, day)
    found = []
    for item, center_name, definition in rows:
        fields = open_fields(loaded(definition))
        facts = _facts(unpacked(item.content), fields, world)
        title = facts.get(NAME, ("", ""))[1]
        if title:  # an item whose very name is not open is not shown at all
            kind = facts.get(KIND, ("", ""))[1]
            told = tuple(said for key, said in facts.items() if key not in (NAME, KIND))
            found.append(PublicItem(title, kind, center_name, item.since, told))
    return found


def _facts(values: dict[str, Kept], fields: Sequence[Field], world: _Names) -> dict[str, tuple[str, str]]:
    found = {}
    for one in fields:
        kept = values.get(one.key, "")
        words = kind_of(one).show(kept, one, world) if kept else ""
        if one.kind == "department" and not world.words(Named.DEPARTMENT, str(kept), one):
            words = ""
        if words:
            unit = one.unit if one.unit and not words.endswith(one.unit) else ""
            found[one.key] = (one.words, words + unit)
    return found


def _searched(found: list[PublicItem], search: str) -> list[PublicItem]:
    wanted = plain(search).casefold()
    if not wanted:
        return found
    return [
        one
        for one in found
        if any(
            wanted in plain(words, 5000).casefold()
            for words in (one.title, one.kind, *(said for _label, said in one.facts))
        )
    ]
