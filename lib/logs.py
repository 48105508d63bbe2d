"""One JSON line for each event on the error stream, whatever the words in it are."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "message": record.getMessage(),
        }
        number = getattr(record, "number", None)
        if number:
            line["number"] = number
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up() -> None:
    """Our own loggers write here and nowhere else."""
    ours = logging.getLogger("grid")
    if not ours.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(Lines())
        ours.addHandler(handler)
        ours.setLevel(logging.INFO)
        ours.propagate = False
