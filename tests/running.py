"""The real server, as people run it: a process of its own on a small demonstration.

`small_city` is filled once; each `Server` works on a copy. The helpers speak plain HTTP and the
page's own socket, so that the tests see what a browser, or somebody without one, would get.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, select
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from db.engine import close_engine
from db.models.account import Account, AccountState, DemonstrationPassword, SignInAttempt
from lib.access import demonstration, sessions
from lib.access.viewer import Viewer
from lib.access.work import acting, system, system_reading
from lib.settings import settings
from seed.filling import fill
from seed.plan import Plan
from seed.progress import Progress

HOME = Path(__file__).parent.parent
PLAN = Plan(cases=2_000, seed=7, today=date(2026, 6, 30))
ENDED, REFUSED = 4401, 1008
COOKIE, PLAIN_COOKIE = "__Host-grid-session", "grid-session"
PATIENCE = 60.0  # seconds until a server or a page that does not answer is a failure
_FILLED = pytest.StashKey[Path]()


@contextlib.contextmanager
def at_database(path: Path, **environment: str) -> Iterator[None]:
    """The code of this very process works on that file while the block runs."""
    url = f"sqlite:///{path}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        patch.setenv("GRID_DATA", str(path.parent / "data"))
        for name, value in environment.items():
            patch.setenv(name, value)
        settings.cache_clear()
        try:
            yield
        finally:
            close_engine(url)
            settings.cache_clear()


@pytest.fixture(scope="session")
def small_city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled file with passwords for the shown accounts; once, whichever modules import this."""
    stash = request.session.stash
    if _FILLED not in stash:
        path = tmp_path_factory.mktemp("city") / "city.db"
        with at_database(path):
            fill(f"sqlite:///{path}", PLAN, Progress())
            demonstration.issue_passwords()
        stash[_FILLED] = path
    return stash[_FILLED]


def copy_city(source: Path, to: Path) -> None:
    """A filled file, and beside it the key by which the numbers in it are sealed."""
    shutil.copy(source, to)
    key = source.parent / "data" / "fields.key"
    if key.exists():
        (to.parent / "data").mkdir(exist_ok=True)
        shutil.copy(key, to.parent / "data" / key.name)


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP; nothing was followed."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return str(self.headers.get("location", ""))

    def cookie(self, name: str) -> str | None:
        """What a cookie is set to; None when it is not set here."""
        jar = SimpleCookie()
        for line in self.headers.get_all("set-cookie") or []:
            jar.load(line)
        return jar[name].value if name in jar else None


class Server:
    """One process on one database. Several may share a database; each keeps its port when restarted."""

    def __init__(self, database: Path, folder: Path, **environment: str) -> None:
        self.database, self.folder = database, folder
        self.environment = environment
        self.port = 0
        self.log_file = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.taken: set[str] = set()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def cookie_name(self) -> str:
        return PLAIN_COOKIE if self.environment.get("GRID_PLAIN_HTTP") == "1" else COOKIE

    def log(self) -> str:
        return self.log_file.read_text() if self.log_file.exists() else ""

    def start(self) -> Server:
        self.port = self.port or _free_port()
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("GRID_", "STREAMLIT_"))}
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "Home.py", "--server.port", str(self.port)],
                cwd=HOME,
                env=kept
                | {
                    "DATABASE_URL": f"sqlite:///{self.database}",
                    "GRID_DATA": str(self.database.parent / "data"),
                }
                | self.environment,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + PATIENCE
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"the server did not start:\n{self.log()}")
            time.sleep(0.05)
        return self

    def _ready(self) -> bool:
        try:
            return self.ask("GET", "/healthz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    # -- over HTTP

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        token: str | None = None,
        page: bool = False,
    ) -> Answer:
        """One request as it is given; `page` asks as a browser asks for a page."""
        sent = dict(headers or {})
        if page:
            sent.setdefault("Accept", "text/html,application/xhtml+xml")
        if token is not None:
            sent["Cookie"] = f"{self.cookie_name}={token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        *,
        token: str | None = None,
    ) -> Answer:
        """A form from our own page."""
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url, **(headers or {})}
        return self.ask("POST", path, sent, urlencode(fields).encode(), token=token, page=True)

    def try_to_sign_in(
        self, username: str, password: str, goal: str = "/", headers: Mapping[str, str] | None = None
    ) -> Answer:
        path = f"/auth/sign-in?{urlencode({'next': goal})}"
        return self.post(path, {"username": username, "password": password}, headers)

    # -- beside it, in the database

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """The code of this process works on the server's database."""
        with at_database(self.database, **self.environment):
            yield

    def password(self, username: str) -> str:
        """The random password of a shown account."""
        with self.inside(), system_reading() as session:
            found = session.scalar(
                select(DemonstrationPassword.password)
                .join(Account, Account.id == DemonstrationPassword.account_id)
                .where(Account.username == username)
            )
        assert found, f"{username} has no password"
        return found

    def begin_session(self, username: str, language: str | None = None) -> str:
        """A token as a sign-in gives it, without the cost of one."""
        with self.inside(), system() as session:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.language = language or account.language
            return sessions.begin(session, account, "127.0.0.1", "test")

    def viewer(self, token: str) -> Viewer:
        with self.inside():
            found = sessions.viewer_for(sessions.hash_token(token))
        assert found is not None
        return found

    @contextlib.contextmanager
    def acting_as(self, username: str) -> Iterator[tuple[object, Viewer]]:
        """A person's own unit of work, as a click of theirs opens it."""
        viewer = self.viewer(self.begin_session(username))
        with self.inside(), acting(viewer) as session:
            yield session, viewer

    def account_id(self, username: str) -> int:
        with self.inside(), system_reading() as session:
            return session.scalars(select(Account.id).where(Account.username == username)).one()

    def fresh_account(self, state: AccountState = AccountState.ACTIVE) -> str:
        """The username of a duty officer whom no other test uses."""
        with self.inside(), system() as session:
            account = session.scalars(
                select(Account)
                .where(Account.username.like("v620102%.duty"), Account.username.not_in(self.taken))
                .order_by(Account.id)
                .limit(1)
            ).one()
            account.state = state
            self.taken.add(account.username)
            return account.username

    def forget_attempts(self) -> None:
        with self.inside(), system() as session:
            session.execute(delete(SignInAttempt))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def running(source: Path, folder: Path, **environment: str) -> Iterator[Server]:
    """A server on its own copy of `source`."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "running.db"
    copy_city(source, database)
    server = Server(database, folder, **environment)
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demonstration as `streamlit run Home.py` serves it."""
    with running(small_city, tmp_path_factory.mktemp("server")) as found:
        yield found


