"""What stands in front of every request and socket, asked from outside as anybody could ask it."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from random import Random
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from sqlalchemy import select, update
from streamlit.proto.BackMsg_pb2 import BackMsg

from db.models.account import Account, AccountState, AreaRelation, Role, SignInAttempt, SignInSession
from lib import clock
from lib.access import commands, sessions
from lib.access.headers import inline_hashes
from lib.access.work import system, system_reading
from tests.running import ENDED, PATIENCE, REFUSED, Answer, Cut, Server, Tab, hidden_words, tab

NOBODY = "请先登录"
LEADER, DIRECTOR = "city.leader", "chengguan.director"


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    return server.begin_session(LEADER)


@pytest.fixture
def other(server: Server) -> tuple[str, str]:
    """An account that a test may harm, and a token of its."""
    username = server.fresh_account()
    return username, server.begin_session(username)


def name_of(server: Server, username: str) -> str:
    with server.inside(), system_reading() as session:
        return session.scalars(select(Account.display_name).where(Account.username == username)).one()


# -- strangers

PAGES = [
    "/",
    "/grids?x=1&find=%E5%9F%8E%E5%85%B3",
    "/overview",
    "/nonsense",
    "/accounts?account=1",
    "/pages/grids.py",
    "/Home.py",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/stream",
    "/_stcore/upload_file/a/b",
    "/media/0123.csv",
    "/static/js/index.js",
    "/component/a/b.html",
    "/app/static/a",
    "/auth/password",
    "/auth/sign-out",
    "/auth/sign-inside",
    "/auth/statement",
    "/auth/languages",
    "/auth/",
    "/healthzzz",
    "//",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/auth/sign-in/../../grids",
    "/auth/../grids",
]


@pytest.mark.parametrize("path", PAGES)
def test_stranger_gets_the_sign_in_page_and_the_way_back(server: Server, path: str) -> None:
    answer = server.ask("GET", path, page=True)
    assert (answer.status, answer.body) == (303, b"")
    goal = urlsplit(answer.location)
    assert (goal.netloc, goal.path) == ("", "/auth/sign-in")
    shown = server.ask("GET", answer.location, page=True)
    assert shown.status == 200
    assert '<input id="password"' in shown.text
    if path.startswith(("/grids", "/accounts")):
        way_back = f'action="/auth/sign-in?{urlencode({"next": path}, quote_via=quote, safe="/")}"'
        assert way_back in shown.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("HEAD", "/"),
        ("OPTIONS", "/_stcore/upload_file/a/b"),
        ("GET", "/media/0123.csv"),
        ("GET", "/static/js/index.js"),
        ("GET", "/favicon.png"),
        ("GET", "/component/a/b.html"),
        ("GET", "/_stcore/bidi-components/a/b.js"),
        ("GET", "/_stcore/host-config"),
        ("GET", "/_stcore/health"),
        ("PUT", "/_stcore/upload_file/a/b"),
        ("POST", "/_stcore/upload_file/a/b"),
        ("DELETE", "/_stcore/upload_file/a/b"),
        ("POST", "/auth/password"),
        ("POST", "/auth/sign-out"),
        ("GET", "/auth/state"),
    ],
)
def test_stranger_gets_nothing_else(server: Server, method: str, path: str) -> None:
    assert server.ask(method, path).status == 401


def test_files_of_the_application_need_the_cookie(server: Server, token: str) -> None:
    page = server.ask("GET", "/grids", page=True, token=token)
    assert page.status == 200
    (script,) = re.findall(r'src="\.?(/static/js/index\.[^"]+)"', page.text)
    assert server.ask("GET", script).status == 401
    assert server.ask("GET", script, token="x" * 43).status == 401
    assert server.ask("GET", script, token=token).status == 200


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/%5fstcore/metrics",
        "/_stcore/metrics/",
        "/_stcore/script-health-check",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/interact",
        "/_stcore/agent/mcp",
    ],
)
def test_what_nobody_needs_is_not_there(server: Server, token: str, path: str, signed_in: bool) -> None:
    for method in ("GET", "POST"):
        for page in (False, True):
            answer = server.ask(method, path, page=page, token=token if signed_in else None)
            assert (answer.status, answer.text) == (404, "not found")


@pytest.mark.parametrize("shape", ["none", "garbage", "empty", "hash", "long", "ended", "idle", "old"])
def test_socket_is_refused_without_a_session_that_counts(
    server: Server, other: tuple[str, str], shape: str
) -> None:
    _username, good = other
    now = clock.now()
    change = {
        "ended": {"ended_at": now},
        "idle": {"seen_at": now - timedelta(minutes=31)},
        "old": {"created_at": now - timedelta(hours=12, minutes=1)},
    }.get(shape)
    if change:
        with server.inside(), system() as session:
            session.execute(
                update(SignInSession)
                .where(SignInSession.token_hash == sessions.hash_token(good))
                .values(**change)
            )
    sent = {
        "none": None,
        "garbage": "A" * 43,
        "empty": "",
        "hash": sessions.hash_token(good),
        "long": "A" * 5000,
    }.get(shape, good)
    with pytest.raises(Cut) as cut, tab(server, sent):
        pass
    assert cut.value.code == REFUSED
    assert server.ask("GET", "/auth/state", token=sent).status == 401
    assert server.ask("GET", "/", token=sent).status == 401


def test_watching_is_not_use(server: Server, other: tuple[str, str]) -> None:
    """The page's own look at the session must not keep an empty chair signed in."""
    _username, token = other
    before = clock.now().replace(microsecond=0) - timedelta(minutes=20)
    mine = SignInSession.token_hash == sessions.hash_token(token)
    with server.inside(), system() as session:
        session.execute(update(SignInSession).where(mine).values(seen_at=before))
    assert server.ask("GET", "/auth/state", token=token).status == 204
    with tab(server, token) as page:
        still = BackMsg()
        still.rerun_script.is_auto_rerun = True
        page.send(still.SerializeToString())
        page.finished()
    with server.inside(), system_reading() as session:
        assert session.scalar(select(SignInSession.seen_at).where(mine)) == before
    with tab(server, token) as page:
        page.draw()
    with server.inside(), system_reading() as session:
        assert session.scalar(select(SignInSession.seen_at).where(mine)) > before


