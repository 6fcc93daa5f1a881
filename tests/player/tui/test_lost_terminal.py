"""The real command in a terminal that reads no more, or goes away."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0
KAHANI = Path(sys.executable).with_name("kahani")
THIRD_LINE = b"0:07 "
CROW = ("play", "clever-crow", "--output", "silent", "--mix", "0", "--language", "hi")
MANY = 30
"""More pictures than a terminal that does not read, and the queue before it, take in."""


class BareTerminal:
    """A terminal that reads what is written when it is told to; it sends no signals."""

    def __init__(self, home: Path) -> None:
        self.store = home / "data" / "kahani.sqlite"
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        dropped = {"TEXTUAL_DRIVER", "DATABASE_URL", "DBUS_SESSION_BUS_ADDRESS", "COLUMNS", "LINES"}
        kept = {n: v for n, v in os.environ.items() if n not in dropped and "KAHANI_" not in n}
        here = {"KAHANI_HOME": str(home), "HOME": str(home), "LANG": "C.UTF-8"}
        how = {"TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}
        self.program = subprocess.Popen(
            [KAHANI, *CROW],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**kept, **here, **how},
            start_new_session=True,
        )
        os.close(theirs)

    def press(self, key: bytes) -> None:
        os.write(self._ours, key)

    def read_until(self, text: bytes) -> None:
        """Read until a text has been written."""
        written, end = b"", time.monotonic() + PATIENCE_S
        while text not in written:
            assert time.monotonic() < end, written[-3000:]
            if select.select([self._ours], [], [], 0.1)[0]:
                written += os.read(self._ours, 1 << 16)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something that the program does, without reading."""
        end = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < end, "the program did not do it"
            time.sleep(0.02)

    def count(self, event: str) -> int:
        """Count the events of a kind in the store."""
        with closing(sqlite3.connect(self.store)) as store:
            query = "select count(*) from behavioral_events where event_type = ?"
            return int(store.execute(query, (event,)).fetchone()[0])

    def step(self) -> None:
        """Go a line back and on again, many times, and look at nothing."""
        for key in b",." * MANY:
            self.seek(bytes([key]))

    def seek(self, key: bytes) -> None:
        """Press a key, and wait until what it does is done."""
        before = self.count("seek")
        self.press(key)
        self.until(lambda: self.count("seek") > before)

    def go_away(self) -> None:
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1

    def close(self) -> None:
        self.program.kill()
        self.program.wait()
        self.go_away()


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[BareTerminal]:
    """A terminal with a story on it, paused at the second line."""
    made = BareTerminal(tmp_path)
    try:
        made.read_until(b"> playing")
        made.press(b" ")
        made.read_until(b"|| paused")
        made.seek(b".")
        yield made
    finally:
        made.close()


def test_a_terminal_that_does_not_read_holds_nothing_up(listening: BareTerminal) -> None:
    listening.step()
    listening.program.send_signal(signal.SIGTERM)
    assert listening.program.wait(PATIENCE_S) == 128 + signal.SIGTERM
    assert listening.count("abandon") == 1


def test_a_terminal_that_reads_again_is_painted_whole(listening: BareTerminal) -> None:
    listening.step()
    listening.seek(b".")
    listening.read_until(THIRD_LINE)  # which was dropped when it was painted first
    listening.press(b"?")
    listening.read_until(b"Keys of this screen")


def test_a_terminal_that_goes_away_takes_the_program_with_it(listening: BareTerminal) -> None:
    listening.go_away()
    assert listening.program.wait(PATIENCE_S) == 128 + signal.SIGHUP
    assert listening.count("abandon") == 1


def test_so_does_one_that_did_not_read_before(listening: BareTerminal) -> None:
    listening.step()
    listening.go_away()
    assert listening.program.wait(PATIENCE_S) == 128 + signal.SIGHUP
    assert listening.count("abandon") == 1
