"""The strip above a list that says which entries' day comes near."""

from __future__ import annotations

import streamlit as st

from lib.i18n import _, numbers
from lib.registers.reminders.queries import MOST_COUNTED, Reminded, Reminding, reminders_of
from lib.ui.plain import escaped
from lib.ui.register_links import ENTRY, link
from lib.ui.register_listing import Listing


def strip(listing: Listing) -> None:
    for one in reminders_of(listing.session, listing.id, listing.code):
        with st.expander(
            escaped(_title(one)),
            icon=":material/notification_important:" if one.overdue else ":material/notifications:",
            key=f"reminder {one.number}",
        ):
            for row in one.rows:
                link(listing.page.viewer, ENTRY, _row(row), {"entry": str(row.id)})
            if one.total > len(one.rows):
                field = listing.field(one.field)
                st.caption(
                    escaped(
                        _("先列最早的{count}条；其余可按“{field}”排序查看。").format(
                            count=len(one.rows), field=field.words if field else one.field
                        )
                    )
                )


def _title(one: Reminding) -> str:
    count = f"{MOST_COUNTED}+" if one.total >= MOST_COUNTED else numbers.whole(one.total)
    if one.overdue:
        return _("{sentence}（{count}条，其中{overdue}条已过期）").format(
            sentence=one.sentence, count=count, overdue=numbers.whole(one.overdue)
        )
    return _("{sentence}（{count}条）").format(sentence=one.sentence, count=count)


def _row(row: Reminded) -> str:
    if row.days_left < 0:
        left = _("已过{days}天").format(days=-row.days_left)
    elif row.days_left == 0:
        left = _("今天到期")
    else:
        left = _("还有{days}天").format(days=row.days_left)
    return _("{day}（{left}） #{number} {title}").format(
        day=numbers.day(row.day), left=left, number=row.serial, title=row.title
    )