# -- the page's socket


class Cut(Exception):
    """The server closed the socket; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


@dataclass
class Drawn:
    """One run of the page, as the browser receives it."""

    session_id: str = ""
    raw: bytes = b""
    messages: list[ForwardMsg] = field(default_factory=list)

    def __contains__(self, words: str) -> bool:
        return words.encode() in self.raw


class Tab:
    """An open page without a browser."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.session_id = ""

    def send(self, frame: bytes | str) -> None:
        try:
            self.connection.send(frame)
        except ConnectionClosed as closed:
            raise Cut(closed.rcvd.code if closed.rcvd else 1006) from None

    def receive(self) -> bytes:
        try:
            found = self.connection.recv(timeout=PATIENCE)
        except ConnectionClosed as closed:
            raise Cut(closed.rcvd.code if closed.rcvd else 1006) from None
        assert isinstance(found, bytes)
        return found

    def draw(self, page: str = "", query: str = "") -> Drawn:
        """Asks for a run and waits until it is finished. Raises Cut."""
        frame = BackMsg()
        frame.rerun_script.page_name = page
        frame.rerun_script.query_string = query
        self.send(frame.SerializeToString())
        return self.finished()

    def finished(self) -> Drawn:
        drawn = Drawn()
        while True:
            raw = self.receive()
            message = ForwardMsg.FromString(raw)
            drawn.raw += raw
            drawn.messages.append(message)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session_id = drawn.session_id = message.new_session.initialize.session_id
            # A run that another request cut short is followed by the one that counts.
            if kind == "script_finished" and message.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                return drawn


@contextlib.contextmanager
def tab(
    server: Server,
    token: str | None,
    *,
    origin: str | None = "",
    resume: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
) -> Iterator[Tab]:
    """Opens a socket. `origin` "" is the server's own, None sends none. Raises Cut when refused."""
    sent = list(headers)
    if token is not None:
        sent.append(("Cookie", f"{server.cookie_name}={token}"))
    if origin is not None:
        sent.append(("Origin", origin or server.url))
    spoken = ["streamlit", "none", resume] if resume else ["streamlit"]
    try:
        connection = connect(
            f"ws://{server.host}/_stcore/stream",
            additional_headers=sent,
            subprotocols=spoken,  # type: ignore[arg-type]
            max_size=None,
            proxy=None,
            open_timeout=PATIENCE,
        )
    except InvalidStatus as refused:
        if refused.response.status_code != 403:
            raise
        raise Cut(REFUSED) from None
    with connection:
        yield Tab(connection)


def hidden_words(text: str) -> bool:
    """Whether a text gives away what only the log may know: a place in the code or a class of error."""
    return bool(re.search(r"Traceback|site-packages|\.py\"|sqlalchemy|sqlite", text))