# -- the way back never leaves the house

LEAVING = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "HTTPS://evil.example/",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/%2F%2Fevil.example",
    "/%5Cevil.example",
    "%2F%2Fevil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\x00/evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/\x7f/evil.example",
    "/ok\r\nLocation: https://evil.example",
    "//[evil",
    "https://[",
    "/auth/sign-in",
    "/auth/sign-out",
    "/auth/language?to=en&next=//evil.example",
    "",
    "?",
    "#",
]


def stays(server: Server, answer: Answer) -> bool:
    """A browser that follows this stays with us, and not among the forms."""
    location = answer.location
    landed = urlsplit(urljoin(server.url + "/auth/sign-in", location))
    return (
        answer.status == 303
        and landed.netloc == server.host
        and location.startswith("/")
        and not location.startswith(("//", "/\\", "/auth/"))
        and not any(ord(c) < 33 for c in location)
        and "evil.example" not in (answer.headers.get_all("location") or [])[1:]
    )


@pytest.mark.parametrize("goal", LEAVING)
def test_the_way_back_never_leaves(server: Server, token: str, goal: str) -> None:
    query = urlencode({"next": goal})
    signed_in = server.ask("GET", f"/auth/sign-in?{query}", page=True, token=token)
    assert stays(server, signed_in), signed_in.location
    assert stays(server, server.ask("GET", f"/auth/language?to=en&{query}", page=True))
    form = server.ask("GET", f"/auth/sign-in?{query}", page=True)
    assert form.status == 200
    for kept in re.findall(r"[?&](?:amp;)?next=([^\"&]*)\"", form.text):
        assert not kept.startswith(("%2F%2F", "//", "%2F%5C", "/%5C", "http")), kept
    from_form = server.ask("GET", f"/auth/language?to=en&from=//evil.example&{query}", page=True)
    assert stays(server, from_form)


# -- cookies and headers


