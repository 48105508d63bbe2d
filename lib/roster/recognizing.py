"""Which posts the rows of somebody's table mean: by the number of the post, by the citizen's number, or by a
name that only one person answers to. The same table means the same again: whole, in parts, in any order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from db.models.roster import Person, Post
from db.scope import ScopedSession
from lib.fields.field import Refused
from lib.fields.kinds import shown
from lib.fields.words import narrow
from lib.i18n import _
from lib.imports.dry_run import no_such_number
from lib.masking import masked_name
from lib.roster.changes.judging import Judging
from lib.roster.fields import POST
from lib.roster.said_rows import Place, SaidRow, alike, key_of, siblings, with_number
from lib.sealing import opened

AT_ONCE = 500
READ = ("citizen_id", "phone", "role", "grid", "center", "since", "until")


@dataclass(frozen=True)
class Meant:
    """What a row means: a post, or a further post of `person`, or somebody new. `field` is where it was told.
    `citizen_id` is what another row says of the same person. `key` is what no second row may have."""

    post: Post | None = None
    person: Person | None = None
    field: str = POST
    key: str = ""
    citizen_id: object = ""
    refusal: str = ""

    @property
    def numbered(self) -> bool:
        """Such rows are ours, so that a blank cell means that nothing is there."""
        return self.post is not None and self.field == POST


@dataclass(frozen=True)
class _Held:
    """A post of somebody with a name that is looked for."""

    person: Person
    role: str
    place: Place
    since: date
    until: date | None


class Recognizing:
    """A row that names no number means posts that stand today and on the day from which it holds."""

    def __init__(self, session: ScopedSession, judging: Judging) -> None:
        self._session, self._judging = session, judging
        self._fields = {one.key: one for one in judging.fields}
        self._day = max(judging.as_of, judging.places.today)
        self._held: dict[int, list[Post]] = defaultdict(list)

    def meant(self, rows: Mapping[int, Mapping[str, object]]) -> dict[int, Meant]:
        """By row number; whoever is not in it is new and unlike any other."""
        numbers = {n: narrow(str(typed.get(POST, ""))).lstrip("#") for n, typed in rows.items()}
        keys = {
            n: int(said)
            for n, said in numbers.items()
            if said.isascii() and said.isdigit() and len(said) < 10
        }
        self._judging.know_posts(keys.values())
        self._judging.know_people(one.person_id for one in self._judging.posts.values())
        found = {n: self._numbered(keys.get(n), rows[n]) for n, said in numbers.items() if said}
        others = [self._row(n, typed) for n, typed in rows.items() if n not in found]
        return found | self._unnumbered(others)

    def _numbered(self, key: int | None, typed: Mapping[str, object]) -> Meant:
        post = self._judging.posts.get(key or 0)
        if post is None:
            return Meant(refusal=no_such_number())
        person = self._judging.people.get(post.person_id)
        if person is not None and self._is_another(person, typed):
            # Villages count their lines too, in columns of all kinds of names.
            sentence = _("岗位编号{number}是{name}的岗位，和这一行的姓名、身份证号、电话都对不上，请核对。")
            return Meant(refusal=sentence.format(number=post.id, name=masked_name(person.name)))
        return Meant(post, person, POST, f"post {post.id}")

    def _is_another(self, person: Person, typed: Mapping[str, object]) -> bool:
        """Whether the row names somebody else in every way that it names anybody."""
        name = narrow(str(typed.get("name") or ""))
        if not name or name == narrow(person.name):
            return False
        for key, kept in (("citizen_id", person.citizen_id or ""), ("phone", opened(person.phone or ""))):
            said = str(typed.get(key) or "").strip()
            words = shown(kept, self._fields[key], self._judging.places)
            if said and kept and (said == words or self._read(key, said) == kept):
                return False
        return True

    def _read(self, key: str, said: object) -> str:
        try:
            return str(self._judging.read(self._fields[key], said))
        except Refused:
            return ""

    def day(self, key: str, said: object) -> date | None:
        kept = self._read(key, said)
        return date.fromisoformat(kept) if kept else None

    def _row(self, number: int, typed: Mapping[str, object]) -> SaidRow:
        said = {key: self._read(key, typed.get(key, "")) for key in READ}
        grid = self._judging.places.grids.get(said["grid"])
        place: Place | None = (grid.id, grid.center_code) if grid else None
        if not typed.get("grid"):
            place = (None, said["center"] or self._judging.places.own_center)
        since, until = (date.fromisoformat(said[key]) if said[key] else None for key in ("since", "until"))
        name = narrow(str(typed.get("name") or ""))
        return SaidRow(
            number, typed, name, said["citizen_id"], said["phone"], said["role"], place, since, until
        )

    def _unnumbered(self, rows: Sequence[SaidRow]) -> dict[int, Meant]:
        refused = alike(rows)
        rows = [with_number(row, rows_of) for row, rows_of in siblings(rows)]
        people = self._people(rows, refused)
        self._know_posts(people.values())
        found: dict[int, Meant] = {}
        claimed: set[int] = set()
        for row in rows:  # those who are where they stand come first
            someone = people.get(row.number)
            post = self._same_place(row, self._held[someone.id]) if someone is not None else None
            if post is not None:
                claimed.add(post.id)
                found[row.number] = Meant(post, someone, key=f"post {post.id}")
        for row in rows:
            someone = people.get(row.number)
            if row.number in refused:
                found[row.number] = Meant(field="name", refusal=refused[row.number])
            elif row.number not in found and someone is not None:
                found[row.number] = self._moved_or_further(row, someone, claimed)
            elif someone is None and row.citizen_id:
                found[row.number] = Meant(key=key_of(row, row.citizen_id))
        return {
            row.number: replace(
                found.get(row.number, Meant()),
                field="citizen_id" if row.citizen_id and row.number not in refused else "name",
                citizen_id=row.typed.get("citizen_id", ""),
            )
            for row in rows
        }

    def _people(self, rows: Sequence[SaidRow], refused: dict[int, str]) -> dict[int, Person]:
        """Whom each row means; what cannot be told is added to `refused`."""
        known: dict[str, Person] = {}
        numbers = sorted({row.citizen_id for row in rows} - {""})
        for start in range(0, len(numbers), AT_ONCE):
            some = numbers[start : start + AT_ONCE]
            for person in self._session.scalars(
                select(Person).where(Person.citizen_id.in_(some)).order_by(Person.id)
            ):
                known.setdefault(str(person.citizen_id), person)
        self._judging.people |= {one.id: one for one in known.values()}
        found = {row.number: known[row.citizen_id] for row in rows if row.citizen_id in known}
        left = [row for row in rows if row.number not in found and row.number not in refused and row.name]
        called = self._called({row.name for row in left}) if left else {}
        for row in left:
            try:
                someone = self._by_name(row, called.get(row.name, ()))
            except Refused as refusal:
                refused[row.number] = refusal.sentence
                continue
            if someone is not None:
                found[row.number] = someone
        return found

    def _called(self, names: set[str]) -> dict[str, list[_Held]]:
        """Who is called so and holds or held which post where, in one question for however many names."""
        columns = Post.name, Post.person_id, Post.role, Post.grid_id, Post.center_code, Post.since, Post.until
        rows = self._session.execute(select(*columns).where(Post.covers_id.is_(None)))
        wanted = [row for row in rows if narrow(row.name) in names]
        self._judging.know_people({row.person_id for row in wanted})
        found: dict[str, list[_Held]] = defaultdict(list)
        for row in wanted:
            if (person := self._judging.people.get(row.person_id)) is not None:
                place = row.grid_id, row.center_code
                found[narrow(row.name)].append(_Held(person, row.role.value, place, row.since, row.until))
        return found

    def _is_there(self, row: SaidRow, held: _Held) -> bool:
        """Whether the post stands where the row says, or is the one that has ended according to the row."""
        if (held.role, held.place) != (row.role, row.place):
            return False
        if held.until is None or held.until >= self._day:
            return True
        return row.until == held.until or (row.until is not None and row.since == held.since)

    def _by_name(self, row: SaidRow, called: Iterable[_Held]) -> Person | None:
        """Raises Refused where it can be two people."""
        # Whoever has a citizen's number is known by that alone, where the row says one.
        known = [one for one in called if not (row.citizen_id and one.person.citizen_id)]
        there = {one.person.id: one.person for one in known if self._is_there(row, one)}
        reached = {
            one.person.id: one.person
            for one in known
            if row.phone and opened(one.person.phone or "") == row.phone
        }
        for some in (there, {key: one for key, one in there.items() if key in reached}, reached):
            if len(some) == 1:
                return next(iter(some.values()))
        if len(there) > 1 or len(reached) > 1:
            raise Refused(_("有{count}人同名，请填身份证号或岗位编号。").format(count=len(there or reached)))
        return None

    def _know_posts(self, people: Iterable[Person]) -> None:
        keys = sorted({one.id for one in people})
        for start in range(0, len(keys), AT_ONCE):
            for post in self._session.scalars(
                select(Post)
                .where(Post.person_id.in_(keys[start : start + AT_ONCE]), Post.covers_id.is_(None))
                .order_by(Post.since, Post.id)
            ):
                self._held[post.person_id].append(post)
                self._judging.posts[post.id] = post

    def _standing(self, held: Sequence[Post], role: str) -> list[Post]:
        return [
            one for one in held
            if (not role or one.role.value == role) and (one.until is None or one.until >= self._day)
        ]  # fmt: skip

    def _same_place(self, row: SaidRow, held: Sequence[Post]) -> Post | None:
        """The post that the row is about, where the person has it: one that stands, or, where the row itself
        ends, one that ended."""
        standing = self._standing(held, row.role)
        if not row.typed.get("grid") and not row.typed.get("center") and len(standing) == 1:
            return standing[0]  # the row does not say where
        here = [one for one in standing if (one.grid_id, one.center_code) == row.place]
        if row.until is not None and row.until < self._day:
            past = [
                one for one in held
                if one.role.value == row.role and (one.grid_id, one.center_code) == row.place
                and (one.since == row.since or (row.since is None and one.until == row.until))
            ]  # fmt: skip
            here = past or [one for one in here if row.since is None or one.since <= row.since]
        return next((one for one in here if one.since == row.since), here[0] if here else None)

    def _moved_or_further(self, row: SaidRow, person: Person, claimed: set[int]) -> Meant:
        """The only post of that role that no other row claims moves; otherwise it is one more."""
        standing = self._standing(self._held[person.id], row.role)
        ends = row.until is not None and row.until < self._day
        if len(standing) == 1 and standing[0].id not in claimed and not ends and row.place is not None:
            return Meant(standing[0], person, key=f"post {standing[0].id}")
        return Meant(None, person, key=key_of(row, person.id))

    def began_before(self, post: Post, since: date) -> bool:
        """Whether the holder came here from another post of the same role, that they held on that day: then
        it is the day on which they began and not the day on which they came."""
        return since < post.since and any(
            one.role is post.role and one.until == post.since - timedelta(days=1)
            for one in self._held[post.person_id]
        )
