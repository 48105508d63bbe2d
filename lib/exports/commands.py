"""Who took what out: every file that leaves the product has a number, and a row in the audit chain.

The number is made first and stands in the file; the file's digest is then recorded under it. Whoever
holds a file can so be told who took it out, and whether it was changed since.
"""

from __future__ import annotations

import re
import secrets

from db.scope import ScopedSession
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.exports.cells import storable
from lib.masking import masked_text

# Without signs that are taken for each other when a number is read aloud or typed from paper.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
EXPORT_ID = re.compile(rf"EX-\d{{8}}-[{SIGNS}]{{6}}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}")


def new_export_id() -> str:
    """EX-20260630-7F3K9Q: the local day, and six signs that cannot be guessed from the one before."""
    today = clock.local(clock.now()).date()
    return f"EX-{today:%Y%m%d}-{''.join(secrets.choice(SIGNS) for _place in range(6))}"


@command(Permission.EXPORT_FIGURES)
def register_export(
    session: ScopedSession,
    export_id: str,
    kind: str,
    page: str,
    what: str,
    filters: str,
    rows: int,
    digest: str,
) -> str:
    """Notes that a chart or figures were taken out. `digest` is the SHA-256 of the file, in hexadecimal."""
    return _register(session, export_id, kind, page, what, filters, rows, digest)


@command(Permission.EXPORT_CASES)
def register_case_export(
    session: ScopedSession,
    export_id: str,
    kind: str,
    page: str,
    what: str,
    filters: str,
    rows: int,
    digest: str,
) -> str:
    """The same for a list of cases, which fewer people may take out."""
    return _register(session, export_id, kind, page, what, filters, rows, digest)


def _register(
    session: ScopedSession,
    export_id: str,
    kind: str,
    page: str,
    what: str,
    filters: str,
    rows: int,
    digest: str,
) -> str:
    if not EXPORT_ID.fullmatch(export_id) or not DIGEST.fullmatch(digest) or rows < 0:
        raise ValueError("an export needs a number of its own and the digest of its file")
    # What was searched for may be somebody's number.
    after = {
        "page": page,
        "what": masked_text(storable(what)),
        "filters": masked_text(storable(filters)),
        "kind": kind,
        "rows": rows,
        "sha256": digest,
    }
    record(session, viewer_of(session), "exported", export_id, after=after)
    return export_id
