"""What the words of a grid are called on screen."""

from __future__ import annotations

from db.models.grid import GridColor, GridSetting, GridSize, PartyOrganization, Place
from db.models.roster import Background, PostRole
from lib.i18n import mark

SIZE_WORDS: dict[GridSize, str] = {
    GridSize.LARGE: mark("大网格"),
    GridSize.MEDIUM: mark("中网格"),
    GridSize.SMALL: mark("小网格"),
}
SETTING_WORDS: dict[GridSetting, str] = {
    GridSetting.URBAN: mark("城市"),
    GridSetting.RURAL: mark("农村"),
    GridSetting.DEDICATED: mark("专属"),
}
COLOR_WORDS: dict[GridColor, str] = {
    GridColor.RED: mark("红色"),
    GridColor.YELLOW: mark("黄色"),
    GridColor.BLUE: mark("蓝色"),
}
PARTY_WORDS: dict[PartyOrganization, str] = {
    PartyOrganization.BRANCH: mark("党支部"),
    PartyOrganization.GROUP: mark("党小组"),
}
PLACE_WORDS: dict[Place, str] = {
    Place.OFFICE_TOWER: mark("楼宇"),
    Place.MALL: mark("商场"),
    Place.MARKET: mark("市场"),
    Place.PARK: mark("园区"),
}
POST_WORDS: dict[PostRole, str] = {
    PostRole.FULL_TIME: mark("专职网格员"),
    PostRole.COMMUNITY_OFFICER: mark("社区专干"),
    PostRole.POLICE: mark("民辅警"),
    PostRole.PROPERTY_STAFF: mark("物业服务人员"),
    PostRole.PARTY_MEMBER: mark("新就业群体党员"),
    PostRole.OTHER: mark("其他力量"),
    PostRole.GRID_LEADER: mark("网格长"),
    PostRole.INSTRUCTOR: mark("指导员"),
    PostRole.ASSISTANT: mark("协管员"),
    PostRole.RESIDENT_BUILDING_LEADER: mark("居民楼长"),
    PostRole.DUAL_REPORT_BUILDING_LEADER: mark("双报到楼长"),
    PostRole.PARTY_SECRETARY: mark("党组织书记"),
    PostRole.OFFICIAL_IN_CHARGE: mark("包抓干部"),
    PostRole.POLITICAL_LEGAL_OFFICER: mark("政法委员"),
    PostRole.MEDIATOR: mark("人民调解员"),
    PostRole.LAWYER: mark("法律顾问"),
}
BACKGROUND_WORDS: dict[Background, str] = {
    Background.COMMUNITY_WORKER: mark("社区工作者"),
    Background.VILLAGER_GROUP_HEAD: mark("村民小组长"),
    Background.HIRED: mark("聘用人员"),
}
