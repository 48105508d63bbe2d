"""What a meeting is held over, for the projector: figures, what is unusual, places, tasks, open matters."""

from lib.access.work import reading
from lib.ui import pack_parts
from lib.ui.page import open_page

page = open_page("pack")
with reading(page.viewer) as session:
    pack = pack_parts.open_pack(page, session)
    if pack is not None:
        pack_parts.show(page, pack)
