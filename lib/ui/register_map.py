"""The entries of a register on the map: how many each center below has, on outlines or as rectangles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from lib.centers.queries import boundaries_of_children
from lib.i18n import _, numbers
from lib.registers.counting.queries import PlaceCount, count_by_place
from lib.registers.entries.finding import Filter, How
from lib.ui import charts, filters, maps, tiles
from lib.ui.field import COLORS, EMPTY, MOST_TILES, bounds
from lib.ui.plain import escaped, in_chart
from lib.ui.register_filters import narrow_to
from lib.ui.register_listing import Listing
from lib.ui.tables import SELECTION, chosen_row

GRID_LENGTH = 15  # digits of a grid's code


def draw(listing: Listing, by: str) -> None:
    """A click goes down to the center, or shows the entries of the grid."""
    found = count_by_place(
        listing.session, listing.id, listing.code, by, listing.state, listing.filters, listing.search
    )
    counts = {one.code: one for one in found}
    for child in listing.place.children:
        counts.setdefault(child.code, PlaceCount(child.code, child.name, 0, False))
    if not found:
        st.info(_("没有可以画在地图上的记录。请放宽筛选，或换一个中心。"), icon=":material/map:")
        return
    st.subheader(escaped(_title(listing, found)), anchor=False)
    shown = [one for one in counts.values() if not one.own][:MOST_TILES]
    ends = bounds([Decimal(one.count) for one in shown]) if shown else []
    shades = {one.code: _shade(one, ends) for one in shown}
    outlines = [
        one for one in boundaries_of_children(listing.session, listing.code) if one.center_code in shades
    ]
    known = bool(outlines) and len(outlines) == len(shown)
    sizes = {one.code: float(one.count) for one in shown}
    if shown:
        event: Any = st.plotly_chart(
            maps.outline_map(
                outlines if known else tiles.tiles(sizes), shades, None, width=tiles.PIXELS,
                stretched=not known,
            ),
            key=f"map of {listing.id} {listing.code} {by}",
            config=charts.CONFIG_QUIET,
            on_select="rerun",
            selection_mode="points",
            alt=_title(listing, found),
        )  # fmt: skip
        st.caption(
            _("颜色越深记录越多。点一处往下看。")
            if known
            else _("方块越大、颜色越深，记录越多。点一处往下看。")
        )
        points = event["selection"]["points"]
        said = points[0].get("customdata") if points else None
        said = said[0] if isinstance(said, list) and said else said
        if said in counts:
            _go(listing, by, str(said))
    _table(listing, by, sorted(counts.values(), key=lambda one: (-one.count, one.code)))


def _title(listing: Listing, found: tuple[PlaceCount, ...]) -> str:
    below = [one for one in found if not one.own]
    total = sum(one.count for one in found)
    if len(below) < 2:
        return _("{center}有{count}条").format(center=listing.place.center.name, count=numbers.whole(total))
    most = below[0]
    return _("{name}最多，{count}条，占{share}").format(
        name=most.name, count=numbers.whole(most.count),
        share=numbers.percent(numbers.share(most.count, total)),
    )  # fmt: skip


def _shade(one: PlaceCount, ends: list[Decimal]) -> maps.Shade:
    ramp = COLORS[charts.theme()]
    place = next((n for n, end in enumerate(ends) if one.count <= end), len(ramp) - 1)
    words = _("{count}条").format(count=numbers.whole(one.count))
    name = in_chart(one.name)
    return maps.Shade(name, ramp[place] if one.count else EMPTY, words, f"{name}<br>{words}")


def _go(listing: Listing, by: str, code: str) -> None:
    if len(code) == GRID_LENGTH and listing.field(by) is not None:
        narrow_to(listing.fields, Filter(by, How.IS, code))
        st.query_params["view"] = "table"
    elif len(code) < GRID_LENGTH and code != listing.code:
        st.query_params.pop(filters.PAGE, None)
        st.query_params["center"] = code
    else:
        return
    st.rerun()


def _table(listing: Listing, by: str, found: list[PlaceCount]) -> None:
    table = pd.DataFrame(
        {
            _("名称"): [_("{name}本级").format(name=one.name) if one.own else one.name for one in found],
            _("代码"): [one.code for one in found],
            _("记录数"): [one.count for one in found],
        }
    )
    chosen: Any = st.dataframe(
        table,
        key=f"places of {listing.id} {listing.code} {by}",
        hide_index=True,
        on_select="rerun",
        selection_mode=SELECTION,
        alt=_("各处的记录数，点一行往下看"),
    )
    number = chosen_row(chosen, len(found))
    if number is not None:
        _go(listing, by, found[number].code)
