"""Writes a new edition of the divisions: its centers, and everything that hangs on one that moved.

Old centers stay as rows that have ended and name their successor. What belongs to a center follows
it, whichever table it lies in; only the audit chain stays as it was written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import bindparam, insert, select, update

from db.models.center import Center, Change, CodeChange, Level
from db.models.deployment import Deployment
from db.scope import ScopedSession, within
from db.session import take_lock
from lib import clock
from lib.audit.chain import record
from lib.centers.editions import PARKED, Plan, Unit, code_order, compare
from lib.centers.followers import hanging, move_rows, slices
from lib.centers.pinyin import initials
from lib.errors import BadInput, Problem
from lib.i18n import _


def living_codes(session: ScopedSession) -> set[str]:
    return set(session.scalars(select(Center.code).where(Center.ended_on.is_(None))))


def take_edition(
    session: ScopedSession, units: Sequence[Unit], edition: str, *, person: str = "cli"
) -> tuple[Plan, int]:
    """The plan that was carried out, and how many units lie outside this installation and were left out.

    Raises BadInput when something hangs on a unit that vanished without a successor.
    """
    take_lock(session, "divisions")
    kept = _own_part(session, units)
    old = _living_units(session, kept)
    plan = compare(old, kept)
    problems = [*_unknown_formers(session, old, kept), *_left_behind(session, plan)]
    if problems:
        raise BadInput(
            _("新版区划还有{count}处不明确，未写入任何数据。").format(count=len(problems)), tuple(problems)
        )
    if not plan.empty:
        _write(session, plan, kept, edition)
        root = min(kept, key=lambda unit: code_order(unit.code)).code
        counts = {"added": len(plan.added), "unchanged": plan.unchanged} | {
            kind.value: plan.count(kind) for kind in Change
        }
        became = [[change.kind.value, change.old_code, change.new_code] for change in plan.changes]
        record(
            session,
            None,
            "divisions imported",
            edition,
            after={**counts, "changes": became},
            center_code=root,
            person=person,
        )
    return plan, len(units) - len(kept)


def _own_part(session: ScopedSession, units: Sequence[Unit]) -> list[Unit]:
    """A county that is given its city's list takes its own subtree of it."""
    deployment = session.get(Deployment, 1)
    if deployment is None:
        return list(units)
    root = deployment.root_code
    top = next((unit for unit in units if root in (unit.code, *unit.former)), None)
    if top is None or top.parent_code is None:
        return list(units)
    known = living_codes(session)
    return subtree(units, top.code, known)


def subtree(units: Iterable[Unit], root: str, known: Collection[str] = ()) -> list[Unit]:
    """The unit of this code, as a root unless its parent is known, and all units below it."""
    return [
        replace(unit, parent_code=None) if unit.code == root and unit.parent_code not in known else unit
        for unit in units
        if unit.code.startswith(root)
    ]


def _living_units(session: ScopedSession, units: Sequence[Unit]) -> list[Unit]:
    """What the edition speaks of: the subtrees of its roots, and of the codes that it says were before."""
    codes = {unit.code for unit in units}
    tops = {unit.code for unit in units if unit.parent_code not in codes}
    question = select(CodeChange.old_code, CodeChange.new_code).where(CodeChange.subject == "center")
    applied = {(old, new) for old, new in session.execute(question)}
    outside = {
        former
        for unit in units
        for former in unit.former
        # Another unit may bear the code by now; what was applied once is not applied again.
        if not former.startswith(tuple(tops)) and (former, unit.code) not in applied
    }
    found = session.execute(
        select(Center.code, Center.name, Center.level, Center.parent_code, Center.invented).where(
            Center.ended_on.is_(None), within(Center.code, sorted(tops | outside))
        )
    )
    return [
        Unit(code, name, Level(level), parent, invented=invented)
        for code, name, level, parent, invented in found
    ]


def _unknown_formers(session: ScopedSession, old: Sequence[Unit], units: Sequence[Unit]) -> Iterable[Problem]:
    """A code that was never here is a slip, unless it lies elsewhere or the unit was here before."""
    living = {unit.code for unit in old}
    codes = {unit.code for unit in units}
    tops = tuple(unit.code for unit in units if unit.parent_code not in codes)
    known = set(session.scalars(select(Center.code))) if living else set()
    for unit in units:
        if not living or unit.code in living:
            continue
        for code in unit.former:
            if code not in known and code.startswith(tops):
                sentence = _("系统里从来没有这个原代码，请核对；如果没有前身，请清空该格。")
                yield Problem("former_code", sentence, unit.row, code)


