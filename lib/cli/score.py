"""`score`: points and places for any table of values by a scheme file, so that a bulletin can be checked."""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from lib.assessment.result import Placed, Unit, Value, rank
from lib.errors import BadInput, Problem
from lib.i18n import _, numbers
from lib.schemes.checks import exact
from lib.schemes.reading import read
from lib.schemes.scheme import Scheme, plain
from lib.tables import Row, Table, open_table
from lib.typed import plain as plain_text

UNIT, GROUP = "unit", "group"
NUMERATOR, DENOMINATOR = ".numerator", ".denominator"
LARGEST_FILE = 1024 * 1024  # bytes of a scheme
LONGEST_CELL = 1000  # what is longer is no number


def add(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser("score", help=_("按方案文件给一张指标表计分、排名，用于核对通报"))
    parser.add_argument("--scheme", required=True, type=Path, metavar="FILE.toml", help=_("考核方案"))
    parser.add_argument("--values", required=True, type=Path, metavar="FILE.csv", help=_("指标值，csv或xlsx"))
    parser.add_argument("--json", action="store_true", help=_("结果以JSON输出"))
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    scheme = scheme_in(given.scheme)
    placed = rank(scheme, units_in(given.values, scheme))
    answer = {"scheme": scheme.name, "units": [told(scheme, one) for one in placed]}
    if given.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        printed(scheme, placed)
    return 0


def scheme_in(path: Path) -> Scheme:
    """The scheme of a file. Raises BadInput with everything that is wrong with it."""
    try:
        content = path.read_bytes()
        if len(content) > LARGEST_FILE:
            raise BadInput(_("方案文件太大：最多1 MB。"))
        said = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise BadInput(
            _("无法读取文件“{name}”：{why}").format(name=path, why=error.strerror or error)
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(_("“{name}”不是TOML文件：{why}").format(name=path.name, why=error)) from None
    return read(said)


def units_in(path: Path, scheme: Scheme) -> list[Unit]:
    """The rows of a table. An empty cell is "nothing due". Raises BadInput with every faulty cell."""
    table = open_table(path)
    problems: list[Problem] = list(_columns(table, scheme))
    if problems:
        raise BadInput(problems[0].sentence, tuple(problems))
    found: dict[str, Unit] = {}
    for row in table.rows:
        cells = dict(zip(table.header, (cell.strip() for cell in row.cells), strict=True))
        name = cells[UNIT]
        if not name or name in found:
            why = _("单位“{name}”写了两次。").format(name=name) if name else _("单位名称不能空着。")
            problems.append(Problem(UNIT, why, row.number, name))
            continue
        values = {one.key: _value(one.key, cells, row, problems) for one in scheme.indicators}
        found[name] = Unit(name, name, cells.get(GROUP, ""), values)
    if problems:
        raise BadInput(_("表中有{count}处不能采用，没有计分。").format(count=len(problems)), tuple(problems))
    if not found:
        raise BadInput(_("表里没有单位。"))
    return list(found.values())


def _columns(table: Table, scheme: Scheme) -> Iterator[Problem]:
    known = {UNIT, GROUP}
    for one in scheme.indicators:
        known |= {one.key, one.key + NUMERATOR, one.key + DENOMINATOR}
        pair = {one.key + NUMERATOR, one.key + DENOMINATOR} & set(table.header)
        if len(pair) == 1:
            yield Problem(one.key, _("分子列和分母列要同时给出。"), table.header_row, pair.pop())
        elif not pair and one.key not in table.header:
            yield Problem(one.key, _("缺少“{name}”一列。").format(name=one.key), table.header_row)
    if UNIT not in table.header:
        yield Problem(UNIT, _("缺少“{name}”一列。").format(name=UNIT), table.header_row)
    for name in dict.fromkeys(table.header):
        if name not in known:
            yield Problem(name, _("方案里没有“{name}”这个指标。").format(name=name), table.header_row, name)
        elif table.header.count(name) > 1:
            yield Problem(name, _("“{name}”一列出现了两次。").format(name=name), table.header_row, name)


def _value(key: str, cells: dict[str, str], row: Row, problems: list[Problem]) -> Value:
    """Full-width digits, a percent sign and thousands separators are read as people mean them."""

    def number(column: str) -> Decimal | None:
        said = cells.get(column, "")
        if not said:
            return None
        read_as = exact(plain_text(said, LONGEST_CELL).replace(",", "").rstrip("%"))
        if read_as is None:
            problems.append(Problem(column, _("“{said}”不是数字。").format(said=said[:40]), row.number, said))
        return read_as

    def count(column: str) -> int | None:
        found = number(column)
        if found is not None and (found < 0 or found != found.to_integral_value()):
            problems.append(Problem(column, _("应为不小于0的整数。"), row.number, cells.get(column, "")))
            return None
        return None if found is None else int(found)

    value, above, below = number(key), count(key + NUMERATOR), count(key + DENOMINATOR)
    if above is None or below is None:
        return Value(value)
    return Value(numbers.share(above, below) if value is None else value, above, below)


def told(scheme: Scheme, placed: Placed) -> dict[str, Any]:
    """One line of the answer; numbers as text, exactly as they are shown."""
    one = placed.score
    return {
        "unit": one.unit.name,
        "group": one.unit.group,
        "total": None if one.total is None else f"{one.total}",
        "rank": placed.rank,
        "among": placed.among,
        "bracket": placed.bracket,
        "apart": one.apart,
        "vetoed_by": list(one.vetoed_by),
        "small_base": list(one.small_base),
        # The points that the rules give; each times the scale is what stands in the total.
        "scale": plain(one.scale),
        "points": {key: f"{numbers.half_up(points, 2)}" for key, points in one.points.items()},
        "nothing_due": [i.key for i in scheme.indicators if i.key not in one.points],
    }


def printed(scheme: Scheme, placed: tuple[Placed, ...]) -> None:
    """The places as lines, group by group."""
    group = None
    for one in placed:
        if one.score.unit.group != group:
            group = one.score.unit.group
            print(group or scheme.name)
        place = _("第{rank}名").format(rank=one.rank) if one.rank else _("不参加排名")
        total = numbers.NOTHING if one.score.total is None else plain(one.score.total)
        print(f"  {place}\t{one.score.unit.name}\t{total}")
