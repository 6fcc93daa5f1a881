from __future__ import annotations

import os
import pty
import select
import threading
from collections.abc import Callable, Iterator

import pytest

from player.tui.script.kitty import DEVICE_ATTRIBUTES, XTVERSION, has_sized_text, may_be_kitty

Terminal = Callable[[bytes], int]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """Open a terminal that gives this answer to the questions; returns the program's end of it."""
    opened: list[int] = []
    threads: list[threading.Thread] = []

    def answering(answer: bytes) -> int:
        ours, theirs = pty.openpty()
        opened.extend((ours, theirs))

        def serve() -> None:
            asked = b""
            while XTVERSION + DEVICE_ATTRIBUTES not in asked:
                asked += os.read(ours, 1024)
            os.write(ours, answer)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return theirs

    yield answering
    for thread in threads:
        thread.join(60)
    for end in opened:
        os.close(end)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"\x1bP>|kitty(0.40.0)\x1b\\\x1b[?62;c", True),
        (b"\x1bP>|kitty(1.2.0)\x1b\\\x1b[?62;c", True),
        (b"\x1bP>|kitty(0.39.1)\x1b\\\x1b[?62;c", False),
        (b"\x1bP>|XTerm(379)\x1b\\\x1b[?64;1;2c", False),
        (b"\x1b[?1;2c", False),
    ],
)
def test_only_kitty_from_0_40_on_is_told_widths(
    terminal: Terminal, answer: bytes, expected: bool
) -> None:
    assert has_sized_text(terminal(answer), timeout=60) is expected


def test_nothing_of_the_answer_is_left_to_be_taken_for_keys(terminal: Terminal) -> None:
    theirs = terminal(b"\x1bP>|kitty(0.42.0)\x1b\\\x1b[?62;c")
    has_sized_text(theirs, timeout=60)
    assert select.select([theirs], [], [], 0)[0] == []


def test_a_terminal_that_says_nothing_is_not_waited_for(terminal: Terminal) -> None:
    assert has_sized_text(terminal(b""), timeout=0.05) is False


def test_a_pipe_is_not_asked() -> None:
    reading, writing = os.pipe()
    assert has_sized_text(reading) is False
    os.close(reading)
    os.close(writing)


def test_kitty_is_looked_for_only_where_the_environment_speaks_of_it() -> None:
    assert may_be_kitty({"KITTY_WINDOW_ID": "1", "TERM": "xterm-kitty"})
    assert may_be_kitty({"TERM": "xterm-kitty"})
    assert not may_be_kitty({"TERM": "xterm-256color"})
    assert not may_be_kitty({"KITTY_WINDOW_ID": "1", "TMUX": "/tmp/tmux-0/default,1,0"})
