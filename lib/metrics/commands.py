"""What people do about figures: decide how this deployment counts."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from db.models.indicator import Rework, Satisfied, Suspended, VariantVersion
from db.scope import ScopedSession
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.deployment import standing
from lib.errors import BadInput, Conflict, NotAllowed, Problem
from lib.i18n import _
from lib.masking import masked_text
from lib.metrics.queries import VARIANT, variant_in_force
from lib.metrics.variant import Variant

LONGEST_REASON = 200
LEAST_HOURS, MOST_HOURS = 1, 720


@command(Permission.CHOOSE_VARIANT)
def choose_variant(
    session: ScopedSession,
    suspended: Suspended,
    satisfied: Satisfied,
    rework: Rework,
    acceptance_hours: int,
    reason: str,
    seen_version: int,
) -> int:
    """Writes the next version, which holds for the whole deployment from now on, and returns its number.

    `seen_version` is the one that the person decided against; when another one holds by now they are
    told. Raises NotAllowed, BadInput, Conflict.
    """
    deployment = standing(session)
    if deployment is None or not session.scope.covers(deployment.root_code):
        raise NotAllowed(_("统计口径在本系统内统一，只能由最上级中心的领导或中心主任选定。"))
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON or not why.isprintable():
        sentence = _("请写明理由，例如文件名称和文号，最多{most}个字符。").format(most=LONGEST_REASON)
        raise BadInput(sentence, (Problem("reason", sentence, value=reason),))
    if not LEAST_HOURS <= acceptance_hours <= MOST_HOURS:
        sentence = _("受理时限应在{least}到{most}小时之间。").format(least=LEAST_HOURS, most=MOST_HOURS)
        raise BadInput(sentence, (Problem("acceptance_hours", sentence, value=f"{acceptance_hours}"),))
    now = variant_in_force(session)
    if now.version != seen_version:
        raise _overtaken()
    then = Variant(suspended, satisfied, rework, acceptance_hours, now.version + 1)
    if then.choices == now.choices:
        raise BadInput(_("所选口径与现行口径相同，没有改动。"))
    viewer = viewer_of(session)
    session.add(
        VariantVersion(
            version=then.version,
            center_code=deployment.root_code,
            suspended=suspended,
            satisfied=satisfied,
            rework=rework,
            acceptance_hours=acceptance_hours,
            reason=why,
            decided_by=viewer.name,
            decided_at=clock.now(),
        )
    )
    try:
        session.flush()
    except IntegrityError:  # somebody else's decision of the same moment has the number
        raise _overtaken() from None
    session.info.pop(VARIANT, None)
    record(
        session, viewer, "variant chosen", f"variant {then.version}",
        before=now.choices, after={**then.choices, "reason": masked_text(why)},
    )  # fmt: skip
    return then.version


def _overtaken() -> Conflict:
    return Conflict(_("别人刚刚选定了新的统计口径。请刷新页面，看过新口径的影响后再决定。"))
