"""One case: where it stands, what it is about, how it went, and who reported the same matter."""

import streamlit as st

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.cases.queries import case_card
from lib.errors import NotFound
from lib.i18n import _
from lib.ui.case_card import badges, disorder, facts, rating, repeats, stage_line
from lib.ui.cases import back_to_the_list
from lib.ui.menu import BY_NAME
from lib.ui.page import open_page, say
from lib.ui.place import links_up
from lib.ui.plain import escaped

NOBODY = 0  # the number of no case


def number_in_address() -> int:
    """What the address says; nonsense is the number of no case."""
    said = st.query_params.get("id", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 18 else NOBODY


page = open_page("case")
with reading(page.viewer) as session:
    try:
        card = case_card(session, number_in_address())
    except NotFound as told:
        say(told)
        st.page_link(BY_NAME["cases"].file, label=_("打开事件列表"), icon=":material/assignment:")
        st.stop()
row = card.row
# A link from one case to another draws it but leaves the address alone; said once more, it follows.
st.query_params["id"] = str(row.id)
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    back_to_the_list()
    links_up(BY_NAME["overview"].file, card.path)
    st.page_link(BY_NAME["cases"].file, label=_("事件"), query_params={"center": row.center_code})
st.title(escaped(row.title), anchor=False)
badges(card, page.moment)
disorder(card)
stage_line(card)
if card.detail:
    with st.container(border=True):
        st.text(card.detail)
facts(card)
if row.grid_code and page.viewer.may(Permission.READ_GRIDS):
    st.page_link(
        BY_NAME["grid"].file,
        label=_("打开网格卡片"),
        icon=":material/grid_view:",
        query_params={"code": row.grid_code},
    )
rating(card)
repeats(card, page.moment)