def test_every_answer_carries_the_headers(server: Server, token: str) -> None:
    for path in (
        "/",
        "/grids",
        "/auth/sign-in",
        "/auth/password",
        "/auth/state",
        "/auth/assets/watch.js",
        "/auth/assets/nothing",
        "/media/nothing.csv",
        "/_stcore/health",
        "/_stcore/metrics",
        "/static/js/nothing.js",
        "/healthz",
    ):
        for page in (True, False):
            for held in (None, token):
                answer = server.ask("GET", path, page=page, token=held)
                said = answer.headers
                assert said["x-content-type-options"] == "nosniff", path
                assert said["x-frame-options"] == "DENY", path
                assert said["referrer-policy"] == "same-origin", path
                (policy,) = said.get_all("content-security-policy") or [""]
                rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
                assert rules["default-src"] == "'self'"
                assert "unsafe" not in rules["script-src"]
                assert "http" not in policy
                assert "*" not in policy
                assert rules["frame-ancestors"] == rules["object-src"] == "'none'"
                assert rules["form-action"] == rules["base-uri"] == "'self'"
                if "text/html" in (said["content-type"] or "") or path.startswith(("/media/", "/_stcore/")):
                    assert said.get_all("cache-control") == ["no-store"], path


def test_only_our_own_scripts_run(server: Server, token: str) -> None:
    front = server.ask("GET", "/auth/sign-in", page=True).text
    assert "<script" not in front
    assert not re.search(r"\son[a-z]+=", front)
    page = server.ask("GET", "/", page=True, token=token)
    assert page.text.index("/auth/assets/watch.js") < page.text.index("/static/js/")
    policy = page.headers["content-security-policy"]
    for hashed in inline_hashes(page.body):
        assert f"'sha256-{hashed}'" in policy
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text + front):
        assert not urlsplit(address).netloc, address


def test_the_token_is_told_to_the_cookie_alone(server: Server) -> None:
    token = server.begin_session(DIRECTOR)
    hashed = sessions.hash_token(token)
    for path in ("/", "/auth/sign-in?next=/me", "/auth/password", "/auth/state"):
        answer = server.ask("GET", path, page=True, token=token)
        said = answer.body + str(answer.headers).encode()
        assert token.encode() not in said
        assert hashed.encode() not in said
    with tab(server, token) as page:
        for name in ("", "me", "grids"):
            drawn = page.draw(name)
            assert token not in drawn
            assert hashed not in drawn
    assert token not in server.log()
    assert hashed not in server.log()


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "a=1; {}; b=2",
        'other={{"a": ["b", 1]}}; {}',
        "bare; {}",
        "=x; {}",
        "a[0]=x; {}",
        "a=城; {}",
        "{};",
        "a=1;{}",
    ],
)
def test_cookies_of_neighbors_do_not_hide_ours(server: Server, token: str, around: str) -> None:
    """Other programs on the same machine set cookies too, and not always well-formed ones."""
    line = around.format(f"{server.cookie_name}={token}")
    sent = line.encode().decode("latin-1")
    assert server.ask("GET", "/auth/state", {"Cookie": sent}).status == 204


def test_a_longer_or_shorter_cookie_name_is_not_ours(server: Server, token: str) -> None:
    for name in ("grid-session", "x__Host-grid-session", "__Host-grid-session2", "__host-grid-session"):
        assert server.ask("GET", "/auth/state", {"Cookie": f"{name}={token}"}).status == 401


# -- the page's socket


def test_socket_draws_the_page_of_whoever_signed_in(server: Server, token: str) -> None:
    with tab(server, token) as page:
        drawn = page.draw()
        assert name_of(server, LEADER) in drawn
        assert "兰州市" in drawn
        assert "城关区" in drawn
        assert "只看" not in drawn
        assert "网格" in page.draw("grids", "center=620102")


