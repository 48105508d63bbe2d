"""Which centers are of one kind, by their code: only those rank together."""

from __future__ import annotations

import enum

from lib.i18n import mark


class Group(enum.StrEnum):
    COUNTY = "county"
    ZONE = "zone"
    """Counted like a county, but none: a development zone with a code for statistics."""
    STREET = "street"
    TOWN = "town"
    TOWNSHIP = "township"
    SPECIAL = "special"
    RESIDENTS = "residents"
    VILLAGERS = "villagers"
    OTHER = "other"
    """The city itself, and villages that are neither."""


GROUP_WORDS: dict[Group, str] = {
    Group.COUNTY: mark("县区"),
    Group.ZONE: mark("功能区"),
    Group.STREET: mark("街道"),
    Group.TOWN: mark("镇"),
    Group.TOWNSHIP: mark("乡"),
    Group.SPECIAL: mark("类似乡级单位"),
    Group.RESIDENTS: mark("社区"),
    Group.VILLAGERS: mark("行政村"),
    Group.OTHER: mark("其他"),
}
# By the length of the code, the last own number of each group, in order.
ENDS: dict[int, tuple[tuple[int, Group], ...]] = {
    6: ((70, Group.COUNTY), (80, Group.ZONE), (99, Group.COUNTY)),
    9: ((99, Group.STREET), (199, Group.TOWN), (399, Group.TOWNSHIP), (999, Group.SPECIAL)),
    12: ((199, Group.RESIDENTS), (399, Group.VILLAGERS), (999, Group.OTHER)),
}


def group_of(code: str) -> Group:
    """The kind of a center. Counties' numbers from 71 to 80 belong to zones that are no divisions."""
    own = int(code[4:6]) if len(code) == 6 else int(code[-3:])
    return next((group for last, group in ENDS.get(len(code), ()) if own <= last), Group.OTHER)
