"""Stands in front of every request and socket: strangers get the sign-in page and nothing else.

Identity is bound to an HttpOnly cookie. The gate looks the session up at every request and at
every frame that comes in on a socket, so that ending a session, disabling an account or changing
a role takes effect at the next click; an open socket that is silent is looked at every half minute.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from lib.access import sessions
from lib.access.headers import secured
from lib.settings import Settings, settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
# What a frame is: something a person did, housekeeping of the page, or nothing we let through.
Judge = Callable[[bytes], str]

SIGN_IN, PASSWORD, NOT_FOUND = "/auth/sign-in", "/auth/password", "/auth/not-found"
OPEN = frozenset({"/auth/sign-in", "/auth/language", "/auth/state", "/healthz"})
OPEN_FOLDER = "/auth/assets/"
# For everybody where the deployment allows it; elsewhere an address like any that is not there.
PUBLIC_SERVICES = "/public/services"
# Nobody needs these, and they tell about the machine or act without a session.
NEVER = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
SESSION_HEADER = b"x-grid-session"
SESSION_ENDED = 4401  # our own close code: the page then goes to the sign-in page by itself
LOOK_AGAIN = 30.0  # seconds
UPLOAD_AT_MOST = 20 * 1024 * 1024
UPLOADS_OF_A_SESSION = 60 * 1024 * 1024

log = logging.getLogger("grid.gate")


def cookie_name(given: Settings) -> str:
    """Browsers let only this very host, over HTTPS, set a name that begins with `__Host-`."""
    return "grid-session" if given.plain_http else "__Host-grid-session"


def token_in(scope: Scope) -> str | None:
    """The session's cookie. Read by hand: one odd cookie of another program on this machine, which
    browsers send along, makes the standard library's reader drop all the others."""
    wanted = cookie_name(settings())
    for name, value in scope["headers"]:
        if name == b"cookie":
            for part in value.decode("latin-1").split(";"):
                key, _equals, token = part.strip().partition("=")
                if key == wanted:
                    return str(token)
    return None


def header(scope: Scope, name: bytes) -> str:
    return next((v.decode("latin-1") for n, v in scope["headers"] if n == name), "")


def client_address(scope: Scope) -> str:
    """Who is asking. X-Forwarded-For counts only behind a proxy of ours, which overwrites it.

    The server itself believes the header when it comes from this machine, and then puts what it
    claims in the place of the peer: with port 0, which no real peer has, or with the claimed port.
    """
    claimed = header(scope, b"x-forwarded-for")
    if settings().behind_proxy and claimed:
        return claimed.rsplit(",", 1)[-1].strip()[:64]
    client = scope.get("client")
    if not client:
        return "unknown"
    believed = claimed and (client[1] == 0 or f"{client[0]}:{client[1]}" in claimed)
    return "127.0.0.1" if believed else str(client[0])


def same_origin(scope: Scope) -> bool:
    """The Origin is one of ours, letter for letter; a missing one is not."""
    given = settings()
    origin = header(scope, b"origin")
    if given.origins:
        return origin in given.origins
    host = header(scope, b"host")
    return bool(host) and origin in (f"http://{host}", f"https://{host}")


