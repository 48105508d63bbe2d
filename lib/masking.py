"""How personal data is shown: enough to recognize a person, not enough to reach them."""

from __future__ import annotations

import re

_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def masked_phone(phone: str | None) -> str:
    """138****8000: enough to recognize, not enough to dial. Short or odd ones show nothing."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "****"


def masked_text(text: str) -> str:
    """Words that people typed, with the phone and ID numbers in them masked; codes of places stay."""
    text = _ID_NUMBER.sub(lambda found: f"{found[0][:6]}****{found[0][-4:]}", text)
    return _PHONE.sub(lambda found: masked_phone(found[0]), text)
