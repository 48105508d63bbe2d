"""Fields of words: short and long text, phone numbers, numbers of citizens and of organizations."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from lib.fields.field import Cell, Field, Kept, Kind, Refused, Typed, World, said
from lib.i18n import _, mark
from lib.masking import masked_phone
from lib.sealing import opened, sealed

LONGEST_TEXT, LONGEST_LONG_TEXT = 200, 4000
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|\d{5,8}", re.ASCII)
# +86 138-0013-8000
_MOBILE = re.compile(r"^(?:\+?86-?)?(1[3-9]\d)-?(\d{4})-?(\d{4})$", re.ASCII)
# GB 11643-1999: weights of the first 17 digits and the check characters by remainder.
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
# GB 32100-2015: 31 signs without I, O, S, V, Z.
ORGANIZATION_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANIZATION_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def _printable(text: str, lines: bool = False) -> str:
    kept = (c for c in text if (c.isprintable() or (lines and c == "\n")) and not 0xD800 <= ord(c) <= 0xDFFF)
    return "".join(kept).strip()


def narrow(text: str) -> str:
    """Full-width letters and digits made narrow, and blanks of every kind taken out."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _length(text: str, field: Field, longest: int) -> str:
    most = min(field.longest or longest, longest)
    if len(text) > most:
        raise Refused(_("最多{most}个字，现在有{count}个，请缩短。").format(most=most, count=len(text)))
    return text


class Text(Kind):
    name, title = "text", mark("文字")

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        return _length(_printable(said(typed)), field, LONGEST_TEXT)


class LongText(Kind):
    name, title = "long_text", mark("长文字")
    sorts = False

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        text = said(typed).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
        return _length(_printable(text, lines=True), field, LONGEST_LONG_TEXT)


def phone_in(words: str) -> str | None:
    """The number as it is kept; None for what is none."""
    text = narrow(words).replace("—", "-").replace("–", "-").removesuffix(".0")
    text = _MOBILE.sub(r"\1\2\3", text)
    return text if _PHONE.fullmatch(text) else None


class Phone(Kind):
    """A mobile or fixed number; a short one is a hotline or an extension."""

    name, title = "phone", mark("电话")
    always_masked = True

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        text = narrow(said(typed))
        number = phone_in(text) if text else ""
        if number is None:
            raise Refused(_("不是电话号码，应为11位手机号，或区号加座机号，如0931-8888888。"))
        return number

    def masked(self, kept: Kept, field: Field, world: World) -> str:
        return masked_phone(str(kept))


def id_check(first_17: str) -> str:
    """The 18th character of a citizen's number."""
    return ID_CHECKS[sum(int(d) * w for d, w in zip(first_17, ID_WEIGHTS, strict=True)) % 11]


def why_no_citizen_id(text: str) -> str:
    """Why this is no citizen's number; "" when it is one."""
    if not re.fullmatch(r"\d{17}[\dX]", text, re.ASCII):
        return _("身份证号应为18位，前17位是数字，最后一位是数字或X。")
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return _("身份证号第7到14位不是日期，请核对。")
    if id_check(text[:17]) != text[17]:
        return _("身份证号校验位不对，请逐位核对。")
    return ""


class CitizenId(Kind):
    """GB 11643. Kept sealed: it can be found by the whole number and in no other way."""

    name, title = "citizen_id", mark("身份证号")
    always_masked, sorts = True, False

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        text = narrow(said(typed)).upper()
        if text.startswith("SEALED:"):
            raise Refused(_("身份证号应为18位，前17位是数字，最后一位是数字或X。"))
        if text and (why := why_no_citizen_id(text)):
            raise Refused(why)
        return sealed(text)

    def show(self, kept: Kept, field: Field, world: World) -> str:
        return opened(str(kept))

    def masked(self, kept: Kept, field: Field, world: World) -> str:
        text = opened(str(kept))
        return f"{text[:6]}********{text[-4:]}" if text else ""

    def value(self, kept: Kept, field: Field) -> object:
        return "*" if kept else None


def organization_check(first_17: str) -> str:
    """The 18th character of an organization's number."""
    total = sum(ORGANIZATION_SIGNS.index(c) * w for c, w in zip(first_17, ORGANIZATION_WEIGHTS, strict=True))
    return ORGANIZATION_SIGNS[(31 - total % 31) % 31]


class OrganizationCode(Kind):
    """GB 32100."""

    name, title = "organization_code", mark("统一社会信用代码")

    def read(self, typed: Typed, field: Field, world: World) -> Kept:
        text = narrow(said(typed)).upper()
        if not text:
            return ""
        if len(text) != 18 or any(c not in ORGANIZATION_SIGNS for c in text):
            raise Refused(_("统一社会信用代码应为18位数字和大写字母（不含I、O、S、V、Z）。"))
        if organization_check(text[:17]) != text[17]:
            raise Refused(_("统一社会信用代码校验位不对，请逐位核对。"))
        return text

    def cell(self, kept: Kept, field: Field, world: World) -> Cell:
        return str(kept) or None
