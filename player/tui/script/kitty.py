"""Ask the terminal whether it is a kitty that can be told the width of a word (OSC 66).

Asked before Textual reads the keyboard, so that the answer cannot be taken for keys, and only where
the environment speaks of kitty.
"""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty
from collections.abc import Mapping

XTVERSION, DEVICE_ATTRIBUTES = b"\x1b[>0q", b"\x1b[c"
FIRST_WITH_OSC66 = (0, 40)
_version = re.compile(rb"\x1bP>\|kitty\((\d+)\.(\d+)")
_attributes = re.compile(rb"\x1b\[\?[\d;]*c")


def may_be_kitty(environ: Mapping[str, str]) -> bool:
    """Tell whether asking is worth it; inside tmux or screen it is not, they drop OSC 66."""
    if environ.get("TMUX") or environ.get("STY"):
        return False
    return "KITTY_WINDOW_ID" in environ or environ.get("TERM") == "xterm-kitty"


def has_sized_text(fileno: int, *, timeout: float = 2.0) -> bool:
    """Ask the terminal on `fileno` for its version; False for no answer within `timeout` seconds.

    Every terminal answers the second question, so the wait is a round trip. Keys pressed
    meanwhile are lost.
    """
    if not os.isatty(fileno):
        return False
    before = termios.tcgetattr(fileno)
    try:
        tty.setcbreak(fileno, termios.TCSANOW)
        os.write(fileno, XTVERSION + DEVICE_ATTRIBUTES)
        answer = _read_answer(fileno, timeout)
    except OSError:
        return False
    finally:
        termios.tcsetattr(fileno, termios.TCSANOW, before)
    found = _version.search(answer)
    return found is not None and (int(found[1]), int(found[2])) >= FIRST_WITH_OSC66


def _read_answer(fileno: int, timeout: float) -> bytes:
    answer = b""
    end = time.monotonic() + timeout
    while (left := end - time.monotonic()) > 0 and not _attributes.search(answer):
        if select.select([fileno], [], [], left)[0]:
            answer += os.read(fileno, 4096)
    return answer
