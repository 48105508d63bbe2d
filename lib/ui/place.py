"""Where am I: the center that the address names, its path upward, and the way down."""

from __future__ import annotations

from collections.abc import Container

import streamlit as st

from db.scope import ScopedSession
from lib.centers.queries import CenterCard, CenterRow, center_card, own_tops
from lib.errors import NotFound
from lib.i18n import _
from lib.ui.menu import BY_NAME
from lib.ui.page import LAST_CENTER, Page, center_in_address, say
from lib.ui.plain import escaped
from lib.ui.tables import chosen_row

# What the address says of one center's list and not of the next one's.
OF_ONE_CENTER = ("center", "code", "id", "page", "behind", "account")


def place(page: Page, session: ScopedSession, name: str) -> CenterCard:
    """Draws the path and returns the center; an unknown or foreign one gets a sentence and a way out."""
    entry = BY_NAME[name]
    try:
        card = center_card(session, center_in_address(page))
    except NotFound as told:
        say(told)
        own = page.viewer.scope.prefixes[0]
        st.page_link(
            entry.file, label=_("回到本级中心"), query_params={"center": own}, icon=":material/home:"
        )
        st.stop()
    for opened in ("code", "id"):  # what going back from a grid's card or a case leaves in the address
        st.query_params.pop(opened, None)
    st.session_state[LAST_CENTER] = card.center.code
    if "center" in st.query_params or card.center.code != page.viewer.scope.prefixes[0]:
        # A link to the very page it stands on draws another center but leaves the address alone;
        # said once more, the address follows. Where it already says so nothing happens.
        st.query_params["center"] = card.center.code
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        links_up(entry.file, card.path[:-1])
        st.markdown(f"**{escaped(card.center.name)}**", width="content")
        tops = own_tops(session) if len(page.viewer.scope.prefixes) > 1 else []
        for top in tops:
            if not card.center.code.startswith(top.code):
                st.page_link(
                    entry.file,
                    label=escaped(top.name),
                    query_params={"center": top.code},
                    icon=":material/swap_horiz:",
                )
    return card


def links_up(file: str, path: tuple[CenterRow, ...]) -> None:
    """The centers of a path as links to the same page about them, with the same filters."""
    kept = {name: value for name, value in st.query_params.items() if name not in OF_ONE_CENTER}
    for above in path:
        st.page_link(file, label=escaped(above.name), query_params={**kept, "center": above.code})
        st.text("›", width="content")


def go_down(key: str, codes: tuple[str, ...], elsewhere: Container[str] = ()) -> None:
    """Called when a row of a table of centers is chosen: the address then names that center.

    Cells of the columns `elsewhere` lead to something else.
    """
    event = st.session_state[key]
    if any(column in elsewhere for _row, column in event["selection"].get("cells", ())):
        return
    row = chosen_row(event, len(codes))
    if row is not None:
        st.query_params["center"] = codes[row]
