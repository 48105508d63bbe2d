"""What a page of analysis looks at: center, period, filters, variant. All of it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import streamlit as st

from db.models.case import Source
from db.scope import ScopedSession
from lib.centers.queries import CenterCard
from lib.i18n import _, numbers
from lib.metrics.comparison import Against
from lib.metrics.dimensions import BY_WORDS, NARROWING, By, Only, is_key
from lib.metrics.measured import Measured, Period
from lib.metrics.queries import (
    categories,
    department_kinds,
    freshness,
    measure,
    part_names,
    variant_in_force,
)
from lib.metrics.question import grouped
from lib.metrics.variant import Variant, version_words
from lib.ui import filters
from lib.ui.page import Page
from lib.ui.place import place
from lib.ui.plain import escaped
from lib.ui.spans import choose_period, days_words, figure_address
from lib.ui.views import views_menu

BARE = (By.AGE, By.HANDLING, By.RATING)
FROM_DATABASE = (By.CATEGORY, By.GROUP, By.DEPARTMENT, By.GRID)


@dataclass
class Look:
    """The same questions, asked of the same center, days and filters, for every part of a page."""

    page: Page
    name: str
    session: ScopedSession
    card: CenterCard
    period: Period
    only: Only
    variant: Variant
    words: str
    _names: dict[tuple[By, str], str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.card.center.code

    @property
    def moment(self) -> datetime:
        """The moment of the figures: a period that is over is read at its end."""
        return self.period.stands_at(self.page.moment)

    @property
    def running(self) -> bool:
        """Whether the last day is not over."""
        return self.period.end() > self.page.moment

    def measure(
        self,
        *names: str,
        by: By = By.WHOLE,
        second: By | None = None,
        period: Period | None = None,
        moment: datetime | None = None,
        only: Only | None = None,
        center_code: str | None = None,
    ) -> tuple[Measured, ...]:
        """The metrics of this look, or of the part of it that is named."""
        span = period or self.period
        return measure(
            self.session,
            names,
            center_code or self.code,
            span,
            moment or (span.stands_at(self.page.moment) if period else self.moment),
            by,
            second,
            self.only if only is None else only,
            self.variant,
        )

    def compared(self, *names: str) -> dict[str, tuple[Measured | None, Measured | None, Measured | None]]:
        """By the metric's name: now, in the period before, and on the same days of last year."""
        against = Against.of(self.period, self.moment)
        found = [
            {m.metric: m for m in self.measure(*names, period=period, moment=moment)}
            for period, moment in (
                (self.period, self.moment),
                (against.before, against.moment_before),
                (against.last_year, against.moment_last_year),
            )
        ]
        return {name: (found[0].get(name), found[1].get(name), found[2].get(name)) for name in names}

    def name_of(self, by: By, key: str) -> str:
        """What a part is called; asked together by `know`, or alone."""
        if (by, key) not in self._names:
            self.know(by, [key])
        return self._names[by, key]

    def said(self, by: By, key: str) -> str:
        """A part by itself, away from its chart: of a band or a step the name alone would not tell."""
        name = self.name_of(by, key)
        return _("{kind}：{name}").format(kind=_(BY_WORDS[by]), name=name) if by in BARE else name

    def in_words(self) -> str:
        """The center, the days and what is looked at of them."""
        parts = [self.said(by, key) for by, key in self.only]
        return " · ".join([self.card.center.name, _days(self.period), *parts])

    def chosen(self, by: By) -> str:
        """What the look is narrowed to of this kind; nothing when it is not."""
        return dict(self.only).get(by, "")

    def without(self, *kinds: By) -> Look:
        """The same look, not narrowed by these kinds: a chart of the parts of a kind shows all of them."""
        wide = replace(self, only=tuple(pair for pair in self.only if pair[0] not in kinds))
        wide.words = wide.in_words()
        return wide

    def at_this_moment(self) -> Look:
        """The same look for what speaks of this moment alone, whatever period was chosen."""
        return replace(self, period=Period(self.page.today, self.page.today))

    def know(self, by: By, keys: list[str]) -> None:
        """Asks for the names of many parts at once."""
        names = part_names(self.session, by, tuple(keys))
        self._names |= {(by, key): names.get(key, key) for key in keys}

    def address(self, **changes: str) -> dict[str, str]:
        """The address of the same look with something changed; an empty change takes it away."""
        said = {name: value for name, value in st.query_params.items() if name in KEPT_IN_ADDRESS}
        said |= {"center": self.code, **changes}
        return {name: value for name, value in said.items() if value}

    def figure_address(
        self, metric: str, only: Only | None = None, period: Period | None = None, center_code: str = ""
    ) -> dict[str, str]:
        """Where the figure is taken apart."""
        span = period or self.period
        narrowed = self.only if only is None else only
        return figure_address(metric, center_code or self.code, span) | {
            by.value: key for by, key in narrowed
        }

    def note(self) -> str:
        """Under a title: how the figures stand, since when, and by which variant."""
        fresh = freshness(self.session)
        moment = self.moment if self.page.deployment.demonstration or not self.running else fresh.as_of
        source = _("分析副本") if fresh.from_replica else _("业务库")
        return _("截至{moment} · {variant} · 取自{source}").format(
            moment=numbers.moment(moment), variant=version_words(self.variant), source=source
        )

    def days_words(self) -> str:
        """The working days of the period and of those it is compared with."""
        return days_words(self.period, self.moment)


