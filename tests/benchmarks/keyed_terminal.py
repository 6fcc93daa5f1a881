"""A program on a terminal of 120 x 40, and the time from a key to its last byte."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

QUIET_SECONDS = 0.08
GAP_SECONDS = 0.008
ROWS_BYTES = 1000
PATIENCE_SECONDS = 60.0
ANSWERS = {
    b"\x1b[6n": b"\x1b[1;1R",
    b"\x1b[c": b"\x1b[?62;c",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
}


class Terminal:
    """A program on a terminal; what it writes is read to the last byte."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, environment)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def read(self, timeout: float) -> bytes:
        if not select.select([self._terminal], [], [], timeout)[0]:
            return b""
        piece = os.read(self._terminal, 1 << 20)
        for query, answer in ANSWERS.items():
            os.write(self._terminal, answer * piece.count(query))
        return piece

    def until(self, text: bytes) -> None:
        written, end = b"", time.monotonic() + PATIENCE_SECONDS
        while text not in written:
            assert time.monotonic() < end, written[-3000:]
            written += self.read(0.05)

    def settle(self) -> None:
        """Read until nothing was written for a while."""
        while self.read(0.3):
            pass

    def press(self, keys: bytes, *, is_settled: bool = True) -> float:
        """Press a key; return the ms until the last byte of the picture with the new rows.

        That is the first burst of more bytes than a line has, or all there is where no row changed.
        What is told beside the rows comes with the next picture.
        """
        if is_settled:
            self.settle()
        begun = last = time.perf_counter()
        os.write(self._terminal, keys)
        size, quiet = 0, 1.0  # for the first answer
        while piece := self.read(quiet):
            now = time.perf_counter()
            if size > ROWS_BYTES and now - last > GAP_SECONDS:
                break
            size = size + len(piece) if now - last <= GAP_SECONDS else len(piece)
            last, quiet = now, QUIET_SECONDS
        return 1000 * (last - begun)

    def rest(self) -> None:
        """Wait until the program has nothing more to do."""
        worked = -1.0
        while (now := self._worked()) - worked > 0.05:
            worked = now
            while self.read(1.0):
                pass

    def _worked(self) -> float:
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    @property
    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._terminal)


@contextmanager
def running(command: list[str], home: Path) -> Iterator[Terminal]:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "KAHANI_HOME": str(home),
        "HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "TEXTUAL_ANIMATIONS": "none",
    }
    terminal = Terminal(command, environment)
    try:
        yield terminal
    finally:
        terminal.close()
