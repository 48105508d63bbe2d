"""Editions of a list: one person proposes what is to hold from a day on, another publishes it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from db.models.publication import Publication, PublicationState, PublishedItem
from db.models.register import Register
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock, deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Problem, WrongState
from lib.i18n import _
from lib.masking import masked_text
from lib.registers.design import Publishing
from lib.registers.entries.opening import must_be_open
from lib.registers.entries.writing import center_for
from lib.registers.publishing import editions
from lib.registers.seeing import no_register, reads, register_with_design
from lib.typed import as_typed

LONGEST_WORDS = 300
FURTHEST = timedelta(days=366)
EARLIEST = date(2000, 1, 1)


def no_edition() -> NotFound:
    return NotFound(_("找不到这一版，或它不在您的范围内。"))


@command(Permission.FILL_REGISTERS)
def propose_edition(
    session: ScopedSession, register_id: int, center_code: str, effective_on: date, words: str
) -> int:
    """Everything of a center's list that is otherwise than what is published, kept as it is now, to be
    decided by another person; returns its key. Raises NotFound, NotAllowed, BadInput, WrongState."""
    register, design = register_with_design(session, register_id)
    viewer = viewer_of(session)
    if not reads(viewer, register, design):
        raise no_register()
    must_be_open(session, register)
    center = center_for(session, design, center_code)
    if viewer.department_id is not None:
        # They see the items of their department alone: all others would seem to be taken out.
        raise NotAllowed(_("部门账号填写本部门的事项，由本级中心汇总后提出公布。"))
    if design.publishing is not Publishing.EDITION:
        raise BadInput(_("这本台账不是整版公布的清单。"))
    take_lock(session, f"editions of {register_id} {center}")
    waiting = select(Publication.id).where(
        Publication.register_id == register_id,
        Publication.center_code == center,
        Publication.state == PublicationState.PROPOSED,
    )
    if session.scalar(waiting) is not None:
        raise WrongState(_("已有一版待审核，审核后才能提出下一版。"))
    _must_be_in_time(session, register_id, center, effective_on)
    changes = editions.differences(session, register_id, design, center)
    if not changes:
        raise BadInput(_("清单与已公布的内容相同，不用公布新版。"))
    last = session.scalar(
        select(func.max(Publication.number)).where(
            Publication.register_id == register_id, Publication.center_code == center
        )
    )
    row = Publication(
        register_id=register_id, center_code=center, number=(last or 0) + 1, state=PublicationState.PROPOSED,
        effective_on=effective_on, changes=editions.written(changes), words=as_typed(words, LONGEST_WORDS),
        proposed_by_id=viewer.account_id, proposed_by=viewer.name, proposed_at=deployment.moment_of(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, viewer, "edition proposed", f"edition {row.id}",
        after={"register": register_id, "center": center, "number": row.number, "since": f"{effective_on}",
               "count": len(changes)},
    )  # fmt: skip
    return row.id


@command(Permission.DECIDE_ENTRIES)
def decide_edition(session: ScopedSession, publication_id: int, accept: bool, words: str, seen: int) -> None:
    """Publishes what was proposed, exactly as it was reviewed, or sends it back with a reason. Nobody decides
    on their own. Raises NotFound, NotAllowed, BadInput, WrongState, Conflict."""
    row = session.get(Publication, publication_id)
    if row is None or not session.scope.covers(row.center_code):
        raise no_edition()
    register, design = register_with_design(session, row.register_id)
    viewer = viewer_of(session)
    if not reads(viewer, register, design):
        raise no_edition()
    if row.state is not PublicationState.PROPOSED:
        raise WrongState(_("这一版已经审核过了。"))
    if row.version != seen:
        raise Conflict(_("这一版刚被别人改过。请核对后再办理。"))
    if viewer.account_id == row.proposed_by_id:
        raise NotAllowed(_("您不能审核自己提出的版本，请由另一个人办理。"))
    why = as_typed(words, LONGEST_WORDS)
    if not accept and not why:
        sentence = _("请写明退回理由。")
        raise BadInput(sentence, (Problem("words", sentence),))
    if accept:
        must_be_open(session, register)
        take_lock(session, f"editions of {row.register_id} {row.center_code}")
        _must_be_in_time(session, row.register_id, row.center_code, row.effective_on)
        _publish(session, row, register)
    now = deployment.moment_of(session)
    row.state = PublicationState.PUBLISHED if accept else PublicationState.REJECTED
    row.decided_by, row.decided_at, row.decision_words = viewer.name, now, why
    session.flush()
    record(
        session, viewer, "edition published" if accept else "edition rejected", f"edition {row.id}",
        after={"register": row.register_id, "center": row.center_code, "number": row.number,
               "since": f"{row.effective_on}", "reason": masked_text(why)},
    )  # fmt: skip


def _must_be_in_time(session: ScopedSession, register_id: int, center_code: str, day: date) -> None:
    """What held on a day that is over is not rewritten. Only the first edition may begin earlier: what it
    writes down held before. Raises BadInput."""
    newest = session.scalar(
        select(func.max(Publication.effective_on)).where(
            Publication.register_id == register_id,
            Publication.center_code == center_code,
            Publication.state == PublicationState.PUBLISHED,
        )
    )
    today = clock.local(deployment.moment_of(session)).date()
    sentence = ""
    if newest is not None and day < newest:
        sentence = _("生效日期不能早于已公布的最新一版（{day}）。").format(day=newest)
    elif newest is not None and day < today:
        sentence = _("生效日期已过，请选今天或以后的日期。")
    elif not EARLIEST <= day <= today + FURTHEST:
        sentence = _("生效日期不对，请重新选择。")
    if sentence:
        raise BadInput(sentence, (Problem("effective_on", sentence, value=f"{day}"),))


def _publish(session: ScopedSession, row: Publication, register: Register) -> None:
    changes, viewer, now = editions.read(row.changes), viewer_of(session), deployment.moment_of(session)
    for change in changes:
        if change.item_id is None:
            continue
        old = session.get(PublishedItem, change.item_id)
        if old is None or old.until is not None:
            raise Conflict(_("“{title}”已被另一版改过，请退回后重新提出。").format(title=change.title))
        old.until = row.effective_on
    session.flush()
    session.add_all(
        PublishedItem(
            register_id=register.id, entry_id=change.entry_id, center_code=row.center_code,
            publication_id=row.id, design_number=change.design_number, content=change.content,
            title=change.title, since=row.effective_on, published_by=viewer.name, published_at=now,
        )
        for change in changes
        if change.kind is not editions.ItemChange.REMOVED
    )  # fmt: skip
    session.flush()
