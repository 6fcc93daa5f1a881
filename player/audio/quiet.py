"""Keeps what C libraries say away from the screen."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

STDOUT, STDERR = 1, 2


@contextlib.contextmanager
def quiet_stderr(log: Path) -> Iterator[None]:
    """Send what is written to file descriptor 2 to the file `log` while the screen is in use.

    libVLC, libmpg123, ALSA and others write there whatever they are told, in the middle of the
    picture. To be entered before the Textual app is made: Textual draws through
    `sys.__stderr__`, which keeps the terminal meanwhile, also where stderr was redirected and only
    stdout is one. Python's own `sys.stderr` goes to the log.
    For the main thread; everything is as before afterwards. Where `log` cannot be written, it goes
    nowhere.
    """
    target = _opened(log)
    before = sys.__stderr__
    _flush(sys.stderr)
    _flush(before)
    kept = os.dup(STDERR)
    os.dup2(target, STDERR)
    os.close(target)
    screen = STDOUT if os.isatty(STDOUT) and not os.isatty(kept) else kept
    terminal = os.fdopen(
        os.dup(screen), "w", encoding="utf-8", errors="backslashreplace", buffering=1
    )
    sys.__stderr__ = terminal  # type: ignore[misc]  # the name that Textual draws through
    try:
        yield
    finally:
        _flush(terminal)
        _flush(sys.stderr)
        os.dup2(kept, STDERR)
        os.close(kept)
        sys.__stderr__ = before  # type: ignore[misc]
        terminal.close()


def _opened(log: Path) -> int:
    try:
        return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)


def _flush(stream: object) -> None:
    with contextlib.suppress(OSError, ValueError):
        flush = getattr(stream, "flush", None)
        if flush is not None:
            flush()
