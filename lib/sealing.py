"""What lies encrypted in the database: numbers that name a person. The key is kept outside of it.

The same words always become the same sealed ones (RFC 5297), so that a number can be found again when
the whole of it is known, and in no other way.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from lib.keys import kept_key
from lib.settings import settings

MARK = "sealed:"
KEY_BITS = 512


@lru_cache(maxsize=8)
def _box(folder: Path) -> AESSIV:
    return AESSIV(kept_key(folder, "fields.key", lambda: AESSIV.generate_key(KEY_BITS)))


def sealed(words: str) -> str:
    """The words as they are kept; sealing twice changes nothing."""
    if not words or words.startswith(MARK):
        return words
    box = _box(settings().data_folder)
    return MARK + base64.urlsafe_b64encode(box.encrypt(words.encode(), [b"field"])).decode()


def opened(kept: str) -> str:
    """The words again. What another key has sealed cannot be read, and that is said by nothing."""
    if not kept.startswith(MARK):
        return kept
    try:
        content = base64.urlsafe_b64decode(kept.removeprefix(MARK))
        return _box(settings().data_folder).decrypt(content, [b"field"]).decode()
    except (InvalidTag, ValueError):
        return ""
