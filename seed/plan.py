"""Decides what one run makes: how many cases, until which moment, and where its chance comes from.

Every subject draws from a generator of its own, derived from the seed and the subject's name. So a
change to one subject leaves all others as they were, and the same seed makes the same bytes.
"""

from __future__ import annotations

import csv
import random
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from lib.clock import start_of_month

SIZES = {"demo": 60_000, "city": 2_382_000}
REFERENCE = Path(__file__).parent / "reference"
CITY_TIME = ZoneInfo("Asia/Shanghai")
END_OF_DAY = time(17)  # the demonstration stands still at this hour of its last day
MONTHS_BEFORE = 24


@dataclass(frozen=True)
class Plan:
    """What was asked for on the command line."""

    cases: int
    seed: int
    today: date
    # Whether assessments, rounds and tasks of past months are made too.
    practice: bool = False

    @property
    def stands_at(self) -> datetime:
        """No moment in the data lies after this one."""
        return datetime.combine(self.today, END_OF_DAY, CITY_TIME).astimezone(UTC)

    @property
    def first_day(self) -> date:
        return start_of_month(self.today, MONTHS_BEFORE)

    def dice(self, subject: str) -> random.Random:
        """Chance for rows made one by one."""
        return random.Random(f"{self.seed}/{subject}")

    def generator(self, subject: str, part: int = 0) -> np.random.Generator:
        """Chance for rows made by the hundred thousand; each part of a subject has its own."""
        return np.random.default_rng([self.seed, zlib.crc32(subject.encode()), part])


def reference(name: str) -> list[dict[str, str]]:
    """The rows of one file in `reference/`."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shared_out(total: int, weights: list[float], least: int = 0) -> list[int]:
    """Whole numbers that follow the weights and add up to exactly `total` (largest remainder)."""
    free = total - least * len(weights)
    exact = [free * weight / sum(weights) for weight in weights]
    counts = [int(value) for value in exact]
    behind = sorted(range(len(weights)), key=lambda i: (counts[i] - exact[i], i))
    for i in behind[: free - sum(counts)]:
        counts[i] += 1
    return [least + count for count in counts]
