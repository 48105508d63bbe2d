"""The rank of a figure among others, as the field publishes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from lib.metrics.measured import Measured


def places(values: Mapping[str, Decimal]) -> dict[str, int]:
    """By key: one more than the number of those that are strictly better, so that equals share a place.
    The most is the best."""
    first: dict[Decimal, int] = {}
    for place, value in enumerate(sorted(values.values(), reverse=True), 1):
        first.setdefault(value, place)
    return {key: first[value] for key, value in values.items()}


def ranks(measured: Iterable[Measured]) -> dict[str, int]:
    """The places of a figure. Values count as they are shown. What has nothing due has no rank; where
    neither more nor less is better the most comes first."""
    return places(
        {
            one.key: one.value if one.of.more_is_better is not False else -one.value
            for one in measured
            if one.value is not None
        }
    )
