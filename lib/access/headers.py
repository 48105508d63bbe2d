"""What every answer says to the browser: load nothing from elsewhere, run nothing that we did not
ship, keep nothing, and load our watcher in front of the page's own script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

WATCHER = b'<script src="/auth/assets/watch.js"></script>'
# Pages of our own without the watcher: a stranger who reads one has no session that could end.
PLAIN = ("/auth/", "/public/")
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def content_policy(inline_hashes: list[str]) -> str:
    scripts = " ".join(["'self'", *(f"'sha256-{value}'" for value in inline_hashes)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def inline_hashes(page: bytes) -> list[str]:
    return [base64.b64encode(hashlib.sha256(found).digest()).decode() for found in _INLINE.findall(page)]


def secured(scope: MutableMapping[str, Any], send: Send) -> Send:
    """Wraps `send`: adds the headers, and the watcher to the application's own page."""
    path = str(scope["path"])
    # The page's HTML is changed below, so it must come uncompressed.
    if any(n == b"accept" and b"text/html" in v for n, v in scope["headers"]):
        scope["headers"] = [(n, v) for n, v in scope["headers"] if n != b"accept-encoding"]
    start: MutableMapping[str, Any] | None = None
    parts: list[bytes] = []

    async def sending(message: MutableMapping[str, Any]) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            kinds = [v for n, v in message["headers"] if n.lower() == b"content-type"]
            html = any(kind.startswith(b"text/html") for kind in kinds)
            message = dict(message, headers=_with_headers(message["headers"], path, html))
            if html and not path.startswith(PLAIN):
                start = message
                return
            await send(message)
        elif start is not None and message["type"] == "http.response.body":
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = b"".join(parts)
            hashes = inline_hashes(page)
            page = page.replace(b"<head>", b"<head>" + WATCHER, 1)
            headers = [(n, v) for n, v in start["headers"] if n not in (b"content-length", b"etag")]
            headers.append((b"content-length", str(len(page)).encode()))
            headers.append((b"content-security-policy", content_policy(hashes).encode()))
            await send(dict(start, headers=headers))
            await send({"type": "http.response.body", "body": page})
        else:
            await send(message)

    return sending


def _with_headers(headers: list[tuple[bytes, bytes]], path: str, html: bool) -> list[tuple[bytes, bytes]]:
    kept = [(n, v) for n, v in headers if n.lower() != b"server"]
    kept += [
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    ]
    if html or path.startswith(("/media/", "/_stcore/")):
        kept = [(n, v) for n, v in kept if n.lower() != b"cache-control"]
        kept.append((b"cache-control", b"no-store"))
    if not html or path.startswith(PLAIN):
        kept.append((b"content-security-policy", content_policy([]).encode()))
    return kept
