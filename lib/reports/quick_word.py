"""Pieces of a Word document written as XML at once, for documents of hundreds of pages: cell by cell through
python-docx such a document would take a minute. Sizes are in millimeters, letters in points."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

from lib.exports.cells import storable
from lib.reports import paper

LINE = "9DB4D6"


def run(words: str, size: float, font: str, color: str) -> str:
    fonts = f'w:ascii="{paper.LATIN}" w:hAnsi="{paper.LATIN}" w:eastAsia="{font}" w:hint="eastAsia"'
    return (
        f'<w:r><w:rPr><w:rFonts {fonts}/><w:color w:val="{color}"/><w:sz w:val="{round(size * 2)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(storable(words))}</w:t></w:r>'
    )


def paragraph(runs: str, *, align: str = "left", before: float = 0, after: float = 0) -> str:
    room = f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"/>'
    return (
        f'<w:p {nsdecls("w")}><w:pPr>{room}<w:jc w:val="{align}"/></w:pPr>{runs}</w:p>'
    )  # fmt: skip


def text(words: str, size: float, font: str, color: str, align: str = "left") -> str:
    return paragraph(run(words, size, font, color), align=align)


def small(more: str = "") -> str:
    """Word wants a paragraph between tables and at the end of a cell."""
    room = '<w:spacing w:before="0" w:after="0" w:line="80" w:lineRule="exact"/>'
    return f'<w:p {nsdecls("w")}><w:pPr>{more}{room}<w:rPr><w:sz w:val="4"/></w:rPr></w:pPr></w:p>'


def cell(width: float, content: str, *, fill: str = "", span: int = 1) -> str:
    over = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    align = '<w:vAlign w:val="center"/>' if "<w:tbl " not in content else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{over}{shade}{align}</w:tcPr>'
        f"{content}</w:tc>"
    )


def row(cells: Sequence[str], high: float = 0) -> str:
    height = f'<w:trHeight w:val="{twips(high)}" w:hRule="atLeast"/>' if high else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{height}</w:trPr>{''.join(cells)}</w:tr>"


def table(widths: Sequence[float], rows: Sequence[str], *, lines: bool = False, edge: int = 0) -> str:
    """Without an edge inside its cells a table begins where the lines of the page do."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    kind = f'w:val="single" w:sz="6" w:color="{LINE}"' if lines else 'w:val="nil"'
    borders = "".join(f"<w:{side} {kind}/>" for side in sides)
    columns = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    around = "".join(f'<w:{side} w:w="{edge}" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{around}</w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def size(words: str, sizes: tuple[tuple[int, float], ...]) -> float:
    return next((size for most, size in sizes if len(words) <= most), sizes[-1][1])


def twips(millimeters: float) -> int:
    return round(millimeters * 1440 / 25.4)
