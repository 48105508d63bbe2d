from __future__ import annotations

import pytest

from tests import makers


@pytest.fixture
def city(database: str) -> str:
    """Both roots with all their rows, on SQLite and on PostgreSQL."""
    makers.plant(database)
    return database
