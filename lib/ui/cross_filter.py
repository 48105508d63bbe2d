"""Charts that narrow each other: a click on a part of one narrows all the others, and the chart itself
goes on showing all of its parts, with the chosen one in full color."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.i18n import _
from lib.metrics.dimensions import BY_WORDS, By
from lib.ui import filters
from lib.ui.look import Look
from lib.ui.panel import Panel, draw
from lib.ui.plain import escaped

# Makes a chart of the parts of one kind, from a look that is not narrowed by that kind and the part that
# is looked at. Gives a sentence instead where there is nothing to draw.
Build = Callable[[Look, str], Panel | str]


def show(look: Look, by: By, build: Build) -> None:
    """The chart of the parts of one kind."""
    wide = look.without(by)
    tell(wide, build(wide, look.chosen(by)))


def tell(look: Look, made: Panel | str) -> None:
    """A chart, or the sentence that stands in its place."""
    if isinstance(made, str):
        st.info(escaped(made), icon=":material/info:")
    else:
        draw(look, made)


def choose_part(look: Look) -> By:
    """By which parts the charts compare. A village has no centers below it, but grids."""
    below = By.GRID if len(look.code) == 12 else By.CHILD
    kinds = (below, By.GROUP, By.CATEGORY, By.SOURCE, By.DEPARTMENT)
    return By(filters.tabs("part", _("比较"), {by.value: _(BY_WORDS[by]) for by in kinds}, below.value))
