"""What people do all day, in a real browser, in both languages."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from db.models.account import SignInSession
from lib import clock
from lib.access import sessions
from lib.access.permissions import GRANTS, Role
from lib.access.work import system
from lib.ui.menu import MENU
from tests.browser.conftest import Visitor
from tests.running import Server

LEADER = "city.leader"
WORDS = {
    "zh": {
        "account": "账号",
        "password": "密码",
        "sign in": "登录",
        "sign out": "退出登录",
        "other": "English",
    },
    "en": {
        "account": "Account",
        "password": "Password",
        "sign in": "Sign in",
        "sign out": "Sign out",
        "other": "中文",
    },
}
ROW, MARKER = 35, 20  # pixels: the height of a row, the place of its marker

MakeVisitor = Callable[[], Visitor]


def sign_in(page: Page, server: Server, username: str, lang: str = "zh") -> None:
    words = WORDS[lang]
    page.get_by_label(words["account"], exact=True).fill(username)
    page.get_by_label(words["password"], exact=True).fill(server.password(username))
    page.get_by_role("button", name=words["sign in"], exact=True).click()


def settled(page: Page) -> str:
    """Waits until the page stands; returns its heading."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()
    return page.locator("h1").inner_text()


def place(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def choose(page: Page, wanted: str | None = None) -> str:
    """Chooses a row of the first table by its name, or the first row; returns the name."""
    cells = page.locator('[data-testid^="glide-cell-1-"]')
    cells.first.wait_for(state="attached")
    names = cells.all_inner_texts()
    row = names.index(wanted) if wanted else 0
    table = page.locator('[data-testid="data-grid-canvas"]').first
    table.scroll_into_view_if_needed()
    # The canvas lies under a scrolling layer that takes the click.
    table.click(position={"x": MARKER, "y": ROW * (row + 1) + ROW // 2}, force=True)
    return names[row]


def went(page: Page, **wanted: str) -> None:
    page.wait_for_url(
        lambda address: (
            parse_qs(urlsplit(address).query).items() >= {k: [v] for k, v in wanted.items()}.items()
        )
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_city_to_a_grid_and_back(
    visitor: MakeVisitor, server: Server, tmp_path: Path, lang: str
) -> None:
    mine = visitor()
    page = mine.open("/")
    assert urlsplit(page.url).path == "/auth/sign-in"
    if lang == "en":
        page.get_by_role("link", name="English").click()
    sign_in(page, server, LEADER, lang)
    page.wait_for_url(server.url + "/overview")
    seen = {page.url: settled(page)}
    assert "兰州市" in seen[page.url]
    expect(page.get_by_role("button", name=WORDS[lang]["sign out"])).to_be_visible()
    assert choose(page, "城关区") == "城关区"
    went(page, center="620102")
    expect(page.locator("h1")).to_contain_text("城关区")
    seen[page.url] = settled(page)
    town = choose(page)
    went(page, center="620102001")
    expect(page.locator("h1")).to_contain_text(town)
    seen[page.url] = settled(page)
    village = choose(page)
    expect(page.locator("h1")).to_contain_text(village)
    code = place(page)["center"]
    assert re.fullmatch(r"620102001\d{3}", code)
    seen[page.url] = settled(page)
    link = page.locator(f'[data-testid="stPageLink-NavLink"][href*="code={code}"]').first
    grid = link.get_attribute("href")
    assert grid is not None
    link.click()
    page.wait_for_url("**/grid?code=*")
    card = page.url
    expect(page.locator("h1")).not_to_contain_text(seen[next(reversed(seen))])
    seen[card] = settled(page)
    page.screenshot(path=tmp_path / f"card-{lang}.png", full_page=True)
    # Back by the card's own path, and from there upward by the path of centers.
    page.get_by_test_id("stMain").get_by_role("link", name=village, exact=True).click()
    went(page, center=code)
    expect(page.locator("h1")).to_contain_text(village)
    page.get_by_test_id("stMain").get_by_role("link", name="城关区", exact=True).click()
    went(page, center="620102")
    expect(page.locator("h1")).to_contain_text("城关区")
    settled(page)
    # The same address opens the same view: after a reload, and for a colleague who was sent the link.
    colleague = visitor()
    colleague.holds(server.begin_session(LEADER))
    theirs = colleague.open("/healthz")
    # Whoever was sent a link needs no other; two of the places are enough in the second language.
    for address, heading in list(seen.items())[:: 1 if lang == "zh" else 3]:
        theirs.goto(address)
        expect(theirs.locator("h1")).to_have_text(heading)
        assert theirs.url == address
    page.goto(card)
    settled(page)
    page.reload()
    expect(page.locator("h1")).to_have_text(seen[card])
    assert page.url == card


def test_the_browsers_own_back_button_returns(visitor: MakeVisitor, server: Server) -> None:
    mine = visitor()
    mine.holds(server.begin_session(LEADER, "zh"))
    page = mine.open("/overview?center=620102")
    settled(page)
    town = choose(page)
    expect(page.locator("h1")).to_contain_text(town)
    settled(page)
    page.go_back()
    went(page, center="620102")
    expect(page.locator("h1")).to_contain_text("城关区")


def test_signing_out_in_one_tab_takes_the_other_to_the_form_and_back(
    visitor: MakeVisitor, server: Server
) -> None:
    mine = visitor()
    mine.holds(server.begin_session("chengguan.duty", "zh"))
    first, second = mine.open("/"), mine.open("/grids?center=620102001&color=blue")
    settled(first)
    heading, address = settled(second), second.url
    first.get_by_role("button", name="退出登录").click()
    first.wait_for_url("**/auth/sign-in")
    assert mine.context.cookies(server.url.replace("http:", "https:")) == [] or all(
        c["name"] != server.cookie_name for c in mine.context.cookies(server.url)
    )
    # Whatever is pressed there next, the page goes to the form and remembers the place.
    second.get_by_role("button", name="English").click()
    second.wait_for_url("**/auth/sign-in?next=*")
    assert place(second)["next"] == "/grids?center=620102001&color=blue"
    sign_in(second, server, "chengguan.duty")
    second.wait_for_url(address)
    expect(second.locator("h1")).to_have_text(heading)


@pytest.mark.parametrize("how", ["ended", "idle"])
def test_an_expired_session_is_led_to_the_form_and_back(
    visitor: MakeVisitor, server: Server, how: str
) -> None:
    mine, token = visitor(), server.begin_session("chengguan.director", "zh")
    mine.holds(token)
    page = mine.open("/cases?center=620102&kind=all")
    heading, address = settled(page), page.url
    page.get_by_test_id("data-grid-canvas").wait_for()  # nothing of the page is still on its way
    now = clock.now()
    change = {"ended_at": now} if how == "ended" else {"seen_at": now - timedelta(minutes=31)}
    with server.inside(), system() as session:
        row = SignInSession.token_hash == sessions.hash_token(token)
        session.execute(update(SignInSession).where(row).values(**change))
    # Coming back to the tab is enough; nothing needs to be pressed.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_url("**/auth/sign-in?next=*")
    sign_in(page, server, "chengguan.director")
    page.wait_for_url(address)
    expect(page.locator("h1")).to_have_text(heading)


def test_scripts_read_no_token(visitor: MakeVisitor, server: Server) -> None:
    mine = visitor()
    page = mine.open("/")
    sign_in(page, server, "chengguan.viewer")
    page.wait_for_url(server.url + "/overview")
    settled(page)
    (held,) = [c for c in mine.context.cookies(server.url) if c["name"] == server.cookie_name]
    assert held["httpOnly"]
    assert held["secure"]
    assert held["sameSite"] == "Strict"
    readable = page.evaluate(
        """() => JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage},
           location.href, document.documentElement.outerHTML, window.name,
           performance.getEntriesByType("resource").map(one => one.name)])"""
    )
    assert held["value"] not in readable
    assert sessions.hash_token(held["value"]) not in readable
    assert server.cookie_name not in readable


def test_signing_in_takes_no_mouse(visitor: MakeVisitor, server: Server) -> None:
    page = visitor().open("/me")
    expect(page.get_by_label("账号", exact=True)).to_be_focused()
    page.keyboard.type("chengguan.grids")
    page.keyboard.press("Tab")
    expect(page.get_by_label("密码", exact=True)).to_be_focused()
    page.keyboard.type(server.password("chengguan.grids"))
    page.keyboard.press("Enter")
    page.wait_for_url(server.url + "/me")
    settled(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") in ("A", "BUTTON")


def test_a_wrong_password_keeps_the_name_and_says_so(visitor: MakeVisitor, server: Server) -> None:
    mine = visitor()
    page = mine.open("/me")
    page.get_by_label("账号", exact=True).fill("nobody.here")
    page.get_by_label("密码", exact=True).fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("账号", exact=True)).to_have_value("nobody.here")
    expect(page.get_by_label("密码", exact=True)).to_have_value("")
    expect(page.get_by_label("密码", exact=True)).to_be_focused()
    # Chromium itself notes each answer above 399.
    mine.complaints = [text for text in mine.complaints if "401" not in text]
    server.forget_attempts()


@pytest.mark.parametrize("username", ["city.administrator", "city.auditor", "chengguan.housing"])
def test_the_menu_holds_what_the_role_may_see(visitor: MakeVisitor, server: Server, username: str) -> None:
    role = {
        "city.administrator": Role.SYSTEM_ADMINISTRATOR,
        "city.auditor": Role.SECURITY_AUDITOR,
        "chengguan.housing": Role.DEPARTMENT_HANDLER,
    }[username]
    mine = visitor()
    mine.holds(server.begin_session(username, "zh"))
    page = mine.open("/")
    settled(page)
    links = page.get_by_test_id("stSidebarNavLink").evaluate_all(
        "all => all.map(a => new URL(a.href).pathname)"
    )
    assert links == [f"/{e.path}" for e in MENU if e.listed and e.permission in GRANTS[role]]
    page.goto(server.url + ("/audit" if role is not Role.SECURITY_AUDITOR else "/cases"))
    expect(page.get_by_test_id("stAlert")).to_contain_text("您的角色看不到")


class Elsewhere(BaseHTTPRequestHandler):
    """A page of another site that links to us, such as a mail read in the browser."""

    goal = ""

    def do_GET(self) -> None:
        words = f'<title>elsewhere</title><a href="{self.goal}">link</a>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def elsewhere(goal: str) -> Iterator[str]:
    handler = type("Handler", (Elsewhere,), {"goal": goal})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{site.server_port}/"
        finally:
            site.shutdown()
            thread.join()


def test_a_link_in_a_mail_opens_the_page_without_signing_in_again(
    visitor: MakeVisitor, server: Server
) -> None:
    mine = visitor()
    mine.holds(server.begin_session(LEADER, "zh"))
    goal = f"{server.url}/grids?center=620102"
    page = mine.context.new_page()
    with elsewhere(goal) as site:
        page.goto(site)
        page.get_by_role("link").click()
        page.wait_for_url(goal)
        expect(page.locator("h1")).to_contain_text("城关区")
        mine.foreign = [address for address in mine.foreign if not address.startswith(site)]
        mine.complaints = [text for text in mine.complaints if site not in text]
        assert page.url == goal
