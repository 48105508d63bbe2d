"""What concerns one person alone: their photo, and their numbers in full."""

from __future__ import annotations

from db.models.roster import RosterAction
from db.scope import ScopedSession
from lib.access.guard import command, viewer_of
from lib.access.permissions import Permission
from lib.access.unmasking import EVENT, LOOKED_UP, has_looked_up, mark_of, must_be_few, must_have_reason
from lib.audit.chain import record
from lib.errors import BadInput, Conflict
from lib.i18n import _
from lib.masking import masked_text
from lib.roster.history import History
from lib.roster.numbers import number_in
from lib.roster.people.photo import small_photo
from lib.roster.posts.moves import person_of
from lib.sealing import opened
from lib.typed import as_typed

LONGEST_REASON = 200


@command(Permission.SEE_WHOLE_NUMBERS)
def show_person_numbers(session: ScopedSession, person_id: int, reason: str) -> dict[str, str]:
    """The phone and the citizen's number of one person in full. Who asked, and why, is recorded; so many a
    day and no more. Raises NotFound, BadInput, NotAllowed."""
    viewer = viewer_of(session)
    viewer.must(Permission.READ_ROSTER)
    person = person_of(session, person_id)
    why = as_typed(reason, LONGEST_REASON)
    must_have_reason(session, viewer, why)
    record(
        session, viewer, EVENT, f"person {person.id}",
        after={"reason": masked_text(why), "fields": "phone, citizen_id"},
    )  # fmt: skip
    found = {"phone": opened(person.phone or ""), "citizen_id": opened(person.citizen_id or "")}
    return {key: value for key, value in found.items() if value}


@command(Permission.SEE_WHOLE_NUMBERS)
def look_up_number(session: ScopedSession, number: str) -> None:
    """From now on and for a day lists find whose phone or citizen's number this is. Every number is recorded
    once, without the number; so many a day and no more, or what is masked could be guessed. Raises BadInput,
    NotAllowed."""
    viewer, said = viewer_of(session), number_in(number)
    viewer.must(Permission.READ_ROSTER)
    if not said:
        raise BadInput(_("请输入完整的电话或身份证号。"))
    if viewer.account_id is None or not has_looked_up(session, viewer, said):
        must_be_few(session, viewer)
        record(session, viewer, LOOKED_UP, mark_of(said))


@command(Permission.KEEP_ROSTER)
def set_photo(session: ScopedSession, person_id: int, seen: int, content: bytes | None) -> None:
    """Another photo, or none. Raises NotFound, Conflict, BadInput."""
    person = person_of(session, person_id)
    if person.version != seen:
        raise Conflict(_("{name}刚被别人改过。请核对页面上的新内容后再办。").format(name=person.name))
    person.photo = small_photo(content) if content is not None else None
    history = History(session, RosterAction.CORRECTED)
    history.note(person, {"photo": content is not None})
    history.write()
    record(
        session, viewer_of(session), "photo changed", f"person {person.id}",
        after={"photo": content is not None},
    )  # fmt: skip
