"""Starts the processes that read the database, and hands on what they send."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.ipc
from sqlalchemy.engine import make_url

from lib.replica import source
from lib.replica.errors import NotInStep

READERS = 2


def address_of(url: str) -> str:
    """What the reader's driver understands: of a file its full path, of a server its address."""
    found = make_url(url)
    if found.get_backend_name() == "sqlite":
        return f"file:{quote(str(Path(str(found.database)).absolute()))}?mode=ro"
    found = found.set(drivername="postgresql")
    if "connect_timeout" not in found.query:
        found = found.update_query_dict({"connect_timeout": "10"})
    return found.render_as_string(hide_password=False)


class _Reader:
    def __init__(self, url: str, conditions: Sequence[str]) -> None:
        # Files and not pipes: nobody has to write and read at once, and nothing can wait for itself.
        self._says = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `stop`
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{condition}\n" for condition in conditions).encode())
            asked.seek(0)
            self.process = subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, "-P", source.__file__],
                env={**os.environ, source.ADDRESS: address_of(url)},
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=self._says,
            )

    def read(self) -> pa.Table:
        """The answer to the next condition. Raises NotInStep when there is none."""
        assert self.process.stdout is not None
        try:
            return pa.ipc.open_stream(self.process.stdout).read_all()
        except (pa.ArrowException, OSError, ValueError) as error:
            self.finish()
            raise NotInStep(str(error)) from error

    def finish(self) -> None:
        """What was read is whole only when the reader says so itself."""
        try:
            code = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            raise NotInStep("a reader did not end") from None
        if code:
            self._says.seek(0)
            words = self._says.read().decode(errors="replace").strip()
            raise NotInStep(f"a reader ended with {code}: {words[-2000:]}")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def forget(self) -> None:
        """Behind the last `read`, which would else lose its file."""
        self.stop()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._says.close()


def streams(url: str, conditions: Sequence[str]) -> Generator[pa.Table]:
    """The cases of each condition, in the conditions' order. While one is being used the next ones come in.

    Raises NotInStep when a reader fails, at the latest behind the last stream. Closing it, or leaving
    it by an exception, ends the readers.
    """
    count = min(READERS, len(conditions))
    if not count:
        return
    with ExitStack() as at_the_end:
        readers: list[_Reader] = []
        for number in range(count):
            readers.append(_Reader(url, conditions[number::count]))
            at_the_end.callback(readers[-1].forget)
        threads = at_the_end.enter_context(ThreadPoolExecutor(count, "reads"))
        for reader in readers:
            at_the_end.callback(reader.stop)
        coming = [threads.submit(reader.read) for reader in readers]
        for number in range(len(conditions)):
            found = coming[number % count].result()
            if number + count < len(conditions):
                coming[number % count] = threads.submit(readers[number % count].read)
            yield found
            del found
        for reader in readers:
            reader.finish()
