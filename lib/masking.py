"""How personal data is shown: enough to recognize a person, not enough to reach them."""

from __future__ import annotations


def masked_phone(phone: str | None) -> str:
    """138****8000: enough to recognize, not enough to dial. Short or odd ones show nothing."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "****"
