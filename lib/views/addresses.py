"""Which pages can be kept as a view, and what their addresses may say.

An address comes from a browser and goes into one: only parameters that the page knows are kept, and a
kept one is read with the same doubts again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from lib.errors import BadInput
from lib.i18n import _
from lib.metrics.dimensions import NARROWING

# What every page of analysis reads from its address, besides its own.
COMMON = ("center", "period", "first", "last", *(by.value for by in NARROWING))
PAGES: dict[str, tuple[str, ...]] = {
    "analysis": (),
    "volume": ("part", "step"),
    "hotspots": (),
    "resolution": ("part", "every"),
    "satisfaction": ("part", "every"),
    "map": ("metric", "level"),
    "figure": ("metric", "side"),
    "comparison": ("metric", "level", "kind"),
    "variants": ("suspended", "satisfied", "rework", "hours", "level"),
    "quality": (),
}
LONGEST, LONGEST_VALUE = 1000, 100  # characters
_CODE = re.compile(r"[0-9]{4,12}", re.ASCII)


def written(page: str, said: Mapping[str, str]) -> str:
    """What a view keeps of an address; what the page does not know is left out."""
    known = (*COMMON, *PAGES.get(page, ()))
    return urlencode([(name, said[name]) for name in known if said.get(name)])


def read(page: str, address: str) -> dict[str, str]:
    """What a kept address says, by the name of the parameter. Raises BadInput."""
    known = (*COMMON, *PAGES.get(page, ())) if page in PAGES else ()
    try:
        pairs = parse_qsl(address, strict_parsing=True, errors="strict", max_num_fields=len(known))
    except ValueError:
        raise _not_an_address() from None
    found = dict(pairs)
    right = len(address) <= LONGEST and address == urlencode(list(found.items()))
    right = right and all(name in known and _is_value(value) for name, value in pairs)
    if not right or not _CODE.fullmatch(found.get("center", "")):
        raise _not_an_address()
    return found


def _is_value(value: str) -> bool:
    return 0 < len(value) <= LONGEST_VALUE and value.isprintable()


def _not_an_address() -> BadInput:
    return BadInput(_("这个网址不能存为视图。请在页面上重新选好筛选条件再保存。"))
