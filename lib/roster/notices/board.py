"""What stands on the public notice of a grid: the grid, who works in it with their phones, whom to complain
to, and what gridworkers do. It is posted on a wall, so the numbers are whole on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from db.models.grid import GridSetting, GridSize, PartyOrganization, Place
from db.models.roster import PostRole
from lib.i18n import mark

CITIZENS_HOTLINE = "12345"
DUTIES = (
    mark("宣传党的政策和法律法规，收集社情民意"),
    mark("采集更新人口、房屋、单位等基础信息"),
    mark("每日巡查，上报安全隐患和环境问题"),
    mark("排查上报矛盾纠纷，参与先期调解"),
    mark("走访关爱老年人、残疾人、困难家庭和儿童"),
    mark("代办帮办便民服务事项，遇紧急情况立即上报"),
)
# Who is posted, in this order, and whether their phone stands there too.
USUAL: Mapping[PostRole, bool] = {
    PostRole.GRID_LEADER: True,
    PostRole.FULL_TIME: True,
    PostRole.POLICE: True,
    PostRole.PARTY_SECRETARY: False,
    PostRole.OFFICIAL_IN_CHARGE: False,
}
# The order in which people stand on a board: whom to turn to first.
ORDER = (
    PostRole.GRID_LEADER, PostRole.FULL_TIME, PostRole.ASSISTANT, PostRole.INSTRUCTOR,
    PostRole.PARTY_SECRETARY, PostRole.COMMUNITY_OFFICER, PostRole.POLICE, PostRole.PROPERTY_STAFF,
    PostRole.PARTY_MEMBER, PostRole.OTHER, PostRole.RESIDENT_BUILDING_LEADER,
    PostRole.DUAL_REPORT_BUILDING_LEADER, PostRole.MEDIATOR, PostRole.LAWYER, PostRole.OFFICIAL_IN_CHARGE,
    PostRole.POLITICAL_LEGAL_OFFICER,
)  # fmt: skip


@dataclass(frozen=True)
class Posted:
    """One line of the staff. `phone` is "" where it is not posted or not known."""

    role: PostRole
    name: str
    phone: str
    covers: bool = False
    photo: bytes | None = None


@dataclass(frozen=True)
class Board:
    """The notice of one grid. `places` are the names of the centers it lies in, the town's first; of
    `without_phone` a phone should stand there and is not known."""

    code: str
    name: str
    places: tuple[str, ...]
    size: GridSize
    setting: GridSetting | None
    place: Place | None
    households: int
    residents: int
    party_organization: PartyOrganization | None
    party_organization_name: str
    supervision: str
    staff: tuple[Posted, ...]
    vacant: bool
    without_phone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notices:
    """All that is printed at once; `left_out` are the grids without a full-time gridworker whose notice would
    stand empty."""

    center_name: str
    day: date
    boards: tuple[Board, ...]
    left_out: tuple[Board, ...] = field(default=())
