"""How much room words take in a chart, and names that keep apart on an axis."""

from __future__ import annotations

from collections.abc import Sequence

from lib.ui.charts import wrapped

LINE = 14  # Chinese characters of a line beside an axis
LINE_HEIGHT = 16  # pixels


def width_of(words: str, size: int = 13) -> int:
    """About how many pixels words take."""
    return sum(size if ord(sign) > 0x2000 else size * 7 // 13 for sign in words)


def apart(names: Sequence[str]) -> list[str]:
    """Each name with a place of its own on an axis, also where two are called the same; long ones in
    lines."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(wrapped(name, LINE) + "\u200b" * (seen[name] - 1))
    return found


def height_of(names: Sequence[str], each: int) -> int:
    """How high an axis of such names is: its rows are as high as the name with the most lines needs."""
    lines = max((wrapped(name, LINE).count("<br>") + 1 for name in names), default=1)
    return max(each, LINE_HEIGHT * lines + 4) * len(names)
