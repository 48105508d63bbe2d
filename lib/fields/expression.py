"""Rules and formulas over the fields of one entry, in a small language that can do nothing else.

People write the names of fields as they read them, with the signs of an office keyboard; what is kept
names fields by their keys, so that a field can be called otherwise later. Evaluated by simpleeval, of which
only the nodes, operators and functions below are left.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

from lib.fields.field import Field, Refused
from lib.fields.operations import FUNCTIONS, OPERATORS
from lib.i18n import _, mark

LONGEST, MOST_NODES, DEEPEST = 300, 80, 12
NODES = (
    ast.Expr, ast.Name, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.Call, ast.Constant,
)  # fmt: skip
# Signs of an office keyboard, and what they mean.
SIGNS = str.maketrans(
    {"＋": "+", "－": "-", "×": "*", "＊": "*", "÷": "/", "／": "/", "＝": "=", "≠": "!", "＞": ">",
     "＜": "<", "（": "(", "）": ")", "，": ",", "；": ",", "“": '"', "”": '"', "‘": '"', "’": '"',
     "【": "[", "】": "]"}
)  # fmt: skip
WORDS = {"且": "and", "或": "or", "非": "not", "and": "and", "or": "or", "not": "not"}
SAID = {"and": "且", "or": "或", "not": "非"}
_TOKEN = re.compile(
    r"""\s+|(?P<text>"[^"\\]*")|\[(?P<label>[^\[\]]+)\]|(?P<number>\d+(\.\d+)?)|(?P<word>[^\W\d]\w*)"""
    r"""|(?P<sign><>|!=|==|<=|>=|≤|≥|[-+*/=<>!(),%])"""
)
_KEY = re.compile(r"\bf\d+\b", re.ASCII)


# What a rule may ask and a formula may not: tomorrow its result would be another.
TODAY = ("今天", "TODAY")
FUNCTION_NAMES = {name: known for known, (english, _f) in FUNCTIONS.items() for name in (known, english)}
HELP = mark(
    "可用：+ - × ÷ = ≠ > < ≥ ≤ 且 或 非；函数：如果(条件, 是, 否)、空(…)、求和、最小、最大、"
    "四舍五入(数, 位数)、年、月、开始、结束、长度、包含(…, \"词\")；规则里还可用今天()。"
    "字段名写在方括号里，如[结束日期]≥[开始日期]。"
)  # fmt: skip


@dataclass(frozen=True)
class Expression:
    """`text` names fields by their keys; `fields` are those it reads."""

    text: str
    fields: frozenset[str]


def read(written: str, fields: Mapping[str, Field], *, of_today: bool) -> Expression:
    """What a person wrote, checked. `fields` are those that may be named, by their keys. Raises Refused."""
    if len(written) > LONGEST:
        raise Refused(_("表达式最多{most}个字。").format(most=LONGEST))
    keys = {_plain(label): key for key, one in fields.items() for label in (one.label, one.label_en) if label}
    text = _translated(written, keys, set(fields), of_today)
    tree = _parsed(text)
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES or _depth(tree) > DEEPEST:
        raise Refused(_("表达式太复杂，请拆成几个公式字段。"))
    calls = {id(n.func) for n in nodes if isinstance(n, ast.Call)}
    if not all(map(_allowed, nodes)):
        raise Refused(_("表达式写法不对。{help}").format(help=_(HELP)))
    named = {n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in calls}
    if unknown := sorted(named - set(fields)):
        raise Refused(_("表达式里没有“{name}”这个字段。").format(name=unknown[0]))
    return Expression(text, frozenset(named))


def _allowed(node: ast.AST) -> bool:
    """Only what can be computed, and only functions are called."""
    if isinstance(node, ast.operator | ast.unaryop) and type(node) not in OPERATORS:
        return False
    if isinstance(node, ast.Call):
        names = {name for name, _function in FUNCTIONS.values()} | {TODAY[1]}
        return isinstance(node.func, ast.Name) and node.func.id in names
    return not isinstance(node, (ast.expr, ast.stmt)) or isinstance(node, NODES)


def _plain(label: str) -> str:
    """A name as it stands between the signs of an expression."""
    return "".join(label.translate(SIGNS).split())


def _narrow(written: str) -> str:
    """Signs of an office keyboard as the language has them; words in quotation marks stay as they are."""
    parts = re.split('["“”‘’]', written)
    return '"'.join(part if n % 2 else part.translate(SIGNS) for n, part in enumerate(parts))