def destination(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return str(scope["path"]) + (f"?{query}" if query else "")


class Gate:
    """The middleware. `judge` knows the frames of the page's socket and `pages` the addresses that
    there are; the gate itself does not."""

    def __init__(self, app: App, judge: Judge, pages: frozenset[str]) -> None:
        self.app, self.judge, self.pages = app, judge, pages
        self.uploaded: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        identity = await asyncio.to_thread(sessions.identify, token_in(scope))
        address = client_address(scope)
        scope = dict(
            scope, client=(address, 0), grid_identity=identity, headers=_without_claims(scope["headers"])
        )
        if identity is not None:
            scope["headers"].append((SESSION_HEADER, identity.token_hash.encode()))
        if scope["type"] == "websocket":
            return await self._socket(scope, receive, send, identity)
        send = secured(scope, send)
        refusal = self._refusal(scope, identity)
        if refusal is not None:
            return await _answer(send, *refusal)
        return await self.app(scope, receive, send)

    def _refusal(
        self, scope: Scope, identity: sessions.Identity | None
    ) -> tuple[int, dict[str, str], str] | None:
        """What to answer instead of the page; None when the request may pass."""
        path = str(scope["path"])
        page = "text/html" in header(scope, b"accept")
        if path.startswith(NEVER):
            return 404, {}, "not found"
        if path in OPEN or path.startswith(OPEN_FOLDER):
            return None
        if path == PUBLIC_SERVICES and settings().public_services:
            return None
        if identity is None:
            if not page:
                return 401, {}, "sign in first"
            if header(scope, b"sec-fetch-site") == "cross-site":
                # The strict cookie stays at home when a link comes from another site, such as mail.
                # Asked again from our own page, the browser sends it.
                return 200, {"refresh": "0"}, "…"
            return 303, {"location": f"{SIGN_IN}?next={quote(destination(scope), safe='')}"}, ""
        if identity.must_change_password and not path.startswith("/auth/"):
            if not page:
                return 403, {}, "change the password first"
            return 303, {"location": f"{PASSWORD}?next={quote(destination(scope), safe='')}"}, ""
        if page and path not in self.pages and not path.startswith(("/auth/", "/_stcore/", "/static/")):
            # Streamlit would open the first page under a notice in English.
            return 303, {"location": NOT_FOUND}, ""
        if path.startswith("/_stcore/upload_file") and scope["method"] in ("PUT", "POST"):
            return self._upload_refusal(scope, identity)
        return None

    def _upload_refusal(
        self, scope: Scope, identity: sessions.Identity
    ) -> tuple[int, dict[str, str], str] | None:
        length = header(scope, b"content-length")
        if not (length.isascii() and length.isdigit()):
            return 411, {}, "say how long it is"
        total = self.uploaded.get(identity.token_hash, 0) + int(length)
        if int(length) > UPLOAD_AT_MOST or total > UPLOADS_OF_A_SESSION:
            return 413, {}, "too much"
        self.uploaded[identity.token_hash] = total
        return None

    async def _socket(
        self, scope: Scope, receive: Receive, send: Send, identity: sessions.Identity | None
    ) -> None:
        if identity is None or identity.must_change_password or not same_origin(scope):
            await receive()
            return await send({"type": "websocket.close", "code": 1008})
        token_hash = identity.token_hash
        waiting: asyncio.Task[MutableMapping[str, Any]] | None = None

        async def watched() -> MutableMapping[str, Any]:
            nonlocal waiting
            while True:
                waiting = waiting or asyncio.ensure_future(receive())
                await asyncio.wait({waiting}, timeout=LOOK_AGAIN)
                message = None
                if waiting.done():
                    message, waiting = waiting.result(), None
                    if message["type"] != "websocket.receive":
                        return message
                if await asyncio.to_thread(sessions.identify_hash, token_hash) is None:
                    log.info("socket closed: session ended")
                    await send({"type": "websocket.close", "code": SESSION_ENDED})
                    return {"type": "websocket.disconnect", "code": SESSION_ENDED}
                if message is None:
                    continue
                frame = message.get("bytes")  # the page never sends text
                kind = "drop" if frame is None else self.judge(frame)
                if kind == "act":
                    await asyncio.to_thread(sessions.keep_alive, token_hash)
                if kind != "drop":
                    return message

        closed = False

        async def send_open(message: MutableMapping[str, Any]) -> None:
            # After our own close the page still has answers to give; they have nowhere to go.
            nonlocal closed
            if closed:
                return
            closed = message["type"] == "websocket.close"
            await raw_send(message)

        raw_send, send = send, send_open
        try:
            await self.app(scope, watched, send)
        finally:
            if waiting is not None:
                waiting.cancel()


def _without_claims(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers less those that only we, or our proxy, may set."""
    return [(n, v) for n, v in headers if not n.startswith((b"x-grid-", b"x-forwarded-", b"forwarded"))]


async def _answer(send: Send, status: int, extra: dict[str, str], text: str) -> None:
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
    headers += [(name.encode(), value.encode("latin-1")) for name, value in extra.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
