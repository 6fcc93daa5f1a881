"""What reading along costs at 120x40, against one big Static that is updated whole."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

APP = Path(__file__).with_name("reading_app.py")
SIZE = (120, 40)
PROMISE = 0.08
PATIENCE = 60
pytestmark = pytest.mark.benchmark


def cpu_share(kind: str, tmp_path: Path) -> float:
    """Return the share of a core that the app uses in a terminal of its own."""
    report = tmp_path / kind
    ours, theirs = pty.openpty()
    width, height = SIZE
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}
    environment = {k: v for k, v in environment.items() if k not in {"COLUMNS", "LINES"}}
    command = [sys.executable, str(APP), kind, str(report)]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    os.set_blocking(ours, False)
    end = time.monotonic() + PATIENCE
    while process.poll() is None:
        assert time.monotonic() < end, f"{kind} does not end"
        try:
            os.read(ours, 1 << 16)
        except BlockingIOError:
            time.sleep(0.02)
        except OSError:  # the terminal's other end was closed
            break
    process.wait(PATIENCE)
    os.close(ours)
    used, passed = (float(number) for number in report.read_text().split())
    return used / passed


def test_reading_along_takes_little_of_a_core(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shares = {kind: cpu_share(kind, tmp_path) for kind in ("still", "transcript", "static")}
    names = {
        "still": "the program, paused",
        "transcript": "reading along in Hindi, 20 looks a second",
        "static": "one Static updated whole, 20 times a second",
    }
    with capsys.disabled():
        for kind, share in shares.items():
            ratio = share / shares["static"]
            sys.stdout.write(f"\n{names[kind]:46} {share:7.2%} of a core {ratio:7.3f} x")

    assert shares["transcript"] < PROMISE
    assert shares["transcript"] < shares["static"]
