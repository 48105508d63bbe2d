"""Keys of the deployment: each a file beside the database and never in it, readable by its owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept_key(folder: Path, name: str, made: Callable[[], bytes]) -> bytes:
    """The key of this name, made at first use."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # A link to a finished file: of two processes that start together one wins, whole.
        draft = folder / f"{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(made().hex())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return bytes.fromhex(path.read_text().strip())
