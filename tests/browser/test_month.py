"""One month from the village's report to the sealed ranking, by people of four levels in real browsers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from db.models.account import Account, AccountState
from db.models.assessment import Assessment, AssessmentState
from db.models.scheduling import Report, ReportState, Round, RoundKind
from lib import clock
from lib.access.work import system, system_reading
from lib.schemes.commands import draft_scheme, move_draft
from lib.schemes.templates import Template, definition
from tests.browser.conftest import Visitor
from tests.browser.test_flows import settled
from tests.running import PATIENCE, Server

VILLAGE, TOWN, COUNTY, CITY = "620102001001", "620102001", "620102", "6201"
PEOPLE = {VILLAGE: "v620102001001.duty", TOWN: "jiuquanlu.director", COUNTY: "chengguan.director"}
DIRECTOR, LEADER = "city.director", "city.leader"
MAY = date(2026, 5, 1)


def reports(server: Server) -> dict[str, int]:
    """The key of each center's report in the monthly round, as soon as the clock has opened it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with server.inside(), system_reading() as session:
            found = session.execute(
                select(Report.center_code, Report.id)
                .join(Round, Round.id == Report.round_id)
                .where(Round.kind == RoundKind.MONTHLY, Round.first == MAY)
            )
            if keys := dict(found.all()):
                return keys
        time.sleep(0.2)
    raise AssertionError("the clock has opened no round")


def state(server: Server, key: int) -> ReportState:
    with server.inside(), system_reading() as session:
        return session.scalars(select(Report.state).where(Report.id == key)).one()


def pressed(page: Page, key: str) -> None:
    """Clicks the button of this key, wherever it stands, and waits for what it brings."""
    page.locator(f".st-key-{key} button").first.click()
    page.wait_for_timeout(300)
    settled(page)


def hand_in(page: Page, key: int) -> None:
    page.goto(re.sub(r"(https?://[^/]+).*", rf"\1/report?report={key}", page.url))
    settled(page)
    words = page.get_by_label(re.compile("情况分析"))
    words.fill("总体平稳，未发现影响稳定的苗头。")
    words.press("Tab")
    pressed(page, "submit-the-report")


def accept(page: Page, key: int) -> None:
    page.goto(re.sub(r"(https?://[^/]+).*", rf"\1/report?report={key}", page.url))
    settled(page)
    pressed(page, "step-accept")


def scheme_in_force(server: Server) -> int:
    """Drafted by one person and approved by another, without anything that is entered by hand."""
    said: dict[str, Any] = definition(Template.TOWNS)
    said["indicators"] = [one for one in said["indicators"] if one.get("metric")]
    with server.acting_as(LEADER) as (session, _viewer):
        draft = draft_scheme(session, CITY, said, date(2026, 1, 1))  # type: ignore[arg-type]
    with server.acting_as(LEADER) as (session, _viewer):
        move_draft(session, draft, "propose", "试行", 1)  # type: ignore[arg-type]
    with server.acting_as(DIRECTOR) as (session, _viewer):
        move_draft(session, draft, "approve", "", 2)  # type: ignore[arg-type]
    with server.inside(), system_reading() as session:
        from db.models.assessment import SchemeVersion

        return session.scalars(select(SchemeVersion.scheme_id).where(SchemeVersion.id == draft)).one()


def test_a_month_from_the_report_of_a_village_to_the_sealed_ranking(
    visitor: Callable[[], Visitor], server: Server
) -> None:
    keys = reports(server)
    with server.inside(), system() as session:
        # Only the shown accounts have set a password of their own.
        people = update(Account).where(Account.username.in_([*PEOPLE.values(), DIRECTOR, LEADER]))
        session.execute(people.values(state=AccountState.ACTIVE))

    def at(username: str, path: str = "/rounds") -> Page:
        mine = visitor()
        mine.holds(server.begin_session(username))
        page = mine.open(path)
        settled(page)
        return page

    # The reports rise, each accepted one level above.
    village, town, county = (at(PEOPLE[code]) for code in (VILLAGE, TOWN, COUNTY))
    director, leader = at(DIRECTOR), at(LEADER)
    hand_in(village, keys[VILLAGE])
    assert state(server, keys[VILLAGE]) is ReportState.SUBMITTED
    for below, page, code in ((VILLAGE, town, TOWN), (TOWN, county, COUNTY), (COUNTY, director, CITY)):
        accept(page, keys[below])
        assert state(server, keys[below]) is ReportState.ACCEPTED
        hand_in(page, keys[code])
        assert state(server, keys[code]) is ReportState.SUBMITTED
    accept(leader, keys[CITY])
    assert state(server, keys[CITY]) is ReportState.ACCEPTED

    # The month is counted by one person, shown and published by another, and sealed.
    scheme = scheme_in_force(server)
    address = f"/assessment?scheme={scheme}&month=2026-05"
    leader.goto(server.url + address)
    settled(leader)
    pressed(leader, "count-the-period")
    pressed(leader, "step-review")
    director.goto(server.url + address)
    settled(director)
    for action in ("show", "publish"):
        director.locator(f".st-key-open-{action} button").first.click()
        pressed(director, f"step-{action}")
        if action == "show":
            with server.inside(), system() as session:
                over = clock.local(clock.now()).date() - timedelta(days=1)
                session.execute(
                    update(Assessment).where(Assessment.scheme_id == scheme).values(objections_until=over)
                )
            director.reload()
            settled(director)
    director.locator(".st-key-open-seal button").first.click()
    pressed(director, "step-seal")
    with server.inside(), system_reading() as session:
        row = session.scalars(select(Assessment).where(Assessment.scheme_id == scheme)).one()
        assert (row.state, len(row.fingerprint or "")) == (AssessmentState.SEALED, 64)

    # The town finds its own place, what made it, and that the sealed month holds.
    town.goto(server.url + address)
    settled(town)
    expect(town.get_by_text("已封存").first).to_be_visible()
    town.goto(f"{server.url}/assessed?assessment={row.id}&unit={TOWN}")
    assert "酒泉路街道" in settled(town)
    expect(town.get_by_text("按期办结率").first).to_be_attached()
