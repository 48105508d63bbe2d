"""Reads a mapping: how another register's columns and words become cases here.

A mapping is a TOML file that a person writes once for a source. It is checked as strictly as the
data: an unknown word in it is named, because a slip would quietly put thousands of cases wrong.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db.models.case import Source, Stage
from db.models.center import CODE_LENGTH, Level
from lib.cases.mapping_section import Section
from lib.errors import BadInput
from lib.i18n import _

TIMES = ("reported_at", "accepted_at", "due_at", "closed_at")
COLUMNS = ("number", "title", "detail", *TIMES)
NEEDED = ("number", "title", "reported_at")


@dataclass(frozen=True)
class NewCenter:
    code: str
    name: str


@dataclass(frozen=True)
class NewDepartment:
    kind: str
    name: str
    name_en: str


@dataclass(frozen=True)
class NewCategory:
    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Words:
    """What each word of the columns stands for. Without `blank` or `otherwise` such rows are refused."""

    columns: tuple[str, ...]
    meaning: Mapping[tuple[str, ...], str]
    blank: str | None = None
    otherwise: str | None = None


@dataclass(frozen=True)
class Check:
    """The register's own flag, to be compared with what is computed here."""

    column: str
    late: str
    in_time: str


@dataclass(frozen=True)
class FactsMapping:
    origin: str
    encoding: str | None
    delimiter: str | None
    time_format: str
    time_zone: ZoneInfo
    columns: Mapping[str, str]
    root: str
    # What the mapping may create; anything else it names must be there already.
    centers: tuple[NewCenter, ...]
    departments: tuple[NewDepartment, ...]
    categories: tuple[NewCategory, ...]
    center: Words
    department: Words | None
    category: Words
    source: Words
    open_stage: Stage
    keeps_impossible: bool
    check: Check | None


