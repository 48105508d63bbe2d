"""Writes the audit chain and checks it.

Each row carries an HMAC over its own words and the row before. The key lies outside the database,
so nobody who can only write there can make a chain that holds. A cut tail leaves a chain that
holds too; the anchors, kept in a file beside the key, show that.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from db.models.audit import AuditEntry, AuditHead
from db.scope import ScopedSession
from db.session import as_system, take_lock
from lib import clock
from lib.i18n import mark
from lib.keys import kept_key
from lib.settings import settings

if TYPE_CHECKING:
    from lib.access.viewer import Viewer

START = "0" * 64
SEALED = (
    "seq", "at", "account_id", "person", "role", "center_code", "address", "session_mark", "request_mark",
    "event", "subject", "before", "after", "result", "previous",
)  # fmt: skip


@lru_cache(maxsize=8)
def _key(folder: Path) -> bytes:
    return kept_key(folder, "audit.key", lambda: secrets.token_bytes(32))


def _seal(values: dict[str, Any]) -> str:
    words = [
        value.isoformat() if isinstance(value, datetime) else value
        for value in (values[name] for name in SEALED)
    ]
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(_key(settings().data_folder), text.encode(), hashlib.sha256).hexdigest()


def record(
    session: ScopedSession,
    viewer: Viewer | None,
    event: str,
    subject: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    result: str = "done",
    center_code: str | None = None,
    address: str = "",
    person: str = "",
) -> None:
    """Adds a row in the caller's transaction. Without it the change itself is not kept.

    `viewer` is None for what happens before anybody has signed in; `person` then says which name
    was typed. Values must be masked by the caller: no passwords, no full ID or phone numbers.
    """
    with as_system(session):
        take_lock(session, "audit")
        head = session.get(AuditHead, 1)
        values: dict[str, Any] = {
            "seq": (head.seq if head else 0) + 1,
            "at": clock.now().replace(microsecond=0),
            "account_id": viewer.account_id if viewer else None,
            "person": (viewer.username if viewer else person)[:100],
            "role": viewer.role.value if viewer else "",
            "center_code": center_code or (viewer.center_code if viewer else _root(session)),
            "address": (viewer.address if viewer else address)[:64],
            "session_mark": viewer.session_mark if viewer else "",
            "request_mark": viewer.request_mark if viewer else "",
            "event": event,
            "subject": subject[:120],
            "before": _canonical(before),
            "after": _canonical(after),
            "result": result,
            "previous": head.seal if head else START,
        }
        values["seal"] = _seal(values)
        session.add(AuditEntry(**values))
        if head is None:
            session.add(AuditHead(id=1, seq=values["seq"], seal=values["seal"]))
        else:
            head.seq, head.seal = values["seq"], values["seal"]
        session.flush()


def _canonical(values: dict[str, Any] | None) -> str | None:
    if values is None:
        return None
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _root(session: ScopedSession) -> str:
    from db.models.deployment import Deployment

    deployment = session.get(Deployment, 1)
    return deployment.root_code if deployment else ""


@dataclass(frozen=True)
class Verdict:
    """`first_wrong` is the number of the first row that cannot be believed."""

    rows: int
    holds: bool
    first_wrong: int | None = None
    why: str = ""


def verify(session: ScopedSession) -> Verdict:
    """Reads the whole chain with the system's eyes and holds it against head and anchors."""
    expected, previous, count = 1, START, 0
    # First what must be there, then the rows: those that are added meanwhile only come on top.
    anchors = _anchors()
    with as_system(session):
        head = session.get(AuditHead, 1, populate_existing=True)
        if head is not None:
            anchors = {**anchors, head.seq: head.seal}
    with as_system(session), closing(_rows(session)) as rows:
        for row in rows:
            if row is None:
                return Verdict(count, False, expected, mark("无法读取"))
            values = {name: getattr(row, name) for name in SEALED}
            if row.seq != expected:
                return Verdict(count, False, expected, mark("缺少一条"))
            if row.previous != previous or not hmac.compare_digest(row.seal, _seal(values)):
                return Verdict(count, False, row.seq, mark("内容被改动"))
            if anchors.get(row.seq, row.seal) != row.seal:
                return Verdict(count, False, row.seq, mark("与锚点或链尾不符"))
            expected, previous, count = expected + 1, row.seal, count + 1
    if any(seq > count for seq in anchors) or (head is None and count):
        return Verdict(count, False, count + 1, mark("末尾被截断"))
    return Verdict(count, True)


def _rows(session: ScopedSession) -> Generator[AuditEntry | None, None, None]:
    """All rows as the database has them now; None where a value is not even of its kind."""
    last = 0
    statement = select(AuditEntry).order_by(AuditEntry.seq).execution_options(populate_existing=True)
    try:
        with session.scalars(statement.execution_options(yield_per=2000)) as found:
            for row in found:
                last = row.seq
                yield row
    except (LookupError, TypeError, ValueError):
        # Rows are read many at a time; this finds the one.
        while True:
            try:
                one = session.scalars(statement.where(AuditEntry.seq > last).limit(1)).one_or_none()
            except (LookupError, TypeError, ValueError):
                yield None
                return
            if one is None:
                return
            last = one.seq
            yield one


def drop_anchor(session: ScopedSession) -> None:
    """Notes the chain's present end in the anchor file; called at every start and every hour."""
    with as_system(session):
        head = session.get(AuditHead, 1)
    if head is None or _anchors().get(head.seq):
        return
    line = json.dumps({"at": clock.now().isoformat(), "seq": head.seq, "seal": head.seal})
    with (settings().data_folder / "audit.anchors").open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _anchors() -> dict[int, str]:
    path = settings().data_folder / "audit.anchors"
    if not path.exists():
        return {}
    anchors = {}
    for line in path.read_text().splitlines():
        with suppress(ValueError):  # a line that a power cut left half written says nothing
            noted = json.loads(line)
            anchors[int(noted["seq"])] = str(noted["seal"])
    return anchors
