"""A register as the shared screen of imports sees it."""

from __future__ import annotations

from db.models.register import ChangeSetKind
from lib.i18n import _
from lib.imports.matching import Matching
from lib.registers.changes.commands import save_changes
from lib.registers.changes.queries import Tried, template_of, try_import
from lib.registers.exporting.sheet import CENTER, PLACE, STATE
from lib.registers.importing import CENTER as OWNER
from lib.registers.queries import RegisterCard
from lib.ui.importing import Importing, more_than_shown
from lib.ui.register_changes import key_of, preview


def importing(card: RegisterCard) -> Importing:
    return Importing(
        key_of(card.id),
        card.design.words,
        template=lambda session: template_of(session, card.id),
        try_it=lambda session, table, matching, progress: try_import(
            session, card.id, table, matching, progress
        ),
        save=lambda session, source, tried: save_changes(
            session, card.id, ChangeSetKind.IMPORT, source, tried.changes
        ),
        preview=_preview,
        corrected=_as_taken_out,
        beside=tuple(_(words) for words in (*CENTER, *PLACE, *STATE)),
        nothing=_("表里的内容和台账里的一样，没有要写入的。"),
    )


def _preview(tried: Tried) -> None:
    preview(tried.previews, {})
    more_than_shown(len(tried.previews), len(tried.changes))


def _as_taken_out(found: Matching) -> Matching:
    """In the sheets that we hand out, the center that an entry belongs to stands under its code."""
    if found.by_key.get(OWNER) is None and any(one.key == OWNER for one in found.fields):
        codes = {_(words) for words in CENTER}
        for one in found.columns:
            if one.key is None and one.heading.strip() in codes:
                return found.with_column(one.index, OWNER)
    return found
