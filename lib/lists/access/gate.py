"""The gate that everything passes which is given to gridworkers: what is not on the access list is refused,
or, where the center's rule says so, recorded as an exception with its basis."""

from __future__ import annotations

from db.models.publication import GateException
from db.scope import ScopedSession
from lib import clock, deployment
from lib.access.guard import viewer_of
from lib.audit.chain import record
from lib.errors import BadInput, NotAllowed, Problem
from lib.i18n import _
from lib.lists.access.held import admitted_item, admitted_on, list_for, rule_for
from lib.masking import masked_text
from lib.typed import as_typed, plain

LONGEST_MATTER, LONGEST_BASIS = 200, 300


def must_be_admitted(
    session: ScopedSession,
    center_code: str,
    matter_item_id: int | None,
    matter: str,
    basis: str,
    subject: str,
    department_id: int | None,
) -> int | None:
    """Whoever gives something to the gridworkers of a center calls this in the same transaction.

    `matter_item_id` is the item of the list that was chosen; without one the list is asked for a matter of
    this very name. Returns the key of the item that admits it, or None when it was let through as an
    exception; `subject` says of what. Raises NotAllowed, BadInput.
    """
    today = clock.local(deployment.moment_of(session)).date()
    if matter_item_id is not None:
        held = admitted_item(session, center_code, matter_item_id, today)
        if held is None:
            raise NotAllowed(_("选定的事项已不在准入清单上，或对这个中心无效。请刷新页面后重新选择。"))
        return held.item.id
    wanted = plain(matter, LONGEST_MATTER)
    for one in admitted_on(session, center_code, today):
        if plain(one.item.title, LONGEST_MATTER) == wanted:
            return one.item.id
    rule = rule_for(session, center_code)
    if rule is None or not rule.allows_exceptions:
        raise NotAllowed(_refusal(session, center_code, matter))
    why = as_typed(basis, LONGEST_BASIS)
    if not why:
        sentence = _("“{matter}”不在准入清单上，作为例外交办必须填写依据。").format(matter=matter[:40])
        raise BadInput(sentence, (Problem("basis", sentence),))
    said = as_typed(matter, LONGEST_MATTER)
    viewer = viewer_of(session)
    session.add(
        GateException(
            center_code=center_code, department_id=department_id, matter=said, basis=why, subject=subject,
            allowed_by=viewer.name, allowed_at=deployment.moment_of(session),
        )
    )  # fmt: skip
    session.flush()
    record(
        session, viewer, "gate exception", subject,
        after={"center": center_code, "department": department_id, "matter": masked_text(said),
               "basis": masked_text(why)},
    )  # fmt: skip
    return None


def _refusal(session: ScopedSession, center_code: str, matter: str) -> str:
    found = list_for(session, center_code)
    if found is None:
        return _("“{matter}”不能交给网格员：还没有启用准入清单，请先在“准入清单”页启用并办理准入。").format(
            matter=matter[:40]
        )
    return _(
        "“{matter}”不在《{list}》上，不能交给网格员。请由责任部门在“准入清单”页提交准入申请，审核通过并公布后再交办。"
    ).format(matter=matter[:40], list=found.name)
