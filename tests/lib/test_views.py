"""Views that people keep: whose they are, what their addresses may say, and how many there can be."""

from __future__ import annotations

import json
import threading
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from db.models.account import Account, Role
from db.models.audit import AuditEntry
from db.models.view import SavedView
from lib import clock
from lib.access.permissions import GRANTS, Permission
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.audit.queries import EVENT_WORDS
from lib.errors import BadInput, NotAllowed, NotFound
from lib.ui.menu import ANALYSIS, BY_NAME, MENU
from lib.views.addresses import COMMON, LONGEST, PAGES, read, written
from lib.views.commands import MOST, delete_view, rename_view, save_view, share_view
from lib.views.queries import views_of
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TOWN

ADDRESS = f"center={COUNTY}&period=7d&source=hotline"


@pytest.fixture
def people(database):
    """A leader and a colleague in the county, one below and one above."""
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    with makers.everything(database) as session:
        found = {
            name: makers.account(role, place, username=name)
            for name, role, place in (
                ("leader", Role.LEADER, COUNTY),
                ("colleague", Role.VIEWER, COUNTY),
                ("below", Role.DUTY_OFFICER, TOWN),
                ("above", Role.LEADER, CITY),
                ("auditor", Role.SECURITY_AUDITOR, COUNTY),
            )
        }
        session.add_all(found.values())
        session.flush()
        viewers = {name: makers.viewer_of_account(person) for name, person in found.items()}
    yield viewers
    clock.set_source(None)


def save(
    viewer: Viewer, name: str = "早会", page: str = "analysis", address: str = ADDRESS, shared: bool = False
):
    with acting(viewer) as session:
        return save_view(session, page, name, address, shared)


def seen(url: str, viewer: Viewer, page: str = "analysis") -> list[tuple[str, bool]]:
    with makers.eyes(url, viewer) as session:
        return [(row.name, row.own) for row in views_of(session, page)]


def test_a_view_is_its_owners_until_it_is_shared(people, database):
    private, shared = save(people["leader"], "早会"), save(people["leader"], "晚会", shared=True)
    save(people["colleague"], "晚会")
    assert seen(database, people["leader"]) == [("早会", True), ("晚会", True)]
    assert seen(database, people["colleague"]) == [("晚会", True), ("晚会", False)]
    # Not even those whose area holds the center, and nobody below.
    assert seen(database, people["above"]) == seen(database, people["below"]) == []
    assert seen(database, people["leader"], "figure") == []
    with acting(people["leader"]) as session:
        share_view(session, private, True)
        share_view(session, shared, False)
    assert seen(database, people["colleague"]) == [("晚会", True), ("早会", False)]
    with makers.eyes(database, people["colleague"]) as session:
        other = views_of(session, "analysis")[1]
        assert (other.id, other.address, other.shared) == (private, ADDRESS, True)
        assert other.owner == f"某人{COUNTY}"


def test_only_the_owner_changes_a_view(people, database):
    shared = save(people["leader"], shared=True)
    for name in ("colleague", "above", "below"):
        for act in (
            lambda session: rename_view(session, shared, "别的"),
            lambda session: share_view(session, shared, False),
            lambda session: delete_view(session, shared),
            lambda session: delete_view(session, 987_654),
        ):
            with pytest.raises(NotFound, match="不是您保存的"), acting(people[name]) as session:
                act(session)
    assert seen(database, people["leader"]) == [("早会", True)]
    with pytest.raises(NotAllowed):
        save(people["auditor"])


def test_a_view_is_renamed_and_thrown_away(people, database):
    one, other = save(people["leader"], " 早会 "), save(people["leader"], "晚会")
    with acting(people["leader"]) as session:
        rename_view(session, one, "早会")  # its own name is not taken
        rename_view(session, one, "周会")
    assert seen(database, people["leader"]) == [("周会", True), ("晚会", True)]
    with pytest.raises(BadInput, match="已有名为"), acting(people["leader"]) as session:
        rename_view(session, one, "晚会")
    with acting(people["leader"]) as session:
        delete_view(session, other)
    assert seen(database, people["leader"]) == [("周会", True)]
    with makers.everything(database) as session:
        found = session.execute(select(AuditEntry.event, AuditEntry.after).order_by(AuditEntry.seq)).all()
    assert [event for event, _after in found] == [
        "view saved", "view saved", "view changed", "view changed", "view deleted",
    ]  # fmt: skip
    assert {event for event, _after in found} <= set(EVENT_WORDS)
    assert json.loads(found[0][1])["address"] == ADDRESS


@pytest.mark.parametrize("name", ["", "  ", "名" * 41, "a\x00b", "a\nb", "\ud800"])
def test_a_name_that_is_none_is_refused(people, database, name):
    with pytest.raises(BadInput, match="请填写视图名称"):
        save(people["leader"], name)
    one = save(people["leader"], "名" * 40)
    with pytest.raises(BadInput, match="请填写视图名称"), acting(people["leader"]) as session:
        rename_view(session, one, name)


def test_a_name_is_taken_once_on_a_page(people, database):
    save(people["leader"])
    with pytest.raises(BadInput, match="已有名为“早会”"):
        save(people["leader"], "早会 ")
    save(people["leader"], page="figure", address=f"center={COUNTY}&metric=on_time")
    save(people["colleague"])


