"""Text on the screen, seen from outside: our app against a bare Textual app, turn by turn.

Run by hand: python -m pytest -s tests/benchmarks/bench_first_paint.py.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.benchmark

RUNS = 15
PATIENCE_SECONDS = 20.0
PROMISED = 1.5

BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("bare text")

Bare().run()
"""
ANSWERS = {
    b"\x1b[6n": b"\x1b[1;1R",
    b"\x1b[c": b"\x1b[?62;c",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
}


def seconds_until(text: bytes, command: list[str], environment: dict[str, str]) -> float:
    """Start `command` on a terminal of 120 x 40 and wait for `text` in what it writes."""
    begun = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.execve(command[0], command, environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    written = b""
    try:
        while text not in written:
            passed = time.perf_counter() - begun
            assert passed < PATIENCE_SECONDS, written[-2000:]
            if not select.select([terminal], [], [], 0.05)[0]:
                continue
            piece = os.read(terminal, 65536)
            written += piece
            for query, answer in ANSWERS.items():
                os.write(terminal, answer * piece.count(query))
        return time.perf_counter() - begun
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def test_our_first_text_takes_at_most_half_as_long_again_as_a_bare_app(tmp_path: Path) -> None:
    bare = tmp_path / "bare.py"
    bare.write_text(BARE)
    kahani = str(Path(sys.executable).with_name("kahani"))
    homes = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("DATA", "CONFIG", "STATE")}
    environment = {
        **os.environ,
        **homes,
        "HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
    }
    cases = {
        "bare": (b"bare text", [sys.executable, str(bare)]),
        "kahani": (b"Opening your library", [kahani]),
    }
    took: dict[str, list[float]] = {name: [] for name in cases}
    for run in range(RUNS + 1):
        for name, (text, command) in cases.items():
            seconds = seconds_until(text, command, environment)
            if run:  # the first one warms the disk's cache
                took[name].append(seconds)
    medians = {name: statistics.median(times) for name, times in took.items()}
    ratio = medians["kahani"] / medians["bare"]
    told = ", ".join(f"{name} {1000 * seconds:.0f} ms" for name, seconds in medians.items())
    print(f"\nfirst text: {told}; ratio {ratio:.2f} of {PROMISED} promised")
    assert ratio <= PROMISED
