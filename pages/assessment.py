"""A period's assessment: where it stands in its life, who holds which place, and what may be done."""

from lib.access.work import reading
from lib.assessment.objections.queries import objections
from lib.ui import (
    assessment,
    assessment_integrity,
    assessment_life,
    assessment_places,
    assessment_selection,
    assessment_work,
    documents,
    pressing,
)
from lib.ui.page import open_page

page = open_page("assessment")
with reading(page.viewer) as session:
    pressing.outcome()
    chosen = assessment.choose(page, session)
    if chosen is not None and chosen.row is None:
        assessment.not_counted(chosen)
    elif chosen is not None and chosen.row is not None:
        row = chosen.row
        assessment.about(chosen, row)
        assessment_life.life(chosen, row)
        assessment_life.actions(chosen, row)
        documents.notice_button(page, row.id)
        found = objections(session, row.id) if chosen.runs else ()
        waiting = assessment_work.waiting_of(found)
        if waiting:
            assessment_work.answers(chosen, row, found)
        group = assessment_places.places(chosen, row)
        assessment_selection.earned(chosen, row)
        assessment_selection.selection(chosen, row)
        assessment_integrity.worth_a_look(chosen, row)
        if chosen.runs and not waiting:
            assessment_work.answers(chosen, row, found)
        assessment_work.what_if(chosen, row, group)
        assessment_work.count_again(chosen, row)
