"""Whether the figures can be believed: where they come from, and the rows that break a rule."""

from lib.access.work import reading
from lib.i18n import _
from lib.ui import quality
from lib.ui.look import open_look
from lib.ui.page import open_page
from lib.ui.panel import draw

page = open_page("quality")
with reading(page.viewer) as session:
    look = open_look(page, session, "quality", _("{center}数据质量"), default="12m")
    quality.figures(look)
    draw(look, quality.rules(look))
    below = quality.by_center(look)
    if below is not None:
        draw(look, below)
