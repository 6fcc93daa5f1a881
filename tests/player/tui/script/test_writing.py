"""A terminal that does not read holds nobody up, and is painted whole once it reads again."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import IO

import pytest

from player.tui.script import writing
from player.tui.script.writing import Writer

FRAME = "x" * 100_000
"""More than a pipe takes in."""


class Reader:
    """The other end of what is written, which reads when it is told to."""

    def __init__(self) -> None:
        self._ours, theirs = os.pipe()
        self.file: IO[str] = os.fdopen(theirs, "w", encoding="utf-8")
        self.is_asked = threading.Event()
        self.seen = b""
        self._reading: threading.Thread | None = None
        self.writer = Writer(self.file)
        self.writer.on_reading = self.is_asked.set
        self.writer.start()

    def stall(self) -> None:
        """Have more written than is taken in, and then some that is dropped."""
        for _ in range(40):
            self.writer.write(FRAME)

    def read(self) -> None:
        """Read from now on."""
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        while part := os.read(self._ours, 1 << 20):
            self.seen += part

    def close(self) -> None:
        """Go away, as a closed window does."""
        if self._reading is None and self._ours >= 0:
            os.close(self._ours)
            self._ours = -1

    def end(self) -> None:
        """Have the writer end, and read what it still has to say."""
        self.close()
        self.writer.stop()
        self.writer.join(60)
        assert not self.writer.is_alive()
        self.file.close()
        if self._reading is not None:
            self._reading.join(60)
            os.close(self._ours)
            self._reading, self._ours = None, -1


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Nobody in a hurry, who is waited for only shortly."""
    monkeypatch.setattr(writing, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(writing, "LAST_SECONDS", 60.0)
    made = Reader()
    yield made
    made.end()


def test_who_does_not_read_is_dropped_and_asks_for_a_whole_picture_later(reader: Reader) -> None:
    reader.stall()
    assert not reader.is_asked.is_set()
    reader.read()
    assert reader.is_asked.wait(60)
    reader.writer.write("the whole picture")
    reader.end()
    assert reader.seen.endswith(b"the whole picture")
    assert len(reader.seen) < 40 * len(FRAME)


def test_what_sets_the_terminal_back_is_kept_though_it_does_not_read(reader: Reader) -> None:
    reader.stall()
    reader.writer.drop_nothing()
    for _ in range(40):
        reader.writer.write("set back")
    reader.read()
    reader.end()
    assert reader.seen.count(b"set back") == 40


def test_leaving_does_not_wait_for_good(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LAST_SECONDS", 0.01)
    reader.stall()
    reader.writer.stop()
    assert reader.writer.is_alive()
    reader.file.close()  # which would wait for a thread that writes through it


def test_a_terminal_that_is_gone_takes_everything(reader: Reader) -> None:
    reader.close()
    for _ in range(100):
        reader.writer.write("nobody sees it")
    reader.end()