def test_fifty_views_and_no_more(people, database):
    with makers.everything(database) as session:
        owner = session.scalars(select(Account).where(Account.username == "leader")).one()
        session.add_all(makers.saved_view(owner, f"第{n}个") for n in range(MOST - 1))
    save(people["leader"], "最后一个", page="figure")
    with pytest.raises(BadInput, match="最多保存50个"):
        save(people["leader"], "多一个")
    save(people["colleague"])
    with acting(people["leader"]) as session:
        first = session.scalars(select(SavedView.id).where(SavedView.name == "第0个")).one()
        delete_view(session, first)
    save(people["leader"], "多一个")


def test_two_windows_of_one_person_do_not_save_the_same_name_twice(people, database):
    """The second waits for the first and then hears that the name is taken."""
    told: list[object] = []

    def second() -> None:
        try:
            save(people["leader"])
        except Exception as error:
            told.append(error)

    with acting(people["leader"]) as session:
        save_view(session, "analysis", "早会", ADDRESS)
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.7)
        assert waiting.is_alive(), "the second did not wait"
    waiting.join(20)
    assert [type(one) for one in told] == [BadInput]
    assert seen(database, people["leader"]) == [("早会", True)]


@pytest.mark.parametrize("page", ["overview", "accounts", "nowhere", "", "//evil.example", "../me"])
def test_only_pages_of_analysis_are_kept(people, database, page):
    with pytest.raises(BadInput, match="这个页面不能"):
        save(people["leader"], page=page)


WRONG = [
    "", "?", "period=7d", "center=", "center=x", "center=６２", "center=739902&next=//evil.example",
    "center=739902&center=7399", "center=739902&page=2", "center=739902&source=", "center=739902#x",
    "https://evil.example/?center=739902", "center=739902&source=a b", "center=739902&source=%zz",
    "center=739902&source=%00", "center=739902&source=%ff", "center=739902;period=7d",
    f"center=739902&source={'x' * 101}", f"center=739902&group={'%E4%B8%80' * 100}&hour={'%E4%B8%80' * 100}",
    "center=739902&" + "&".join(f"first=2026-0{n}-01" for n in range(1, 9)),
]  # fmt: skip


@pytest.mark.parametrize("address", WRONG)
def test_an_address_that_the_page_does_not_know_is_refused(people, database, address):
    with pytest.raises(BadInput, match="不能存为视图"):
        save(people["leader"], address=address)
    with pytest.raises(BadInput):
        read("analysis", address)


def test_a_page_keeps_its_own_parameters_and_no_other_pages():
    said = {"center": COUNTY, "metric": "on_time", "level": "town", "evil": "1", "source": "", "period": "7d"}
    assert written("comparison", said) == f"center={COUNTY}&period=7d&metric=on_time&level=town"
    assert written("analysis", said) == f"center={COUNTY}&period=7d"
    with pytest.raises(BadInput):
        read("analysis", f"center={COUNTY}&metric=on_time")


@given(st.dictionaries(st.sampled_from((*COMMON, "metric", "level", "next")), st.text(max_size=120)))
def test_what_is_written_is_read_back_or_refused(said):
    said["center"] = COUNTY
    address = written("comparison", said)
    assert address.isascii()
    try:
        found = read("comparison", address)
    except (BadInput, UnicodeEncodeError):
        long = len(address) > LONGEST or any(len(value) > 100 for value in said.values())
        assert long or any(not value.isprintable() for value in said.values())
        return
    assert found == {name: value for name, value in said.items() if value and name != "next"}
    assert urlencode(found) == address


def test_each_register_keeps_views_of_its_own(people, database):
    address = f"center={COUNTY}&register=12&f3=from~2026-01-01%7Cto~2026-02-01"
    save(people["leader"], page="register 12", address=address)
    assert seen(database, people["leader"], "register 12") == [("早会", True)]
    assert seen(database, people["leader"], "register 13") == []
    assert read("register 12", address)["f3"] == "from~2026-01-01|to~2026-02-01"
    assert written("register 12", {**read("register 12", address), "evil": "1", "fx": "1"}) == address
    others = address.replace("register=12", "register=13")
    for wrong in (f"center={COUNTY}", others, f"{address}&metric=on_time", f"{address}&fx=1"):
        with pytest.raises(BadInput):
            read("register 12", wrong)
    for page in ("register", "register 0", "register x", "register 12 ", "register １２"):
        with pytest.raises(BadInput, match="这个页面不能"):
            save(people["leader"], "别的", page=page, address=address)


def test_whoever_reads_registers_may_keep_views_of_them():
    """Views are kept with the permission to read figures, so nobody reads registers without it."""
    reads = {role for role, granted in GRANTS.items() if Permission.READ_REGISTERS in granted}
    assert reads == {role for role in reads if Permission.READ_FIGURES in GRANTS[role]}


def test_every_page_of_analysis_can_be_kept_and_no_other():
    """A new page of analysis takes a row in lib/views/addresses.py with its own parameters."""
    assert set(PAGES) == {entry.name for entry in MENU if entry.section == ANALYSIS}
    assert all(BY_NAME[name].file for name in PAGES)
