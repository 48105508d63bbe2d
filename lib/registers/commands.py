"""What people do with registers themselves: make one, draft its design, put the draft to use, close it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from db.models.center import Center
from db.models.register import Register, RegisterDesign
from db.scope import ScopedSession
from db.session import take_lock
from lib import clock
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Conflict, NotFound, Problem
from lib.i18n import _
from lib.registers.checks import checked
from lib.registers.design import Design, loaded, written
from lib.registers.fitting import compute_anew, must_fit
from lib.registers.needs import asked_stages
from lib.registers.seeing import no_register
from lib.registers.templates import SHIPPED, TEMPLATES
from lib.typed import as_typed


@command(Permission.DESIGN_REGISTERS)
def make_register(session: ScopedSession, center_code: str, design: Design, template: str = "") -> int:
    """A new register for a center and all below it, as a draft; returns its key. Raises NotFound,
    BadInput."""
    if session.get(Center, center_code) is None or not session.scope.covers(center_code):
        raise NotFound(_("找不到这个中心，或它不在您的范围内。请从上方的路径重新选择。"))
    if template and template not in TEMPLATES:
        raise BadInput(_("没有这个模板。"))
    viewer = viewer_of(session)
    take_lock(session, f"registers {center_code}")
    design = _with_links(session, design, center_code, template)
    name = _free_name(session, center_code, design.name)
    register = Register(
        center_code=center_code, name=name, template=template, made_by=viewer.name, made_at=clock.now()
    )
    session.add(register)
    session.flush()
    session.add(
        RegisterDesign(
            register_id=register.id, center_code=center_code, number=1, definition=written(design),
            made_by=viewer.name, made_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    record(
        session, viewer, "register made", f"register {register.id}",
        after={"center": center_code, "name": name, "template": template},
    )  # fmt: skip
    return register.id


@command(Permission.DESIGN_REGISTERS)
def save_draft(session: ScopedSession, register_id: int, design: Design, seen: int | None) -> int:
    """What a register is to become. It may be unfinished: it is checked when it is put to use. `seen` is the
    version of the draft that was on the screen, None where there was none; returns the one that stands now.
    Raises NotFound, BadInput, Conflict."""
    register = _own(session, register_id)
    viewer = viewer_of(session)
    take_lock(session, f"design of {register_id}")  # of two first drafts the later one is told
    draft = _draft(session, register_id)
    if (draft.version if draft else None) != seen:
        raise Conflict(_("这份设计刚被别人改过。请核对页面上的新内容后再保存；您填写的内容仍在。"))
    if len(written(design)) > 500_000:
        raise BadInput(_("设计太大，请减少字段或选项。"))
    if draft is None:
        draft = RegisterDesign(
            register_id=register_id, center_code=register.center_code, number=register.design_number + 1,
            definition="", made_by=viewer.name, made_at=clock.now(),
        )  # fmt: skip
        session.add(draft)
    draft.definition, draft.made_by, draft.made_at = written(design), viewer.name, clock.now()
    session.flush()
    record(session, viewer, "design drafted", f"register {register_id}", after={"version": draft.number})
    return draft.version


@command(Permission.DESIGN_REGISTERS)
def drop_draft(session: ScopedSession, register_id: int, seen: int) -> None:
    """Forgets what was drafted. A register that was never used goes with it. Raises NotFound, Conflict."""
    register = _own(session, register_id)
    draft = _draft(session, register_id)
    if draft is None:
        raise NotFound(_("没有未启用的设计。"))
    if draft.version != seen:
        raise Conflict(_("这份设计刚被别人改过。请核对后再办理。"))
    session.delete(draft)
    session.flush()
    if register.design_number == 0:
        session.delete(register)
        session.flush()
    record(session, viewer_of(session), "design dropped", f"register {register_id}")


@command(Permission.DESIGN_REGISTERS)
def use_draft(session: ScopedSession, register_id: int, seen: int) -> int:
    """Puts the draft to use; from then on it is never changed. Refused while it has faults, or while
    entries that stand would not fit it; they are named. Returns its number. Raises NotFound, BadInput,
    Conflict."""
    register = _own(session, register_id)
    draft = _draft(session, register_id)
    if draft is None:
        raise NotFound(_("没有未启用的设计。"))
    if draft.version != seen:
        raise Conflict(_("这份设计刚被别人改过。请核对后再办理。"))
    # Whoever is writing an entry holds the register as it was; nobody begins until this is done.
    session.scalar(select(Register.id).where(Register.id == register_id).with_for_update())
    take_lock(session, f"entries of {register_id}")
    design = checked(loaded(draft.definition))
    _links_are_there(session, design)
    before = _in_use(session, register)
    if before is not None:
        must_fit(session, register, before, design)
    if design.name != register.name:
        register.name = _free_name(session, register.center_code, design.name)
    draft.definition, draft.used_since = written(design), clock.now()
    register.design_number = draft.number
    session.flush()
    if before is not None:
        compute_anew(session, register, before, design)
    record(
        session, viewer_of(session), "design used", f"register {register_id}",
        after={"name": register.name, "version": draft.number},
    )  # fmt: skip
    return draft.number


@command(Permission.DESIGN_REGISTERS)
def close_register(session: ScopedSession, register_id: int) -> None:
    """Nothing is written into it any more. Raises NotFound, BadInput."""
    register = _own(session, register_id)
    if register.closed_at is not None:
        raise BadInput(_("这本台账已经停用。"))
    register.closed_at = clock.now()
    session.flush()
    record(session, viewer_of(session), "register closed", f"register {register_id}")


@command(Permission.DESIGN_REGISTERS)
def reopen_register(session: ScopedSession, register_id: int) -> None:
    """It is written into again. Raises NotFound, BadInput."""
    register = _own(session, register_id)
    if register.closed_at is None:
        raise BadInput(_("这本台账没有停用。"))
    register.closed_at = None
    session.flush()
    record(session, viewer_of(session), "register reopened", f"register {register_id}")


def _own(session: ScopedSession, register_id: int) -> Register:
    """A register of a center that lies in the scope; one from above is used and not designed here."""
    register = session.get(Register, register_id)
    if register is None or not session.scope.covers(register.center_code):
        raise no_register()
    return register


def _draft(session: ScopedSession, register_id: int) -> RegisterDesign | None:
    return session.scalar(
        select(RegisterDesign).where(
            RegisterDesign.register_id == register_id, RegisterDesign.used_since.is_(None)
        )
    )


def _in_use(session: ScopedSession, register: Register) -> Design | None:
    text = session.scalar(
        select(RegisterDesign.definition).where(
            RegisterDesign.register_id == register.id, RegisterDesign.number == register.design_number
        )
    )
    return loaded(text) if text else None


def _free_name(session: ScopedSession, center_code: str, name: str) -> str:
    said = as_typed(name, 60)
    if not said:
        sentence = _("请填写台账名称。")
        raise BadInput(sentence, (Problem("name", sentence),))
    taken = select(Register.id).where(Register.center_code == center_code, Register.name == said)
    if session.scalar(taken) is not None:
        sentence = _("本级已有名为“{name}”的台账，请换一个名称。").format(name=said)
        raise BadInput(sentence, (Problem("name", sentence, value=said),))
    return said


def _with_links(session: ScopedSession, design: Design, center_code: str, template: str) -> Design:
    """A template's links lead to the nearest register that was made from the template they name; where there
    is none yet, the designer chooses one."""
    links = dict(SHIPPED[template].links) if template else {}
    found: dict[str, int] = {}
    for key, other in links.items():
        rows = session.execute(
            select(Register.id, Register.center_code)
            .where(Register.template == other, Register.design_number > 0, Register.closed_at.is_(None))
            .order_by(Register.id)
        )
        above = [(len(code), -number) for number, code in rows if center_code.startswith(code)]
        if above:
            found[key] = -max(above)[1]
    fields = (
        replace(one, links_to=found[one.key])
        if one.kind == "link" and one.links_to is None and one.key in found
        else one
        for one in design.fields
    )
    return replace(design, fields=tuple(fields))


def _links_are_there(session: ScopedSession, design: Design) -> None:
    for one in design.standing:
        if one.links_to is not None and session.get(Register, one.links_to) is None:
            sentence = _("字段“{label}”关联的台账找不到，或它不在您的范围内。").format(label=one.label)
            raise BadInput(sentence, (Problem(one.key, sentence),))
    for move in design.moves:
        for key, words in asked_stages(move.needs):
            linked = session.get(Register, design.by_key[key].links_to or 0)
            known = _in_use(session, linked) if linked else None
            if known is not None and words not in [one.label for one in known.stages]:
                sentence = _("步骤“{name}”：“{label}”关联的台账没有“{state}”这个状态。").format(
                    name=move.label, label=design.by_key[key].label, state=words
                )
                raise BadInput(sentence, (Problem("moves", sentence),))
