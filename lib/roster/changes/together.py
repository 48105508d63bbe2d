"""What only all lines together show: one post twice, one citizen's number in two hands, and what the rules
refuse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from db.models.roster import Person, Post
from db.scope import ScopedSession
from lib.errors import Problem
from lib.i18n import _
from lib.masking import masked_name
from lib.roster.changes.change import Judged
from lib.roster.fields import PERSON_KEYS, POST_KEYS, roster_fields
from lib.roster.fitting import Fitting, Planned, as_planned, meet, within_what_is_held
from lib.roster.lines import as_columns, person_line
from lib.roster.places import Places

AT_ONCE = 500
# What decides whether a post fits in beside the others.
PLACING = ("role", "grid", "center", "since", "until")


def together(session: ScopedSession, rows: Sequence[Judged], places: Places, as_of: date) -> list[Judged]:
    """The lines with what is wrong among them, in their order."""
    found = _agreed(_same_numbers(session, _once_each(rows), places))
    return _fitted(session, _same_posts(session, found, places), places, as_of)


def _wrong(one: Judged, key: str, sentence: str) -> Judged:
    return replace(one, problems=(*one.problems, Problem(key, sentence, row=one.number)))


def _once_each(rows: Sequence[Judged]) -> list[Judged]:
    first: dict[int, int] = {}
    found = []
    for one in rows:
        if one.post is not None:
            earlier = first.setdefault(one.post.id, one.number)
            if earlier != one.number:
                one = _wrong(one, "", _("和第{row}行是同一个岗位。").format(row=earlier))
        found.append(one)
    return found


def _same_numbers(session: ScopedSession, rows: list[Judged], places: Places) -> list[Judged]:
    """A citizen's number names one person: whoever comes with a known one is that person."""
    numbers = sorted({str(one.after.get("citizen_id", "")) for one in rows} - {""})
    known: dict[str, Person] = {}
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        for person in session.scalars(select(Person).where(Person.citizen_id.in_(some)).order_by(Person.id)):
            known.setdefault(str(person.citizen_id), person)
    first: dict[str, Judged] = {}
    found = []
    for one in rows:
        number = str(one.after.get("citizen_id", ""))
        if number:
            one = _same_number(one, known.get(number), first.setdefault(number, one), places)
        found.append(one)
    return found


def _same_number(one: Judged, known: Person | None, first: Judged, places: Places) -> Judged:
    if known is not None and one.person is not None and known.id != one.person.id:
        said = _("“身份证号”：已登记在{name}名下。").format(name=masked_name(known.name))
        return _wrong(one, "citizen_id", said)
    if known is not None and one.person is None:
        if known.name != one.after.get("name"):
            said = _("“身份证号”：已登记在{name}名下，姓名不一致，请核对。")
            return _wrong(one, "citizen_id", said.format(name=masked_name(known.name)))
        before = person_line(known, places)
        follows = (*one.follows, _("此人已在册，将增加一个岗位。"))
        return replace(one, person=known, before=before, after={**before, **one.after}, follows=follows)
    if first is not one and first.after.get("name") != one.after.get("name"):
        said = _("“身份证号”：和第{row}行相同，姓名不一致，请核对。").format(row=first.number)
        return _wrong(one, "citizen_id", said)
    return one


