"""Several roles in one column, as rounds of training and spot checks keep them."""

from __future__ import annotations

from collections.abc import Iterable

from db.models.roster import PostRole


def written_roles(roles: Iterable[PostRole]) -> str:
    """In the order of the roster, each once."""
    chosen = set(roles)
    return " ".join(role.value for role in PostRole if role in chosen)


def read_roles(written: str) -> tuple[PostRole, ...]:
    return tuple(PostRole(word) for word in written.split())
