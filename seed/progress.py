"""Tells the person at the terminal how far it is; a log file gets a few lines instead."""

from __future__ import annotations

import sys
from typing import TextIO

WIDTH = 30


class Progress:
    """One bar on the error stream, so that the output stays free."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = sys.stderr if stream is None else stream
        self.live = self.stream.isatty()
        self._shown = -1

    def say(self, words: str) -> None:
        print(words, file=self.stream, flush=True)

    def at(self, words: str, done: int, total: int) -> None:
        """Redraws the bar when the percentage changed; without a terminal only quarters are said."""
        percent = done * 100 // total
        step = percent if self.live else percent // 25 * 25
        if step == self._shown:
            return
        self._shown = step
        if self.live:
            filled = percent * WIDTH // 100
            bar = "█" * filled + "░" * (WIDTH - filled)
            end = "\n" if done == total else ""
            print(f"\r{words} {bar} {percent:3d}%", end=end, file=self.stream, flush=True)
        else:
            self.say(f"{words} {step}%")
