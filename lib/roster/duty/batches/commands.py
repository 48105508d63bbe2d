"""Many patrols and visits at once, as one person's change: written whole or not at all, taken back whole."""

from __future__ import annotations

from collections.abc import Sequence

from db.models.duty import Patrol, Visit
from db.models.register import ChangeSet, ChangeSetKind
from db.models.roster import RosterAction
from db.scope import ScopedSession
from db.session import take_lock
from lib import deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, NotAllowed, NotFound
from lib.i18n import _
from lib.masking import masked_text
from lib.roster.duty.ground import Ground
from lib.roster.duty.judging import no_grid, problems_of, twins
from lib.roster.duty.records import Recorded, tidied
from lib.roster.duty.writing import SUBJECT, row_of
from lib.roster.history import History, change_set
from lib.roster.undoing import take_back

MOST_ROWS = 100_000


@command(Permission.RECORD_DUTY)
def record_many(session: ScopedSession, source: str, rows: Sequence[Recorded]) -> int:
    """Writes all rows or none; returns the key of the change-set. Every problem is in the BadInput, with the
    line of its row. Raises BadInput."""
    if not rows:
        raise BadInput(_("没有要登记的内容。"))
    if len(rows) > MOST_ROWS:
        raise BadInput(_("一次最多登记{most}条，请分几次。").format(most=MOST_ROWS))
    take_lock(session, SUBJECT)
    all_of, ground, today = [tidied(one) for one in rows], Ground(session), deployment.today_of(session)
    ground.know({one.grid_id for one in all_of})
    again = twins(session, all_of)
    problems = [
        problem
        for number, one in enumerate(all_of)
        for problem in (*problems_of(one, ground, today), *([again[number]] if number in again else ()))
    ]
    if problems:
        sentence = _("第{row}行：{sentence}").format(row=problems[0].row, sentence=problems[0].sentence)
        if len(problems) > 1:
            sentence += _("（共{count}处要改，什么都没有写入）").format(count=len(problems))
        raise BadInput(sentence, tuple(problems))
    made = change_set(session, ChangeSetKind.IMPORT, source, SUBJECT)
    _write(session, ground, all_of, made)
    record(
        session, viewer_of(session), "duty imported", f"change_set {made.id}",
        after={"rows": len(all_of), "source": masked_text(made.source)},
    )  # fmt: skip
    return made.id


def _write(session: ScopedSession, ground: Ground, rows: Sequence[Recorded], made: ChangeSet) -> None:
    viewer, moment, new = viewer_of(session), deployment.moment_of(session), []
    for one in rows:
        place = ground.place(one.grid_id)
        if place is None:  # judged before
            raise NotFound(no_grid())
        new.append(row_of(viewer, one, place.center_code, moment))
    session.add_all(new)
    session.flush()
    history = History(session, RosterAction.RECORDED, made_in=made)
    for model in (Patrol, Visit):
        history.made_at_once(
            model,
            [
                {"id": row.id, "center_code": row.center_code, "person_id": row.person_id}
                for row in new
                if isinstance(row, model)
            ],
        )
    made.made = len(new)
    session.flush()


@command(Permission.RECORD_DUTY)
def undo_records(session: ScopedSession, change_set_id: int) -> int:
    """Takes back what was recorded at once, while nobody has touched it since; returns how many. Raises
    NotFound, NotAllowed, BadInput, Conflict."""
    made = session.get(ChangeSet, change_set_id)
    if made is None or made.subject != SUBJECT:
        raise NotFound(_("找不到这批登记，或它不在您的范围内。"))
    viewer = viewer_of(session)
    own = made.done_by_id is not None and made.done_by_id == viewer.account_id
    if not own and not (viewer.may(Permission.CHECK_DUTY) and viewer.center_code == made.center_code):
        raise NotAllowed(_("由登记的人，或本单位负责履职抽查的人撤销。"))
    if made.undone_at is not None:
        raise BadInput(_("这批登记已经撤销过了。"))
    rows = take_back(session, made)
    record(
        session, viewer, "duty taken back", f"change_set {made.id}",
        before={"rows": rows, "source": masked_text(made.source)},
    )  # fmt: skip
    return rows
