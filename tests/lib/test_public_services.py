"""What anybody may read of the service list: over HTTP as a stranger asks, and what of it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from db.models.account import Role
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.fields.field import Field
from lib.i18n import speaking
from lib.lists.services.public import PublicPage, public_services
from lib.registers.commands import close_register, make_register, use_draft
from lib.registers.design import Design
from lib.registers.entries.commands import make_entry
from lib.registers.publishing.commands import decide_edition, propose_edition
from lib.registers.publishing.queries import edition_card
from lib.registers.queries import designs_of
from lib.registers.templates import service_list as service
from lib.registers.templates.service_list import SERVICE_LIST
from lib.ui.public_services import AT_ONCE, Patience
from tests import makers
from tests.makers import CITY, COUNTY, MOMENT, TODAY, TOWN, VILLAGE
from tests.running import Server, running

HIDDEN = replace(
    SERVICE_LIST,
    fields=(
        *SERVICE_LIST.fields,
        Field("f30", "text", "内部备注", seen_by=("city", "county")),
        Field("f31", "phone", "经办人手机"),
        Field("f32", "text", "成本核算", exported=False),
        Field("f33", "person", "经办人"),
        Field("f34", "text", "内部口令", masked=True),
    ),
)
SECRETS = {"f30": "内部才看", "f31": "13800008000", "f32": "成本才看", "f34": "口令才看"}


@pytest.fixture
def city(database: str) -> Iterator[str]:
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def person(code: str) -> Viewer:
    return makers.viewer_for_role(Role.CENTER_DIRECTOR, code)


def started(code: str = CITY, design: Design = SERVICE_LIST, template: str = "service_list") -> int:
    with acting(person(code)) as session:
        made = make_register(session, code, design, template)
        use_draft(session, made, designs_of(session, made)[0].seen)
    return made


def published(url: str, register: int, code: str, *names: str, **more: str) -> None:
    with makers.everything(url) as session:
        first, second = makers.account(Role.LEADER, code), makers.account(Role.CENTER_DIRECTOR, code)
        first.username, second.username = f"a{register}{code}", f"b{register}{code}"
        session.add_all([first, second])
        session.flush()
        proposes, decides = makers.viewer_of_account(first), makers.viewer_of_account(second)
    with acting(proposes) as session:
        for name in names:
            make_entry(session, register, code, {service.NAME: name, service.KIND: "教育", **more})
        edition = propose_edition(session, register, code, TODAY, "")
    with acting(decides) as session:
        decide_edition(session, edition, True, "", edition_card(session, edition).row.seen)


def told(page: PublicPage | None) -> list[str]:
    assert page is not None
    return [one.title for one in page.items]


def test_only_what_is_published_at_the_center_or_above_it_is_told(city):
    register = started()
    published(city, register, CITY, "市级事项")
    published(city, register, TOWN, "镇级事项")
    with acting(person(TOWN)) as session:
        make_entry(session, register, TOWN, {service.NAME: "还没公布", service.KIND: "教育"})
    assert told(public_services("", "", None, 1)) == ["市级事项"]
    assert told(public_services(COUNTY, "", None, 1)) == ["市级事项"]
    page = public_services(VILLAGE, "", None, 1)
    assert told(page) == ["市级事项", "镇级事项"]
    assert page is not None
    assert [code for code, _name in page.path] == [CITY, COUNTY, TOWN, VILLAGE]
    assert told(public_services(VILLAGE, "", TODAY - timedelta(days=1), 1)) == []
    assert told(public_services(VILLAGE, "镇级", None, 1)) == ["镇级事项"]
    assert told(public_services(VILLAGE, "没有的", None, 7)) == []


@pytest.mark.parametrize("code", ["7400", "739", "73", "7399020010010", "12 OR 1", "７３９９", "%", "999999"])
def test_a_center_of_elsewhere_and_none_are_one_answer(city, code):
    published(city, started(), CITY, "市级事项")
    assert public_services(code, "", None, 1) is None


def test_only_open_fields_are_told_and_searched(city):
    published(city, started(design=HIDDEN), CITY, "入学登记", **SECRETS, **{service.AGENT: "是"})
    page = public_services("", "", None, 1)
    assert page is not None
    [item] = page.items
    labels = {label for label, _words in item.facts}
    assert "可以代办" in labels
    assert not labels & {"内部备注", "经办人手机", "成本核算", "经办人", "内部口令"}
    for secret in ("才看", "8000"):
        assert secret not in repr(page)
        assert told(public_services("", secret, None, 1)) == []
    with speaking("en"):
        english = public_services("", "", None, 1)
        assert english is not None
        assert english.items[0].kind == "Education"


def test_other_registers_and_closed_lists_are_not_told(city):
    other = started(design=replace(SERVICE_LIST, name="内部清单"), template="")
    published(city, other, CITY, "内部事项")
    register = started()
    published(city, register, CITY, "市级事项")
    assert told(public_services("", "", None, 1)) == ["市级事项"]
    with acting(person(CITY)) as session:
        close_register(session, register)
    assert told(public_services("", "", None, 1)) == []


def test_pages_hold_a_few_items_each(city):
    published(city, started(), CITY, *(f"事项{number:02}" for number in range(65)))
    pages = [public_services("", "", None, number) for number in (1, 2, 3, 99)]
    assert [len(told(page)) for page in pages] == [30, 30, 5, 5]
    assert pages[3] is not None
    assert (pages[3].page, pages[3].pages, pages[3].total) == (3, 3, 65)


def test_who_asks_too_often_waits(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("lib.ui.public_services.time.monotonic", lambda: now[0])
    patience = Patience()
    assert [patience.has("a") for _n in range(AT_ONCE + 3)] == [True] * AT_ONCE + [False] * 3
    assert patience.has("b")
    now[0] += 2
    assert [patience.has("a") for _n in range(3)] == [True, True, False]


# -- over HTTP


@pytest.fixture(scope="module")
def open_server(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A deployment that allows it, with a list that somebody has published."""
    with running(small_city, tmp_path_factory.mktemp("open"), GRID_PUBLIC_SERVICES="1") as found:
        with found.acting_as("city.leader") as (session, viewer):
            register = make_register(session, viewer.center_code, SERVICE_LIST, "service_list")  # type: ignore[arg-type]
            use_draft(session, register, designs_of(session, register)[0].seen)  # type: ignore[arg-type]
            name = {service.NAME: "<b>入学</b>", service.KIND: "教育", service.MATERIALS: "户口簿\n出生证"}
            make_entry(session, register, viewer.center_code, name)  # type: ignore[arg-type]
            edition = propose_edition(session, register, viewer.center_code, TODAY, "")  # type: ignore[arg-type]
        with found.acting_as("city.director") as (session, _viewer):
            decide_edition(session, edition, True, "", edition_card(session, edition).row.seen)  # type: ignore[arg-type]
        yield found


