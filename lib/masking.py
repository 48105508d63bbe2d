"""How personal data is shown: enough to recognize a person, not enough to reach them."""

from __future__ import annotations

import re
from unicodedata import category

_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


# Two signs of one family name; of every other name the first sign is the family's.
_TWO_SIGNS = (
    "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐宇文长孙司徒夏侯轩辕端木独孤南宫呼延完颜拓跋赫连"
    "百里东郭申屠钟离闻人澹台公冶宗政濮阳淳于单于太叔仲孙"
)
_NO_SIGNS = ("Mn", "Me", "Cf")  # marks, selectors of a sign's shape, and what is not seen at all
TWO_SIGN_FAMILIES = frozenset(_TWO_SIGNS[at : at + 2] for at in range(0, len(_TWO_SIGNS), 2))


def masked_name(name: str) -> str:
    """张*, 欧阳**: the family name and how long the rest is, at most two signs of it. A name of one sign
    shows nothing. Blanks and what only shapes the sign before it are no signs."""
    signs = "".join(sign for sign in name if not sign.isspace() and category(sign) not in _NO_SIGNS)
    if len(signs) < 2:
        return "*" * len(signs)
    family = 2 if len(signs) > 2 and signs[:2] in TWO_SIGN_FAMILIES else 1
    return signs[:family] + "*" * min(len(signs) - family, 2)


def masked_phone(phone: str | None) -> str:
    """138****8000: enough to recognize, not enough to dial. Short or odd ones show nothing."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "****"


def masked_text(text: str) -> str:
    """Words that people typed, with the phone and ID numbers in them masked; codes of places stay."""
    text = _ID_NUMBER.sub(lambda found: f"{found[0][:6]}****{found[0][-4:]}", text)
    return _PHONE.sub(lambda found: masked_phone(found[0]), text)
