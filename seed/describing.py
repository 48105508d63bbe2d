"""What is known of each person of the roster beside their name: who employs them, and what they belong to."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from db.models.roster import Background, PoliticalStatus, PostRole
from seed.city import Unit
from seed.plan import Plan
from seed.staff import Row, Staff

WITHOUT_PHONE = 0.01
OF_TOWN = frozenset({PostRole.OFFICIAL_IN_CHARGE, PostRole.POLITICAL_LEGAL_OFFICER, PostRole.INSTRUCTOR})
OF_NOBODY = frozenset({PostRole.RESIDENT_BUILDING_LEADER})
# Invented ones: no company is named.
EMPLOYERS = {
    PostRole.POLICE: ("派出所",),
    PostRole.PROPERTY_STAFF: ("小区物业服务中心", "物业服务项目部", "小区业主自管小组"),
    PostRole.PARTY_MEMBER: ("快递网点", "外卖配送站", "网约车服务站", "电商服务站"),
    PostRole.OTHER: ("志愿服务队", "商户联盟", "退役军人服务站", ""),
    PostRole.DUAL_REPORT_BUILDING_LEADER: ("机关党支部", "中学党支部", "卫生院党支部"),
    PostRole.LAWYER: ("公共法律服务站", "法律援助工作站"),
    PostRole.MEDIATOR: ("人民调解委员会",),
}
MEMBERS = frozenset(
    {
        PostRole.PARTY_SECRETARY, PostRole.PARTY_MEMBER, PostRole.DUAL_REPORT_BUILDING_LEADER,
        PostRole.POLITICAL_LEGAL_OFFICER,
    }
)  # fmt: skip
OFTEN_MEMBERS = frozenset({PostRole.OFFICIAL_IN_CHARGE, PostRole.GRID_LEADER, PostRole.INSTRUCTOR})
STATUSES = (
    PoliticalStatus.PARTY_MEMBER, PoliticalStatus.PROBATIONARY_MEMBER, PoliticalStatus.LEAGUE_MEMBER,
    PoliticalStatus.OTHER_PARTY, PoliticalStatus.NONE,
)  # fmt: skip
# How often each status occurs, for the young, for everybody else, and for those who are mostly members.
YOUNG, OTHERS, OFTEN = (18, 4, 38, 0, 40), (30, 1, 0, 1, 68), (86, 2, 0, 3, 9)
LEAGUE_AGE = 28


def described(plan: Plan, found: Staff, units: list[Unit]) -> None:
    """By the first post of each."""
    dice = plan.dice("what is known of people")
    names = {unit.code: unit.name for unit in units}
    for person, post in _with_first_post(found):
        person["employer"] = _employer(dice, names, person, post) or None
        person["political_status"] = _status(dice, plan.today, person["born"], post["role"])
        if dice.random() < WITHOUT_PHONE:
            person["phone"] = None


def _with_first_post(found: Staff) -> Iterator[tuple[Row, Row]]:
    seen: set[int] = set()
    for post in found.posts:
        if post["person_id"] not in seen:
            seen.add(post["person_id"])
            yield found.holder(post), post


def _employer(dice: random.Random, names: dict[str, str], person: Row, post: Row) -> str:
    code, role = post["center_code"], post["role"]
    town = names[code[:9]]
    if role in OF_NOBODY:
        return ""
    if role in EMPLOYERS:
        said = dice.choice(EMPLOYERS[role])
        return said and (town if role in (PostRole.POLICE, PostRole.MEDIATOR) else names[code]) + said
    if role in OF_TOWN or len(code) == 9 or person["background"] is Background.HIRED:
        return town + ("办事处" if town.endswith("街道") else "人民政府")
    return names[code]


def _status(dice: random.Random, today: date, born: date, role: PostRole) -> PoliticalStatus:
    if role in MEMBERS:
        return PoliticalStatus.PARTY_MEMBER
    weights = YOUNG if today.year - born.year < LEAGUE_AGE else OTHERS
    if role in OFTEN_MEMBERS:
        weights = OFTEN
    return dice.choices(STATUSES, weights)[0]
