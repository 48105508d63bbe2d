"""The page of the service list for everybody: read without signing in where the deployment allows it."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lib.access.gate import PUBLIC_SERVICES, destination
from lib.access.routes import front_page, language_of
from lib.i18n import _, numbers, speaking
from lib.lists.services.public import PublicPage, public_services
from lib.settings import settings

AT_ONCE, A_SECOND = 30, 1.0  # requests of one address
MOST_ADDRESSES = 10_000
LONGEST = 60


class Patience:
    """Lets each address ask so often, and remembers no more addresses than it must."""

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def has(self, address: str) -> bool:
        now = time.monotonic()
        left, since = self._left.pop(address, (float(AT_ONCE), now))
        left = min(left + (now - since) * A_SECOND, float(AT_ONCE))
        self._left[address] = (max(left - 1, 0.0), now)
        while len(self._left) > MOST_ADDRESSES:
            self._left.popitem(last=False)
        return left >= 1


_patience = Patience()


async def show_services(request: Request) -> Response:
    if not settings().public_services:
        return front_page(request, "not_found.html", 404)
    if not _patience.has(request.client.host if request.client else ""):
        with speaking(language_of(request)):
            return PlainTextResponse(_("查得太快，请稍后再试。"), 429, headers={"retry-after": "5"})
    said = request.query_params
    search, center = said.get("search", "")[:LONGEST], said.get("center", "")[:12]
    number = said.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    lang = language_of(request)

    def asked() -> PublicPage | None:
        with speaking(lang):
            return public_services(center, search, _day(said.get("on", "")), page)

    found = await asyncio.to_thread(asked)
    if found is None:
        return front_page(request, "not_found.html", 404, next=PUBLIC_SERVICES)
    return front_page(
        request, "services.html", found=found, search=search, day=numbers.day,
        next=destination(request.scope), address=lambda **changed: _address(dict(said), changed),
    )  # fmt: skip


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _address(said: dict[str, str], changed: dict[str, str]) -> str:
    """The same page with something else in its address; another center or search begins at its first page."""
    kept = {name: said[name][:LONGEST] for name in ("center", "search", "on") if said.get(name)}
    kept |= {name: str(value) for name, value in changed.items()}
    return f"{PUBLIC_SERVICES}?{urlencode({name: value for name, value in kept.items() if value})}"


PUBLIC_ROUTES = [Route(PUBLIC_SERVICES, show_services, methods=["GET"])]
