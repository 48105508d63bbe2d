"""Designs a register: its fields, rules, workflow and views, as a draft that is checked and put to use."""

from lib.access.work import reading
from lib.ui import pressing, register_design
from lib.ui.page import open_page

page = open_page("register_design")
register_design.before()
with reading(page.viewer) as session:
    pressing.outcome()
    register_design.draw(page, session)
