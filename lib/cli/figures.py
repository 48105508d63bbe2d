"""`figures`: the headline figures of this installation, for a person or for a machine."""

from __future__ import annotations

import argparse
import json
from typing import Any

from lib.access.work import system_reading
from lib.i18n import _
from lib.metrics.headline import headline


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser("figures", help="the headline figures")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    with system_reading() as session:
        figures = headline(session)
    if given.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for line in table(figures):
            print(line)
    return 0


def table(figures: dict[str, Any]) -> list[str]:
    """One line for each group of figures."""
    rows = (
        (_("中心"), figures["centers"], (_("市"), _("县区"), _("镇街"), _("村社"))),
        (_("网格"), figures["grids"], (_("大"), _("中"), _("小"), _("城市"), _("农村"), _("专属"))),
        (_("专职网格员"), figures["gridworkers"], (_("城市"), _("农村"), _("专属"))),
        (_("账号"), figures["accounts"], (_("纵向"), _("横向"))),
    )
    lines = [
        f"{name}\t"
        + "  ".join(f"{word} {count:,}" for word, count in zip(words, counts.values(), strict=True))
        for name, counts, words in rows
    ]
    words = _("事件")
    return [*lines, f"{words}\t{figures['cases']:,}"]
