"""How often a case was sent back: about one in forty of those that were ever given to somebody.

What is late was sent back more often, and so was what happened in a county that is usually late.
"""

from __future__ import annotations

import numpy as np

from seed.outcomes import ASSIGNED, Outcomes, Performance
from seed.plan import Plan
from seed.rhythm import Floats, Month, Numbers, moment

RETURNED = 0.025
WHEN_LATE = 3.0  # against a case that is in time
BY_COUNTY = 0.5  # how much of the chance follows the county; the rest is alike everywhere


def lateness(standing: Performance, county_of: Numbers) -> Floats:
    """How late the county of each place usually is, against the mean of all places."""
    usual = standing.late.mean(axis=0)
    places = np.bincount(county_of)
    county = np.bincount(county_of, usual) / np.maximum(places, 1)
    against: Floats = county[county_of] / usual.mean()
    return against


def returns(plan: Plan, month: Month, found: Outcomes, place: Numbers, late_there: Floats) -> Numbers:
    """A number for each case; `late_there` is the lateness by place."""
    chance = plan.generator("returns", month.position)
    ended = np.where(found.closed >= 0, found.closed, moment(plan))
    late = (found.due >= 0) & (ended > found.due)
    assigned = found.stage >= ASSIGNED
    weight = np.where(late, WHEN_LATE, 1.0) * (1 - BY_COUNTY + BY_COUNTY * late_there[place]) * assigned
    share = weight * (RETURNED * assigned.sum() / max(weight.sum(), 1.0))
    back = chance.random(len(place))
    often: Numbers = (back < share).astype(np.int64) + (back < share / 12)
    return often
