"""Holds many lines of the roster against what stands before any is written: what each would become, what is
wrong with it and where, and whether somebody else has written it meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import select

from db.models.grid import GridSize
from db.models.roster import Person, Post, PostRole
from db.scope import ScopedSession
from lib.errors import Problem
from lib.fields.field import Field, Kept, Refused
from lib.fields.kinds import is_masked, taken
from lib.grids.words import POST_WORDS
from lib.i18n import _
from lib.roster.changes.change import Judged, LineChange
from lib.roster.changes.together import together
from lib.roster.fields import CENTER_ROLES, EITHER_ROLES, PERSON_KEYS, POST_KEYS, roster_fields
from lib.roster.lines import FREE, born_of, line_values, person_line, said_in_part, sex_of
from lib.roster.places import Places

AT_ONCE = 500
YOUNGEST = 16  # years: nobody works younger (Labor Law, article 15)
LATEST_AHEAD = timedelta(days=366)


def judged(
    session: ScopedSession, changes: Sequence[LineChange], places: Places, as_of: date | None = None
) -> list[Judged]:
    """Each line with what would come of it, in their order. Where the grid or the role of a standing post
    changes, it is a move from `as_of` on (None is today), and the old post stays as history."""
    judging = Judging(session, places, as_of or places.today)
    judging.know(changes)
    found = [judging.one(change, change.row or place) for place, change in enumerate(changes, start=1)]
    return together(session, found, places, judging.as_of)


@dataclass
class Judging:
    """Judges lines one by one; what it knows already is not asked again."""

    session: ScopedSession
    places: Places
    as_of: date
    fields: tuple[Field, ...] = field(default_factory=roster_fields)
    posts: dict[int, Post] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    lines: dict[int, dict[str, Kept]] = field(default_factory=dict)
    said: dict[tuple[str, object], Kept | Refused] = field(default_factory=dict)

    def know(self, changes: Sequence[LineChange]) -> None:
        """Asks at once for every post and person that the lines name."""
        self.know_posts({one.post_id for one in changes if one.post_id is not None})
        wanted = {one.person_id for one in self.posts.values()}
        self.know_people(wanted | {one.person_id for one in changes if one.person_id is not None})

    def know_posts(self, keys: Iterable[int]) -> None:
        wanted = sorted(set(keys) - self.posts.keys())
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            self.posts |= {one.id: one for one in self.session.scalars(select(Post).where(Post.id.in_(some)))}

    def know_people(self, keys: Iterable[int]) -> None:
        wanted = sorted(set(keys) - self.people.keys())
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            self.people |= {
                one.id: one for one in self.session.scalars(select(Person).where(Person.id.in_(some)))
            }

    def line(self, post: Post, person: Person) -> dict[str, Kept]:
        """What the line holds now."""
        if post.id not in self.lines:
            self.lines[post.id] = line_values(person, post, self.places)
        return self.lines[post.id]

    def read(self, one: Field, said: object, old: Kept = "") -> Kept:
        """As the field takes it; what stands in a column again and again is read once. Raises Refused."""
        if old or not isinstance(said, (str, date)):
            return taken(said, one, self.places, old)
        key = one.key, said
        if key not in self.said:
            try:
                self.said[key] = taken(said, one, self.places)
            except Refused as refused:
                self.said[key] = refused
        found = self.said[key]
        if isinstance(found, Refused):
            raise Refused(found.sentence)
        return found

    def one(self, change: LineChange, number: int) -> Judged:
        post = self.posts.get(change.post_id) if change.post_id is not None else None
        person = self.people.get(post.person_id if post else change.person_id or 0)
        if (change.post_id is not None and post is None) or (change.person_id and person is None):
            problem = Problem("", _("找不到这个岗位或人员，或它不在您的范围内。"), row=number)
            return Judged(number, change, None, None, {}, {}, (problem,))
        if post is not None and person is None:
            problem = Problem("", _("这个人由上级中心管理，请由上级修改。"), row=number)
            return Judged(number, change, post, None, {}, {}, (problem,))
        before: dict[str, Kept] = {}
        if post is not None and person is not None:
            before = self.line(post, person)
        elif person is not None:
            before = person_line(person, self.places)
        after, problems = self._taken(change.typed, before)
        conflict = bool(
            post is not None and person is not None and change.seen is not None
            and change.seen != (post.version, person.version)
        )  # fmt: skip
        if not problems:
            problems = self._whole(before, after, post)
        if not problems and post is not None and post.covers_id is not None:
            problems = self._covering(after, post.covers_id)
        judged_one = Judged(number, change, post, person, before, after, (), conflict)
        if not problems:
            judged_one, problems = self._placed(judged_one)
        return replace(judged_one, problems=tuple(replace(one, row=number) for one in problems))

    def _taken(
        self, typed: Mapping[str, object], before: Mapping[str, Kept]
    ) -> tuple[dict[str, Kept], list[Problem]]:
        """The values as they would be kept, and what is wrong with each."""
        values, problems = dict(before), []
        for one in self.fields:
            if one.key not in PERSON_KEYS and one.key not in POST_KEYS:
                continue
            old = values.get(one.key, "")
            if one.key not in typed:
                if one.required and not old:
                    problems.append(Problem(one.key, _("“{label}”：这一项必填。").format(label=one.words)))
                continue
            said = typed[one.key]
            if old and one.key in FREE and said == said_in_part(old, one, self.places):
                continue  # what stands as it was shown was not touched
            try:
                kept = self.read(one, said, old)
            except Refused as refused:
                shown = "" if is_masked(one) or said is None else str(said)[:100]
                sentence = _("“{label}”：{sentence}").format(label=one.words, sentence=refused.sentence)
                problems.append(Problem(one.key, sentence, value=shown))
                continue
            if kept:
                values[one.key] = kept
            else:
                values.pop(one.key, None)
        values.setdefault("since", before.get("since") or self.places.today.isoformat())
        number = str(values.get("citizen_id", ""))
        if number and not values.get("sex") and (sex := sex_of(number)) is not None:
            values["sex"] = sex.value
        return values, problems

    def _whole(
        self, before: Mapping[str, Kept], after: Mapping[str, Kept], post: Post | None
    ) -> list[Problem]:
        """What only several columns together show."""
        found = []
        since = date.fromisoformat(str(after["since"]))
        until = date.fromisoformat(str(after["until"])) if after.get("until") else None
        if until is not None and until < since:
            found.append(Problem("until", _("“离岗日期”：早于上岗日期。")))
        if since > self.places.today + LATEST_AHEAD and after.get("since") != before.get("since"):
            found.append(Problem("since", _("“上岗日期”：在一年以后，请核对。")))
        number = str(after.get("citizen_id", ""))
        touched = number != before.get("citizen_id") or after.get("sex") != before.get("sex")
        sex = sex_of(number) if number and touched else None
        if sex is not None and after.get("sex") != sex.value:
            found.append(Problem("sex", _("“性别”：与身份证号不符，请核对。")))
        born = born_of(number) if number else None
        if born is not None and since.year - born.year < YOUNGEST:
            found.append(
                Problem("since", _("“上岗日期”：上岗时未满{age}周岁，请核对。").format(age=YOUNGEST))
            )
        return found

    def _covering(self, after: Mapping[str, Kept], covers_id: int) -> list[Problem]:
        """Nobody covers for a post on days on which it is not held."""
        self.know_posts({covers_id})
        covered = self.posts.get(covers_id)
        if covered is None:
            return []
        found = []
        if str(after["since"]) < covered.since.isoformat():
            found.append(Problem("since", _("“上岗日期”：早于被代岗位的上岗日期。")))
        if covered.until is not None and str(after.get("until") or "9999") > covered.until.isoformat():
            found.append(
                Problem("until", _("“离岗日期”：晚于被代岗位的离岗日期{day}。").format(day=covered.until))
            )
        return found

    def _placed(self, one: Judged) -> tuple[Judged, list[Problem]]:
        """Where the post lies, and whether it is a move."""
        after = dict(one.after)
        role, grid = PostRole(str(after["role"])), self.places.grids.get(str(after.get("grid", "")))
        if grid is not None:
            after.pop("center", None)
            center = grid.center_code
        else:
            center = str(after.get("center") or self.places.own_center)
        words = _(POST_WORDS[role])
        if grid is None and role not in (*CENTER_ROLES, *EITHER_ROLES):
            return one, [Problem("grid", _("“网格”：{role}要填所在网格。").format(role=words))]
        if grid is None and center not in self.places.centers:
            return one, [Problem("center", _("“所在中心”：请填您范围内的中心代码或全称。"))]
        if grid is not None and role in CENTER_ROLES:
            return one, [Problem("grid", _("“网格”：{role}按中心设置，不填网格。").format(role=words))]
        if grid is not None and role is PostRole.FULL_TIME and grid.size is not GridSize.SMALL:
            return one, [Problem("grid", _("“网格”：专职网格员只设在小网格。"))]
        if grid is None:
            after["center"] = center
        one = replace(one, after=after, center_code=center)
        changed = one.post is not None and any(
            one.before.get(key, "") != after.get(key, "") for key in ("grid", "center", "role")
        )
        if not changed or one.post is None:
            return one, []
        if one.post.covers_id is not None:
            return one, [Problem("grid", _("“网格”：代岗随请假结束，不能调岗。请给请假的人另行安排代岗。"))]
        if one.post.since > self.places.today:
            return one, []  # it has not begun: a correction
        # A later day of joining, typed beside the new grid, is the day of the move.
        since = date.fromisoformat(str(after["since"]))
        moved_on = since if since > one.post.since else self.as_of
        if moved_on <= one.post.since:
            return one, []  # it never began where it stood: a correction
        if since < one.post.since:
            return one, [Problem("since", _("“上岗日期”：改了网格或岗位时填调岗的日期，应晚于{day}。").format(
                day=one.post.since))]  # fmt: skip
        if one.post.until is not None and one.post.until < moved_on:
            return one, [Problem("grid", _("“网格”：这个岗位已在{day}结束，不能再调岗。").format(
                day=one.post.until))]  # fmt: skip
        if str(after.get("until") or "9999") < moved_on.isoformat():
            return one, [Problem("until", _("“离岗日期”：早于调岗的日期{day}。").format(day=moved_on))]
        after["since"] = moved_on.isoformat()
        follows = _("自{day}起调岗，原岗位到{last}为止，保留在履历中。").format(
            day=moved_on, last=moved_on - timedelta(days=1)
        )
        return replace(one, after=after, moved_on=moved_on, follows=(follows,)), []
