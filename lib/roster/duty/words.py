"""What patrols and visits are called on screen."""

from __future__ import annotations

from db.models.duty import Campaign
from lib.i18n import mark

CAMPAIGN_WORDS: dict[Campaign, str] = {
    Campaign.DAILY: mark("日常走访"),
    Campaign.RETURNING_HOME: mark("返乡走亲"),
    Campaign.STATIONED: mark("驻村连心"),
    Campaign.IN_THE_GRID: mark("入网知心"),
    Campaign.PAIRED: mark("联户交心"),
}
