"""Draws people for a spot check so that anybody can draw the same again.

Each candidate gets the SHA-256 of "seed:number of the post"; whoever has the smallest is drawn first. Nobody
can foresee it without the seed, nobody can change it after, and one candidate more or less leaves the order
of the others as it is.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

# Seeds that were made by chance begin so; by hand nobody can give such a one.
BY_CHANCE = "random-"
LONGEST_SEED, SHORTEST_SEED = 60, 4


def seed_by_chance() -> str:
    return f"{BY_CHANCE}{secrets.token_hex(16)}"


def given_by_hand(seed: str) -> bool:
    return not seed.startswith(BY_CHANCE)


def lot(seed: str, post_id: int) -> str:
    """What decides the place of a candidate; `printf '%s' 'seed:number' | sha256sum` says the same."""
    return hashlib.sha256(f"{seed}:{post_id}".encode()).hexdigest()


def order(seed: str, candidates: Iterable[int]) -> tuple[int, ...]:
    """All candidates, each once, in the order in which they are drawn."""
    return tuple(sorted(set(candidates), key=lambda one: (lot(seed, one), one)))


def drawn(seed: str, candidates: Iterable[int], count: int) -> tuple[int, ...]:
    """Who is drawn; everybody where there are not more."""
    return order(seed, candidates)[: max(count, 0)]
