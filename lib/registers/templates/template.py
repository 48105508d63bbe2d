"""What a shipped register is: a design that is used at once or changed, and where it belongs."""

from __future__ import annotations

from dataclasses import dataclass

from lib.fields.field import Choice
from lib.i18n import mark
from lib.registers.design import By, Design, Move, Stage, StageKind

PEOPLE, DISPUTES, RISKS, PROJECTS = mark("民生服务"), mark("矛盾化解"), mark("风险防控"), mark("项目任务")
GRIDS, WORK = mark("网格基础"), mark("机制运行")
GROUPS = (PEOPLE, DISPUTES, RISKS, PROJECTS, GRIDS, WORK)


@dataclass(frozen=True)
class Template:
    """`ids` are the rows of the domain that it stands for. `links` names, for fields that name entries of
    another register, the template of that register."""

    design: Design
    group: str
    ids: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def choices(*said: str) -> tuple[Choice, ...]:
    """Each as "key 名称 English words"."""
    parts = [one.split(" ", 2) for one in said]
    return tuple(Choice(key, label, english) for key, label, english in parts)


def stage(said: str, kind: StageKind, *, editable: bool = False) -> Stage:
    """From "key 名称 English words"."""
    key, label, english = said.split(" ", 2)
    return Stage(key, label, english, kind, editable)


FILLING = Stage("draft", "填写中", "Draft", StageKind.DRAFT, editable=True)
WAITING = Stage("waiting", "待审核", "Waiting for review", StageKind.WAITING)
# Where the one who reviews has something to enter.
JUDGED = Stage("waiting", "待评审", "Waiting for judgement", StageKind.WAITING, editable=True)
SUBMIT = Move("submit", "提交", "Submit", ("draft",), "waiting", By.OWN)
RETURN = Move(
    "return", "退回", "Return", ("waiting",), "draft", By.OWN_OR_ABOVE, decides=True, asks_reason=True
)


def reviewed(*ends: Stage) -> tuple[Stage, ...]:
    """Filled in by one person, reviewed by another."""
    return (FILLING, WAITING, *ends)


def approve(label: str, english: str, target: str, by: By = By.OWN_OR_ABOVE) -> Move:
    """The review by another person than the one who filled it in."""
    return Move(target, label, english, ("waiting",), target, by, decides=True, by_another=True)
