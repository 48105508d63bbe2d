"""The columns of a roster: what can be said of a person and a post, read and refused in one place for forms,
sheets, imports and exports alike."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from db.models.roster import Background, PoliticalStatus, PostRole, Sex
from lib.fields.field import Choice, Field
from lib.grids.words import BACKGROUND_WORDS, POST_WORDS
from lib.i18n import _, mark, speaking
from lib.roster.synonyms import BACKGROUND_ALSO, POLITICAL_ALSO, ROLES_ALSO, SEX_ALSO
from lib.roster.words import POLITICAL_WORDS, SEX_WORDS

POST = "post"
PERSON_KEYS = ("name", "sex", "citizen_id", "phone", "political_status", "background", "employer")
POST_KEYS = ("role", "grid", "center", "since", "until", "note")
# Held for a center and not for a grid.
CENTER_ROLES = (PostRole.POLITICAL_LEGAL_OFFICER, PostRole.MEDIATOR, PostRole.LAWYER)
# Held for either.
EITHER_ROLES = (PostRole.PARTY_SECRETARY, PostRole.OFFICIAL_IN_CHARGE, PostRole.GRID_LEADER)


def _choices(words: Mapping[Any, str], also: Mapping[Any, tuple[str, ...]]) -> tuple[Choice, ...]:
    with speaking("en"):
        english = {key: _(label) for key, label in words.items()}
    return tuple(
        Choice(key.value, label, english[key], also=also.get(key, ())) for key, label in words.items()
    )


def _field(key: str, kind: str, label: str, hint: str = "", **more: object) -> Field:
    with speaking("en"):
        english = _(label)
    return Field(key, kind, label, english, help=_(hint) if hint else "", **more)  # type: ignore[arg-type]


def roster_fields() -> tuple[Field, ...]:
    """All columns in their order; hints are in the reader's language."""
    return (
        _field(POST, "serial", mark("岗位编号"), mark("系统给的编号，用来认出原有的行；新增的行留空。")),
        _field("name", "text", mark("姓名"), required=True, longest=100),
        _field(
            "sex",
            "choice",
            mark("性别"),
            mark("填了身份证号可以不填。"),
            choices=_choices(SEX_WORDS, SEX_ALSO),
        ),
        _field("citizen_id", "citizen_id", mark("身份证号"), mark("18位，末位可以是X。")),
        _field("phone", "phone", mark("联系电话"), mark("11位手机号，或区号加座机号。")),
        _field("role", "choice", mark("岗位"), required=True, choices=_choices(POST_WORDS, ROLES_ALSO)),
        _field("grid", "grid", mark("网格"), mark("填网格代码或全称。镇街、村社一级的岗位不填。")),
        _field("center", "center", mark("所在中心"), mark("没有网格的岗位填中心代码或全称。")),
        _field("since", "date", mark("上岗日期"), mark("不填就是今天。")),
        _field("until", "date", mark("离岗日期"), mark("在岗到这一天为止；长期在岗不填。")),
        _field("employer", "text", mark("工作单位"), longest=100),
        _field(
            "political_status", "choice", mark("政治面貌"), choices=_choices(POLITICAL_WORDS, POLITICAL_ALSO)
        ),
        _field("background", "choice", mark("人员身份"), choices=_choices(BACKGROUND_WORDS, BACKGROUND_ALSO)),
        _field("note", "text", mark("备注"), longest=200),
    )


ENUMS: dict[str, type[enum.StrEnum]] = {
    "sex": Sex,
    "role": PostRole,
    "political_status": PoliticalStatus,
    "background": Background,
}
