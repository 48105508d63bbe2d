"""What cases are about: ten groups of field words, and how each behaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from db.models.case import Source
from db.models.grid import GridSetting
from seed.city import ROOT
from seed.plan import reference

SOURCES = tuple(Source)
SETTINGS = tuple(GridSetting)


@dataclass(frozen=True)
class Category:
    """One member of a group."""

    code: str
    weight: float
    limit: int
    in_days: bool  # working days; otherwise hours that run through the night
    department: str
    months: tuple[float, ...]  # how the months differ, January first
    sources: tuple[float, ...]  # shares, in the order of SOURCES
    settings: tuple[float, ...]  # how much a grid of each setting sees of it, in the order of SETTINGS

    @property
    def complex(self) -> bool:
        return self.in_days and self.limit >= 15


def category_rows() -> list[dict[str, Any]]:
    return [
        {"code": row["code"], "center_code": ROOT, "name": row["name"], "name_en": row["name_en"]}
        for row in reference("categories")
    ]


def categories() -> list[Category]:
    """The members; groups have no cases of their own."""
    months = {row["season"]: tuple(float(row[str(m)]) for m in range(1, 13)) for row in reference("seasons")}
    sources = {row["profile"]: tuple(float(row[s.value]) for s in SOURCES) for row in reference("sources")}
    return [
        Category(
            row["code"],
            float(row["weight"]),
            int(row["limit"]),
            row["unit"] == "days",
            row["department"],
            months[row["season"]],
            sources[row["sources"]],
            tuple(float(row[setting.value]) for setting in SETTINGS),
        )
        for row in reference("categories")
        if row["weight"]
    ]


def running(shares: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Shares along the last axis as a running sum that ends at exactly 1."""
    sums = np.cumsum(np.asarray(shares, dtype=np.float64), axis=-1)
    sums /= sums[..., -1:]
    sums[..., -1] = 1.0
    return sums
