"""一屏尽览: one center at a glance, what is wrong there, and the way down to where it is wrong."""

from lib.access.permissions import Permission
from lib.access.work import reading
from lib.ui.overview import children, figures, needs_me, picture, summary
from lib.ui.page import open_page
from lib.ui.place import place

page = open_page("overview")
with reading(page.viewer) as session:
    card = place(page, session, "overview")
    summary(page, card)
    if page.viewer.may(Permission.READ_FIGURES):
        figures(page, session, card)
        picture(page, session, card)
        needs_me(page, session, card)
    children(page, session, card)
