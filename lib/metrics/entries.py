"""Counts what the figures of registers say, in the same parts as metrics of cases."""

from __future__ import annotations

from db.scope import ScopedSession
from lib.errors import BadInput, NotAllowed, NotFound
from lib.i18n import _
from lib.metrics.dimensions import BY_WORDS, By, place_length
from lib.metrics.measured import Measured
from lib.metrics.question import Question
from lib.metrics.registered import figure_of, metric_named
from lib.registers.figures.counting import MONTH, Counted
from lib.registers.figures.queries import count_entries


def count_registered(
    session: ScopedSession, question: Question, names: tuple[str, ...]
) -> tuple[Measured, ...]:
    """What the figures of registers among the names count. Raises BadInput for a figure that the viewer does
    not read, and for parts in which entries are not counted."""
    found: list[Measured] = []
    by = [_part(one, question.center_code) for one in (question.by, question.second) if one is not None]
    if question.only:
        raise BadInput(_("台账指标不能按事件的来源、类别等限定。"))
    for name in names:
        try:
            counted = count_entries(
                session,
                figure_of(name) or 0,
                question.center_code,
                question.period.first,
                question.period.last,
                question.moment,
                tuple(one for one in by if one),
            )
        except (NotFound, NotAllowed):
            raise BadInput(_("没有“{name}”这个指标。").format(name=name)) from None
        based = metric_named(name).has_base
        keys = [None if one is None else str(one) for one in by]
        found += [_measured(name, one, keys, question.center_code, based) for one in counted]
    return tuple(found)


def _measured(name: str, one: Counted, by: list[str | None], center_code: str, based: bool) -> Measured:
    """The parts that are none have the center's own code, as those of cases have."""
    keys = [one.key, one.second]
    named = [keys.pop(0) if part is not None else center_code for part in by]
    denominator = one.denominator if based else None
    return Measured(name, named[0], one.numerator, denominator, named[1] if len(named) > 1 else "")


def _part(by: By, center_code: str) -> int | str | None:
    if by is By.WHOLE:
        return None
    if by is By.MONTH:
        return MONTH
    length = place_length(by, center_code)
    if length is None:
        raise BadInput(_("台账指标不能按{part}细分。").format(part=_(BY_WORDS[by])))
    return length
