"""Where the lines of the plain mode come from: answers given ahead, a pipe, or somebody typing."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TextIO

BACKGROUND_SECONDS: Final = 0.3
"""How often a program in the background of its terminal looks whether it may read again."""


class Answers:
    """The lines of the listener: those given ahead or, without any, those of a stream.

    `is_live` says that the stream is a terminal, where somebody types while the story is told.
    `are_given` says that the answers were given ahead; no stream is read then.
    """

    def __init__(self, given: Sequence[str], stream: TextIO | None, *, are_given: bool) -> None:
        self._given = [answer.strip() for answer in given if answer.strip()]
        self._stream = None if are_given else stream
        self.are_given = are_given
        self.is_live = self._stream is not None and self._stream.isatty()

    def start(self, take: Callable[[str | None], None]) -> None:
        """Give every line, stripped, to `take` on the running event loop, and None after the last.

        The stream is read in a thread of its own that never holds up the end of the program.
        """
        loop = asyncio.get_running_loop()

        def hand_over(line: str | None) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(take, line)

        if self._stream is None:
            for line in (*self._given, None):
                take(line)
            return
        threading.Thread(
            target=_read, args=(self._stream, hand_over), daemon=True, name="answers"
        ).start()


def _read(stream: TextIO, take: Callable[[str | None], None]) -> None:
    """Read to the end; where the program is in the background, wait until it is not.

    A file is read below Python's own buffer: a thread that waits in that holds its lock, and the
    interpreter may not end then.
    """
    try:
        file = stream.fileno()
    except (OSError, ValueError):
        for line in stream:
            take(line.strip())
    else:
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        rest = ""
        while chunk := _chunk(file):
            *lines, rest = (rest + decode(chunk)).split("\n")
            for line in lines:
                take(line.strip())
        if rest.strip():
            take(rest.strip())
    take(None)


def _chunk(file: int) -> bytes:
    while True:
        try:
            return os.read(file, 4096)
        except OSError as error:
            if error.errno != errno.EIO or not os.isatty(file):
                return b""
            time.sleep(BACKGROUND_SECONDS)