def test_session_id_of_another_is_worth_nothing(server: Server, token: str) -> None:
    """A page's own id travels in upload addresses; it must not open somebody else's page."""
    attacker = server.begin_session("chengguan.duty")
    names = name_of(server, LEADER), name_of(server, "chengguan.duty")
    with tab(server, token) as victim:
        victim.draw("grids")
        stolen = victim.session_id
        with pytest.raises(Cut) as cut, tab(server, None, resume=stolen):
            pass
        assert cut.value.code == REFUSED
        with tab(server, attacker, resume=stolen) as page:
            drawn = page.draw()
            assert drawn.session_id != stolen
            assert names[0] not in drawn
            assert names[1] in drawn
        assert names[0] in victim.draw()
        assert victim.session_id == stolen
    # Now that the victim's socket is gone its session waits to be resumed, by nobody else.
    with tab(server, attacker, resume=stolen) as page:
        drawn = page.draw()
        assert drawn.session_id != stolen
        assert names[0] not in drawn
    with pytest.raises(Cut), tab(server, None, resume=stolen):
        pass
    with tab(server, server.begin_session(LEADER), resume=stolen) as page:
        assert page.draw().session_id != stolen  # another sign-in of the same person is another
    with tab(server, token, resume=stolen) as page:
        assert page.draw().session_id == stolen


FOREIGN = [
    None,
    " ",
    "null",
    "none",
    "http://127.0.0.1",
    "https://127.0.0.1",
    "http://127.0.0.1:1",
    "http://127.0.0.1:{port}0",
    "http://127.0.0.1:0{port}",
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/grids",
    "http://127.0.0.1:{port}?",
    "http://127.0.0.1:{port}#",
    "http://127.0.0.1.:{port}",
    "HTTP://127.0.0.1:{port}",
    "ws://127.0.0.1:{port}",
    "ftp://127.0.0.1:{port}",
    "//127.0.0.1:{port}",
    "127.0.0.1:{port}",
    "http:127.0.0.1:{port}",
    "http://localhost:{port}",
    "http://LOCALHOST:{port}",
    "http://[::1]:{port}",
    "http://[::ffff:127.0.0.1]:{port}",
    "http://127.1:{port}",
    "http://2130706433:{port}",
    "http://0x7f000001:{port}",
    "http://0.0.0.0:{port}",
    "http://user@127.0.0.1:{port}",
    "http://user:word@127.0.0.1:{port}",
    "http://127.0.0.1:{port}@evil.example",
    "http://127.0.0.1.evil.example:{port}",
    "http://evil.example:{port}",
    "http://evil-127.0.0.1:{port}",
    "http://127.0.0.1:{port}.evil.example",
    "http://127.0.0.1:{port} http://evil.example",
    "http://evil.example, http://127.0.0.1:{port}",
    "http://127.0.0.1:{port}\\@evil.example",
    "http://127.0.0.1%00:{port}",
    "https://share.streamlit.io",
    "https://a.streamlit.app",
    "https://none.invalid",
    "file://",
    "chrome-extension://abcdefgh",
    "about:blank",
]


@pytest.mark.parametrize("origin", FOREIGN)
def test_pages_of_others_open_no_socket_and_send_no_form(
    server: Server, token: str, origin: str | None
) -> None:
    said = origin.format(port=server.port) if origin is not None else None
    with pytest.raises(Cut) as cut, tab(server, token, origin=said):
        pass
    assert cut.value.code == REFUSED
    if said is not None and said.strip():
        form = server.post("/auth/sign-out", {}, {"Origin": said}, token=token)
        assert form.status == 403
        form = server.post("/auth/sign-in", {"username": "a", "password": "b"}, {"Origin": said})
        assert form.status == 403
    assert server.ask("GET", "/auth/state", token=token).status == 204


def test_only_the_server_says_who_is_asking(server: Server, token: str) -> None:
    hashed = sessions.hash_token(token)
    claims = [("X-Grid-Session", hashed), ("x-grid-session", hashed), ("X-Grid-Anything", "1")]
    with pytest.raises(Cut), tab(server, None, headers=claims):
        pass
    assert server.ask("GET", "/", dict(claims)).status == 401
    assert server.ask("GET", "/", {"Authorization": f"Bearer {token}"}).status == 401
    duty = server.begin_session("chengguan.duty")
    with tab(server, duty, headers=claims) as page:
        drawn = page.draw()
        assert name_of(server, LEADER) not in drawn
        assert name_of(server, "chengguan.duty") in drawn


