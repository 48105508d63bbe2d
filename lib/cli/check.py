"""`check`: whether this installation is ready to serve, and what to mend where it is not."""

from __future__ import annotations

import argparse
import json
from typing import Any

from lib.health import readiness
from lib.settings import settings


def add(commands: argparse._SubParsersAction[Any]) -> None:
    parser = commands.add_parser("check", help="is the installation ready and safe")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_check)


def _check(given: argparse.Namespace) -> int:
    wrong = [sentence] if (sentence := readiness()) else []
    notes = []
    if settings().plain_http:
        notes.append("GRID_PLAIN_HTTP=1: passwords travel unencrypted; only inside a closed network")
    if not settings().origins:
        notes.append("GRID_ORIGINS is not set: any address that reaches the server is taken as its own")
    if given.json:
        print(json.dumps({"ready": not wrong, "wrong": wrong, "notes": notes}))
    else:
        for line in (*wrong, *notes):
            print(line)
        print("not ready" if wrong else "ready")
    return 1 if wrong else 0
