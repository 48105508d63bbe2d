"""What people do with schemes: draft, change, propose, decide. What is in force is never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from db.models.assessment import AssessmentScheme, SchemeState, SchemeVersion
from db.models.center import Center
from db.models.register import RegisterMetric
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotAllowed, NotFound, Problem
from lib.i18n import _
from lib.masking import masked_text
from lib.metrics.registered import figure_of
from lib.schemes.differences import differences
from lib.schemes.queries import no_scheme
from lib.schemes.reading import read
from lib.schemes.scheme import Scheme, canonical
from lib.schemes.states import SCHEME

LONGEST_REASON = 200


@command(Permission.EDIT_SCHEMES)
def draft_scheme(
    session: ScopedSession, center_code: str, definition: Mapping[str, Any], first_month: date
) -> int:
    """A new scheme for what lies below a center, as a first draft; returns the draft's key. Raises
    BadInput, NotFound."""
    viewer = viewer_of(session)
    if session.get(Center, center_code) is None or not session.scope.covers(center_code):
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    scheme = read(definition)
    _figures_are_there(session, scheme)
    _must_be_free(session, center_code, scheme.name)
    row = AssessmentScheme(center_code=center_code, name=scheme.name, created_at=clock.now())
    session.add(row)
    session.flush()
    draft = SchemeVersion(
        scheme_id=row.id,
        center_code=center_code,
        number=1,
        state=SchemeState.DRAFT,
        definition=canonical(scheme),
        first_month=clock.start_of_month(first_month),
        drafted_by_id=viewer.account_id,
        drafted_by=viewer.name,
        drafted_at=clock.now(),
    )
    session.add(draft)
    session.flush()
    record(session, viewer, "scheme drafted", f"scheme {row.id}", after={"name": scheme.name, "version": 1})
    return draft.id


@command(Permission.EDIT_SCHEMES)
def draft_next(session: ScopedSession, scheme_id: int, first_month: date) -> int:
    """The next wording, which begins as what holds now; returns its key. Raises NotFound, BadInput."""
    viewer = viewer_of(session)
    scheme = session.get(AssessmentScheme, scheme_id)
    if scheme is None or not session.scope.covers(scheme.center_code):
        raise no_scheme()
    take_lock(session, f"schemes {scheme.center_code}")
    rows = session.scalars(
        select(SchemeVersion)
        .where(SchemeVersion.scheme_id == scheme_id)
        .order_by(SchemeVersion.number.desc())
    ).all()
    if any(row.state in (SchemeState.DRAFT, SchemeState.PROPOSED) for row in rows):
        raise BadInput(_("这个方案已有一份草稿或待审定的修改，请先办完它。"))
    held = next((row for row in rows if row.state is SchemeState.IN_FORCE), rows[0])
    draft = SchemeVersion(
        scheme_id=scheme_id,
        center_code=scheme.center_code,
        number=rows[0].number + 1,
        state=SchemeState.DRAFT,
        definition=held.definition,
        first_month=clock.start_of_month(first_month),
        drafted_by_id=viewer.account_id,
        drafted_by=viewer.name,
        drafted_at=clock.now(),
    )
    session.add(draft)
    session.flush()
    record(
        session, viewer, "scheme drafted", f"scheme {scheme_id}",
        after={"name": scheme.name, "version": draft.number},
    )  # fmt: skip
    return draft.id


@command(Permission.EDIT_SCHEMES)
def change_draft(
    session: ScopedSession, version_id: int, definition: Mapping[str, Any], first_month: date, seen: int
) -> int:
    """Writes the whole draft anew and returns what the next change must have seen. Who has not seen the
    newest one is told what the other person changed. Raises BadInput, NotFound, Conflict, WrongState."""
    row = _own(session, version_id)
    if row.state is not SchemeState.DRAFT:
        SCHEME.take("propose", viewer_of(session), row.state, "-")
    after = read(definition)
    _figures_are_there(session, after)
    before = read(json.loads(row.definition))
    if row.version != seen:
        said = "；".join(differences(after, before)) or _("内容相同")
        raise Conflict(
            _("“{person}”刚刚改过这份草稿，您的修改没有保存。与您的不同：{differences}。").format(
                person=row.drafted_by, differences=said
            )
        )
    viewer = viewer_of(session)
    row.definition, row.first_month = canonical(after), clock.start_of_month(first_month)
    row.drafted_by_id, row.drafted_by, row.drafted_at = viewer.account_id, viewer.name, clock.now()
    session.flush()
    scheme = session.get(AssessmentScheme, row.scheme_id)
    if scheme is not None and row.number == 1:
        _must_be_free(session, scheme.center_code, after.name, besides=scheme.id)
        scheme.name = after.name
        session.flush()
    record(
        session, viewer, "scheme changed", f"scheme {row.scheme_id}",
        after={"version": row.number, "changes": masked_text("；".join(differences(before, after)))[:500]},
    )  # fmt: skip
    return row.version


@command(Permission.EDIT_SCHEMES)
def move_draft(session: ScopedSession, version_id: int, action: str, reason: str, seen: int) -> SchemeState:
    """Proposes, approves, refuses, takes back or withdraws a wording. Raises NotFound, NotAllowed,
    WrongState, BadInput, Conflict."""
    row = _own(session, version_id)
    viewer = viewer_of(session)
    if action not in SCHEME.steps:
        raise NotFound(_("没有这个操作。"))
    why = reason.strip()
    step = SCHEME.take(action, viewer, row.state, why, (row.drafted_by_id,))
    if row.version != seen:
        raise Conflict(_("这份方案刚被别人修改过。请刷新页面，核对后再办理。"))
    if len(why) > LONGEST_REASON or not (why + " ").isprintable():
        raise BadInput(_("理由最多{most}个字符。").format(most=LONGEST_REASON))
    before = row.state
    if action == "approve":
        _may_begin(session, row)
    row.state = step.target
    if why:
        row.reason = why
    if step.target in (SchemeState.IN_FORCE, SchemeState.REFUSED):
        row.decided_by, row.decided_at = viewer.name, clock.now()
    session.flush()
    record(
        session, viewer, "scheme moved", f"scheme {row.scheme_id}",
        before={"state": before.value, "version": row.number},
        after={"state": row.state.value, "reason": masked_text(why)},
    )  # fmt: skip
    return row.state


def _figures_are_there(session: ScopedSession, scheme: Scheme) -> None:
    """Figures of registers that lie elsewhere are not there."""
    for number, one in enumerate(scheme.indicators, start=1):
        key = figure_of(one.metric or "")
        if key is not None and session.get(RegisterMetric, key) is None:
            sentence = _("没有“{name}”这个指标。").format(name=one.metric)
            raise BadInput(sentence, (Problem(f"indicators[{number}].metric", sentence),))


def _must_be_free(session: ScopedSession, center_code: str, name: str, besides: int | None = None) -> None:
    """Raises BadInput for a name that another scheme of the center has. Who asks at the same time waits."""
    take_lock(session, f"schemes {center_code}")
    taken = select(AssessmentScheme.id).where(
        AssessmentScheme.center_code == center_code,
        AssessmentScheme.name == name,
        AssessmentScheme.id.is_distinct_from(besides),
    )
    if session.scalar(taken) is not None:
        sentence = _("已有名为“{name}”的方案，请修改它，或换一个名称。").format(name=name)
        raise BadInput(sentence, (Problem("name", sentence, value=name),))


def _may_begin(session: ScopedSession, row: SchemeVersion) -> None:
    """A month is assessed by one wording: the next one begins after what is in force has begun."""
    latest = session.scalar(
        select(func.max(SchemeVersion.first_month)).where(
            SchemeVersion.scheme_id == row.scheme_id, SchemeVersion.state == SchemeState.IN_FORCE
        )
    )
    if latest is not None and row.first_month < latest:
        raise BadInput(_("新方案的开始月份不能早于现行方案的开始月份。"))


def _own(session: ScopedSession, version_id: int) -> SchemeVersion:
    row = session.get(SchemeVersion, version_id)
    if row is None:
        raise no_scheme()
    if not session.scope.covers(row.center_code):
        raise NotAllowed(_("这是上级的考核方案，由上级修改；您可以查看。"))
    return row
