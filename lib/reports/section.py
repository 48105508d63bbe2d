"""What a document is made of, whatever kind of file it becomes: chapters of findings, each with what
stands behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from lib.exports.sheet import ColumnKind, DrawingKind
from lib.i18n import _


@dataclass(frozen=True)
class Series:
    name: str
    values: tuple[Decimal | int | None, ...]


@dataclass(frozen=True)
class Chart:
    """`faded` are the places of points that rest on few cases; `alt` is read to who cannot see it."""

    kind: DrawingKind
    unit: ColumnKind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    faded: frozenset[int] = frozenset()

    def shortened(self, most: int) -> Chart:
        """Only as many bars as can be read; lines are left as they are."""
        if self.kind is DrawingKind.LINE or len(self.categories) <= most:
            return self
        return replace(
            self,
            categories=self.categories[:most],
            series=tuple(replace(one, values=one.values[:most]) for one in self.series),
            faded=frozenset(place for place in self.faded if place < most),
        )


@dataclass(frozen=True)
class Table:
    """`right` are the columns of numbers, `widths` the share of each in the width."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int]
    widths: tuple[int, ...]


@dataclass(frozen=True)
class Section:
    """One message: `finding` says it in a sentence, `notes` how it was counted. With `paper_only` it is
    for those who read, and no slide."""

    finding: str
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    paper_only: bool = False

    def shortened(self, most: int) -> Section:
        """With as many bars as can be read, and a note that says so."""
        if self.chart is None or (few := self.chart.shortened(most)) is self.chart:
            return self
        note = _("图中为前{count}个，共{all}个").format(count=most, all=len(self.chart.categories))
        return replace(self, chart=few, notes=(*self.notes, note))


@dataclass(frozen=True)
class Chapter:
    heading: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Document:
    """`facts` stand on every page: where it comes from, as of when, how it was counted, its number."""

    title: str
    subtitle: str
    chapters: tuple[Chapter, ...]
    facts: tuple[str, ...]
    export_id: str
    lead: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()

    @property
    def row_count(self) -> int:
        tables = [one.table for chapter in self.chapters for one in chapter.sections]
        return sum(len(table.rows) for table in tables if table is not None)
