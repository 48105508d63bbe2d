"""The meeting of my center in a round: the record, its signature, and the tasks that it decides."""

from lib.access.work import reading
from lib.centers.queries import center_card
from lib.ui import meeting, meeting_tasks, pressing
from lib.ui.page import open_page

page = open_page("meeting")
with reading(page.viewer) as session:
    opened = meeting.open_meeting(page, session)
    if opened is not None:
        center = center_card(session, page.viewer.center_code)
        meeting.head(opened, center.center.name)
        meeting_tasks.carried_over(opened)
        meeting.record(opened)
        pressing.outcome()
        meeting_tasks.decided(opened, center)
        meeting.others(opened)