def read_mapping(path: Path) -> FactsMapping:
    """Raises BadInput with the first thing in the mapping that cannot be."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise BadInput(_("找不到映射文件“{name}”。").format(name=path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(_("映射文件“{name}”不是正确的TOML：{why}").format(name=path.name, why=error)) from None
    return _mapping(Section(tree, ""))


def _mapping(tree: Section) -> FactsMapping:
    file, root = tree.needed("file"), tree.needed("root")
    zone_name = file.text("time_zone")
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError):
        raise file.wrong("time_zone", _("不认识这个时区。")) from None
    columns = tree.words("columns")
    for field in NEEDED:
        if field not in columns:
            raise tree.wrong("columns", _("缺少“{field}”。").format(field=field))
    for field in columns:
        if field not in COLUMNS:
            raise tree.wrong("columns", _("不认识“{field}”。").format(field=field))
    root_code = root.text("code", 12)
    root_name = root.maybe("name")
    if not root_code.isdigit() or len(root_code) not in CODE_LENGTH.values():
        raise root.wrong("code", _("中心代码应为4、6、9或12位数字。"))
    if root_name and root.text("level") != _level(root_code).value:
        raise root.wrong("level", _("级别与代码的位数不符。"))
    root.maybe("level")
    center, centers = _centers(tree.needed("center"), root_code)
    if root_name:
        centers.insert(0, NewCenter(root_code, root_name))
    department, departments = _departments(tree.section("department"))
    category, categories = _categories(tree.needed("category"))
    mapping = FactsMapping(
        origin=file.text("origin", 30),
        encoding=file.maybe("encoding"),
        delimiter=file.maybe("delimiter"),
        time_format=file.text("time_format"),
        time_zone=zone,
        columns=columns,
        root=root_code,
        centers=tuple(centers),
        departments=tuple(departments),
        categories=tuple(categories),
        center=center,
        department=department,
        category=category,
        source=_sources(tree.needed("source")),
        open_stage=_open_stage(tree.needed("stage")),
        keeps_impossible=_keeps_impossible(tree.section("impossible")),
        check=_check(tree.section("check")),
    )
    for section in (file, root, tree):
        section.close()
    return mapping


def _level(code: str) -> Level:
    return next(level for level, length in CODE_LENGTH.items() if length == len(code))


def _centers(section: Section, root: str) -> tuple[Words, list[NewCenter]]:
    meaning: dict[tuple[str, ...], str] = {}
    created: dict[str, NewCenter] = {}
    for item in section.list("values"):
        code, name = item.text("code", 12), item.maybe("name")
        if not code.isdigit() or len(code) not in CODE_LENGTH.values():
            raise item.wrong("code", _("中心代码应为4、6、9或12位数字。"))
        if name and not code.startswith(root):
            raise item.wrong("code", _("要新建的中心，代码应以“{root}”开头。").format(root=root))
        if name:
            created[code] = NewCenter(code, item.text("name", 60))
        if "value" in item.tree:  # one that stands for blanks alone has none
            meaning[(item.text("value"),)] = code
        item.asked.add("value")
        item.close()
    words = Words((section.text("column"),), meaning, section.maybe("blank"), section.maybe("otherwise"))
    section.close()
    return words, list(created.values())


def _departments(section: Section | None) -> tuple[Words | None, list[NewDepartment]]:
    if section is None:
        return None, []
    meaning: dict[tuple[str, ...], str] = {}
    created: dict[str, NewDepartment] = {}
    for item in section.list("values"):
        kind = item.text("kind", 60)
        meaning[(item.text("value"),)] = kind
        made = NewDepartment(kind, item.text("name", 100), item.text("name_en", 100))
        if created.setdefault(kind, made) != made:
            raise item.wrong("kind", _("同一个kind写了不同的名称。"))
        item.close()
    words = Words((section.text("column"),), meaning, section.maybe("blank"), section.maybe("otherwise"))
    for key, kind_named in (("blank", words.blank), ("otherwise", words.otherwise)):
        if kind_named and kind_named not in created:
            raise section.wrong(key, _("没有这个部门。"))
    section.close()
    return words, list(created.values())


def _categories(section: Section) -> tuple[Words, list[NewCategory]]:
    """Two levels. The same word under two groups is two categories when the file says the group."""
    group_column = section.maybe("group_column")
    columns = ((group_column,) if group_column else ()) + (section.text("column"),)
    meaning: dict[tuple[str, ...], str] = {}
    created: dict[str, NewCategory] = {}

    def create(item: Section, start: str) -> str:
        code = item.text("code", 12)
        if code in created or not code.startswith(start):
            raise item.wrong("code", _("类别代码不能重复，并应以上一级的代码开头。"))
        created[code] = NewCategory(code, item.text("name", 100), item.text("name_en", 100))
        return code

    for group in section.list("groups"):
        start = create(group, "")
        value = group.text("value") if group_column else None
        for member in group.list("members"):
            key = ((value,) if value else ()) + (member.text("value"),)
            if key in meaning:
                raise member.wrong("value", _("这个词已经写过。"))
            meaning[key] = create(member, start)
            member.close()
        group.close()
    words = Words(columns, meaning, section.maybe("blank"), section.maybe("otherwise"))
    for key_named, code in (("blank", words.blank), ("otherwise", words.otherwise)):
        if code and code not in created:
            raise section.wrong(key_named, _("没有这个类别。"))
    section.close()
    return words, list(created.values())


def _sources(section: Section) -> Words:
    words = Words(
        (section.text("column"),),
        {(word,): meaning for word, meaning in section.words("values").items()},
        section.maybe("blank"),
        section.maybe("otherwise"),
    )
    for meaning in (*words.meaning.values(), words.blank, words.otherwise):
        if meaning is not None and meaning not in list(Source):
            allowed = "、".join(Source)
            raise section.wrong(
                "values", _("“{word}”不是事件来源，可用：{allowed}。").format(word=meaning, allowed=allowed)
            )
    section.close()
    return words


def _open_stage(section: Section) -> Stage:
    word = section.text("open")
    if word not in list(Stage) or word == Stage.CLOSED:
        raise section.wrong("open", _("未办结事件的环节不能是“{word}”。").format(word=word))
    section.close()
    return Stage(word)


def _keeps_impossible(section: Section | None) -> bool:
    if section is None:
        return False
    word = section.text("closed_before_reported")
    if word not in ("keep", "refuse"):
        raise section.wrong("closed_before_reported", _("应为 keep 或 refuse。"))
    section.close()
    return word == "keep"


def _check(section: Section | None) -> Check | None:
    if section is None:
        return None
    check = Check(section.text("column"), section.text("late"), section.text("in_time"))
    section.close()
    return check
