"""Questions about the files of an entry."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import undefer

from db.models.register import Attachment, Entry
from db.scope import ScopedSession
from lib.access.guard import query, viewer_of
from lib.access.permissions import Permission
from lib.errors import NotFound
from lib.i18n import _
from lib.registers.attachments.files import MIMES, attachable
from lib.registers.entries.writing import entry_of
from lib.registers.seeing import no_entry, register_with_design, seen


@dataclass(frozen=True)
class AttachmentFile:
    name: str
    mime: str
    content: bytes


def no_attachment() -> NotFound:
    return NotFound(_("找不到这个附件，或它不在您的范围内。"))


@query(Permission.READ_REGISTERS)
def attachment_content(session: ScopedSession, attachment_id: int) -> AttachmentFile:
    """A file of an entry that the viewer reads, in a field that the viewer sees. Raises NotFound."""
    found = session.get(Attachment, attachment_id, options=[undefer(Attachment.content)])
    if found is None or found.removed_at is not None:
        raise no_attachment()
    entry = session.get(Entry, found.entry_id)
    if entry is None:
        raise no_attachment()
    try:
        register, design = register_with_design(session, entry.register_id)
        entry_of(session, register, design, entry.id)
    except NotFound:
        raise no_attachment() from None
    if found.field not in {one.key for one in seen(viewer_of(session), design)}:
        raise no_attachment()
    return AttachmentFile(found.name, MIMES[found.kind], found.content)


@query(Permission.READ_REGISTERS)
def fields_to_attach(session: ScopedSession, entry_id: int) -> frozenset[str]:
    """The keys of the fields into which the viewer may put files now. Raises NotFound."""
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise no_entry()
    register, design = register_with_design(session, entry.register_id)
    entry_of(session, register, design, entry_id)
    viewer = viewer_of(session)
    open_now = register.closed_at is None and entry.removed_at is None
    if not (open_now and design.stage(entry.state).editable and viewer.may(Permission.FILL_REGISTERS)):
        return frozenset()
    return attachable(viewer, design)