def _agreed(rows: Sequence[Judged]) -> list[Judged]:
    """What several lines say of one person must be the same; what only some of them say holds for all."""
    found = list(rows)
    by_holder: dict[object, list[int]] = defaultdict(list)
    for place, one in enumerate(found):
        if not one.problems:
            by_holder[one.holder].append(place)
    labels = {one.key: one.words for one in roster_fields()}
    for places in by_holder.values():
        if len(places) == 1:
            continue
        for key in PERSON_KEYS:
            lines = {place: found[place] for place in places}
            said = {place: one.after.get(key, "") for place, one in lines.items() if _says(one, key)} or {
                place: one.after.get(key, "")
                for place, one in lines.items()
                if one.after.get(key, "") != one.before.get(key, "")
            }
            values = set(said.values())
            if len(values) > 1:
                for place in said:
                    other = next(lines[two].number for two in said if said[two] != said[place])
                    sentence = _("“{label}”：和第{row}行是同一个人，这一项不一致，请核对。")
                    found[place] = _wrong(lines[place], key, sentence.format(label=labels[key], row=other))
            elif values:
                value = values.pop()
                for place, one in lines.items():
                    if one.after.get(key, "") != value:
                        after = {name: kept for name, kept in one.after.items() if name != key}
                        found[place] = replace(one, after=after | ({key: value} if value else {}))
    return found


def _says(one: Judged, key: str) -> bool:
    """Whether the line itself names it or takes it away."""
    return key in one.change.typed and bool(one.after.get(key) or one.before.get(key))


def _same_posts(session: ScopedSession, rows: list[Judged], places: Places) -> list[Judged]:
    """Nobody holds the same role in the same place twice at a time; all lines together, as they would
    stand."""
    wanted = {place: one for place, one in enumerate(rows) if not one.problems and _placed_anew(one)}
    people = sorted({one.person.id for one in wanted.values() if one.person is not None})
    gone = {one.post.id for one in wanted.values() if one.post is not None}
    held: dict[object, list[Planned]] = defaultdict(list)
    for start in range(0, len(people), AT_ONCE):
        for post in session.scalars(select(Post).where(Post.person_id.in_(people[start : start + AT_ONCE]))):
            if post.id not in gone:
                held[post.person_id].append(as_planned(post))
    found = list(rows)
    for place, one in wanted.items():
        planned = planned_of(one, places)
        if not planned.own:
            continue
        same = (planned.role, planned.grid_id, planned.center_code)
        if any(
            two.own and (two.role, two.grid_id, two.center_code) == same and meet(planned, two)
            for two in held[planned.person]
        ):
            found[place] = _wrong(one, "role", _("“岗位”：此人在这里已有相同的岗位。"))
        held[planned.person].append(planned)
    return found


def _placed_anew(one: Judged) -> bool:
    return one.post is None or any(one.before.get(key, "") != one.after.get(key, "") for key in PLACING)


def _fitted(session: ScopedSession, rows: list[Judged], places: Places, as_of: date) -> list[Judged]:
    """Without what the rules refuse: all lines together, as they would stand. Whoever is refused stays where
    they are, so that the others are asked again."""
    fitting = Fitting(session, as_of)
    while refused := _refused(fitting, rows, places):
        rows = [
            _wrong(one, "grid", refused[one.number]) if one.number in refused and not one.problems else one
            for one in rows
        ]
    return rows


def _refused(fitting: Fitting, rows: Sequence[Judged], places: Places) -> dict[int, str]:
    planned, gone = [], set()
    for one in rows:
        if one.problems or one.nothing:
            continue
        if one.post is not None:
            gone.add(one.post.id)
            if one.moved_on is not None:
                stays = as_planned(one.post)
                planned.append(replace(stays, until=one.moved_on - timedelta(days=1)))
        wanted = planned_of(one, places)
        if within_what_is_held(wanted, as_planned(one.post) if one.post else None):
            wanted = replace(wanted, number=0)
        planned.append(wanted)
    return fitting.refusals(planned, frozenset(gone))


def planned_of(one: Judged, places: Places) -> Planned:
    """The post as the line would have it."""
    values = as_columns(one.after, POST_KEYS)
    grid = places.grids.get(str(one.after.get("grid", "")))
    return Planned(
        one.number, one.post.id if one.post else None, one.holder, str(one.after.get("name", "")),
        grid.id if grid else None, one.center_code, values["role"], values["since"], values["until"],
        one.post is None or one.post.covers_id is None,
    )  # fmt: skip
