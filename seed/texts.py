"""The words of a case: where, what is wrong, who says so and what they ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from db.models.case import Source
from db.models.grid import GridSetting
from seed.categories import SETTINGS, SOURCES, Category
from seed.plan import Plan, reference
from seed.rhythm import Month, Numbers

Words = np.ndarray[Any, np.dtype[np.object_]]

OPENINGS = {
    Source.HOTLINE: ("市民来电反映：", "来电人称：", "热线转办："),
    Source.APPEAL: ("居民反映：", "小程序上报：", "群众诉求："),
    Source.POLICE: ("警情流转：", "报警人称：", "非警务警情："),
    Source.LETTER: ("来信反映：", "来访群众反映：", "来信称："),
    Source.ONLINE: ("网民留言：", "网友反映：", "留言称："),
    Source.PETITION: ("信访人反映：", "信访件转办：", "来访人称："),
    Source.PATROL: ("网格员巡查发现：", "入户走访了解：", "日常排查发现："),
    Source.COURT: ("法院推送：", "诉前调解：", "立案信息："),
}
LASTING = tuple(f"。已持续{days}天。" for days in range(2, 11))
ASKING = (
    "。",
    "。请尽快处理。",
    "。希望核实。",
    "。要求回复。",
    "。此前反映过一次。",
    "。附近多户有同样问题。",
)
FOUND = ("。", "。已现场拍照。", "。已告知当事人。", "。需部门配合。", "。已登记。")
HEARD = ("。", "。双方同意先行调解。", "。转诉前调解。", "。需核对证据材料。")
ENDINGS = dict.fromkeys(Source, (*ASKING, *LASTING)) | {Source.PATROL: FOUND, Source.COURT: HEARD}
# Where exactly, by the kind of spot that the matter asks for and the kind of place it is.
BUILDINGS = tuple(f"{block}号楼{unit}单元" for block in range(1, 19) for unit in range(1, 5))
FLOORS = ("A座", "B座", "一层", "二层", "三层", "后门", "地下停车场", "东区", "西区")
ROADS = ("门口", "东侧", "西侧", "南门外", "北门外", "路口", "主干道", "背街小巷", "广场旁", "公交站旁")
CORNERS = ("村口", "村东", "村西", "村南", "村北", "文化广场旁", "卫生室旁", "主路")
SPOTS: dict[str, dict[GridSetting, tuple[str, ...]]] = {
    "none": dict.fromkeys(GridSetting, ("",)),
    "building": {
        GridSetting.URBAN: BUILDINGS,
        GridSetting.RURAL: CORNERS,
        GridSetting.DEDICATED: FLOORS,
    },
    "road": {GridSetting.URBAN: ROADS, GridSetting.RURAL: CORNERS, GridSetting.DEDICATED: ROADS},
}


def words(items: Any) -> Words:
    """An array of Python strings, which are shared and not copied when they are picked."""
    return np.array(items, dtype=object)


class Choices:
    """Lists of words end to end, to pick one from each case's own list."""

    def __init__(self, lists: Sequence[Sequence[str]]) -> None:
        self.words = words([word for found in lists for word in found])
        self.count = np.array([len(found) for found in lists])
        self.first = np.cumsum(self.count) - self.count

    def places(self, chance: np.random.Generator, which: Numbers) -> Numbers:
        """Where in `words` each case's word stands; `which` is the number of its list."""
        found: Numbers = self.first[which] + chance.integers(0, self.count[which])
        return found

    def pick(self, chance: np.random.Generator, which: Numbers) -> Words:
        found: Words = self.words[self.places(chance, which)]
        return found


@dataclass(frozen=True)
class Phrases:
    """All that a text can be put together from."""

    titles: Choices  # by category
    details: Words  # beside the titles
    spot_kind: Numbers  # beside the titles
    spots: Choices  # by kind of spot and, within it, by setting
    openings: Choices  # by source
    endings: Choices  # by source


def phrases(kinds: list[Category]) -> Phrases:
    written = reference("texts")
    by_kind = [[row for row in written if row["category"] == kind.code] for kind in kinds]
    rows = [row for found in by_kind for row in found]
    spot_kinds = list(SPOTS)
    return Phrases(
        titles=Choices([tuple(row["title"] for row in found) for found in by_kind]),
        details=words([row["detail"] for row in rows]),
        spot_kind=np.array([spot_kinds.index(row["spot"]) for row in rows]),
        spots=Choices([SPOTS[name][setting] for name in spot_kinds for setting in SETTINGS]),
        openings=Choices([OPENINGS[source] for source in SOURCES]),
        endings=Choices([ENDINGS[source] for source in SOURCES]),
    )


def texts(
    plan: Plan, month: Month, said: Phrases, spoken: Words, setting: Numbers
) -> tuple[Numbers, Words, Words]:
    """The number of the problem, the title and the detail.

    `spoken` is the place of each case as people say it, `setting` the position in SETTINGS.
    """
    chance = plan.generator("texts", month.position)
    problem = said.titles.places(chance, month.category)
    spot = said.spots.pick(chance, said.spot_kind[problem] * len(SETTINGS) + setting)
    opening = said.openings.pick(chance, month.source)
    ending = said.endings.pick(chance, month.source)
    title: Words = spoken + spot + said.titles.words[problem]
    detail: Words = opening + said.details[problem] + ending
    return problem, title, detail
