"""Three sizes of grids: 110 large, 1086 medium and 7507 small ones, each with its Party organization."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from db.models.center import Level
from db.models.grid import GridColor, GridSetting, GridSize, PartyOrganization, Place
from seed.city import Unit
from seed.plan import Plan, shared_out

LARGE, MEDIUM = 110, 1086
SMALL = {GridSetting.URBAN: 2945, GridSetting.RURAL: 3823, GridSetting.DEDICATED: 739}
RED, YELLOW = 113, 450  # 1.5 % and 6 % of the small grids
NUMERALS = "零一二三四五六七八九十"
ESTATE_WORDS = ("金瑞和安宁祥福嘉雅锦明盛康泰鑫丰春景翠悦", "和泰宁瑞安馨悦福祥苑华林溪庭晖兴")
ESTATE_KINDS = ("花园", "家园", "小区", "佳苑", "雅苑", "新村", "公寓", "名邸", "家属院")
PLACE_WORDS = {
    Place.OFFICE_TOWER: ("大厦", "商务中心", "写字楼", "国际广场"),
    Place.MALL: ("购物广场", "商场", "百货", "商业街"),
    Place.MARKET: ("农贸市场", "建材市场", "批发市场", "便民市场"),
    Place.PARK: ("产业园", "科技园", "物流园", "创业园"),
}
PLACE_SHARES = {Place.OFFICE_TOWER: 0.3, Place.MALL: 0.25, Place.MARKET: 0.3, Place.PARK: 0.15}
REASONS = {
    GridColor.RED: (
        "连续两个月超期率高于百分之十五，重复诉求集中",
        "发生拖欠工资群体性诉求，尚未化解",
        "逾期交房矛盾突出，存在集体上访风险",
        "拆迁安置遗留问题较多，矛盾反复",
        "发生安全生产事故，整改尚未验收",
    ),
    GridColor.YELLOW: (
        "本月事件量环比上升超过三成",
        "矛盾纠纷三十日内未化解超过三件",
        "重点人员走访未达到规定次数",
        "满意率低于百分之八十五",
        "消防隐患整改超过规定时限",
        "物业服务投诉集中，业主意见较大",
    ),
}


@dataclass(frozen=True)
class SmallGrid:
    """What the other subjects need to know of a small grid."""

    id: int
    village: Unit
    setting: GridSetting
    place: Place | None
    name: str
    spoken: str  # how a report says where it happened
    heat: float  # how much happens here, against the others
    households: int
    residents: int


def numeral(number: int) -> str:
    """1–99 in Chinese."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else NUMERALS[tens] + "十"
    return head + (NUMERALS[ones] if ones else "")


def _one_more(dice: random.Random, words: tuple[str, ...], taken: set[str]) -> str:
    """A name that the village does not have yet."""
    while (name := dice.choice(ESTATE_WORDS[0]) + dice.choice(ESTATE_WORDS[1]) + dice.choice(words)) in taken:
        pass
    taken.add(name)
    return name


def _per_village(dice: random.Random, villages: list[Unit], total: int, least: int) -> dict[str, int]:
    weights = [dice.gammavariate(2.2, 1.0) for _ in villages]
    return dict(zip((v.code for v in villages), shared_out(total, weights, least), strict=True))


def small_grids(plan: Plan, units: list[Unit]) -> list[SmallGrid]:
    """Every village has a grid; dedicated ones stand mostly where the shops and offices are."""
    dice = plan.dice("grids")
    villages = [unit for unit in units if unit.level is Level.VILLAGE]
    urban = _per_village(dice, [v for v in villages if v.urban], SMALL[GridSetting.URBAN], 1)
    rural = _per_village(dice, [v for v in villages if not v.urban], SMALL[GridSetting.RURAL], 1)
    weights = [
        dice.gammavariate(0.9, 1.0) * (1.0 if v.urban else 0.09) * (1.5 if v.code < "620103" else 1.0)
        for v in villages
    ]
    dedicated = shared_out(SMALL[GridSetting.DEDICATED], weights)
    found: list[SmallGrid] = []
    for village, shops in zip(villages, dedicated, strict=True):
        setting = GridSetting.URBAN if village.urban else GridSetting.RURAL
        taken: set[str] = set()
        homes = urban[village.code] if village.urban else rural[village.code]
        for serial in range(1, homes + 1):
            found.append(_home_grid(dice, len(found) + 1, village, setting, serial, taken))
        for _ in range(shops):
            found.append(_dedicated_grid(dice, len(found) + 1, village, taken))
    return found


def _heat(dice: random.Random, usual: float) -> float:
    """A long tail: most grids are quiet, a few are never."""
    return usual * dice.lognormvariate(0.0, 0.85)


