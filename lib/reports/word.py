"""A document for Word: chapters under their headings, each finding with its table and its native chart."""

from __future__ import annotations

import io

from docx.document import Document as WordDocument

from lib.i18n import language
from lib.reports import paper
from lib.reports.section import Chapter, Document, Section

MOST_BARS = 24
NUMERALS = "一二三四五六七八九十"


def word_bytes(document: Document) -> bytes:
    made = paper.new_paper(document.title, document.export_id)
    paper.header_and_footer(made, " ｜ ".join(document.facts))
    paper.title(made, document.title, document.subtitle)
    for text in document.lead:
        paper.line(made, text)
    for number, chapter in enumerate(document.chapters, 1):
        paper.heading(made, numbered(number, chapter.heading), 1)
        _sections(made, chapter)
    for text in document.signed:
        paper.line(made, text, indent=False, right=True)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def numbered(number: int, text: str) -> str:
    """一、 as official documents count; English counts in digits."""
    if language() != "zh":
        return f"{number}. {text}"
    return f"{NUMERALS[number - 1]}、{text}"


def _sections(made: WordDocument, chapter: Chapter) -> None:
    several = len(chapter.sections) > 1
    for number, section in enumerate(chapter.sections, 1):
        if several and language() == "zh":
            paper.heading(made, f"（{NUMERALS[number - 1]}）{section.finding}", 2)
        elif several:
            paper.heading(made, f"({number}) {section.finding}", 2)
        else:
            paper.line(made, f"{section.finding}{'。' if language() == 'zh' else '.'}")
        _behind(made, section.shortened(MOST_BARS))


def _behind(made: WordDocument, section: Section) -> None:
    if section.notes:
        stop = "。" if language() == "zh" else ". "
        paper.note(made, stop.join((*section.notes, "")).strip())
    if section.chart is not None:
        paper.chart(made, section.chart)
    if section.table is not None:
        paper.table(made, section.table)
