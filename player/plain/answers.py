"""Where the answers of the linear mode come from."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import TextIO


class Answers:
    """The listener's answers: those given ahead or, without any, the lines of a stream.

    The stream is read in a thread of its own, only when it is needed, and never holds up the end of
    the program.
    """

    def __init__(self, given: Sequence[str], stream: TextIO | None, *, are_given: bool) -> None:
        self._given = [answer.strip() for answer in given if answer.strip()]
        self._stream = None if are_given else stream
        self.are_typed = not are_given

    async def next(self) -> str | None:
        """Return the next answer; None when there are no more."""
        if self._given:
            return self._given.pop(0)
        if self._stream is None:
            return None
        loop = asyncio.get_running_loop()
        line: asyncio.Future[str] = loop.create_future()

        def take(text: str) -> None:
            if not line.done():
                line.set_result(text)

        def read(stream: TextIO) -> None:
            text = stream.readline()
            loop.call_soon_threadsafe(take, text)

        threading.Thread(target=read, args=(self._stream,), daemon=True, name="answers").start()
        text = await line
        return text.strip() if text else None
