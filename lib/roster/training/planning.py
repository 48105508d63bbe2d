"""What a round and a session say, and what must be so before they are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from db.models.roster import PostRole
from db.models.training import TrainingRound
from lib.errors import BadInput, Problem
from lib.i18n import _
from lib.typed import as_typed

LONGEST_NAME, LONGEST_NOTE, LONGEST_WORDS = 60, 500, 100
MOST_MONTHS, MOST_MINUTES, MOST_DAYS = 120, 24 * 60, 3 * 366


@dataclass(frozen=True)
class Plan:
    """What a round says. `valid_months` None is forever."""

    name: str
    first_day: date
    last_day: date
    roles: tuple[PostRole, ...]
    valid_months: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Sitting:
    """What a session says."""

    subject: str
    held_on: date
    minutes: int
    place: str = ""
    trainer: str = ""


def checked(plan: Plan) -> Plan:
    """Raises BadInput with every problem."""
    name, problems = as_typed(plan.name, LONGEST_NAME), []
    if not name:
        problems.append(Problem("name", _("请填写培训名称。")))
    if not 0 <= (plan.last_day - plan.first_day).days < MOST_DAYS:
        problems.append(Problem("last_day", _("结束日期应不早于开始日期，一轮培训最长三年。")))
    if not plan.roles:
        problems.append(Problem("roles", _("请选择培训哪些岗位的人员。")))
    if plan.valid_months is not None and not 1 <= plan.valid_months <= MOST_MONTHS:
        problems.append(Problem("valid_months", _("有效期应在1到{most}个月之间。").format(most=MOST_MONTHS)))
    if problems:
        raise BadInput(problems[0].sentence, tuple(problems))
    note = as_typed(plan.note, LONGEST_NOTE)
    return Plan(name, plan.first_day, plan.last_day, tuple(plan.roles), plan.valid_months, note)


def seated(sitting: Sitting, found: TrainingRound) -> Sitting:
    """Raises BadInput with every problem."""
    subject, problems = as_typed(sitting.subject, LONGEST_WORDS), []
    if not subject:
        problems.append(Problem("subject", _("请填写培训内容。")))
    if not found.first_day <= sitting.held_on <= found.last_day:
        sentence = _("举办日期应在{first}到{last}之间。").format(first=found.first_day, last=found.last_day)
        problems.append(Problem("held_on", sentence))
    if not 1 <= sitting.minutes <= MOST_MINUTES:
        problems.append(Problem("minutes", _("培训时长应在1到{most}分钟之间。").format(most=MOST_MINUTES)))
    if problems:
        raise BadInput(problems[0].sentence, tuple(problems))
    place, trainer = as_typed(sitting.place, LONGEST_WORDS), as_typed(sitting.trainer, LONGEST_WORDS)
    return Sitting(subject, sitting.held_on, sitting.minutes, place, trainer)