def test_a_claimed_address_is_not_believed(server: Server) -> None:
    name = "nobody.at.all"
    for claim in (
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-For": "203.0.113.9, 198.51.100.7:99"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
    ):
        assert server.try_to_sign_in(name, "x", headers=claim).status == 401
    with server.inside(), system_reading() as session:
        seen = session.scalars(select(SignInAttempt.address).where(SignInAttempt.username == name)).all()
    assert seen == ["127.0.0.1"] * 4
    server.forget_attempts()


# -- ending a session ends everything


def test_sign_out_ends_the_cookie_and_the_open_page(server: Server) -> None:
    token = server.begin_session("chengguan.viewer")
    with tab(server, token) as page:
        assert NOBODY not in page.draw()
        left = server.post("/auth/sign-out", {}, token=token)
        assert (left.status, left.location) == (303, "/auth/sign-in")
        assert left.cookie(server.cookie_name) == ""
        assert left.headers["clear-site-data"] == '"cache", "storage"'
        with pytest.raises(Cut) as cut:
            page.draw()
        assert cut.value.code == ENDED
    for _again in range(3):
        assert server.ask("GET", "/media/a.csv", token=token).status == 401
        assert server.ask("GET", "/", page=True, token=token).status == 303
        with pytest.raises(Cut) as cut, tab(server, token, resume=page.session_id):
            pass
        assert cut.value.code == REFUSED


def test_signing_out_by_a_link_does_nothing(server: Server, token: str) -> None:
    answer = server.ask("GET", "/auth/sign-out", page=True, token=token)
    assert answer.cookie(server.cookie_name) is None
    assert server.ask("GET", "/auth/state", token=token).status == 204


@pytest.mark.parametrize(
    "change", ["disable", "role", "password", "end all", "area", "restored and disabled again"]
)
def test_what_an_administrator_does_counts_at_the_next_frame(
    server: Server, other: tuple[str, str], change: str
) -> None:
    username, token = other
    account_id = server.account_id(username)
    with tab(server, token) as page:
        assert NOBODY not in page.draw()
        with server.acting_as("city.administrator") as (session, _viewer):
            if change == "disable":
                commands.disable_account(session, account_id, "离岗")
            elif change == "role":
                commands.change_role(session, account_id, Role.VIEWER)
            elif change == "password":
                commands.reset_password(session, account_id)
            elif change == "end all":
                commands.end_all_sessions(session, account_id)
            elif change == "area":
                commands.add_area(session, account_id, "620103", AreaRelation.IN_CHARGE, "文件")
            else:
                commands.disable_account(session, account_id, "离岗")
                commands.restore_account(session, account_id)
        with pytest.raises(Cut) as cut:
            page.draw()
        assert cut.value.code == ENDED
    assert server.ask("GET", "/", token=token).status == 401


def test_an_invited_account_gets_no_socket(server: Server) -> None:
    token = server.begin_session(server.fresh_account(AccountState.INVITED))
    with pytest.raises(Cut) as cut, tab(server, token):
        pass
    assert cut.value.code == REFUSED
    assert server.ask("GET", "/media/a.csv", token=token).status == 403
    assert server.ask("PUT", "/_stcore/upload_file/a/b", token=token, body=b"x").status == 403
    answer = server.ask("GET", "/grids?x=1", page=True, token=token)
    assert (answer.status, answer.location) == (303, "/auth/password?next=%2Fgrids%3Fx%3D1")


def test_a_fourth_sign_in_ends_the_one_used_longest_ago(server: Server, other: tuple[str, str]) -> None:
    username, first = other
    with server.inside(), system() as session:
        session.execute(
            update(SignInSession)
            .where(SignInSession.token_hash == sessions.hash_token(first))
            .values(seen_at=clock.now() - timedelta(minutes=5))
        )
    later = [server.begin_session(username) for _n in range(3)]
    assert server.ask("GET", "/auth/state", token=first).status == 401
    assert [server.ask("GET", "/auth/state", token=t).status for t in later] == [204] * 3


# -- frames and uploads that nobody sends by accident


