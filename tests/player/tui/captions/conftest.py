from __future__ import annotations

import fcntl
import importlib.util
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROWS, COLUMNS, CELL = 24, 80, (10, 20)
QUIET = 0.25
"""Seconds without a byte after which a frame is taken to be whole."""


def _terminals() -> Any:
    """The fixtures that start terminals, which stand beside the tests of the driver."""
    path = HERE.parent / "script" / "conftest.py"
    spec = importlib.util.spec_from_file_location("kahani_terminals", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


terminals = _terminals()
display = terminals.display
tmux = terminals.tmux
wait_until = terminals.wait_until
program_environment = terminals.program_environment


class FakeTerminal:
    """A terminal on a pty that gives fixed answers, and keeps every byte that it was sent."""

    def __init__(self, language: str, answers: dict[bytes, bytes], **more: str) -> None:
        self.answers = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", **answers}
        self.written = b""
        self._answered = dict.fromkeys(self.answers, 0)
        self._ours, theirs = pty.openpty()
        pixels = (COLUMNS * CELL[0], ROWS * CELL[1])
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, *pixels))
        environment = terminals.environment(
            TERM="xterm-256color", COLORTERM="truecolor", **{"KAHANI_CAPTION": "auto", **more}
        )
        self.program = subprocess.Popen(
            [sys.executable, str(HERE / "caption_app.py"), language],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
        )
        os.close(theirs)

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def until(self, *texts: bytes, seconds: float = 60) -> bytes:
        """Read until the program has written `texts` and the rest of that frame; return it all."""
        end = time.monotonic() + seconds
        while True:
            is_there = all(text in self.written for text in texts)
            left = QUIET if is_there else end - time.monotonic()
            assert left > 0, self.written[-3000:]
            if not select.select([self._ours], [], [], left)[0]:
                if is_there:
                    break
            else:
                try:
                    part = os.read(self._ours, 65536)
                except OSError:  # Linux says EIO when the program has gone
                    part = b""
                assert part or is_there, self.written[-3000:]
                if not part:
                    break
                self.written += part
                self._answer()
        found, self.written = self.written, b""
        return found

    def until_gone(self) -> bytes:
        """Read what is left; return it once the program has ended."""
        rest = b""
        while True:
            try:
                part = os.read(self._ours, 65536)
            except OSError:
                part = b""
            if not part:
                break
            rest += part
        assert self.program.wait(60) == 0
        return rest

    def close(self) -> None:
        self.program.kill()
        self.program.wait()
        os.close(self._ours)

    def _answer(self) -> None:
        for question, answer in self.answers.items():
            asked = self.written.count(question)
            if asked > self._answered[question]:
                os.write(self._ours, answer)
                self._answered[question] = asked


@pytest.fixture
def fake_terminal() -> Iterator[Callable[..., FakeTerminal]]:
    """Open a terminal with these answers, and the caption app in it."""
    opened: list[FakeTerminal] = []

    def open_one(answers: dict[bytes, bytes], language: str = "hi", **more: str) -> FakeTerminal:
        opened.append(FakeTerminal(language, answers, **more))
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.close()
