"""Decides which passwords are good enough, and hashes and checks them.

Hashing is streamlit-authenticator's (bcrypt, cost 12). Bcrypt looks at 72 bytes, which is 24
Chinese characters; the password therefore goes through SHA-256 first, whole and unchanged.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets
import threading
from functools import cache
from typing import Any

from pypinyin import lazy_pinyin
from zxcvbn import zxcvbn

from lib.errors import BadInput, Problem
from lib.i18n import _

SHORTEST, LONGEST = 12, 256
LONG_ENOUGH_FOR_ONE_KIND = 20
INITIAL_PASSWORD_HOURS = 72
# Letters and digits that nobody mixes up when reading them aloud or from paper.
PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"

# Bcrypt holds a core for a quarter of a second. Two at a time leave the pages their turn.
_at_once = threading.BoundedSemaphore(2)


def _whole(password: str) -> str:
    return base64.b64encode(hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest()).decode()


@cache
def _hasher() -> Any:
    """The library brings Streamlit along, which complains when no page is being drawn."""
    logging.disable(logging.WARNING)
    try:
        from streamlit_authenticator import Hasher
    finally:
        logging.disable(logging.NOTSET)
    return Hasher


def hash_password(password: str) -> str:
    hasher = _hasher()
    with _at_once:
        return str(hasher.hash(_whole(password)))


def check_password(password: str, hashed: str | None) -> bool:
    """Whether the password is the one that was hashed. Without a hash it takes just as long."""
    hasher = _hasher()
    with _at_once:
        right = bool(hasher.check_pw(_whole(password), hashed or _NOBODY))
    return right and hashed is not None


# The hash of a random password that nobody knows: the same work for a name that does not exist.
_NOBODY = "$2b$12$NyB6CrUzvBgwEstS8aN2auxK2AnI8C04tPVwfD6NTj3LVYioEZAmG"


def random_password() -> str:
    """Sixteen plain characters in groups of four, 79 bits; to be read out and typed once."""
    return "-".join("".join(secrets.choice(PLAIN) for _n in range(4)) for _group in range(4))


def require_good(password: str, *, names: tuple[str, ...] = ()) -> None:
    """Raises BadInput with the first rule that the password breaks.

    `names` are the person's and the unit's; neither they nor their pinyin may carry the password.
    The length and kinds of characters follow GB/T 22239-2019 8.1.4.1; guessability is zxcvbn's.
    """
    problem = _problem(password, names)
    if problem:
        raise BadInput(problem, (Problem("password", problem),))


def _problem(password: str, names: tuple[str, ...]) -> str | None:
    if "\x00" in password or any(0xD800 <= ord(c) <= 0xDFFF for c in password):
        return _("密码含有无法保存的字符，请换用可见字符。")
    if len(password) < SHORTEST:
        return _("密码太短：至少{least}个字符。可以用一句只有您知道的话。").format(least=SHORTEST)
    if len(password) > LONGEST:
        return _("密码太长：最多{most}个字符。").format(most=LONGEST)
    kinds = (
        any(c.islower() for c in password),
        any(c.isupper() for c in password),
        any(c.isdigit() for c in password),
        any(not c.isalnum() for c in password),
        any(ord(c) > 127 for c in password),
    )
    if sum(kinds) < 3 and len(password) < LONG_ENOUGH_FOR_ONE_KIND:
        return _(
            "密码太简单：请混用三种字符（小写、大写、数字、符号、汉字），或用{least}个以上字符的一句话。"
        ).format(least=LONG_ENOUGH_FOR_ONE_KIND)
    folded = password.casefold()
    words = {form for name in names for form in _forms(name)}
    if any(len(word) >= 2 and word in folded for word in words):
        return _("密码里有姓名、账号或单位名称，容易被猜到，请换一个。")
    # zxcvbn's time grows with the square of the length, and a long phrase is decided by its start.
    # Its 3 of 4 still lets "Admin@123456" and "Welcome@2026!" through.
    if zxcvbn(password[:72], user_inputs=sorted(words), max_length=72)["score"] < 4:
        return _("这个密码容易被猜到（常见词、键盘顺序或日期），请换一个。")
    return None


def _forms(name: str) -> set[str]:
    """A name as it might be typed into a password."""
    syllables = lazy_pinyin(name)
    forms = {name.casefold(), "".join(syllables).casefold()}
    initials = "".join(s[:1] for s in syllables).casefold()
    return forms | ({initials} if len(initials) >= 4 else set())
