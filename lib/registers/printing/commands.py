"""What people do for printing: hand in a Word template, take one out, and print, which is recorded."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select

from db.models.register import PrintTemplate, Register
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, Problem
from lib.exports.commands import DIGEST, EXPORT_ID
from lib.i18n import _
from lib.registers.printing.checking import check
from lib.registers.printing.newest import newest_design
from lib.registers.printing.queries import no_template
from lib.registers.printing.rendering import rendered
from lib.registers.printing.sheets import OF_ALL, PrintedEntry, PrintedField, Prints, names_of
from lib.registers.seeing import no_register, reads, register_with_design
from lib.typed import as_typed

LONGEST_NAME, MOST_TEMPLATES = 60, 10


@command(Permission.DESIGN_REGISTERS)
def add_template(session: ScopedSession, register_id: int, name: str, content: bytes) -> int:
    """A Word document into which entries are printed; returns its key. It is filled in once on trial.
    Raises NotFound, BadInput."""
    design = newest_design(session, register_id)
    register = session.get(Register, register_id)
    assert register is not None
    said = as_typed(name, LONGEST_NAME)
    if not said:
        sentence = _("请填写模板名称。")
        raise BadInput(sentence, (Problem("name", sentence),))
    names = names_of(design)
    used = check(content, names, OF_ALL)
    if not used:
        raise BadInput(_("模板里没有要填的名称，请在要填的地方写{example}。").format(example="{{ 名称 }}"))
    fields = tuple(PrintedField(one.key, one.label, one.section, one.label) for one in design.standing)
    trial = PrintedEntry("1", design.name, register.center_code, "", fields, ())
    try:
        rendered(Prints(design.name, (trial, trial), "", "", content, names), "")
    except BadInput:
        raise
    except Exception as broken:  # whatever a document can break there is not worth more than this
        raise BadInput(_("这个Word模板填不进内容，请用文字处理软件重新另存为docx再试。")) from broken
    there = select(func.count()).where(PrintTemplate.register_id == register_id)
    if session.scalar(there.where(PrintTemplate.name == said)):
        sentence = _("已有名为“{name}”的模板，请换一个名称。").format(name=said)
        raise BadInput(sentence, (Problem("name", sentence, value=said),))
    if (session.scalar(there) or 0) >= MOST_TEMPLATES:
        raise BadInput(_("每本台账最多{most}个模板，请先删除不用的。").format(most=MOST_TEMPLATES))
    made = PrintTemplate(
        register_id=register_id, center_code=register.center_code, name=said, content=content,
        added_by=viewer_of(session).name, added_at=deployment.moment_of(session),
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, viewer_of(session), "print template added", f"register {register_id}",
        after={"name": said, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()},
    )  # fmt: skip
    return made.id


@command(Permission.DESIGN_REGISTERS)
def remove_template(session: ScopedSession, template_id: int) -> None:
    """Raises NotFound."""
    found = session.get(PrintTemplate, template_id)
    if found is None or not session.scope.covers(found.center_code):
        raise no_template()
    register_id, name = found.register_id, found.name
    session.delete(found)
    session.flush()
    record(
        session, viewer_of(session), "print template removed", f"register {register_id}",
        after={"name": name},
    )  # fmt: skip


@command(Permission.EXPORT_REGISTERS)
def register_print(
    session: ScopedSession, register_id: int, export_id: str, template: str, entries: int, digest: str
) -> str:
    """Notes that entries were printed. `digest` is the SHA-256 of the file, in hexadecimal. Raises
    NotFound."""
    register, design = register_with_design(session, register_id)
    if not reads(viewer_of(session), register, design):
        raise no_register()
    if not EXPORT_ID.fullmatch(export_id) or not DIGEST.fullmatch(digest) or entries < 1:
        raise ValueError("a print needs a number of its own and the digest of its file")
    record(
        session, viewer_of(session), "exported", export_id,
        after={
            "page": "entry", "register": register_id, "what": register.name, "filters": template[:60],
            "kind": "docx", "rows": entries, "sha256": digest,
        },
    )  # fmt: skip
    return export_id
