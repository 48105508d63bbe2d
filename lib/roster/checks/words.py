"""What the findings of a spot check are called on screen."""

from __future__ import annotations

from db.models.duty import Finding
from lib.i18n import mark

FINDING_WORDS: dict[Finding, str] = {
    Finding.PENDING: mark("待抽查"),
    Finding.ON_DUTY: mark("在岗"),
    Finding.OFF_DUTY: mark("不在岗"),
    Finding.UNREACHABLE: mark("联系不上"),
    Finding.ON_LEAVE: mark("请假"),
}
# After these somebody has to see to it.
TO_FOLLOW = (Finding.OFF_DUTY, Finding.UNREACHABLE)
# Of these the rate of people on duty is made; who is on leave need not be there.
COUNTED = (Finding.ON_DUTY, *TO_FOLLOW)