def _home_grid(
    dice: random.Random, number: int, village: Unit, setting: GridSetting, serial: int, taken: set[str]
) -> SmallGrid:
    households = dice.randint(300, 500)
    if setting is GridSetting.URBAN:
        estate = _one_more(dice, ESTATE_KINDS, taken)
        name = f"{estate}网格" if dice.random() < 0.45 else f"第{numeral(serial)}网格"
        spoken, size, heat = village.short + estate, (2.2, 3.1), _heat(dice, 1.5)
    else:
        name = f"{numeral(serial)}社网格"
        spoken, size, heat = f"{village.short}{numeral(serial)}社", (2.6, 3.6), _heat(dice, 0.6)
    residents = round(households * dice.uniform(*size))
    return SmallGrid(number, village, setting, None, name, spoken, heat, households, residents)


def _dedicated_grid(dice: random.Random, number: int, village: Unit, taken: set[str]) -> SmallGrid:
    place = dice.choices(list(PLACE_SHARES), list(PLACE_SHARES.values()))[0]
    title = _one_more(dice, PLACE_WORDS[place], taken)
    tenants = dice.randint(40, 260)
    residents = round(tenants * dice.uniform(2.0, 9.0))
    spoken, setting = village.short + title, GridSetting.DEDICATED
    return SmallGrid(
        number, village, setting, place, f"{title}网格", spoken, _heat(dice, 1.1), tenants, residents
    )


def grid_rows(plan: Plan, units: list[Unit], small: list[SmallGrid]) -> list[dict[str, Any]]:
    """Small grids keep their numbers; the larger ones come after them and add up what lies in them."""
    dice = plan.dice("party")
    colors = _colors(plan, small)
    cards = plan.dice("color cards")
    rows: list[dict[str, Any]] = []
    serials: dict[str, int] = defaultdict(int)
    for grid in small:
        serials[grid.village.code] += 1
        branch = dice.random() < (0.75 if grid.setting is GridSetting.URBAN else 0.4)
        word = "党支部" if branch else "党小组"
        color = colors.get(grid.id, GridColor.BLUE)
        rows.append(
            _row(grid.id, f"{grid.village.code}{serials[grid.village.code]:03d}", grid.village.code)
            | {
                "name": grid.name,
                "size": GridSize.SMALL,
                "setting": grid.setting,
                "place": grid.place,
                "households": grid.households,
                "residents": grid.residents,
                "party_organization": PartyOrganization.BRANCH if branch else PartyOrganization.GROUP,
                "party_organization_name": f"{grid.village.short}{grid.name}{word}",
                "color": color,
            }
            | (_color_card(plan, cards, color) if color is not GridColor.BLUE else {})
        )
    return rows + _larger_rows(plan, units, small)


def _row(number: int, code: str, center_code: str) -> dict[str, Any]:
    """Every row has every column, so that one statement writes them all."""
    empty = (
        "setting",
        "place",
        "party_organization",
        "party_organization_name",
        "color_reason",
        "color_since",
    )
    return {"id": number, "code": code, "center_code": center_code, **dict.fromkeys(empty)}


def _colors(plan: Plan, small: list[SmallGrid]) -> dict[int, GridColor]:
    """Red and yellow ones are drawn without replacement; where more happens, more often."""
    dice = plan.dice("colors")
    drawn = sorted(small, key=lambda grid: (-(dice.random() ** (1 / grid.heat)), grid.id))
    colors = {grid.id: GridColor.RED for grid in drawn[:RED]}
    return colors | {grid.id: GridColor.YELLOW for grid in drawn[RED : RED + YELLOW]}


def _color_card(plan: Plan, dice: random.Random, color: GridColor) -> dict[str, Any]:
    return {
        "color_reason": dice.choice(REASONS[color]),
        "color_since": plan.today - timedelta(days=dice.randrange(3, 120 if color is GridColor.RED else 75)),
    }


def _larger_rows(plan: Plan, units: list[Unit], small: list[SmallGrid]) -> list[dict[str, Any]]:
    """Fewer large and medium grids than towns and villages: the smallest ones have none of their own."""
    weight: dict[str, int] = defaultdict(int)
    households: dict[str, int] = defaultdict(int)
    residents: dict[str, int] = defaultdict(int)
    for grid in small:
        for code in (grid.village.code, grid.village.code[:9]):
            weight[code] += 1
            households[code] += grid.households
            residents[code] += grid.residents
    dice = plan.dice("larger grids")
    rows: list[dict[str, Any]] = []
    for level, size, word, count in (
        (Level.TOWN, GridSize.LARGE, "大网格", LARGE),
        (Level.VILLAGE, GridSize.MEDIUM, "中网格", MEDIUM),
    ):
        here = [unit for unit in units if unit.level is level]
        kept = sorted(here, key=lambda unit: (-weight[unit.code], dice.random(), unit.code))[:count]
        for unit in sorted(kept, key=lambda unit: unit.code):
            rows.append(
                _row(len(small) + len(rows) + 1, unit.code, unit.code)
                | {
                    "name": unit.short + word,
                    "size": size,
                    "households": households[unit.code],
                    "residents": residents[unit.code],
                    "color": GridColor.BLUE,
                }
            )
    return rows
