"""What follows when somebody is called to account, in words."""

from __future__ import annotations

from db.models.reward import AccountabilityKind
from lib.i18n import mark

SANCTION_WORDS: dict[AccountabilityKind, str] = {
    AccountabilityKind.TALK: mark("约谈提醒"),
    AccountabilityKind.CRITICISM: mark("通报批评"),
    AccountabilityKind.DEDUCTION: mark("扣减报酬"),
    AccountabilityKind.SUSPENSION: mark("停职检查"),
    AccountabilityKind.DISMISSAL: mark("解除聘用"),
}
