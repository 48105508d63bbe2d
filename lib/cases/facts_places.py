"""Where imported cases go: finds the mapping's centers, departments and categories, or makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from db.models.case import CaseCategory
from db.models.center import CODE_LENGTH, Center
from db.models.department import Department
from db.scope import ScopedSession
from lib.cases.facts_mapping import FactsMapping
from lib.centers.pinyin import initials
from lib.errors import BadInput, Problem
from lib.i18n import _


@dataclass(frozen=True)
class Places:
    """`centers` leads from a code of the mapping to the living center, `departments` from a kind to an id."""

    root: str
    centers: Mapping[str, str]
    departments: Mapping[str, int]
    created: int


def prepare_places(session: ScopedSession, mapping: FactsMapping) -> Places:
    """Raises BadInput naming every code that does not lead to a living center."""
    made = _make_centers(session, mapping)
    wanted = [mapping.root, *mapping.center.meaning.values(), mapping.center.blank, mapping.center.otherwise]
    centers: dict[str, str] = {}
    problems: list[Problem] = []
    for code in dict.fromkeys(code for code in wanted if code):
        living = _living(session, code)
        if living is None:
            sentence = _("系统里没有这个中心。请先导入区划，或在映射文件里写上name以便新建。")
            problems.append(Problem("center", sentence, None, code))
        else:
            centers[code] = living
    if problems:
        raise BadInput(_("映射文件里的中心有误，未写入任何数据。"), tuple(problems))
    root = centers[mapping.root]
    departments, new_departments = _departments(session, mapping, root)
    made += new_departments + _make_categories(session, mapping, root)
    return Places(root, centers, departments, made)


def _living(session: ScopedSession, code: str) -> str | None:
    """The center of this code or what became of it."""
    seen: set[str] = set()
    center = session.get(Center, code)
    while center is not None and center.ended_on is not None and center.successor_code:
        if center.code in seen:
            return None
        seen.add(center.code)
        center = session.get(Center, center.successor_code)
    return center.code if center is not None and center.ended_on is None else None


def _make_centers(session: ScopedSession, mapping: FactsMapping) -> int:
    """From the top down; a center that is there already keeps its name."""
    level = {length: level for level, length in CODE_LENGTH.items()}
    made = 0
    for new in sorted(mapping.centers, key=lambda center: len(center.code)):
        if session.get(Center, new.code) is not None:
            continue
        parents = (new.code[:n] for n in (9, 6, 4) if n < len(new.code))
        parent = next((p for p in parents if session.get(Center, p) is not None), None)
        if parent is None and new.code != mapping.root:
            sentence = _("找不到它上面的中心，请在[root]里写上name以便新建。")
            raise BadInput(
                _("映射文件里的中心有误，未写入任何数据。"), (Problem("center", sentence, None, new.code),)
            )
        session.add(
            Center(
                code=new.code,
                name=new.name,
                level=level[len(new.code)],
                parent_code=parent,
                initials=initials(new.name),
            )
        )
        session.flush()
        made += 1
    return made


def _departments(session: ScopedSession, mapping: FactsMapping, root: str) -> tuple[dict[str, int], int]:
    standing = {
        department.kind: department
        for department in session.scalars(select(Department).where(Department.center_code == root))
    }
    made = 0
    for new in mapping.departments:
        if new.kind not in standing:
            department = Department(center_code=root, kind=new.kind, name=new.name, name_en=new.name_en)
            session.add(department)
            standing[new.kind] = department
            made += 1
    session.flush()
    return {kind: department.id for kind, department in standing.items()}, made


def _make_categories(session: ScopedSession, mapping: FactsMapping, root: str) -> int:
    made = 0
    for new in mapping.categories:
        standing = session.get(CaseCategory, new.code)
        if standing is None:
            session.add(CaseCategory(code=new.code, center_code=root, name=new.name, name_en=new.name_en))
            made += 1
        elif standing.center_code != root:
            sentence = _("这个类别代码已被“{center}”使用，请换一个。").format(center=standing.center_code)
            raise BadInput(
                _("映射文件里的类别有误，未写入任何数据。"), (Problem("category", sentence, None, new.code),)
            )
    session.flush()
    return made
