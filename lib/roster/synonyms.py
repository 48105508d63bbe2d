"""What villages write in their own tables for the choices of a roster. A word that stands at several of them
has to be said more closely. Words are as `lib.fields.words.narrow` leaves them."""

from __future__ import annotations

from db.models.roster import Background, PoliticalStatus, PostRole, Sex

PART_TIME = ("网格员", "兼职网格员", "兼职")
BUILDING = ("楼长", "楼栋长")
ROLES_ALSO: dict[PostRole, tuple[str, ...]] = {
    PostRole.FULL_TIME: ("专职", "专职网格管理员", "专职网格人员", "全职网格员", "网格员"),
    PostRole.COMMUNITY_OFFICER: ("专干", "社区工作人员", *PART_TIME),
    PostRole.POLICE: (
        "民警",
        "辅警",
        "社区民警",
        "社区辅警",
        "片警",
        "民警辅警",
        "民警(辅警)",
        "民警/辅警",
        *PART_TIME,
    ),
    PostRole.PROPERTY_STAFF: ("物业", "物业人员", "物业工作人员", "物业经理", "物业负责人", *PART_TIME),
    PostRole.PARTY_MEMBER: ("新就业群体", "新业态党员", "新就业群体中的党员", *PART_TIME),
    PostRole.OTHER: ("其他", "x力量", "x", "其他人员"),
    PostRole.GRID_LEADER: ("网格负责人", "格长"),
    PostRole.INSTRUCTOR: ("网格指导员",),
    PostRole.ASSISTANT: ("网格协管员",),
    PostRole.RESIDENT_BUILDING_LEADER: ("居民楼栋长", "居民楼院长", *BUILDING),
    PostRole.DUAL_REPORT_BUILDING_LEADER: ("双报到党员楼长", "双报到", *BUILDING),
    PostRole.PARTY_SECRETARY: ("书记", "党支部书记", "支部书记", "村支书", "党委书记", "党总支书记"),
    PostRole.OFFICIAL_IN_CHARGE: ("包抓领导", "包联干部", "包保干部", "包网格干部", "包抓"),
    PostRole.POLITICAL_LEGAL_OFFICER: ("政法书记",),
    PostRole.MEDIATOR: ("调解员", "调解人员"),
    PostRole.LAWYER: ("律师", "村居法律顾问"),
}
POLITICAL_ALSO: dict[PoliticalStatus, tuple[str, ...]] = {
    PoliticalStatus.PARTY_MEMBER: ("党员", "中国共产党党员"),
    PoliticalStatus.PROBATIONARY_MEMBER: ("预备党员",),
    PoliticalStatus.LEAGUE_MEMBER: ("团员", "中国共产主义青年团团员"),
    PoliticalStatus.OTHER_PARTY: ("民盟", "民进", "民建", "民革", "农工党", "致公党", "九三学社", "台盟"),
    PoliticalStatus.NONE: ("无党派", "无党派人士", "普通群众"),
}
BACKGROUND_ALSO: dict[Background, tuple[str, ...]] = {
    Background.COMMUNITY_WORKER: ("社工",),
    Background.VILLAGER_GROUP_HEAD: ("村组长", "组长", "社长", "村社长"),
    Background.HIRED: ("聘用", "合同制", "公益性岗位", "临聘"),
}
SEX_ALSO: dict[Sex, tuple[str, ...]] = {Sex.MALE: ("男性", "m"), Sex.FEMALE: ("女性", "f")}
