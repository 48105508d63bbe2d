"""Which pages can be kept as a view, and what their addresses may say.

An address comes from a browser and goes into one: only parameters that the page knows are kept, and a
kept one is read with the same doubts again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from lib.access.permissions import Permission
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
# Each register keeps its own views: the page is called "register 12". A field is asked for by its key.
REGISTER = "register"
OF_A_REGISTER = ("center", REGISTER, "state", "q", "order", "view", "month")
MOST_FIELDS = 12
_REGISTER, _FIELD = re.compile(r"register ([1-9][0-9]{0,8})", re.ASCII), re.compile(r"f[0-9]{1,4}", re.ASCII)
LONGEST, LONGEST_VALUE = 1000, 100  # characters
_CODE = re.compile(r"[0-9]{4,12}", re.ASCII)


def of_register(register_id: int) -> str:
    """What the page of one register is called here."""
    return f"{REGISTER} {register_id}"


def is_kept(page: str) -> bool:
    """Whether views of this page can be kept."""
    return page in PAGES or _REGISTER.fullmatch(page) is not None


def permission_for(page: str) -> Permission:
    """What it takes to see the page, and so to keep views of it."""
    return Permission.READ_REGISTERS if _REGISTER.fullmatch(page) else Permission.READ_FIGURES


def _known(page: str, said: Mapping[str, str]) -> tuple[str, ...]:
    """The parameters of the page, in their order."""
    if page in PAGES:
        return (*COMMON, *PAGES[page])
    if _REGISTER.fullmatch(page):
        return (*OF_A_REGISTER, *(name for name in said if _FIELD.fullmatch(name)))
    return ()


def written(page: str, said: Mapping[str, str]) -> str:
    """What a view keeps of an address; what the page does not know is left out."""
    return urlencode([(name, said[name]) for name in _known(page, said) if said.get(name)])


def read(page: str, address: str) -> dict[str, str]:
    """What a kept address says, by the name of the parameter. Raises BadInput."""
    most = len(_known(page, {})) + (MOST_FIELDS if page not in PAGES else 0)
    try:
        pairs = parse_qsl(address, strict_parsing=True, errors="strict", max_num_fields=most)
    except ValueError:
        raise _not_an_address() from None
    found = dict(pairs)
    right = len(address) <= LONGEST and address == urlencode(list(found.items()))
    right = right and all(name in _known(page, found) and _is_value(value) for name, value in pairs)
    number = _REGISTER.fullmatch(page)
    right = right and (number is None or found.get(REGISTER) == number[1])
    if not right or not _CODE.fullmatch(found.get("center", "")):
        raise _not_an_address()
    return found


def _is_value(value: str) -> bool:
    return 0 < len(value) <= LONGEST_VALUE and value.isprintable()


def _not_an_address() -> BadInput:
    return BadInput(_("这个网址不能存为视图。请在页面上重新选好筛选条件再保存。"))
