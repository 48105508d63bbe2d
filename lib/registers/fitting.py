"""Whether the entries that stand fit a new design, and what of them has to be computed anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from db.models.register import Entry, Register
from db.scope import ScopedSession
from lib.access.guard import viewer_of
from lib.errors import BadInput, Problem
from lib.fields.field import Field, Kept, Refused
from lib.fields.kinds import kind_of
from lib.i18n import _
from lib.registers import values as whole
from lib.registers.design import Design
from lib.registers.entries import writing
from lib.registers.seeing import reads
from lib.registers.world import Surroundings

MOST_NAMED = 20
AT_ONCE = 1000
LIMITS = ("required", "unique", "least", "most", "longest", "places", "choices", "links_to")


# What a field that is new asks of the entries that do not have it yet.
LOOSE = Field("f0", "text", "")


def _standing(session: ScopedSession, register: Register) -> Iterator[Entry]:
    last = 0
    while rows := session.scalars(
        select(Entry)
        .where(Entry.register_id == register.id, Entry.removed_at.is_(None), Entry.id > last)
        .order_by(Entry.id)
        .limit(AT_ONCE)
    ).all():
        yield from rows
        last = rows[-1].id


def must_fit(session: ScopedSession, register: Register, before: Design, design: Design) -> None:
    """Raises BadInput that names the entries which the design would make invalid; `row` is an entry's key."""
    problems = _kinds_stay(before, design)
    if not problems:
        problems = list(_misfits(session, register, before, design))
    if problems:
        told = problems[:MOST_NAMED]
        sentence = _("有{count}条已有记录不符合新设计，请先改好记录或放宽设计。例如：{first}").format(
            count=len({one.row for one in problems}), first=problems[0].sentence
        )
        raise BadInput(sentence if problems[0].row else problems[0].sentence, tuple(told))


def _kinds_stay(before: Design, design: Design) -> list[Problem]:
    """A field keeps its kind, and is retired and never deleted."""
    found = []
    for old in before.fields:
        new = design.field(old.key)
        if new is None:
            found.append(Problem(old.key, _("字段“{label}”不能删除，只能停用。").format(label=old.label)))
        elif new.kind != old.kind:
            sentence = _("字段“{label}”的种类不能改。请停用它，再新增一个字段。")
            found.append(Problem(old.key, sentence.format(label=old.label)))
    return found


def _tightened(before: Design, design: Design) -> list[Field]:
    """The fields whose limits are other than they were."""
    found = []
    for one in design.standing:
        old = before.field(one.key)
        limits = [getattr(one, name) for name in LIMITS]
        was = [getattr(old if old and not old.retired else LOOSE, name) for name in LIMITS]
        if limits != was:
            found.append(one)
    return found


def _misfits(session: ScopedSession, register: Register, before: Design, design: Design) -> Iterator[Problem]:
    fields, world = _tightened(before, design), Surroundings(session)
    rules = design.rules != before.rules
    stages = {one.key for one in design.stages}
    same: Counter[tuple[str, str, Kept]] = Counter()
    named = reads(viewer_of(session), register, before)
    computing = whole.Computing(design, world.today)
    for entry in _standing(session, register):
        values = whole.unpacked(entry.content)
        called = _("第{number}号").format(number=entry.serial) + (f"（{entry.title}）" if named else "")
        if entry.state not in stages:
            sentence = _("{entry}处在被删除的状态“{state}”").format(
                entry=called, state=before.stage(entry.state).words
            )
            yield Problem("stages", sentence, row=entry.id)
        for one in fields:
            why = _why_not(one, values.get(one.key, ""), world)
            if not why and one.unique and values.get(one.key):
                same[one.key, entry.center_code, values[one.key]] += 1
                if same[one.key, entry.center_code, values[one.key]] > 1:
                    why = _("同一单位内有重复")
            if why:
                sentence = _("{entry}的“{label}”：{why}").format(entry=called, label=one.label, why=why)
                yield Problem(one.key, sentence, row=entry.id)
        if rules:
            for problem in computing.broken(values | computing.computed(values)):
                sentence = _("{entry}：{why}").format(entry=called, why=problem.sentence)
                yield Problem(problem.field, sentence, row=entry.id)


def _why_not(one: Field, kept: Kept, world: Surroundings) -> str:
    kind = kind_of(one)
    if not kind.filled_in:
        return ""
    if not kept:
        return _("这一项必填。") if one.required else ""
    if one.choices:
        keys = (kept,) if isinstance(kept, str) else kept
        return "" if all(one.choice(key) for key in keys) else _("选项已被删除，请改为停用")
    if one.kind in ("person", "grid", "center", "department", "case", "link"):
        return ""  # what was there when it was named may be gone today
    try:
        kind.read(kind.show(kept, one, world), one, world)
    except Refused as refused:
        return refused.sentence
    return ""


def compute_anew(session: ScopedSession, register: Register, before: Design, design: Design) -> None:
    """Entries whose formulas, or whose titles, come out otherwise under the new design are written again,
    with a line in their history."""
    formulas = {one.key: one.formula for one in design.standing if one.kind == "formula"}
    if formulas == {one.key: one.formula for one in before.standing if one.kind == "formula"} and (
        [one.key for one in whole.title_sources(design)] == [one.key for one in whole.title_sources(before)]
    ):
        return
    world = Surroundings(session)
    computing = whole.Computing(design, world.today)
    for entry in _standing(session, register):
        held = whole.unpacked(entry.content)
        values = held | computing.computed(held)
        entry.title = whole.title_of(design, values, world)
        writing.rewrite(session, register, design, entry, {k: v for k, v in values.items() if v}, world)
