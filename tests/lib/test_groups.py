"""Kinds of centers by their codes, as the divisions of the field number them."""

from __future__ import annotations

import pytest

from lib.centers.groups import GROUP_WORDS, Group, group_of


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("620102", Group.COUNTY), ("620123", Group.COUNTY), ("620171", Group.ZONE), ("620180", Group.ZONE),
        ("371181", Group.COUNTY), ("620170", Group.COUNTY), ("620102001", Group.STREET),
        ("620102099", Group.STREET), ("620122100", Group.TOWN), ("620122199", Group.TOWN),
        ("620122200", Group.TOWNSHIP), ("620122399", Group.TOWNSHIP), ("620171400", Group.SPECIAL),
        ("620102001001", Group.RESIDENTS), ("620102001199", Group.RESIDENTS),
        ("620122100200", Group.VILLAGERS), ("620122100399", Group.VILLAGERS), ("620122100400", Group.OTHER),
        ("620171400598", Group.OTHER), ("6201", Group.OTHER),
    ],
)  # fmt: skip
def test_a_code_says_the_kind(code: str, group: Group) -> None:
    assert group_of(code) is group


def test_every_kind_has_words() -> None:
    assert set(GROUP_WORDS) == set(Group)
