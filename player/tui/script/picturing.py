"""A Textual driver that paints pictures, and that can ask the terminal what it is able to."""

from __future__ import annotations

import asyncio
import fcntl
import os
import selectors
import signal
import struct
import termios
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import Any, Final, Protocol

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver

from player.tui.script.asking import Answers
from player.tui.script.writing import Writer

_A_READ: Final = 4096
_IDLE: Final = 0.1
"""Seconds without a key after which what looks like half an answer is taken for keys."""


class Painter(Protocol):
    """Puts pictures in the place of characters that stand for them."""

    def paint(self, data: str) -> str:
        """Return what to write for `data`, text and escape sequences mixed."""

    def reset(self) -> str:
        """Return what takes every picture out of the terminal."""


class PicturingDriver(LinuxDriver):
    """Linux and macOS: as Textual does it, until somebody asks the terminal or hangs a picture."""

    painter: Painter | None = None
    """Who paints pictures, once there are any."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._answers = Answers()
        self._answered: asyncio.Future[None] | None = None

    def start_application_mode(self) -> None:
        """Start, with a writer that a terminal cannot hold up."""
        linux_driver.WriterThread = Writer  # type: ignore[attr-defined]  # Textual makes it
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if isinstance(self._writer_thread, Writer):
            self._writer_thread.on_reading = lambda: self._app.call_later(self._paint_whole)

    def stop_application_mode(self) -> None:
        """Take pictures out of the terminal, then stop."""
        if isinstance(self._writer_thread, Writer):
            self._writer_thread.drop_nothing()
        if self.painter is not None:
            super().write(self.painter.reset())
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """Write text and escape sequences, pictures painted."""
        super().write(data if self.painter is None else self.painter.paint(data))

    async def ask(self, questions: str, *, seconds: float = 2.0) -> str:
        """Ask the terminal, once for all; return what it said within `seconds`.

        The last question must be the one for the abilities, which every terminal answers. What
        is typed meanwhile is not lost, and a late answer is not taken for keys.
        """
        answers = self._answers
        if not answers.is_asked and self.input_tty:
            self._answered = answered = asyncio.get_running_loop().create_future()
            answers.is_asked = True
            super().write(questions)
            self.flush()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await answered  # which the input thread may have let go of already
        return answers.text

    def cell_pixels(self) -> tuple[int, int] | None:
        """Return the width and height of a cell in pixels, where the terminal tells the system.

        xterm counts its border too, which is less than a pixel for each cell.
        """
        try:
            told = fcntl.ioctl(self.fileno, termios.TIOCGWINSZ, bytes(8))
        except OSError:
            return None
        rows, columns, width, height = struct.unpack("HHHH", told)
        if not (rows and columns and width >= columns and height >= rows):
            return None
        return width // columns, height // rows

    def run_input_thread(self) -> None:
        """Read keys as Textual does, but take out what the terminal answers."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_IDLE):
                    typed = self._take(decode(self._read()))
                else:
                    typed = self._answers.let_go()
                for message in parser.feed(typed) if typed else ():
                    self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)

    def _read(self) -> bytes:
        """Return what was typed; where the terminal is gone, end the program as by SIGHUP."""
        with suppress(OSError):
            if typed := os.read(self.fileno, _A_READ):
                return typed
        # Where a shell has set it to take lines, ctrl+d reads as an end, too, and is none.
        is_gone = not os.isatty(self.fileno)
        if is_gone:
            os.kill(os.getpid(), signal.SIGHUP)
        self.exit_event.wait(None if is_gone else _IDLE)
        return b""

    def _paint_whole(self) -> None:
        if self.painter is not None:
            super().write(self.painter.reset())
        self._app.refresh(layout=True)

    def _take(self, typed: str) -> str:
        keys = self._answers.take(typed)
        if self._answered is not None and self._answers.is_complete:
            answered, self._answered = self._answered, None
            answered.get_loop().call_soon_threadsafe(_settle, answered)
        return keys


def _settle(answered: asyncio.Future[None]) -> None:
    if not answered.done():
        answered.set_result(None)