def _left_behind(session: ScopedSession, plan: Plan) -> Iterable[Problem]:
    names = {unit.code: unit.name for unit in plan.ended}
    for code, tables in hanging(session, names).items():
        yield Problem(
            "former_code",
            _(
                "“{name}”（{code}）在新版中没有了，但还有数据挂在它下面（{tables}）。"
                "请在接收它的单位那一行的former_code列填写{code}。"
            ).format(name=names[code], code=code, tables="、".join(tables)),
            None,
            code,
        )


def _write(session: ScopedSession, plan: Plan, units: Sequence[Unit], edition: str) -> None:
    now = clock.now()
    _write_centers(session, plan)
    needs_parking = move_rows(session, plan.moves, before=lambda: _park(session))
    if needs_parking:
        session.delete(session.get_one(Center, PARKED))
    reused = {unit.code for unit in plan.updated}
    today = clock.local(now).date()
    ended = [
        {"old": code, "on": today, "to": target} for code, target in plan.moves.items() if code not in reused
    ] + [{"old": unit.code, "on": today, "to": None} for unit in plan.ended]
    table = Center.__table__
    if ended:
        session.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.code == bindparam("old"))
            .values(ended_on=bindparam("on"), successor_code=bindparam("to")),
            ended,
        )
    deployment = session.get(Deployment, 1)
    if deployment and deployment.root_code in plan.moves:
        deployment.root_code = plan.moves[deployment.root_code]
    session.flush()
    session.expire_all()
    fallback = min(units, key=lambda unit: code_order(unit.code)).code
    session.add_all(
        CodeChange(
            changed_at=now,
            edition=edition[:200],
            kind=change.kind,
            subject="center",
            old_code=change.old_code,
            old_name=change.old_name,
            new_code=change.new_code,
            new_name=change.new_name,
            center_code=change.new_code or _nearest_above(plan, change.old_code) or fallback,
        )
        for change in plan.changes
    )
    session.flush()


def _nearest_above(plan: Plan, code: str) -> str | None:
    """Where the end of a unit is remembered: at the unit above it, or what that one became."""
    parents = {unit.code: unit.parent_code for unit in plan.ended}
    place: str | None = code
    while place in parents:
        place = parents[place]
    return plan.moves.get(place, place) if place else None


def _write_centers(session: ScopedSession, plan: Plan) -> None:
    codes = [unit.code for unit in (*plan.added, *plan.updated, *plan.ended)] + list(plan.moves)
    standing = {
        center.code: center
        for some in slices(codes)
        for center in session.scalars(select(Center).where(Center.code.in_(some)))
    }
    continued = {
        change.new_code: standing[change.old_code]
        for change in plan.changes
        if change.kind is Change.MOVED and change.old_code != change.new_code
    }
    kept_by_people = {
        code: {"director_name": old.director_name, "phone": old.phone} for code, old in continued.items()
    }
    new_rows = []
    for unit in plan.added:
        values = {
            "name": unit.name,
            "level": unit.level,
            "parent_code": unit.parent_code,
            "initials": initials(unit.name),
            "invented": unit.invented,
            "ended_on": None,
            "successor_code": None,
            "director_name": None,
            "phone": None,
            **kept_by_people.get(unit.code, {}),
        }
        if unit.code in standing:  # it had ended and is back
            _set(standing[unit.code], values)
        else:
            new_rows.append({"code": unit.code, **values})
    for unit in plan.updated:
        values = {"name": unit.name, "parent_code": unit.parent_code, "invented": unit.invented}
        values["initials"] = initials(unit.name)
        if unit.code in plan.moves:  # another unit bears the code now
            values |= {"director_name": None, "phone": None, **kept_by_people.get(unit.code, {})}
        _set(standing[unit.code], values)
    if new_rows:
        session.execute(insert(Center), new_rows)
    session.flush()


def _set(center: Center, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(center, name, value)


def _park(session: ScopedSession) -> None:
    session.add(
        Center(code=PARKED, name=PARKED, level=Level.CITY, parent_code=None, initials="", invented=True)
    )
    session.flush()