def _translated(written: str, keys: Mapping[str, str], known: set[str], of_today: bool) -> str:
    text, place, found = _narrow(written.strip()), 0, []
    if not text:
        raise Refused(_("请填写表达式。"))
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise Refused(_("看不懂“{text}”。{help}").format(text=text[place : place + 10], help=_(HELP)))
        place = token.end()
        if token["label"] is not None or token["word"] is not None:
            bracketed = token["label"] is not None
            word = _plain(token["label"] if bracketed else token["word"])
            calls = not bracketed and text[place:].lstrip().startswith("(")
            found.append(_word(word, bracketed, calls, keys, known, of_today))
        elif token["text"] is not None:
            found.append(token["text"])
        elif token["sign"] is not None:
            sign = token["sign"]
            found.append({"=": "==", "≤": "<=", "≥": ">=", "<>": "!=", "!": "!="}.get(sign, sign))
        elif token["number"] is not None:
            found.append(token["number"])
    return " ".join(found)


def _word(
    word: str, bracketed: bool, calls: bool, keys: Mapping[str, str], known: set[str], of_today: bool
) -> str:
    if not bracketed and word.lower() in WORDS:
        return WORDS[word.lower()]
    if calls:
        name = word.upper() if word.isascii() else word
        if name in TODAY and of_today:
            return TODAY[1]
        if name in FUNCTION_NAMES:
            return FUNCTIONS[FUNCTION_NAMES[name]][0]
        raise Refused(_("没有“{name}”这个函数。{help}").format(name=word, help=_(HELP)))
    if not bracketed and word in known:
        return word
    if word in keys:
        return keys[word]
    raise Refused(_("表达式里没有“{name}”这个字段。").format(name=word))


@lru_cache(maxsize=2048)
def _parsed(text: str) -> ast.stmt:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refused(_("表达式写法不对。{help}").format(help=_(HELP))) from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise Refused(_("表达式写法不对。{help}").format(help=_(HELP)))
    return body[0]


def _depth(node: ast.AST) -> int:
    return 1 + max((_depth(child) for child in ast.iter_child_nodes(node)), default=0)


def named(text: str) -> set[str]:
    """The keys of the fields that a kept expression reads."""
    parts = text.split('"')
    return {key for part in parts[::2] for key in _KEY.findall(part)}


def labeled(text: str, fields: Mapping[str, Field]) -> str:
    """The expression with the names of its fields, as it is shown and can be read again."""
    parts = text.split('"')  # every second one is words that somebody wrote
    return '"'.join(part if n % 2 else _shown(part, fields) for n, part in enumerate(parts))


def _shown(text: str, fields: Mapping[str, Field]) -> str:
    """Names come last, so that nothing in them is taken for a sign."""
    shown = text
    for known, (english, _function) in FUNCTIONS.items():
        shown = re.sub(rf"\b{english} \(", f"{known}(", shown)
    shown = re.sub(r"\b(and|or|not)\b", lambda m: SAID[m[0]], shown)
    shown = shown.replace(f"{TODAY[1]} (", f"{TODAY[0]}(")
    for meant, said in ((" == ", " = "), (" != ", " ≠ "), (" >= ", " ≥ "), (" <= ", " ≤ "), (" * ", " × "),
                        (" / ", " ÷ "), ("( ", "("), (" )", ")"), (" ,", ",")):  # fmt: skip
        shown = shown.replace(meant, said)
    return _KEY.sub(lambda m: f"[{fields[m[0]].words}]" if m[0] in fields else m[0], shown)


class _Reader(SimpleEval):  # type: ignore[misc]
    def __init__(self, values: Mapping[str, Any], today: date) -> None:
        functions = dict(FUNCTIONS.values())
        super().__init__(
            operators=OPERATORS, functions=functions | {TODAY[1]: lambda: today}, names=dict(values)
        )
        known: dict[type, Callable[..., Any]] = self.nodes  # type: ignore[has-type]
        self.nodes = {kind: known[kind] for kind in NODES}

    @staticmethod
    def _eval_constant(node: ast.Constant) -> Any:
        """Numbers are exact."""
        value = node.value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return Decimal(str(value))
        return value


class NoResult(Exception):  # noqa: N818 - what cannot be computed
    """Words were added to a number, or something was divided by nothing."""


class Reckoning:
    """Computes many expressions on the same day; the evaluator is made once."""

    def __init__(self, today: date) -> None:
        self._reader = _Reader({}, today)

    def result(self, expression: str, values: Mapping[str, Any]) -> Any:
        """What comes out: Decimal, date, text, True, False, or None when something is not filled in. Raises
        NoResult."""
        self._reader.names = values
        try:
            return self._reader.eval(expression, _parsed(expression))
        except (
            InvalidExpression,
            TypeError,
            ValueError,
            ArithmeticError,
            IndexError,
            AttributeError,
            Refused,
        ):
            raise NoResult from None


def result(expression: str, values: Mapping[str, Any], today: date) -> Any:
    """One expression on a day. Raises NoResult."""
    return Reckoning(today).result(expression, values)
