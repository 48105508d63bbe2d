"""What the replica says when it cannot answer."""

from __future__ import annotations


class NotInStep(RuntimeError):  # noqa: N818 - it says how things stand
    """The replica cannot answer; the database can."""
