"""What the page of one register looks at: the register, the center, the state, filters, search and order. All
of it stands in the address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from db.scope import ScopedSession
from lib.centers.queries import CenterCard
from lib.errors import BadInput, NotFound
from lib.fields.field import Field
from lib.fields.kinds import is_masked, kind_of
from lib.i18n import _
from lib.registers.counting.queries import count_by_state
from lib.registers.design import VIEW_WORDS, Design, View, ViewKind
from lib.registers.entries.address import parameters, said_filters
from lib.registers.entries.finding import Filter
from lib.registers.entries.queries import EntryPage, find_entries
from lib.registers.queries import RegisterCard, register_card
from lib.registers.seeing import seen
from lib.ui import filters, register_filters, views
from lib.ui.page import Page, say
from lib.ui.plain import escaped
from lib.ui.pressing import number_said
from lib.views.addresses import of_register

PAGE_SIZE = 50
DOWNWARD = "-"
NEWEST, OLDEST, CHANGED = "", "oldest", "changed_at"


@dataclass(frozen=True)
class Listing:
    """The same entries for every part of the page. `fields` are those in use that the viewer sees."""

    page: Page
    session: ScopedSession
    card: RegisterCard
    place: CenterCard
    fields: tuple[Field, ...]
    state: str
    filters: tuple[Filter, ...]
    search: str
    order: str
    downward: bool
    view: View
    counts: dict[str, int]

    @property
    def id(self) -> int:
        return self.card.id

    @property
    def design(self) -> Design:
        return self.card.design

    @property
    def code(self) -> str:
        return self.place.center.code

    @property
    def total(self) -> int:
        return self.counts.get(self.state, 0) if self.state else sum(self.counts.values())

    @property
    def number(self) -> int:
        return filters.page_number()

    def field(self, key: str) -> Field | None:
        return next((one for one in self.fields if one.key == key), None)

    def find(
        self,
        more: tuple[Filter, ...] = (),
        *,
        state: str | None = None,
        order: str | None = None,
        downward: bool | None = None,
        number: int = 1,
        size: int = PAGE_SIZE,
    ) -> EntryPage:
        """A page of these entries, or of those of them that hold to more."""
        return find_entries(
            self.session,
            self.id,
            self.code,
            self.state if state is None else state,
            (*self.filters, *more),
            self.search,
            self.order if order is None else order,
            self.downward if downward is None else downward,
            number,
            size,
        )

    def address(self) -> dict[str, str]:
        """What the page has understood of its address."""
        said = {
            "center": self.code,
            "register": str(self.id),
            "state": self.state,
            "q": self.search,
            "order": st.query_params.get("order", ""),
            "view": view_key(self.view) if self.view != views_for(self.design, self.fields)[0] else "",
        }
        return {
            name: value for name, value in (said | parameters(self.filters, self.fields)).items() if value
        }


def saved_views(listing: Listing) -> None:
    """What is looked at can be kept under a name and opened again; each register has its own."""
    taken = listing.address()
    views.menu(listing.session, views.Kept(listing.page.viewer, of_register(listing.id), lambda: taken))


def register_said(session: ScopedSession) -> RegisterCard | None:
    """The register that the address names; else a sentence and the way to all of them."""
    number = number_said("register")
    try:
        if number is None:
            raise NotFound(_("请先选择一本台账。"))
        return register_card(session, number)
    except NotFound as told:
        say(told)
        st.page_link("pages/registers.py", label=_("全部台账"), icon=":material/library_books:")
        return None


def listing_of(page: Page, session: ScopedSession, card: RegisterCard, place: CenterCard) -> Listing:
    """Draws search, order, filters and states, and says what they have been set to."""
    fields = tuple(one for one in seen(page.viewer, card.design) if not one.retired)
    shapes = views_for(card.design, fields)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        text = filters.search("q", _("查找"), _("标题或编号"))
        order = filters.choice("order", _("排序"), _orders(fields), NEWEST)
        chosen = shapes[0]
        if len(shapes) > 1:
            words = {view_key(one): _view_words(one, shapes, fields) for one in shapes}
            said = filters.tabs("view", _("显示"), words, view_key(shapes[0]))
            chosen = next(one for one in shapes if view_key(one) == said)
        register_filters.adding(fields)
    wanted = said_filters({one.key: st.query_params.get(one.key, "") for one in fields}, fields)
    try:
        counts = count_by_state(session, card.id, place.center.code, wanted, text)
    except BadInput as told:
        say(told)
        register_filters.chips(fields, wanted)
        st.stop()
    register_filters.chips(fields, wanted)
    state = _state(card.design, counts)
    order, downward = _directed(order)
    return Listing(page, session, card, place, fields, state, wanted, text, order, downward, chosen, counts)


def _state(design: Design, counts: dict[str, int]) -> str:
    """A row of states with how many entries stand there; nothing where there is only one."""
    keys = [one.key for one in design.stages] + [key for key in counts if design.stage(key).label == key]
    keys = list(dict.fromkeys(keys))
    if len(keys) < 2:
        return ""
    words = {"": _("全部 {count}").format(count=sum(counts.values()))}
    for key in keys:
        stage = escaped(design.stage(key).words)
        words[key] = _("{state} {count}").format(state=stage, count=counts.get(key, 0))
    return filters.tabs("state", _("状态"), words, "")


def sortable(fields: Iterable[Field]) -> list[Field]:
    return [one for one in fields if kind_of(one).sorts and not is_masked(one)]


def _orders(fields: tuple[Field, ...]) -> dict[str, str]:
    words = {NEWEST: _("最新登记在前"), OLDEST: _("最早登记在前"), CHANGED: _("最近修改在前")}
    for one in sortable(fields):
        words[one.key] = _("{field}：从小到大").format(field=one.words)
        words[f"{DOWNWARD}{one.key}"] = _("{field}：从大到小").format(field=one.words)
    return words


def _directed(order: str) -> tuple[str, bool]:
    """How the list is asked for what the address says of its order."""
    if order in (NEWEST, OLDEST):
        return "", order == NEWEST
    return order.removeprefix(DOWNWARD), order == CHANGED or order.startswith(DOWNWARD)


def view_key(view: View) -> str:
    return f"{view.kind.value}-{view.by}" if view.by else view.kind.value


def views_for(design: Design, fields: tuple[Field, ...]) -> tuple[View, ...]:
    """The views of the design whose field the viewer sees as it is; a table is always there."""
    open_keys = {one.key for one in fields if not is_masked(one)}
    found = [one for one in design.views if not one.by or one.by in open_keys]
    found = [one for one in found if one.by or one.kind is not ViewKind.CALENDAR]
    if not any(one.kind is ViewKind.TABLE for one in found):
        found.append(View(ViewKind.TABLE))
    return tuple(dict.fromkeys(found))


def _view_words(view: View, shapes: tuple[View, ...], fields: tuple[Field, ...]) -> str:
    words = _(VIEW_WORDS[view.kind])
    if sum(one.kind is view.kind for one in shapes) < 2:
        return words
    by = next((one.words for one in fields if one.key == view.by), _("状态"))
    return escaped(_("{view}（{field}）").format(view=words, field=by))
