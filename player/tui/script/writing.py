"""Writing to a terminal that may read late, or never again."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from queue import Full
from typing import IO, Final

from textual.drivers._writer_thread import WriterThread

PATIENCE_SECONDS: Final = 1.0
"""How long whoever writes waits for a terminal that does not read."""

LAST_SECONDS: Final = 2.0
"""How long leaving waits until the terminal has read what sets it back."""

_A_PIECE: Final = 8192


class Writer(WriterThread):
    """Writes in the background as Textual's does, but holds nobody up for good.

    While the terminal does not read, what is written is dropped; once it has read what was waiting,
    `on_reading` is called, from any thread: it is to be painted whole.
    """

    def __init__(self, file: IO[str]) -> None:
        super().__init__(file)
        self.on_reading: Callable[[], object] = lambda: None
        # Of our own: the file is closed by others, maybe while this thread is still held up. Nor
        # may its buffer be locked then, for which the interpreter would wait at its end.
        self._terminal = os.dup(file.fileno())
        self._is_stalled = False
        self._is_given_up = False

    def write(self, text: str) -> None:
        """Have text written, unless the terminal does not read."""
        if self._is_stalled:
            return
        try:
            self._queue.put(text, timeout=PATIENCE_SECONDS)
        except Full:
            self._is_stalled = True
            self._look()  # the thread may have written the last of it just before

    def drop_nothing(self) -> None:
        """Keep all that is written from now on, without waiting: it sets the terminal back."""
        self._queue.maxsize = 0
        self._is_stalled = False

    def run(self) -> None:
        """Write until all is said; go on where the terminal is gone, so that nobody waits."""
        waiting = bytearray()
        try:
            while (text := self._queue.get()) is not None:
                waiting += text.encode("utf-8", "backslashreplace")
                if self._queue.empty() or len(waiting) >= _A_PIECE:
                    self._send(bytes(waiting))
                    waiting.clear()
                self._look()
            self._send(bytes(waiting))
        finally:
            os.close(self._terminal)

    def stop(self) -> None:
        """End the thread, or leave it behind where the terminal does not read."""
        self.drop_nothing()
        self._queue.put(None)
        self.join(LAST_SECONDS)
        self._is_given_up = True

    def _send(self, data: bytes) -> None:
        with suppress(OSError):
            while data and not self._is_given_up:
                data = data[os.write(self._terminal, data) :]

    def _look(self) -> None:
        """Go on where the terminal reads again. After every text, so that the last is seen."""
        if self._is_stalled and self._queue.empty():
            self._is_stalled = False
            self.on_reading()