def test_a_stranger_reads_the_list_without_a_script_and_without_signing_in(open_server):
    answer = open_server.ask("GET", "/public/services?center=620102001", page=True)
    assert answer.status == 200
    assert "&lt;b&gt;入学&lt;/b&gt;" in answer.text
    assert "<b>" not in answer.text
    assert "<script" not in answer.text
    assert "script-src 'self';" in str(answer.headers["content-security-policy"])
    assert answer.cookie(open_server.cookie_name) is None
    assert answer.headers["cache-control"] == "no-store"
    english = open_server.ask("GET", "/public/services", page=True, headers={"cookie": "grid-language=en"})
    assert '<html lang="en">' in english.text
    assert "Education" in english.text
    word = quote("出生证")
    assert "入学" in open_server.ask("GET", f"/public/services?search={word}", page=True).text
    assert "入学" not in open_server.ask("GET", "/public/services?on=2026-01-01", page=True).text
    assert open_server.ask("GET", "/auth/assets/services.css").status == 200


@pytest.mark.parametrize(
    "query",
    [
        "center=999999",
        "center=%00",
        "center=6201'--",
        "on=x&page=-1",
        "page=99999",
        "search=%3Cscript%3E&on=9999-12-31",
    ],
)
def test_nonsense_in_the_address_is_no_error(open_server, query):
    answer = open_server.ask("GET", f"/public/services?{query}", page=True)
    assert answer.status in (200, 404)
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "path", ["/public/", "/public/servicesx", "/public/services/", "/public/services/x", "/public"]
)
def test_nothing_else_is_open(open_server, path):
    assert open_server.ask("GET", path, page=True).status == 303
    assert open_server.ask("GET", path).status == 401


def test_it_only_answers_to_reading(open_server):
    assert open_server.ask("POST", "/public/services", page=True).status in (403, 405)


def test_who_has_signed_in_reads_it_too(open_server):
    token = open_server.begin_session("city.leader")
    assert "入学" in open_server.ask("GET", "/public/services", page=True, token=token).text


def test_where_it_is_not_allowed_the_address_is_like_any_that_is_not_there(server):
    for token in (None, server.begin_session("city.leader")):
        asked, unknown = (
            server.ask("GET", path, page=True, token=token)
            for path in ("/public/services", "/public/nothing")
        )
        assert (asked.status, asked.body) == (unknown.status, unknown.body)
        assert asked.location.replace("services", "nothing") == unknown.location
    assert server.ask("GET", "/public/services").status == 401
