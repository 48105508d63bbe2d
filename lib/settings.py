"""Everything that an installation may set, read once from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

HOME = Path(__file__).parent.parent


@dataclass(frozen=True)
class Settings:
    """README explains each; a wrong value is named at the start, never guessed."""

    database_url: str
    # Keys, anchors of the audit chain and the embedded database; backed up, never published.
    data_folder: Path
    time_zone: ZoneInfo
    # Plain HTTP inside an office network: the cookie then travels without `Secure`.
    plain_http: bool
    # The web addresses people type, such as https://grid.example.gov.cn; empty: the one that was asked.
    origins: tuple[str, ...]
    # Whether a proxy of ours stands in front and says who is asking.
    behind_proxy: bool
    idle_minutes: int
    session_hours: int
    # How a small grid's code continues its village's: lengths of the parts.
    grid_code_rule: str
    # Whether anybody may read the published service list without signing in.
    public_services: bool
    # When people work on a working day, for handling times in working hours.
    working_hours: tuple[tuple[time, time], ...]


def read_settings(environment: dict[str, str] | os._Environ[str] = os.environ) -> Settings:
    """Raises ValueError with the name of the variable that cannot be."""
    data_folder = Path(environment.get("GRID_DATA", HOME / "var")).absolute()
    idle = _whole_number(environment, "GRID_IDLE_MINUTES", 30, 5, 60)
    return Settings(
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{data_folder / 'command_centers.db'}",
        data_folder=data_folder,
        time_zone=ZoneInfo(environment.get("GRID_TIME_ZONE", "Asia/Shanghai")),
        plain_http=_yes(environment, "GRID_PLAIN_HTTP"),
        origins=tuple(
            o.strip().rstrip("/") for o in environment.get("GRID_ORIGINS", "").split(",") if o.strip()
        ),
        behind_proxy=_yes(environment, "GRID_BEHIND_PROXY"),
        idle_minutes=idle,
        session_hours=_whole_number(environment, "GRID_SESSION_HOURS", 12, 1, 24),
        grid_code_rule=environment.get("GRID_CODE_RULE", "12+3"),
        public_services=_yes(environment, "GRID_PUBLIC_SERVICES"),
        working_hours=_hours(environment, "GRID_WORKING_HOURS", "08:30-12:00,14:30-18:00"),
    )


def _yes(environment: dict[str, str] | os._Environ[str], name: str) -> bool:
    value = environment.get(name, "0")
    if value not in ("0", "1"):
        raise ValueError(f"{name}={value!r}: 0 or 1")
    return value == "1"


def _whole_number(
    environment: dict[str, str] | os._Environ[str], name: str, default: int, low: int, high: int
) -> int:
    value = environment.get(name, str(default))
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise ValueError(f"{name}={value!r}: a whole number from {low} to {high}")
    return int(value)


def _hours(
    environment: dict[str, str] | os._Environ[str], name: str, default: str
) -> tuple[tuple[time, time], ...]:
    value = environment.get(name, default)
    try:
        slots = [
            tuple(time.fromisoformat(end.strip()) for end in slot.split("-")) for slot in value.split(",")
        ]
        ends = [end for slot in slots for end in slot]
        if any(len(slot) != 2 for slot in slots) or ends != sorted(set(ends)):
            raise ValueError
    except ValueError:
        raise ValueError(f"{name}={value!r}: slots such as {default}, one after the other") from None
    return tuple((slot[0], slot[1]) for slot in slots)


@cache
def settings() -> Settings:
    return read_settings()