KEPT_IN_ADDRESS = ("center", "period", "first", "last", *(by.value for by in NARROWING))


def narrowing(session: ScopedSession) -> Only:
    """What the address narrows to, held against what there is; the rest counts as not said."""
    said = [(by, str(st.query_params[by.value])) for by in NARROWING if st.query_params.get(by.value)]
    found = []
    for by, key in said:
        if not is_key(by, key):
            continue
        if by in FROM_DATABASE and key not in _known(session, by, key):
            continue
        found.append((by, key))
    return tuple(found)


def _known(session: ScopedSession, by: By, key: str) -> Mapping[str, str]:
    if by is By.DEPARTMENT:
        return department_kinds(session)
    if by is By.GRID:
        return part_names(session, by, (key,))
    names = categories(session)
    return names if by is By.CATEGORY else {code: names[code] for code in grouped(names).values()}


def open_look(page: Page, session: ScopedSession, name: str, title: str, default: str = "30d") -> Look:
    """Draws where we are, the title and the row of filters, and says the state in words."""
    card = place(page, session, name)
    st.title(title.format(center=escaped(card.center.name)), anchor=False)
    row = st.container(horizontal=True, gap="small", vertical_alignment="bottom")
    with row:
        with st.container(width=190):
            period = choose_period(page.today, default)
        _choose_parts(session)
    only = narrowing(session)
    look = Look(page, name, session, card, period, only, variant_in_force(session), "")
    look.words = look.in_words()
    with row:
        views_menu(look)
    _chips(look)
    st.caption(escaped(f"{look.words} · {look.note()}"))
    return look


def _days(period: Period) -> str:
    if period.first == period.last:
        return numbers.day(period.first)
    return _("{first}至{last}").format(first=numbers.day(period.first), last=numbers.day(period.last))


def _choose_parts(session: ScopedSession) -> None:
    """Drop-downs for what people narrow by every day; the rest comes from clicks on charts."""
    names = categories(session)
    groups = {code: names[code] for code in dict.fromkeys(grouped(names).values())}
    sources = {"": _("全部来源")} | part_names(session, By.SOURCE, tuple(source.value for source in Source))
    for by, label, words in (
        (By.SOURCE, _("来源"), sources),
        (By.GROUP, _("大类"), {"": _("全部大类"), **groups}),
        (By.DEPARTMENT, _("部门"), {"": _("全部部门"), **department_kinds(session)}),
    ):
        with st.container(width=190):
            filters.choice(by.value, label, words)


def _chips(look: Look) -> None:
    """What was clicked on charts, each with a way to take it back."""
    clicked = [(by, key) for by, key in look.only if by not in (By.SOURCE, By.GROUP, By.DEPARTMENT)]
    if not look.only:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for by, key in clicked:
            st.button(
                escaped(look.said(by, key)),
                key=f"only {by.value}",
                icon=":material/close:",
                help=_("取消这项筛选"),
                on_click=forget,
                args=(by.value,),
            )
        filters.clear(_("清除筛选"), *(by.value for by in NARROWING))


def forget(name: str) -> None:
    st.query_params.pop(name, None)
