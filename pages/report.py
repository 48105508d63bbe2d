"""One report: to be filled in by those whose it is, reviewed one level above, read by the others."""

from lib.access.work import reading
from lib.ui import pressing, report, report_form
from lib.ui.page import open_page

page = open_page("report")
with reading(page.viewer) as session:
    opened = report.open_report(page, session)
    if opened is None or not opened.fills:  # of a form it stands beside the buttons, far down
        pressing.outcome()
    if opened is not None:
        report.head(opened)
        report.restated(opened)
        report.review(opened)
        if opened.fills:
            report_form.form(opened)
        else:
            report_form.read(opened)
        report.history(opened)
