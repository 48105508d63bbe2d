"""The entries of a register as cards, and as a board whose columns are the states or the choices of a
field."""

from __future__ import annotations

import streamlit as st

from lib.fields.field import Field
from lib.i18n import _, numbers
from lib.registers.entries.finding import Filter, How
from lib.registers.entries.rows import EntryRow
from lib.ui import filters
from lib.ui.plain import escaped
from lib.ui.register_filters import narrow_to
from lib.ui.register_links import ENTRY, link
from lib.ui.register_listing import Listing
from lib.ui.register_table import COLORS, ordered_fields

CARDS_A_PAGE, FIELDS_ON_A_CARD = 24, 5
NARROWEST_CARD, NARROWEST_COLUMN = 260, 200
MOST_COLUMNS, ROWS_IN_A_COLUMN = 8, 8
STATE = "state"
LONGEST = 60  # characters of a value on a card


def cards(listing: Listing) -> None:
    found = listing.find(number=listing.number, size=CARDS_A_PAGE)
    with st.grid(columns=4, min_column_width=NARROWEST_CARD):
        for row in found.rows:
            _card(listing, row, FIELDS_ON_A_CARD)
    filters.pages(found.total, CARDS_A_PAGE)


def _card(
    listing: Listing, row: EntryRow, most: int, *, with_state: bool = True, but: Field | None = None
) -> None:
    stage = listing.design.stage(row.state)
    with st.container(border=True, height="stretch", gap="xsmall"):
        words = _("#{number} {title}").format(number=row.serial, title=_short(row.title))
        link(listing.page.viewer, ENTRY, words, {"entry": str(row.id)})
        if with_state and len(listing.design.stages) > 1:
            st.badge(escaped(stage.words), color=COLORS[stage.kind])
        told = [one for one in ordered_fields(listing) if one.key not in listing.design.title]
        told = [one for one in told if one != but and one.kind != "serial"]  # its number stands above
        told = [one for one in told if row.cells.get(one.key) and row.cells[one.key] != row.title][:most]
        lines = [
            _("{label}：{text}").format(label=one.words, text=_short(row.cells[one.key])) for one in told
        ]
        if lines:
            st.markdown("  \n".join(escaped(line) for line in lines))
        st.caption(
            escaped(
                _("{center} · {person} · {moment}").format(
                    center=row.center_name, person=row.made_by, moment=numbers.table_moment(row.changed_at)
                )
            )
        )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def board(listing: Listing, by: str) -> None:
    """Each column with the newest of its entries, and how many there are in all."""
    field = listing.field(by)
    columns = _choices(field) if field is not None else _stages(listing)
    with st.grid(columns=min(len(columns), MOST_COLUMNS) or 1, min_column_width=NARROWEST_COLUMN):
        for key, words, color in columns[:MOST_COLUMNS]:
            _column(listing, field, key, words, color)
    if len(columns) > MOST_COLUMNS:
        names = "、".join(words for _key, words, _color in columns[MOST_COLUMNS:])
        st.caption(escaped(_("看板只画前{most}列，未画：{names}。").format(most=MOST_COLUMNS, names=names)))


def _choices(field: Field) -> list[tuple[str, str, str]]:
    standing = [(one.key, one.words, "blue") for one in field.choices if not one.retired]
    return [*standing, ("", _("未填"), "gray")]


def _stages(listing: Listing) -> list[tuple[str, str, str]]:
    chosen = [one for one in listing.design.stages if listing.state in ("", one.key)]
    return [(one.key, one.words, COLORS[one.kind]) for one in chosen]


def _column(listing: Listing, field: Field | None, key: str, words: str, color: str) -> None:
    if field is None:
        found = listing.find(state=key, size=ROWS_IN_A_COLUMN)
        one = None
    else:
        one = Filter(field.key, How.IS, key) if key else Filter(field.key, How.EMPTY)
        found = listing.find((one,), size=ROWS_IN_A_COLUMN)
    with st.container(border=True, gap="small"):
        heading = _("{name} {count}").format(name=escaped(words), count=numbers.whole(found.total))
        st.markdown(f":{color}-badge[{heading}]")
        for row in found.rows:
            _card(listing, row, 2, with_state=field is not None, but=field)
        if not found.rows:
            st.caption(_("没有记录"))
        if found.total > len(found.rows):
            st.button(
                _("看全部{count}条").format(count=numbers.whole(found.total)),
                key=f"all of column {field.key if field else STATE} {key}",
                type="tertiary",
                on_click=_show_column,
                args=(listing.fields, one, key),
            )


def _show_column(fields: tuple[Field, ...], one: Filter | None, key: str) -> None:
    st.query_params["view"] = "table"
    if one is None:
        st.query_params["state"] = key
    else:
        narrow_to(fields, one)
