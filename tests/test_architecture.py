"""The rules that keep the code easy to see and hard to get wrong, checked by reading it.

Each rule answers with the lines that break it. Behind each stands a small source that does, so that
a rule that sees nothing is noticed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import db.models  # noqa: F401 - fills the registry
from db.base import Base, HandedDown, InCenter, SystemOnly
from lib.ui.menu import MENU

ROOT = Path(__file__).parent.parent
OURS = ("db", "lib", "pages", "seed", "tests")
SOURCES = sorted(
    [ROOT / "Home.py"]
    + [
        p
        for d in ("pages", "lib", "db", "seed")
        for p in (ROOT / d).rglob("*.py")
        if "migrations" not in p.parts
    ]
)
Found = Iterator[tuple[int, str]]
Rule = Callable[[str, ast.Module], Found]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def layer(name: str) -> str:
    """Home.py, pages, lib.ui, a noun such as lib.cases, what all nouns stand on (lib.base), db, seed."""
    parts = name.removesuffix(".py").split("/")
    if parts[0] == "lib":
        noun = parts[1] if len(parts) > 1 else ""
        return f"lib.{noun}" if noun in ABOVE else "lib.base"
    return parts[0]


# Who may look at whom, besides their own kind. Nouns stand in an order; none looks at a later one.
NOUNS = ("lib.centers", "lib.grids", "lib.roster", "lib.cases")
# Lists and registers stand alone: what others need of them they ask, and they ask nobody.
LISTS = ("lib.fields", "lib.imports", "lib.registers", "lib.lists")
FIGURES = ("lib.replica", "lib.metrics", "lib.views")
# Rounds and assessments read figures; a scheme says only how they become points.
JUDGING = ("lib.windows", "lib.schemes", "lib.scheduling", "lib.assessment")
ABOVE: dict[str, set[str]] = {
    "ui": {
        "lib.base",
        *NOUNS,
        *LISTS,
        *FIGURES,
        *JUDGING,
        "lib.approvals",
        "lib.reports",
        "lib.exports",
        "lib.audit",
        "lib.access",
        "db",
    },
    # Kinds of fields know nothing of what is made of them; a sheet is read by them.
    "fields": {"lib.base"},
    "imports": {"lib.base", "lib.fields", "lib.exports"},
    "registers": {"lib.base", "lib.fields", "lib.imports", "lib.exports", "lib.access", "lib.audit", "db"},
    "lists": {"lib.base", "lib.fields", "lib.registers", "lib.exports", "lib.access", "lib.audit", "db"},
    # What waits for a decision, of all kinds.
    "approvals": {"lib.base", *NOUNS, *LISTS, *JUDGING, "lib.access", "lib.audit", "db"},
    "centers": {"lib.base", "lib.access", "lib.audit", "db"},
    "grids": {"lib.base", "lib.access", "lib.audit", "db", *NOUNS[:1]},
    "roster": {
        "lib.base",
        "lib.fields",
        "lib.imports",
        "lib.exports",
        "lib.access",
        "lib.audit",
        "db",
        *NOUNS[:2],
    },
    "cases": {"lib.base", "lib.access", "lib.audit", "db", *NOUNS[:3]},
    # A copy of one table, which knows nothing of what is asked of it.
    "replica": {"lib.base", "db"},
    "metrics": {
        "lib.base",
        "lib.access",
        "lib.audit",
        "db",
        *NOUNS,
        "lib.fields",
        "lib.registers",
        "lib.replica",
    },
    "schemes": {"lib.base", "lib.registers", "lib.metrics", "lib.access", "lib.audit", "db"},
    # What visitors say of windows is satisfaction too.
    "windows": {"lib.base", *NOUNS, "lib.metrics", "lib.access", "lib.audit", "db"},
    "scheduling": {
        "lib.base",
        *NOUNS,
        "lib.lists",
        "lib.metrics",
        "lib.schemes",
        "lib.access",
        "lib.audit",
        "db",
    },
    "assessment": {
        "lib.base",
        *NOUNS,
        "lib.metrics",
        "lib.windows",
        "lib.schemes",
        "lib.scheduling",
        "lib.access",
        "lib.audit",
        "db",
    },
    # Documents: they put together what the nouns answer.
    "reports": {
        "lib.base",
        *NOUNS,
        "lib.fields",
        "lib.registers",
        "lib.metrics",
        "lib.windows",
        *JUDGING,
        "lib.exports",
        "lib.access",
        "lib.audit",
        "db",
    },
    # Keeps addresses of pages of figures.
    "views": {"lib.base", "lib.metrics", "lib.access", "lib.audit", "db"},
    # Takes a table that is already answered; it asks nobody.
    "exports": {"lib.base", "lib.access", "lib.audit", "db"},
    # The command line is a page without a screen.
    "cli": {
        "lib.base",
        *NOUNS,
        *LISTS,
        "lib.replica",
        "lib.metrics",
        "lib.schemes",
        "lib.assessment",
        "lib.exports",
        "lib.audit",
        "lib.access",
        "db",
    },
    "access": {"lib.base", "lib.audit", "db"},
    "audit": {"lib.base", "lib.access", "db"},
}
MAY_IMPORT: dict[str, set[str]] = {
    "Home": {"lib.ui", "lib.access"},
    "pages": {
        "lib.ui",
        "lib.base",
        *NOUNS,
        *LISTS,
        "lib.approvals",
        "lib.metrics",
        *JUDGING,
        "lib.reports",
        "lib.exports",
        "lib.audit",
        "lib.access",
        "db",
    },
    "seed": {"lib.base", *NOUNS, *LISTS, "lib.metrics", *JUDGING, "lib.access", "db"},
    "db": set(),
    # workflow, clock, errors, i18n, settings: a step of a workflow names a permission.
    "lib.base": {"db", "lib.access"},
    **{f"lib.{noun}": below for noun, below in ABOVE.items()},
}


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")
            if node.module in OURS:  # from lib import clock
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def imports_point_down(name: str, tree: ast.Module) -> Found:
    here = layer(name)
    for line, module in imports(tree):
        if module.startswith("."):
            yield line, "a relative import"
        elif module.split(".")[0] in OURS and module not in OURS:
            there = layer(module.replace(".", "/") + ".py")
            if there not in MAY_IMPORT[here] | {here}:
                yield line, f"{here} looks at {there}"


# The server's own middleware and the page's frame speak Streamlit; the pages of the sign-in do not.
def streamlit_stays_on_the_screen(name: str, tree: ast.Module) -> Found:
    for line, module in imports(tree):
        top = module.split(".")[0]
        if top == "streamlit_authenticator" and name != "lib/access/passwords.py":
            yield line, "only lib/access/passwords.py knows the hashing library"
        elif top == "streamlit" and layer(name) not in ("Home", "pages", "lib.ui"):
            yield line, "Streamlit outside of Home.py, pages/ and lib/ui/"


def no_drawers_and_no_long_files(name: str, tree: ast.Module) -> Found:
    for part in name.removesuffix(".py").split("/"):
        if part in {
            "utils",
            "util",
            "helpers",
            "helper",
            "common",
            "misc",
            "shared",
            "base_service",
            "stuff",
        }:
            yield 1, f"{part} says nothing about what is in it"
    most = 200 if name.startswith("pages/") else 300
    last = max((getattr(node, "end_lineno", 0) or 0 for node in tree.body), default=0)
    if last > most:
        yield last, f"longer than {most} lines"


ROUND_THE_SCOPE = {
    "commit", "rollback", "read_sql", "read_sql_query", "read_sql_table", "__table__", "connection",
    "get_bind", "bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings", "from_statement",
    "prefix_with", "suffix_with", "with_hint", "with_statement_hint", "op",
}  # fmt: skip
# Work for the whole deployment from the command line, with the system's eyes: thousands of rows are
# moved at once, and a dry run does all of it and takes it back.
BULK = {
    "lib/cases/facts_import.py": {"__table__", "rollback"},
    "lib/centers/edition_writer.py": {"__table__"},
    "lib/centers/followers.py": {"__table__"},
    "lib/grids/follow.py": {"__table__"},
    "lib/cli/imports.py": {"rollback"},
}


def nobody_commits_or_goes_round_the_scope(name: str, tree: ast.Module) -> Found:
    if layer(name) in ("db", "seed"):  # seed fills an empty database with bulk writes
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ROUND_THE_SCOPE - BULK.get(name, set()):
            yield node.lineno, f".{node.attr} goes round the scope"


# Who may read with the system's eyes, or open the database without a viewer.
SYSTEMS_EYES = {
    "lib/access/", "lib/audit/chain.py", "lib/cases/facts", "lib/cases/kept.py", "lib/centers/",
    "lib/cli/", "lib/deployment.py", "lib/grids/follow.py", "lib/health.py", "lib/metrics/answering.py",
    # It holds the rows of everybody, and narrows what is read of it itself.
    "lib/replica/dialect.py", "lib/replica/follow.py", "lib/scheduling/clockwork.py", "lib/ui/page.py",
    # The numbers of entries go on from everybody's.
    "lib/registers/numbering.py",
    # A change-set is taken back whole or not at all, also by somebody who sees only a part of it.
    "lib/roster/undoing.py",
    # What a figure is called is a rule; its numbers are counted with the asker's eyes.
    "lib/metrics/registered.py",
    "lib/ui/server.py",
    # Anybody may check a sealed month: all of it is read, and only whether it holds is told.
    "lib/assessment/recomputing.py",
    "lib/ui/shell.py", "lib/ui/place.py", "seed/", "db/",
}  # fmt: skip
OPENS = {"EVERYTHING", "as_system", "system", "system_reading", "unit_of_work", "open_engine", "sessionmaker",
         "create_engine", "ScopedSession()"}  # fmt: skip


def few_read_with_the_systems_eyes(name: str, tree: ast.Module) -> Found:
    if name.startswith(tuple(SYSTEMS_EYES)):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in (
            "db",
            "lib",
            "sqlalchemy",
        ):
            for alias in node.names:
                if alias.name in OPENS or (alias.name == "Session" and "sqlalchemy" in (node.module or "")):
                    yield node.lineno, f"{alias.name} is for the system"


FORBIDDEN_WORDS = {"unsafe_allow_html", "unsafe_allow_javascript"}
FORBIDDEN_CALLS = {
    "eval", "exec", "compile", "st.exception", "yaml.load", "yaml.unsafe_load", "pickle.load", "pickle.loads",
    "datetime.utcnow", "datetime.datetime.utcnow", "datetime.utcfromtimestamp", "os.system", "st.cache_data",
    "st.cache_resource", "datetime.today", "date.today",
}  # fmt: skip
# The clock is read in one place; elsewhere "today" would be the server's and not the deployment's.
MAY_CALL = {"seed/__main__.py": {"date.today"}}


def nothing_dangerous_is_called(name: str, tree: ast.Module) -> Found:
    for line, module in imports(tree):
        if module.split(".")[0] in {"pickle", "marshal", "shelve", "dill"}:
            yield line, f"{module} runs what it reads"
        if module.split(".")[0] == "random" and name.startswith("lib/access/"):
            yield line, "random can be guessed; secrets cannot"
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in FORBIDDEN_WORDS:
            yield node.value.lineno, f"{node.arg} lets people's text become markup"
        if isinstance(node, ast.Name) and node.id in ("cache_data", "cache_resource"):
            yield node.lineno, "Streamlit's caches know no scope"
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in FORBIDDEN_CALLS - MAY_CALL.get(name, set()):
            yield node.lineno, f"{called} is not called here"
        if called in ("datetime.now", "datetime.datetime.now") and not (node.args or node.keywords):
            yield node.lineno, "a moment without a time zone"
        if called in ("text", "sqlalchemy.text", "sa.text") and not _constant(node):
            yield node.lineno, "SQL that is put together"
        if called in ("literal_column", "sqlalchemy.literal_column"):
            yield node.lineno, "SQL in text"


def _constant(call: ast.Call) -> bool:
    """Words that stand in the source: a literal, or a name that is written like a constant."""
    if len(call.args) != 1:
        return False
    given = call.args[0]
    choices = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
    return all(
        (isinstance(one, ast.Constant) and isinstance(one.value, str))
        or (isinstance(one, ast.Name) and one.id.isupper())
        or (isinstance(one, ast.Attribute) and one.attr.isupper())
        for one in choices
    )


def html_is_constant(name: str, tree: ast.Module) -> Found:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.endswith(("st.html", "components.html", "components.v1.html")) and not _constant(node):
                yield node.lineno, "HTML that is put together"


def _fills_in(call: ast.Call) -> bool:
    """`TEMPLATE.format("words")`, with words that stand in the source."""
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "format"
        and all(isinstance(given, ast.Constant) for given in call.args)
        and not call.keywords
    )


def pages_begin_with_the_guard(name: str, tree: ast.Module) -> Found:
    if not name.startswith("pages/"):
        return
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Assign) and all(
            isinstance(target, ast.Name) and target.id.isupper() for target in node.targets
        ):
            if any(isinstance(inside, ast.Call) and not _fills_in(inside) for inside in ast.walk(node.value)):
                yield node.lineno, "a constant that calls something before the guard"
            continue
        page = name.removeprefix("pages/").removesuffix(".py")
        if ast.unparse(node) != f"page = open_page('{page}')":
            yield node.lineno, f'the first thing a page does is page = open_page("{page}")'
        return
    yield 1, "a page without the guard"


RULES: tuple[Rule, ...] = (
    imports_point_down,
    streamlit_stays_on_the_screen,
    no_drawers_and_no_long_files,
    nobody_commits_or_goes_round_the_scope,
    few_read_with_the_systems_eyes,
    nothing_dangerous_is_called,
    html_is_constant,
    pages_begin_with_the_guard,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule: Rule) -> None:
    broken = [
        f"{named(path)}:{line}: {what}"
        for path in SOURCES
        for line, what in rule(named(path), ast.parse(path.read_text()))
    ]
    assert broken == []


GUARD = "page = open_page('cases')\n"
SAMPLES: list[tuple[Rule, str, str]] = [
    (imports_point_down, "db/scope.py", "from lib import clock"),
    (imports_point_down, "db/scope.py", "import lib.clock"),
    (imports_point_down, "lib/cases/queries.py", "from lib.ui.page import say"),
    (imports_point_down, "lib/centers/queries.py", "from lib.grids.queries import find_grids"),
    (imports_point_down, "lib/grids/queries.py", "from lib.cases.queries import find_cases"),
    (imports_point_down, "lib/cases/queries.py", "from lib.metrics.queries import measure"),
    (imports_point_down, "lib/access/queries.py", "from lib.cases.queries import find_cases"),
    (imports_point_down, "lib/exports/workbook.py", "from lib.metrics.queries import measure"),
    (imports_point_down, "lib/metrics/queries.py", "from lib.exports.sheet import Sheet"),
    (imports_point_down, "lib/replica/store.py", "from lib.metrics.catalogue import METRICS"),
    (imports_point_down, "lib/cases/queries.py", "from lib.replica.keeping import in_step"),
    (imports_point_down, "lib/metrics/queries.py", "from lib.views.queries import views_of"),
    (imports_point_down, "lib/clock.py", "from lib.cases import queries"),
    (imports_point_down, "lib/cases/queries.py", "from . import facts"),
    (imports_point_down, "lib/cases/queries.py", "from seed.city import ROOT"),
    (imports_point_down, "lib/ui/page.py", "from tests import makers"),
    (imports_point_down, "pages/cases.py", "from seed import city"),
    (streamlit_stays_on_the_screen, "lib/cases/queries.py", "import streamlit as st"),
    (streamlit_stays_on_the_screen, "db/session.py", "from streamlit.runtime import exists"),
    (streamlit_stays_on_the_screen, "lib/access/sign_in.py", "from streamlit_authenticator import Hasher"),
    (no_drawers_and_no_long_files, "lib/utils.py", "x = 1"),
    (no_drawers_and_no_long_files, "lib/common/words.py", "x = 1"),
    (no_drawers_and_no_long_files, "lib/cases/queries.py", "x = 1\n" * 301),
    (no_drawers_and_no_long_files, "pages/cases.py", "x = 1\n" * 201),
    (nobody_commits_or_goes_round_the_scope, "lib/cases/commands.py", "session.commit()"),
    (nobody_commits_or_goes_round_the_scope, "lib/ui/cases.py", "session.rollback()"),
    (nobody_commits_or_goes_round_the_scope, "pages/cases.py", "pd.read_sql('SELECT 1', engine)"),
    (nobody_commits_or_goes_round_the_scope, "lib/cases/queries.py", "select(Case.__table__)"),
    (nobody_commits_or_goes_round_the_scope, "lib/cases/queries.py", "session.connection()"),
    (nobody_commits_or_goes_round_the_scope, "lib/cases/queries.py", "session.get_bind().connect()"),
    (nobody_commits_or_goes_round_the_scope, "lib/cases/queries.py", "Case.id.op('= 1 OR')(1)"),
    (nobody_commits_or_goes_round_the_scope, "lib/cases/facts_import.py", "session.commit()"),
    (few_read_with_the_systems_eyes, "lib/cases/queries.py", "from db.session import as_system"),
    (few_read_with_the_systems_eyes, "lib/cases/queries.py", "from db.scope import EVERYTHING, Scope"),
    (few_read_with_the_systems_eyes, "pages/cases.py", "from lib.access.work import system_reading"),
    (few_read_with_the_systems_eyes, "lib/metrics/queries.py", "from sqlalchemy.orm import Session"),
    (few_read_with_the_systems_eyes, "lib/ui/cases.py", "from db.engine import open_engine"),
    (nothing_dangerous_is_called, "lib/ui/cases.py", "st.markdown(title, unsafe_allow_html=True)"),
    (nothing_dangerous_is_called, "lib/ui/cases.py", "st.html(A, unsafe_allow_javascript=True)"),
    (nothing_dangerous_is_called, "lib/ui/cases.py", "st.exception(problem)"),
    (nothing_dangerous_is_called, "lib/cases/queries.py", "import pickle"),
    (nothing_dangerous_is_called, "lib/cases/queries.py", "eval(words)"),
    (nothing_dangerous_is_called, "lib/cases/queries.py", "exec(words)"),
    (nothing_dangerous_is_called, "lib/settings.py", "yaml.load(file)"),
    (nothing_dangerous_is_called, "lib/cases/queries.py", "datetime.now()"),
    (nothing_dangerous_is_called, "lib/cases/queries.py", "datetime.utcnow()"),
    (nothing_dangerous_is_called, "lib/cases/queries.py", "date.today()"),
    (nothing_dangerous_is_called, "lib/access/passwords.py", "import random"),
    (nothing_dangerous_is_called, "lib/access/passwords.py", "from random import choice"),
    (nothing_dangerous_is_called, "lib/cases/queries.py", "session.execute(text(f'SELECT {name}'))"),
    (nothing_dangerous_is_called, "lib/cases/queries.py", "text('SELECT ' + name)"),
    (nothing_dangerous_is_called, "lib/cases/queries.py", "literal_column(name)"),
    (nothing_dangerous_is_called, "lib/ui/cases.py", "@st.cache_data()\ndef f(): ..."),
    (html_is_constant, "lib/ui/cases.py", "st.html(f'<b>{title}</b>')"),
    (html_is_constant, "lib/ui/cases.py", "st.html(title)"),
    (html_is_constant, "lib/ui/cases.py", "st.html(A if x else title)"),
    (html_is_constant, "lib/ui/cases.py", "st.components.v1.html('<b>' + title)"),
    (pages_begin_with_the_guard, "pages/cases.py", "import streamlit as st\nst.title('x')\n" + GUARD),
    (pages_begin_with_the_guard, "pages/cases.py", "open_page('cases')"),
    (pages_begin_with_the_guard, "pages/cases.py", "page = open_page('grids')"),
    (pages_begin_with_the_guard, "pages/cases.py", "if x:\n    page = open_page('cases')"),
    (pages_begin_with_the_guard, "pages/cases.py", "ROWS = find_cases(session)\n" + GUARD),
    (pages_begin_with_the_guard, "pages/cases.py", '"""Only words."""'),
]
RIGHT = [
    (imports_point_down, "lib/cases/queries.py", "from lib import clock\nfrom lib.grids.words import X"),
    (imports_point_down, "lib/metrics/queries.py", "from lib.cases.facts import is_open\nimport decimal"),
    (html_is_constant, "lib/ui/cases.py", "st.html(A if x else B)\nst.html('<b>x</b>')"),
    (nothing_dangerous_is_called, "lib/clock.py", "datetime.now(UTC)\ntext('SELECT 1')"),
    (
        pages_begin_with_the_guard,
        "pages/cases.py",
        f'"""A page."""\nimport x\nSIZE = 3\ndef f(): ...\n{GUARD}',
    ),
]


@pytest.mark.parametrize(
    ("rule", "name", "source"), SAMPLES, ids=[f"{r.__name__}: {s[:40]}" for r, _n, s in SAMPLES]
)
def test_each_rule_sees_what_breaks_it(rule: Rule, name: str, source: str) -> None:
    assert list(rule(name, ast.parse(source))) != []


@pytest.mark.parametrize(
    ("rule", "name", "source"), RIGHT, ids=[f"{r.__name__}: {s[:40]}" for r, _n, s in RIGHT]
)
def test_no_rule_sees_what_is_right(rule: Rule, name: str, source: str) -> None:
    assert list(rule(name, ast.parse(source))) == []


def test_every_rule_has_a_sample() -> None:
    assert {rule for rule, _name, _source in SAMPLES} == set(RULES)


def test_the_exceptions_are_still_needed() -> None:
    """A file that does not need its exception any more must not keep it."""
    for name, words in BULK.items():
        tree = ast.parse((ROOT / name).read_text())
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert words <= used, name
    for place in SYSTEMS_EYES:
        assert any(named(path).startswith(place) for path in SOURCES), place


def not_in_both(files: set[str], entries: set[str]) -> set[str]:
    return files ^ entries


def test_every_page_is_in_the_menu_and_the_other_way_round() -> None:
    files = {named(path) for path in (ROOT / "pages").glob("*.py")}
    assert not_in_both(files, {entry.file for entry in MENU}) == set()
    assert not_in_both({"pages/new.py"}, set()) == {"pages/new.py"}
    assert not_in_both(set(), {"pages/gone.py"}) == {"pages/gone.py"}
    assert len({entry.name for entry in MENU}) == len(MENU)
    assert len({entry.path for entry in MENU}) == len(MENU)


def marks_of(model: type) -> list[type]:
    return [mark for mark in (InCenter, HandedDown, SystemOnly) if issubclass(model, mark)]


def test_every_table_says_who_may_see_it() -> None:
    for mapper in Base.registry.mappers:
        assert len(marks_of(mapper.class_)) == 1, mapper.class_
        if not issubclass(mapper.class_, SystemOnly):
            name = getattr(mapper.class_, "scope_column", "center_code")
            assert name in mapper.columns, mapper.class_
    assert marks_of(type("Unmarked", (), {})) == []
    assert len(marks_of(type("Twice", (InCenter, SystemOnly), {}))) == 2
