"""What the words of a grid are called on screen."""

from __future__ import annotations

from db.models.grid import GridColor, GridSetting, GridSize, PartyOrganization, Place
from db.models.roster import Background, Post
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
POST_WORDS: dict[Post, str] = {
    Post.FULL_TIME: mark("专职网格员"),
    Post.COMMUNITY_OFFICER: mark("社区专干"),
    Post.POLICE: mark("民辅警"),
    Post.PROPERTY_STAFF: mark("物业服务人员"),
    Post.PARTY_MEMBER: mark("新就业群体党员"),
    Post.OTHER: mark("其他力量"),
}
BACKGROUND_WORDS: dict[Background, str] = {
    Background.COMMUNITY_WORKER: mark("社区工作者"),
    Background.VILLAGER_GROUP_HEAD: mark("村民小组长"),
    Background.HIRED: mark("聘用人员"),
}
