"""Signing in as people do: the form, the cookie, the first password, the lock, the language."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from streamlit.proto.BackMsg_pb2 import BackMsg

from db.models.account import Account, AccountState, DemonstrationPassword, Outcome, Role, SignInAttempt
from db.models.deployment import Deployment, DeploymentKind
from lib import clock
from lib.access import commands, demonstration
from lib.access.gate import Gate, client_address, same_origin
from lib.access.sessions import Identity
from lib.access.work import system, system_reading
from lib.settings import settings
from lib.ui.server import judge
from tests.running import HOME, Answer, Cut, Server, at_database, running, tab

WRONG = "账号或密码不对"
PAUSED = "尝试次数太多"


@pytest.fixture(autouse=True)
def forgotten(server: Server) -> None:
    """Each test starts without failed attempts from this address."""
    server.forget_attempts()


def attributes(answer: Answer, name: str) -> set[str]:
    (line,) = [c for c in answer.headers.get_all("set-cookie") or [] if c.startswith(f"{name}=")]
    return {part.strip().casefold() for part in line.split(";")[1:]}


def checks(server: Server, username: str) -> int:
    """How many password checks were booked for a name."""
    with server.inside(), system_reading() as session:
        return session.scalars(
            select(func.count()).select_from(SignInAttempt).where(SignInAttempt.username == username)
        ).one()


def test_a_good_password_opens_the_page_that_was_asked_for(server: Server) -> None:
    goal = "/grids?center=620102&find=%E8%A1%97%E9%81%93"
    password = server.password("chengguan.duty")
    answer = server.try_to_sign_in(" Chengguan.Duty ", password, goal)
    assert (answer.status, answer.location) == (303, goal)
    token = answer.cookie("__Host-grid-session")
    assert token is not None
    assert len(token) >= 43
    assert attributes(answer, "__Host-grid-session") == {
        "httponly",
        "secure",
        "samesite=strict",
        "path=/",
        "max-age=43200",
    }
    assert server.ask("GET", goal, page=True, token=token).status == 200
    with tab(server, token) as page:
        assert "城关区" in page.draw("grids", "center=620102")
    # Whoever is in already is not asked again.
    again = server.ask("GET", f"/auth/sign-in?{urlencode({'next': goal})}", page=True, token=token)
    assert (again.status, again.location) == (303, goal)
    assert password not in server.log()


def test_wrong_name_and_wrong_password_look_the_same(server: Server) -> None:
    known = server.try_to_sign_in("city.viewer", "not the password", "/me")
    unknown = server.try_to_sign_in("city.nobody", "not the password", "/me")
    disabled = server.fresh_account(AccountState.DISABLED)
    assert known.status == unknown.status == 401
    assert WRONG in known.text
    assert known.text.replace("city.viewer", "") == unknown.text.replace("city.nobody", "")
    off = server.try_to_sign_in(disabled, "not the password", "/me")
    assert off.text.replace(disabled, "") == known.text.replace("city.viewer", "")
    for answer in (known, unknown, off):
        assert answer.cookie("__Host-grid-session") is None
        assert "next=/me" in answer.text
        assert "not the password" not in answer.text


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("", ""),
        ("city.leader", ""),
        ("<b>x</b>", "x"),
        ("a\x00b", "\x00"),
        ("城", "密" * 256),
        ("x" * 5000, "y"),
    ],
)
def test_odd_entries_are_refused_like_any_other(server: Server, username: str, password: str) -> None:
    answer = server.try_to_sign_in(username, password)
    assert answer.status == 401
    assert WRONG in answer.text
    assert "<b>x</b>" not in answer.text


def test_language_is_chosen_on_the_form_and_kept(server: Server) -> None:
    chinese = server.ask("GET", "/auth/sign-in?next=/me", page=True)
    assert 'lang="zh-CN"' in chinese.text
    link = re.search(r'href="(/auth/language[^"]+)"', chinese.text)
    assert link is not None
    chosen = server.ask("GET", link[1].replace("&amp;", "&"), page=True)
    assert chosen.location == "/auth/sign-in?next=%2Fme"
    assert chosen.cookie("grid-language") == "en"
    cookie = {"Cookie": "grid-language=en"}
    english = server.ask("GET", chosen.location, cookie, page=True)
    assert 'lang="en"' in english.text
    assert "Sign in" in english.text
    # The rest is names of centers, which have one language.
    words = re.sub(r"<td>[^<]*</td>|<a lang=\"zh\"[^>]*>[^<]*</a>", "", english.text)
    assert not re.findall(r"[\u4e00-\u9fff]+", words)
    refused = server.post("/auth/sign-in", {"username": "nobody", "password": "x"}, cookie)
    assert not re.search(r"role=\"alert\">[^<]*[\u4e00-\u9fff]", refused.text)
    with server.inside(), system_reading() as session:
        which = select(Account.language).where(Account.username == "chengguan.viewer")
        assert session.scalar(which) == "zh"
    password = server.password("chengguan.viewer")
    answer = server.try_to_sign_in("chengguan.viewer", password, headers=cookie)
    token = answer.cookie("__Host-grid-session")
    with server.inside(), system_reading() as session:
        assert session.scalar(which) == "en"
    with tab(server, token) as page:
        drawn = page.draw("me")
        assert "Sign out" in drawn
        assert "退出登录" not in drawn


def test_a_language_that_does_not_exist_changes_nothing(server: Server) -> None:
    for code in ("xx", "", "../en", "en\r\nSet-Cookie: a=b"):
        answer = server.ask("GET", f"/auth/language?{urlencode({'to': code})}", page=True)
        assert (answer.status, answer.location) == (303, "/")
        assert answer.headers.get_all("set-cookie") is None
    shown = server.ask("GET", "/auth/sign-in", {"Cookie": "grid-language=../../etc"}, page=True)
    assert 'lang="zh-CN"' in shown.text


def test_plain_http_gives_a_plain_cookie_and_a_warning(small_city: Path, tmp_path: Path) -> None:
    with running(small_city, tmp_path, GRID_PLAIN_HTTP="1") as plain:
        answer = plain.try_to_sign_in("city.auditor", plain.password("city.auditor"))
        token = answer.cookie("grid-session")
        assert answer.cookie("__Host-grid-session") is None
        assert attributes(answer, "grid-session") == {
            "httponly",
            "samesite=strict",
            "path=/",
            "max-age=43200",
        }
        assert plain.ask("GET", "/auth/state", token=token).status == 204
        left = plain.post("/auth/sign-out", {}, token=token)
        assert "secure" not in attributes(left, "grid-session")
        assert plain.ask("GET", "/auth/state", token=token).status == 401
        warned = [line for line in plain.log().splitlines() if "GRID_PLAIN_HTTP=1" in line]
        assert [json.loads(line)["level"] for line in warned] == ["WARNING"]


def test_the_first_sign_in_leads_to_an_own_password(server: Server) -> None:
    with server.acting_as("city.administrator") as (session, _viewer):
        initial = commands.create_account(session, "new.duty", "苏合", Role.DUTY_OFFICER, "620102")
    goal = "/grids?center=620102"
    answer = server.try_to_sign_in("new.duty", initial, goal)
    form = f"/auth/password?{urlencode({'next': goal})}"
    assert (answer.status, answer.location) == (303, form)
    token = answer.cookie("__Host-grid-session")
    for path in ("/", "/me", "/grids?center=620102", "/nonsense"):
        led = server.ask("GET", path, page=True, token=token)
        assert led.status == 303
        assert led.location.startswith("/auth/password?next=")
    with pytest.raises(Cut), tab(server, token):
        pass
    page = server.ask("GET", form, page=True, token=token)
    assert "这是您第一次登录" in page.text

    def change(current: str, new: str, again: str | None = None) -> Answer:
        fields = {"current": current, "new": new, "again": new if again is None else again}
        return server.post(form, fields, token=token)

    good = "纸船明烛照天烧-4-两2-鹿"
    for refused, says in (
        (change(initial, "short"), "密码太短"),
        (change(initial, "password1234"), "密码"),
        (change(initial, "New.Duty-2026!"), "姓名、账号和单位名称"),
        (change(initial, good, good + "x"), "两次输入的新密码不一样"),
        (change("wrong", good), "当前密码不对"),
    ):
        assert refused.status == 422
        assert says in refused.text
        assert 'name="again"' in refused.text
        assert "next=/grids" in refused.text
        assert initial not in refused.text
    with pytest.raises(Cut), tab(server, token):
        pass
    changed = change(initial, good)
    assert (changed.status, changed.location) == (303, goal)
    with tab(server, token) as page_now:
        assert "苏合" in page_now.draw("grids")
    assert server.try_to_sign_in("new.duty", initial).status == 401
    answer = server.try_to_sign_in("new.duty", good)
    assert (answer.status, answer.location) == (303, "/")
    for secret in (initial, good):
        assert secret not in server.log()


def test_an_initial_password_dies(server: Server) -> None:
    with server.acting_as("city.administrator") as (session, _viewer):
        initial = commands.create_account(session, "late.duty", "苏合", Role.DUTY_OFFICER, "620102")
    with server.inside(), system() as session:
        account = session.scalars(select(Account).where(Account.username == "late.duty")).one()
        account.password_expires_at = clock.now()
    answer = server.try_to_sign_in("late.duty", initial)
    assert answer.status == 401
    assert "初始密码已过期" in answer.text


def test_the_lock_holds_over_processes_and_restarts_until_it_is_lifted(
    server: Server, tmp_path: Path
) -> None:
    name = "jiuquanlu.director"
    password = server.password(name)
    second = Server(server.database, tmp_path)
    try:
        second.start()
        for process in (server, second, server, second, server):
            assert WRONG in process.try_to_sign_in(name, "wrong").text
        for process in (server, second):
            refused = process.try_to_sign_in(name, password)
            assert refused.status == 401
            assert PAUSED in refused.text
        second.stop()
        second.start()
        assert PAUSED in second.try_to_sign_in(name.upper(), password).text
        assert checks(server, name) == 5  # what was refused unchecked was not counted
        account_id = server.account_id(name)
        with server.acting_as("city.administrator") as (session, _viewer):
            commands.lift_lock(session, account_id)
        assert second.try_to_sign_in(name, password).status == 303
    finally:
        second.stop()


def test_one_address_does_not_guess_through_many_names(server: Server) -> None:
    with server.inside(), system() as session:
        session.add_all(
            SignInAttempt(username=f"n{n}", address="127.0.0.1", at=clock.now(), outcome=Outcome.FAILED)
            for n in range(30)
        )
    refused = server.try_to_sign_in("city.leader", server.password("city.leader"))
    assert refused.status == 401
    assert PAUSED in refused.text
    assert checks(server, "city.leader") == 0


# -- what a deployment shows


def test_the_demonstration_shows_its_accounts(server: Server) -> None:
    page = server.ask("GET", "/auth/sign-in", page=True).text
    assert "这是演示系统" in page
    with server.inside():
        shown = demonstration.shown_accounts()
    assert len(shown) == 9
    assert len({one.password for one in shown}) == 9
    for one in shown:
        assert f"<code>{one.username}</code>" in page
        assert f"<code>{one.password}</code>" in page


def test_a_real_deployment_shows_no_accounts(empty_sqlite: Path, tmp_path: Path) -> None:
    source = tmp_path / "real.db"
    shutil.copy(empty_sqlite, source)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{source}", "GRID_DATA": str(tmp_path / "data")}
    divisions = HOME / "tests" / "data" / "lanzhou_divisions.csv"
    made = subprocess.run(
        [
            *(sys.executable, "-m", "lib.cli", "init", "--divisions", str(divisions), "--root", "6201"),
            *("--admin", "first.admin", "--auditor", "first.auditor", "--json"),
        ],
        cwd=HOME,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    initial = {a["username"]: a["password"] for a in json.loads(made.stdout)["accounts"]}
    # Even rows that a demonstration left behind are neither shown nor given passwords.
    with at_database(source), system() as session:
        assert session.get_one(Deployment, 1).kind is DeploymentKind.REAL
        ids = session.scalars(select(Account.id).order_by(Account.id)).all()
        session.add_all(
            [
                DemonstrationPassword(account_id=ids[0], position=0, password="left-behind-once"),
                DemonstrationPassword(account_id=ids[1], position=1, password=None),
            ]
        )
    with running(source, tmp_path / "real") as real:
        page = real.ask("GET", "/auth/sign-in", page=True).text
        for shown in ("演示", "left-behind-once", *initial, *initial.values()):
            assert shown not in page
        with real.inside(), system_reading() as session:
            kept = session.scalars(
                select(DemonstrationPassword.password).order_by(DemonstrationPassword.position)
            ).all()
        assert kept == ["left-behind-once", None]
        assert real.try_to_sign_in("first.admin", "left-behind-once").status == 401
        answer = real.try_to_sign_in("first.admin", initial["first.admin"])
        assert answer.location == "/auth/password?next=%2F"


def test_an_empty_database_has_nobody_to_sign_in(sqlite_database: str) -> None:
    assert demonstration.issue_passwords() == 0
    assert demonstration.shown_accounts() == []
    with system_reading() as session:
        assert session.scalars(select(Account)).all() == []


# -- the parts that a socket from outside cannot show


def scope_with(*headers: tuple[str, str], client: tuple[str, int] = ("10.1.2.3", 5000)) -> dict[str, object]:
    return {
        "type": "http",
        "method": "PUT",
        "path": "/_stcore/upload_file/a/b",
        "client": client,
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }


def test_addresses_people_type_are_the_only_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_ORIGINS", "https://grid.example.gov.cn, https://10.0.0.8:8443/")
    settings.cache_clear()
    try:
        for origin, ours in (
            ("https://grid.example.gov.cn", True),
            ("https://10.0.0.8:8443", True),
            ("http://grid.example.gov.cn", False),
            ("https://grid.example.gov.cn:443", False),
            ("https://GRID.example.gov.cn", False),
            ("https://internal:8501", False),
            ("", False),
        ):
            scope = scope_with(("host", "internal:8501"), ("origin", origin))
            assert same_origin(scope) is ours, origin
        assert not same_origin(scope_with(("host", "grid.example.gov.cn")))
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_behind_our_proxy_the_proxy_says_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    said = scope_with(("x-forwarded-for", "10.1.2.3"))
    assert client_address(said) == "10.1.2.3"  # the peer's own port: the header was not believed
    said["client"] = ("10.1.2.3", 0)  # the server below us has believed it already
    assert client_address(said) == "127.0.0.1"
    assert client_address(scope_with()) == "10.1.2.3"
    monkeypatch.setenv("GRID_BEHIND_PROXY", "1")
    settings.cache_clear()
    try:
        assert client_address(said) == "10.1.2.3"
        far = scope_with(("x-forwarded-for", "203.0.113.9, 10.9.9.9"))  # from a proxy on another machine
        assert client_address(far) == "10.9.9.9"
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_frames_are_judged_by_what_they_are() -> None:
    padding = b"\xfa\x7f" + bytes([100]) + b"x" * 100
    clear = BackMsg(clear_cache=True).SerializeToString()
    rerun = BackMsg()
    rerun.rerun_script.query_string = "a=b"
    automatic = BackMsg()
    automatic.rerun_script.is_auto_rerun = True
    for frame, verdict in (
        (clear, "drop"),
        (clear + padding, "drop"),
        (padding + clear, "drop"),
        (rerun.SerializeToString() + clear, "drop"),
        (rerun.SerializeToString(), "act"),
        (clear + rerun.SerializeToString(), "act"),  # the last of one kind is the one that counts
        (automatic.SerializeToString(), "pass"),
        (BackMsg(app_heartbeat=True).SerializeToString(), "pass"),
        (b"\xff\xff", "pass"),
        (b"", "pass"),
    ):
        assert judge(frame) == verdict, frame


def test_uploads_of_one_session_have_a_sum() -> None:
    gate = Gate(lambda *_: None, judge, frozenset("/"))  # type: ignore[arg-type,return-value]
    mine, yours = Identity("a" * 64, 1, "a", False), Identity("b" * 64, 2, "b", False)
    big = scope_with(("content-length", str(20 * 1024 * 1024)))
    assert [gate._refusal(big, mine) for _n in range(3)] == [None] * 3
    refused = gate._refusal(big, mine)
    assert refused is not None
    assert refused[0] == 413
    assert gate._refusal(scope_with(("content-length", "1")), mine) is not None
    assert gate._refusal(big, yours) is None
