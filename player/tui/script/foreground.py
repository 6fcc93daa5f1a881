"""Whose the terminal is at present."""

from __future__ import annotations

import os
from typing import Final

STDIN: Final = 0


def is_in_front(terminal: int = STDIN) -> bool:
    """Return whether this job may draw on the terminal; so it is where there is none any more."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return True


def is_cooked(terminal: int = STDIN) -> bool:
    """Return whether the terminal takes whole lines, as shells set it and screens do not."""
    import termios  # noqa: PLC0415 - POSIX only

    try:
        return bool(termios.tcgetattr(terminal)[3] & termios.ICANON)
    except termios.error:
        return False
