"""`python -m tests.benchmarks [NAME …] [--json]`: how long things take, each against its own floor.

Both sides of a ratio are measured in the same run on the same machine, in turns, so that a noisy
machine disturbs both alike. Page times are taken over the page's own socket.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from tests.benchmarks import analysis, assessing, pages, registers, roster, roster_import, sign_in, start


@dataclass(frozen=True)
class Line:
    """`ratio` is value ÷ baseline; `holds` says whether the target is reached."""

    name: str
    value: float
    unit: str
    baseline: float
    ratio: float
    target: str
    holds: bool


BENCHMARKS = {
    "empty-page": pages.empty_page,
    "overview": pages.overview,
    "grids": pages.grids,
    "sign-in-check": sign_in.check,
    "start": start.first_page,
    **analysis.ANALYSIS,
    **assessing.ASSESSING,
    **registers.REGISTERS,
    **roster.ROSTER,
    **roster_import.ROSTER_IMPORT,
}


def run(names: list[str]) -> Iterator[Line]:
    for name in names:
        value, unit, baseline, target, limit, of_ratio = BENCHMARKS[name]()
        ratio = value / baseline if baseline else 0.0
        holds = (ratio if of_ratio else value) <= limit
        yield Line(name, round(value, 2), unit, round(baseline, 2), round(ratio, 2), target, holds)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    unknown = set(given.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    for line in run(given.names or list(BENCHMARKS)):
        if given.json:
            print(json.dumps(asdict(line)), flush=True)
        else:
            mark = "holds" if line.holds else "MISSED"
            print(
                f"{line.name:16} {line.value:9.2f} {line.unit:4} floor {line.baseline:9.2f}"
                f"  ratio {line.ratio:6.2f}  {line.target}: {mark}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
