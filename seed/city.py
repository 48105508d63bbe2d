"""The real divisions of Lanzhou as four levels of centers, and the departments beside them.

`reference/divisions.csv` holds the public list of division codes as 1 / 9 / 114 / 1180 units: the
two town-level units that are companies are left out with their villages, and five communities are
added that exist nowhere, say so in their name, and are marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from db.models.center import CODE_LENGTH, Level
from lib.centers.pinyin import initials
from seed.people import People
from seed.plan import Plan, reference

ROOT = "6201"
# How a county's accounts and departments are called in Latin letters.
LATIN = {
    "6201": ("city", "Lanzhou City"),
    "620102": ("chengguan", "Chengguan District"),
    "620103": ("qilihe", "Qilihe District"),
    "620104": ("xigu", "Xigu District"),
    "620105": ("anning", "Anning District"),
    "620111": ("honggu", "Honggu District"),
    "620121": ("yongdeng", "Yongdeng County"),
    "620122": ("gaolan", "Gaolan County"),
    "620123": ("yuzhong", "Yuzhong County"),
    "620171": ("xinqu", "Lanzhou New Area"),
}
RESIDENTS = ("社区居民委员会", "社区居委会", "社区委会", "居民委员会", "居委会", "社区")
VILLAGERS = ("村民委员会", "村委会")


@dataclass(frozen=True)
class Unit:
    """One center of the list."""

    code: str
    name: str
    level: Level
    invented: bool

    @property
    def parent_code(self) -> str | None:
        lengths = sorted(CODE_LENGTH.values())
        position = lengths.index(len(self.code))
        return self.code[: lengths[position - 1]] if position else None

    @property
    def urban(self) -> bool:
        """Residents' committees are serials 001–199; development zones number theirs from 400."""
        return self.level is Level.VILLAGE and not "200" <= self.code[9:] <= "399"

    @cached_property
    def short(self) -> str:
        """As people say it: 畅家巷社区, 旋子村."""
        name = self.name.removesuffix("（虚构）")
        if self.level is not Level.VILLAGE:
            return name
        for ending in RESIDENTS:
            if name.endswith(ending):
                return name.removesuffix(ending) + "社区"
        for ending in VILLAGERS:
            if name.endswith(ending):
                return name.removesuffix(ending).removesuffix("村") + "村"
        return name


def units() -> list[Unit]:
    """All centers, those above before those below."""
    return [
        Unit(row["code"], row["name"], Level(row["level"]), row["invented"] == "1")
        for row in reference("divisions")
    ]


def center_rows(plan: Plan, found: list[Unit]) -> list[dict[str, Any]]:
    people = People(plan.dice("centers"))
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "level": unit.level,
            "parent_code": unit.parent_code,
            "initials": initials(unit.name),
            "director_name": people.name(),
            "phone": people.desk_phone(),
            "invented": unit.invented,
        }
        for unit in found
    ]


def department_rows(found: list[Unit]) -> list[dict[str, Any]]:
    """The same kinds at the city and at each county, so that figures compare like with like."""
    rows: list[dict[str, Any]] = []
    for unit in found:
        if unit.level in (Level.CITY, Level.COUNTY):
            for kind in reference("departments"):
                rows.append(
                    {
                        "id": len(rows) + 1,
                        "center_code": unit.code,
                        "kind": kind["kind"],
                        "name": unit.name + kind["name"],
                        "name_en": f"{kind['name_en']}, {LATIN[unit.code][1]}",
                    }
                )
    return rows