def test_clearing_the_caches_is_not_for_the_asking(server: Server, token: str) -> None:
    plain = BackMsg(clear_cache=True).SerializeToString()
    with tab(server, token) as page:
        page.draw()
        for frame in (plain, plain + b"\xfa\x7f" + bytes([100]) + b"x" * 100):
            page.send(frame)
        beat = BackMsg(app_heartbeat=True)
        page.send(beat.SerializeToString())
        # Nothing came back for the first two: the heartbeat's answer is the first.
        assert "兰州市" in page.draw()


def test_nonsense_frames_end_their_own_page_only(server: Server, token: str) -> None:
    dice = Random(7)
    with tab(server, token) as neighbor:
        neighbor.draw()
        for _n in range(60):
            with tab(server, token) as page:
                cut_or_ignored(page, dice.randbytes(dice.randrange(1, 300)))
        for frame in ("words", "", b"", b"\x00", b"\xff" * 70_000, b"\x0a" * 3_000_000):
            with tab(server, token) as page:
                cut_or_ignored(page, frame)
        drawn = neighbor.draw("grids")
        assert "网格" in drawn
    assert server.ask("GET", "/healthz").text == "ready"


def cut_or_ignored(page: Tab, frame: bytes | str) -> None:
    """The frame has no answer that tells about the inside."""
    try:
        page.send(frame)
        drawn = page.draw()
    except Cut as cut:
        if cut.code not in (1000, 1002, 1009):
            raise
    else:
        assert not hidden_words(drawn.raw.decode("utf-8", "ignore").replace("main_script", ""))


def test_upload_says_its_length_and_is_not_too_large(server: Server, token: str) -> None:
    path = "/_stcore/upload_file/nobody/nothing"
    cookie = f"{server.cookie_name}={token}"

    def send(length: str | None) -> int:
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
            connection.putrequest("PUT", path)
            connection.putheader("Cookie", cookie)
            if length is None:
                connection.putheader("Transfer-Encoding", "chunked")
            else:
                connection.putheader("Content-Length", length)
            connection.endheaders()
            return connection.getresponse().status

    assert send(None) == 411
    assert send(str(20 * 1024 * 1024 + 1)) == 413
    assert send("1" * 18) == 413
    assert send("-1") in (400, 411)
    assert send("1e3") in (400, 411)
    # A fitting one reaches the page's server, which knows no such page.
    assert server.ask("PUT", path, body=b"x", token=token).status in (400, 403, 404)


def test_a_form_is_small_and_says_its_length(server: Server) -> None:
    small = {"username": "a", "password": "b"}
    assert server.post("/auth/sign-in", small | {"more": "x" * 9000}).status == 413
    many = {f"f{n}": "" for n in range(50)}
    assert server.post("/auth/sign-in", many).status == 400
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
        connection.putrequest("POST", "/auth/sign-in")
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        assert connection.getresponse().status == 411
    file = b'--x\r\nContent-Disposition: form-data; name="username"; filename="a"\r\n\r\nabc\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x", "Origin": server.url}
    assert server.ask("POST", "/auth/sign-in", kind, file, page=True).status == 400
    server.forget_attempts()


# -- a link in a mail


def test_a_link_from_elsewhere_is_asked_again_from_our_own_page(server: Server, token: str) -> None:
    """The strict cookie stays at home on the way in; a page of ours fetches it."""
    afar = {"Sec-Fetch-Site": "cross-site"}
    first = server.ask("GET", "/grids?center=620102", afar, page=True)
    assert (first.status, first.headers["refresh"]) == (200, "0")
    assert len(first.body) < 100
    near = {"Sec-Fetch-Site": "same-origin"}
    assert server.ask("GET", "/grids?center=620102", near, page=True, token=token).status == 200
    assert server.ask("GET", "/grids?center=620102", near, page=True).status == 303
    # Whoever brings the cookie at once needs no second asking.
    assert "refresh" not in server.ask("GET", "/grids", afar, page=True, token=token).headers


def test_nothing_of_this_made_an_error(server: Server, token: str) -> None:
    """Last in the file: strangers' nonsense is no reason for an alarm in our own log."""
    ours = [line for line in server.log().splitlines() if line.startswith("{")]
    assert not [line for line in ours if '"level": "ERROR"' in line]
