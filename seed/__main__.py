"""`python -m seed --size demo|city --random 7 --today 2026-06-30`: the demonstration city.

It fills the database that the settings name, and only an empty one.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

from lib.settings import settings
from seed.filling import AlreadyFilled, fill
from seed.plan import SIZES, Plan
from seed.progress import Progress


def main(arguments: list[str] | None = None) -> int:
    """0 when done or when nothing needed doing, 1 when the database is not empty."""
    parser = argparse.ArgumentParser(prog="python -m seed", description=__doc__)
    parser.add_argument("--size", choices=list(SIZES), default="demo", help="demo: 60,000 cases; city: all")
    parser.add_argument("--random", type=_seed, default=7, help="the same number makes the same data")
    parser.add_argument("--today", type=_day, default=date(2026, 6, 30), help="its last day")
    parser.add_argument("--if-empty", action="store_true", help="leave a filled database alone in silence")
    given = parser.parse_args(arguments)
    progress = Progress()
    try:
        plan = Plan(SIZES[given.size], given.random, given.today, practice=True)
        fill(settings().database_url, plan, progress)
    except AlreadyFilled as told:
        if given.if_empty:
            return 0
        print(told.sentence, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已中断，数据库里没有留下任何内容，可以重新运行。", file=sys.stderr)
        return 130
    progress.say("完成。")
    return 0


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-06-30") from None
    if not date(2000, 1, 1) <= day <= date(2100, 12, 31):
        raise argparse.ArgumentTypeError(f"{text!r} lies outside the years 2000 to 2100")
    return day


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
