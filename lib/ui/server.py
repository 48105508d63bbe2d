"""How the server starts: the gate in front, the settings that make reruns cheap, jobs beside them."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st
from google.protobuf.message import DecodeError
from starlette.middleware import Middleware
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.pages_manager import PagesManager

from db import migrate
from lib import logs
from lib.access import demonstration, sessions
from lib.access.gate import Gate
from lib.access.work import system_reading
from lib.audit.chain import drop_anchor
from lib.i18n import _
from lib.replica import keeping
from lib.scheduling.clockwork import Clockwork
from lib.settings import settings
from lib.ui.menu import MENU

log = logging.getLogger("grid.server")
ANCHOR_EVERY = 3600.0  # seconds


def judge(frame: bytes) -> str:
    """What a frame from the page is: "act" counts as use, "drop" never reaches the page.

    Any page may ask Streamlit to clear everybody's caches; nobody here needs that.
    """
    message = BackMsg()
    try:
        message.ParseFromString(frame)
    except DecodeError:
        return "pass"  # Streamlit closes the socket on what it cannot read
    kind = message.WhichOneof("type")
    if kind == "clear_cache":
        return "drop"
    if kind == "rerun_script" and not message.rerun_script.is_auto_rerun:
        return "act"
    return "pass"


MIDDLEWARE = [Middleware(Gate, judge=judge, pages=frozenset({"/", *(f"/{entry.path}" for entry in MENU)}))]


def close_pages_folder() -> None:
    """Streamlit would offer the files of a folder named `pages` by themselves, past the menu.

    A private name, so Streamlit is pinned and a test asks for a page file directly.
    """
    PagesManager.uses_pages_directory = False


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    logs.set_up()
    await asyncio.to_thread(_prepare)
    _answer_at_once()
    _preload()
    anchors = asyncio.create_task(_keep_anchoring())
    # Loaded beside the first pages; until it is there they are answered from the database.
    keeping.start(settings().database_url)
    clockwork = Clockwork()
    clockwork.start()
    try:
        yield {}
    finally:
        await asyncio.to_thread(clockwork.stop)
        anchors.cancel()
        with suppress(asyncio.CancelledError):
            await anchors
        await asyncio.to_thread(keeping.stop, settings().database_url)


def _prepare() -> None:
    given = settings()
    migrate.upgrade(given.database_url)
    demonstration.issue_passwords()
    if given.plain_http:
        log.warning(
            "GRID_PLAIN_HTTP=1: passwords and cookies travel unencrypted; for closed office networks only"
        )


def _preload() -> None:
    """Loads what pages need before anybody asks, then takes it out of the garbage collector's sight."""
    import pandas as pd

    import lib.replica.replica
    import lib.ui.shell  # noqa: F401
    from lib.ui.drawn import Drawn

    Drawn([{"type": "bar", "x": [1], "y": ["1"]}], {}).checked().to_json()
    pd.DataFrame({"a": [1]}).to_dict()
    gc.collect()
    gc.freeze()


def _answer_at_once() -> None:
    """Sets TCP_NODELAY on the listening sockets, whose settings accepted ones inherit.

    Streamlit binds its socket itself in a way that leaves Nagle's algorithm on, which holds each
    answer back for some 40 ms. Where /proc is missing (Windows, macOS) it stays so.
    """
    with suppress(FileNotFoundError):
        for name in os.listdir("/proc/self/fd"):
            with suppress(OSError, ValueError):
                found = socket.socket(fileno=os.dup(int(name)))
                with found:
                    if found.family in (socket.AF_INET, socket.AF_INET6) and found.getsockopt(
                        socket.SOL_SOCKET, socket.SO_ACCEPTCONN
                    ):
                        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


async def _keep_anchoring() -> None:
    while True:
        try:
            await asyncio.to_thread(_anchor)
        except Exception:
            log.exception("anchor not written")
        await asyncio.sleep(ANCHOR_EVERY)


def _anchor() -> None:
    with system_reading() as session:
        drop_anchor(session)
    sessions.forget_old()


def on_script_error(error: Exception) -> bool:
    """A bug on a page: a number for the log and a plain apology; nothing of the error is shown."""
    number = secrets.token_hex(4)
    log.error("page failed", exc_info=error, extra={"number": number})
    st.error(
        _(
            "这个页面出错了，没有改动任何数据。请刷新重试；如果还不行，请把编号 {number} 告诉系统管理员。"
        ).format(number=number),
        icon=":material/error:",
    )
    return True
