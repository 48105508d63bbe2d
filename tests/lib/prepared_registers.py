"""A county's registers for the walk over all actions: designs in each state, entries, lists, files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from db.models.account import Account, Role
from db.models.register import ChangeSetKind, Entry, RegisterDesign
from db.scope import ScopedSession
from lib.lists.access.commands import apply_for_admission
from lib.registers.attachments.commands import add_attachment
from lib.registers.changes.commands import save_changes
from lib.registers.changes.judging import RowChange
from lib.registers.commands import close_register, make_register
from lib.registers.entries.commands import edit_entry, make_entry, move_entry, remove_entry
from lib.registers.figures.commands import make_figure
from lib.registers.figures.definition import Definition
from lib.registers.printing.commands import add_template
from lib.registers.publishing.commands import propose_edition
from lib.registers.templates import access_list
from lib.registers.templates.access_list import ACCESS_LIST
from lib.registers.templates.service_list import NAME, SERVICE_LIST
from tests import makers, registering
from tests.makers import COUNTY, TODAY, TOWN
from tests.registering import FILE, PICTURE, TEXT, acting_as, design, document, used

EXPORT = "EX-20260630-7F3K9Q"
MATTER = {
    access_list.MATTER: "巡查", access_list.DUTY: "其他", access_list.REASON: "需要",
    access_list.BASIS: "文1号",
    access_list.FREQUENCY: "每周", access_list.PAYER: "财政", access_list.SINCE: "2026-01-01",
}  # fmt: skip


def prepare_registers(session: ScopedSession, leader: Account) -> dict[str, Any]:
    """How each action is called by the county's director after its leader did everything before."""
    viewer = makers.viewer_of_account(leader)
    town = makers.account(Role.CENTER_DIRECTOR, TOWN, username="town.director")
    department = makers.department(COUNTY)
    session.add_all([town, department])
    session.flush()
    wanted = {**MATTER, access_list.DEPARTMENT: f"#{department.id}"}
    key = used(session, viewer, design())
    served, admitted = (
        used(session, viewer, SERVICE_LIST, "service_list"),
        used(session, viewer, ACCESS_LIST, "access_list"),
    )
    with acting_as(session, viewer):
        unused = make_register(session, COUNTY, design("草稿"))
        other = make_register(session, COUNTY, design("丢弃"))
        closing, closed = (used(session, viewer, design(name)) for name in ("要停用的", "停用了的"))
        close_register(session, closed)
        entries = {
            name: make_entry(session, key, COUNTY, {TEXT: name, registering.PHONE: "13800008000"})
            for name in ("edited", "moved", "removed", "restored", "returned", "several", "filed")
        }
        remove_entry(session, entries["restored"], "误填", 1)
        back = edit_entry(session, entries["returned"], {TEXT: "改过"}, 1)
        batch = save_changes(session, key, ChangeSetKind.IMPORT, "表", [RowChange(None, {TEXT: "导入"})])
        file, kept = (
            add_attachment(session, entries["filed"], FILE, f"{name}.png", PICTURE + name.encode())
            for name in ("照片", "另一张")
        )
        figure = int(make_figure(session, key, Definition("条数")).rpartition(".")[2])
        printed = add_template(session, key, "走访单", document())
        make_entry(session, served, COUNTY, {NAME: "医保", "f2": "其他"})
        edition = propose_edition(session, served, COUNTY, TODAY, "")
        matter = apply_for_admission(session, admitted, COUNTY, wanted, True)
        leaving = apply_for_admission(session, admitted, COUNTY, {**wanted, access_list.MATTER: "走访"}, True)
    with acting_as(session, makers.viewer_of_account(town)):
        make_entry(session, served, TOWN, {NAME: "社保", "f2": "其他"})
    other_leader = makers.account(Role.LEADER, COUNTY, username="other.leader")
    session.add(other_leader)
    session.flush()
    with acting_as(session, makers.viewer_of_account(other_leader)):
        for one in (matter, leaving):
            move_entry(session, one, "admit", "", _version(session, one))
    drafts = {
        row.register_id: row.version
        for row in session.scalars(select(RegisterDesign).where(RegisterDesign.used_since.is_(None)))
    }
    return dict.fromkeys(("propose_edition by",), "town") | {
        "town": makers.viewer_of_account(town),
        "make_register": (COUNTY, design("新台账")),
        "save_draft": (key, design("走访台账二"), None),
        "drop_draft": (other, drafts[other]),
        "use_draft": (unused, drafts[unused]),
        "close_register": (closing,),
        "reopen_register": (closed,),
        "make_entry": (key, COUNTY, {TEXT: "又访"}),
        "edit_entry": (entries["edited"], {TEXT: "改"}, 1),
        "move_entry": (entries["moved"], "submit", "", 1),
        "move_all": (key, {entries["several"]: 1}, "submit", ""),
        "remove_entry": (entries["removed"], "误填", 1),
        "restore_entry": (entries["restored"], _version(session, entries["restored"])),
        "return_to_version": (entries["returned"], 1, back),
        "comment_on": (entries["edited"], "请核对"),
        "show_whole": (entries["edited"], "核对电话"),
        "save_changes": (key, ChangeSetKind.EDITOR, "", [RowChange(None, {TEXT: "表中"})]),
        "undo_changes": (batch,),
        "add_attachment": (entries["filed"], FILE, "又一张.png", PICTURE + b"x"),
        "remove_attachment": (file,),
        "take_attachment": (kept,),
        "export_entries": (key, EXPORT, "csv"),
        "make_figure": (key, Definition("户数")),
        "retire_figure": (figure,),
        "add_template": (key, "又一种", document()),
        "remove_template": (printed,),
        "register_print": (key, EXPORT, "走访单", 1, "0a" * 32),
        "propose_edition": (served, TOWN, TODAY, ""),
        "decide_edition": (edition, True, "", 1),
        "apply_for_admission": (admitted, COUNTY, {**wanted, access_list.MATTER: "宣传"}, False),
        "evaluate_matter": (matter, access_list.KEEP, "效果好", _version(session, matter)),
        "propose_exit": (leaving, "效果不好", "不再需要", _version(session, leaving)),
        "set_gate_rule": (COUNTY, True, None),
    }


def _version(session: ScopedSession, key: int) -> int:
    return session.get_one(Entry, key).version
