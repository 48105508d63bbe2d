"""Figures of registers as metrics: the same object that counts cases elsewhere says here what is counted.

What a figure is called and counts is a rule and never changes, so it is read once, whoever asks; its numbers
are counted with the asker's own eyes.
"""

from __future__ import annotations

from functools import lru_cache
from time import monotonic

from sqlalchemy import ColumnElement

from db.models.register import RegisterMetric
from lib.access.work import system_reading
from lib.fields.kinds import KINDS
from lib.i18n import _, language, mark
from lib.metrics.catalogue import COUNTED_ALONE, METRICS
from lib.metrics.metric import Metric, Rows, Unit
from lib.metrics.staffing.catalogue import ROSTER_METRICS
from lib.metrics.variant import Terms
from lib.registers.design import Design
from lib.registers.figures.definition import PREFIX, Counts, Definition, loaded, sides
from lib.registers.seeing import register_with_design

UNITS = {
    Counts.ENTRIES: Unit.ENTRIES,
    Counts.SHARE: Unit.PERCENT,
    Counts.SUM: Unit.AMOUNT,
    Counts.AVERAGE: Unit.MEAN,
}
FORMULAS = {
    Counts.ENTRIES: mark("{counts}"),
    Counts.SHARE: mark("{counts} ÷ {of}"),
    Counts.SUM: mark("{counts}"),
    Counts.AVERAGE: mark("{counts} ÷ {of}"),
}


SECONDS_KEPT = 60


def _entry_unit(definition: Definition, design: Design) -> str:
    field = design.field(definition.field)
    return KINDS[field.kind].unit(field) if field is not None else ""


def _no_cases(terms: Terms) -> ColumnElement[bool]:
    raise TypeError("entries of a register are no cases")


def figure_of(name: str) -> int | None:
    """The key of the register's figure that the name of a metric says; None when it says none."""
    key = name.removeprefix(PREFIX)
    return int(key) if name.startswith(PREFIX) and key.isascii() and key.isdigit() and len(key) < 10 else None


def metric_of(name: str) -> Metric | None:
    """The metric that is called so; None when there is none."""
    if found := METRICS.get(name) or ROSTER_METRICS.get(name):
        return found
    key = figure_of(name)
    return _registered(key) if key is not None else None


def metric_named(name: str) -> Metric:
    """Raises KeyError."""
    found = metric_of(name)
    if found is None:
        raise KeyError(name)
    return found


def _registered(key: int) -> Metric | None:
    return _asked(key, language(), int(monotonic() // SECONDS_KEPT))


@lru_cache(maxsize=512)
def _asked(key: int, language: str, minute: int) -> Metric | None:
    """Kept for a minute: its words follow the design that is in use and the reader's language."""
    with system_reading() as session:
        row = session.get(RegisterMetric, key)
        if row is None:
            return None
        definition = loaded(row.definition)
        _register, design = register_with_design(session, row.register_id)
    counts, of = sides(definition, design)
    return Metric(
        name=f"{PREFIX}{key}",
        words=definition.words,
        formula=_(FORMULAS[definition.counts]).format(counts=counts, of=of),
        counts=counts,
        of=of or COUNTED_ALONE,
        unit=UNITS[definition.counts],
        more_is_better=definition.more_is_better,
        placed_by=None,
        population=_no_cases,
        source=_("台账《{name}》").format(name=design.words),
        least_base=definition.least_base,
        rows=Rows.ENTRIES,
        register_figure=key,
        entry_unit=_entry_unit(definition, design),
    )
