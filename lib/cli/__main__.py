"""`python -m lib.cli …`: what an administrator does at the machine. Each command is a file here."""

from __future__ import annotations

import argparse
import json
import sys

from db import migrate
from lib.cli import account, assess, audit, check, figures, imports, init, metric, replica, score
from lib.errors import BadInput, Told
from lib.i18n import _
from lib.settings import settings


def main(arguments: list[str] | None = None) -> int:
    """0 when done, 1 when something given cannot be taken, with the reason on the error stream."""
    parser = argparse.ArgumentParser(prog="python -m lib.cli", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (init, imports, account, figures, metric, replica, assess, score, audit, check):
        module.add(commands)
    given = parser.parse_args(arguments)
    try:
        migrate.upgrade(settings().database_url)
        return int(given.run(given) or 0)
    except Told as told:
        if getattr(given, "json", False):
            problems = [vars(problem) for problem in told.problems] if isinstance(told, BadInput) else []
            print(json.dumps({"error": told.sentence, "problems": problems}, ensure_ascii=False))
        else:
            print(told.sentence, file=sys.stderr)
            for problem in told.problems if isinstance(told, BadInput) else ():
                place = _("第{row}行 ").format(row=problem.row) if problem.row is not None else ""
                print(f"  {place}{problem.field} {problem.value!r} {problem.sentence}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
