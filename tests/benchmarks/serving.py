"""A real server on a database, and a client that clicks on it over its socket."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

ROOT = Path(__file__).parent.parent.parent
TODAY = "2026-06-30"


def database(size: str) -> str:
    """The address of a demonstration of this size, made once and kept in the data folder.

    GRID_BENCHMARK_FOLDER names another place to keep them.
    """
    folder = Path(os.environ.get("GRID_BENCHMARK_FOLDER", ROOT / "var" / "benchmarks"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{size}.db"
    url = f"sqlite:///{path}"
    if not path.exists():
        print(f"filling {path} …", file=sys.stderr)
        draft = folder / f"{size}.draft.db"
        draft.unlink(missing_ok=True)
        subprocess.run(
            [sys.executable, "-m", "seed", "--size", size, "--random", "7", "--today", TODAY],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{draft}"},
            check=True,
            stdout=sys.stderr,
        )
        draft.rename(path)
    return url


@contextmanager
def server(url: str, *, entry: str = "Home.py", **environment: str) -> Iterator[tuple[int, int]]:
    """Starts the server and yields its port and process number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    data = tempfile.mkdtemp(prefix="grid-benchmark-")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", entry, "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "GRID_DATA": data, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(data, ignore_errors=True)


def wait_until_ready(port: int) -> None:
    for _attempt in range(1200):
        try:
            if requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200:
                return
        except requests.RequestException:
            pass
        time.sleep(0.05)
    raise TimeoutError("the server did not start")


def token_of(url: str, username: str) -> str:
    """A session for this account, opened in the database as a sign-in would open it."""
    from sqlalchemy import select

    from db.models.account import Account
    from db.scope import EVERYTHING
    from db.session import unit_of_work
    from lib.access import sessions

    with unit_of_work(url, EVERYTHING) as session:
        account = session.scalars(select(Account).where(Account.username == username)).one()
        return sessions.begin(session, account, "127.0.0.1", "benchmark")


class Client:
    """One open page. `click` runs it again and returns the milliseconds until it was drawn."""

    def __init__(self, port: int, token: str, page: str = "", query: str = "") -> None:
        self.page, self.query = page, query
        self.socket: ClientConnection = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            additional_headers={"Cookie": f"__Host-grid-session={token}"},
            origin=Origin(f"http://127.0.0.1:{port}"),
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
        )
        self.elements = 0

    def click(self) -> float:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        started = time.perf_counter()
        self.socket.send(message.SerializeToString())
        self.elements = 0
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self.socket.recv(timeout=60))  # type: ignore[arg-type]
            kind = answer.WhichOneof("type")
            if kind == "delta":
                self.elements += 1
                if answer.delta.new_element.WhichOneof("type") in ("exception", "alert"):
                    raise RuntimeError(f"the page failed: {answer.delta.new_element}")
            elif kind == "script_finished":
                return (time.perf_counter() - started) * 1000

    def close(self) -> None:
        self.socket.close()


def processor_ms(pid: int) -> float:
    """The processor time that the process has used so far, in milliseconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def when_ready(port: int, token: str, page: str, query: str = "") -> Client:
    """A page whose figures have been prepared; until then it says so and is asked again."""
    for _attempt in range(600):
        client = Client(port, token, page, query)
        try:
            client.click()
            return client
        except RuntimeError:
            client.close()
            time.sleep(0.5)
    raise TimeoutError("the page's figures were not prepared")
