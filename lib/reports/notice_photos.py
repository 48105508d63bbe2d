"""Photos on a public notice: as high as the page has room for, and none where the bytes are no picture."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml.ns import nsdecls
from docx.oxml.shape import CT_Inline
from docx.parts.image import ImagePart
from docx.shared import Emu, Mm
from lxml import etree

HIGHEST, LOWEST, WIDEST = 26.0, 14.0, Mm(21)  # in millimeters
# What the reader of pictures raises for bytes that are none.
NO_PICTURE = (
    InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError, struct.error, ValueError,
    ZeroDivisionError, KeyError, IndexError, AttributeError,
)  # fmt: skip


def framed(
    made: WordDocument, photos: Sequence[bytes | None], room: float, line: float, first: int
) -> list[str]:
    """For each photo a drawing, or "" where there is none; `room` is what the page has left beside the lines,
    of which each is `line` high already. Where they would become too small, none is shown. The pictures are
    numbered from `first`, so that no number is given twice."""
    there = sum(photo is not None for photo in photos)
    high = min(HIGHEST, line + room / there - 2) if there else 0.0
    if high < LOWEST:
        return [""] * len(photos)
    return [
        "" if photo is None else _drawing(made, photo, high, first + number)
        for number, photo in enumerate(photos)
    ]


def _drawing(made: WordDocument, photo: bytes, high: float, number: int) -> str:
    """The part is added here: python-docx would compare each picture with all before it."""
    try:
        image = Image.from_blob(photo)
        wide, tall = image.scaled_dimensions(None, Mm(high))
    except NO_PICTURE:
        return ""
    if wide > WIDEST:  # a broad picture is as broad as its column
        wide, tall = WIDEST, Emu(tall * WIDEST // wide)
    part = ImagePart.from_image(image, PackURI(f"/word/media/image{number}.{image.ext}"))
    relation = made.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    inline = CT_Inline.new_pic_inline(number, relation, image.filename, wide, tall)
    return f"<w:drawing {nsdecls('w')}>{etree.tostring(inline, encoding='unicode')}</w:drawing>"
