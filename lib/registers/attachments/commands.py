"""What people do with the files of an entry: add one, take one out, take a copy away."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from db.models.register import Attachment, Entry, Register
from db.scope import ScopedSession
from lib import deployment
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.audit.chain import record
from lib.errors import BadInput, NotAllowed, NotFound, Problem
from lib.i18n import _
from lib.masking import masked_text
from lib.registers import values as whole
from lib.registers.attachments.files import MOST_FILES, attachable, free_name, kind_of_content, safe_name
from lib.registers.attachments.queries import AttachmentFile, attachment_content, no_attachment
from lib.registers.design import Design
from lib.registers.entries import writing
from lib.registers.entries.opening import must_be_open
from lib.registers.seeing import no_entry, register_with_design, seen
from lib.registers.world import Surroundings


@command(Permission.FILL_REGISTERS)
def add_attachment(session: ScopedSession, entry_id: int, field_key: str, name: str, content: bytes) -> int:
    """A file into a field of an entry; returns its key. Raises NotFound, NotAllowed, BadInput."""
    register, design, entry = _to_change(session, entry_id, field_key)
    try:
        kind = kind_of_content(content)
    except BadInput as refused:
        raise BadInput(refused.sentence, (Problem(field_key, refused.sentence, value=name[:100]),)) from None
    # Files that this person does not see are not told of.
    visible = {one.key for one in seen(viewer_of(session), design)}
    there = [one for one in _there(session, entry.id) if one.field in visible]
    digest = hashlib.sha256(content).hexdigest()
    same = next((one for one in there if one.sha256 == digest), None)
    if same is not None:
        raise BadInput(_("这个文件已经在附件里：“{name}”。").format(name=same.name))
    if len(there) >= MOST_FILES:
        raise BadInput(_("每条记录最多{most}个附件，请先删除不用的。").format(most=MOST_FILES))
    made = Attachment(
        entry_id=entry.id, center_code=entry.center_code, department_id=entry.department_id, field=field_key,
        name=free_name(safe_name(name, kind), {one.name for one in there}), kind=kind, size=len(content),
        sha256=digest, content=content, added_by=viewer_of(session).name,
        added_at=deployment.moment_of(session),
    )  # fmt: skip
    session.add(made)
    session.flush()
    _name_anew(session, register, design, entry, field_key)
    _record(session, "attachment added", entry, made)
    return made.id


@command(Permission.FILL_REGISTERS)
def remove_attachment(session: ScopedSession, attachment_id: int) -> None:
    """Takes a file out of an entry; it stays for the history. Raises NotFound, NotAllowed."""
    found = session.get(Attachment, attachment_id)
    if found is None or found.removed_at is not None:
        raise no_attachment()
    register, design, entry = _to_change(session, found.entry_id, found.field)
    found.removed_at = deployment.moment_of(session)
    session.flush()
    _name_anew(session, register, design, entry, found.field)
    _record(session, "attachment removed", entry, found)


@command(Permission.READ_REGISTERS)
def take_attachment(session: ScopedSession, attachment_id: int) -> AttachmentFile:
    """The file for whoever takes a copy away, which is recorded. Raises NotFound."""
    file = attachment_content(session, attachment_id)
    found = session.get(Attachment, attachment_id)
    entry = session.get(Entry, found.entry_id) if found else None
    if found is None or entry is None:
        raise no_attachment()
    _record(session, "attachment taken", entry, found)
    return file


def _to_change(session: ScopedSession, entry_id: int, field_key: str) -> tuple[Register, Design, Entry]:
    """The entry, once it is sure that this person may fill this field of it now."""
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise no_entry()
    try:
        register, design = register_with_design(session, entry.register_id)
    except NotFound:
        raise no_entry() from None
    writing.entry_of(session, register, design, entry_id)
    must_be_open(session, register)
    writing.must_be_editable(entry, design)
    if field_key not in attachable(viewer_of(session), design):
        raise NotAllowed(_("您不能在这一项里增删附件。"))
    return register, design, entry


def _there(session: ScopedSession, entry_id: int) -> list[Attachment]:
    statement = select(Attachment).where(Attachment.entry_id == entry_id, Attachment.removed_at.is_(None))
    return list(session.scalars(statement.order_by(Attachment.id)))


def _name_anew(
    session: ScopedSession, register: Register, design: Design, entry: Entry, field_key: str
) -> None:
    """The entry holds the names of its files, so that lists and the history tell of them."""
    names = tuple(one.name for one in _there(session, entry.id) if one.field == field_key)
    values = whole.unpacked(entry.content) | {field_key: names}
    kept = {key: value for key, value in values.items() if value}
    writing.rewrite(session, register, design, entry, kept, Surroundings(session))


def _record(session: ScopedSession, event: str, entry: Entry, file: Attachment) -> None:
    record(
        session, viewer_of(session), event, f"entry {entry.id}",
        after={
            "register": entry.register_id, "number": entry.serial, "name": masked_text(file.name),
            "kind": file.kind, "size": file.size, "sha256": file.sha256,
        },
    )  # fmt: skip
