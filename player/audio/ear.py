"""The recording ear: a sound card that writes what a listener would hear into a WAV file."""

from __future__ import annotations

import ctypes
import logging
import struct
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

RATE: Final = 48_000
SAMPLE: Final = 2
"""Bytes of a sample: 16 bits, one channel."""
HEADER: Final = 44
AHEAD_MS: Final = 300
"""So much of a clip libVLC takes in before it is due, for a sound card."""
LONGEST_DRAIN_S: Final = 5.0
SEAM_S: Final = 0.002
"""Blocks that are due this close to the end of the one before belong to it: no seam is made."""
FULL: Final = 2**32 - 2**20
"""A WAV file cannot grow beyond this; what comes later is not recorded."""

_log = logging.getLogger(__name__)


class Ear:
    """Plays the part of a sound card: it takes blocks with the instant at which each is due.

    The file holds 48 kHz mono 16-bit sound on a real time axis that begins with the first sound:
    silence where nothing was due, pauses as long as they were, and nothing of what was thrown away
    by a seek. It is a valid WAV file at any time. What is kept in memory is what is not due yet,
    `ahead_ms` of it. The callbacks run on libVLC's threads, the other methods on any.
    """

    rate = RATE

    def __init__(
        self, path: Path, now: Callable[[], float] = time.monotonic, ahead_ms: int = AHEAD_MS
    ) -> None:
        """Write to `path`; `now` is libVLC's clock in seconds. Raises OSError from the disk.

        Sound is taken `ahead_ms` before it is due: for so long the machine may be busy and nothing
        is lost. So long before its end a clip may heed no pause any more, as libVLC waits for the
        ear then; and what comes over 2 s ahead libVLC throws away.
        """
        self.ahead_ms = ahead_ms
        self._now = now
        self._lock = threading.Lock()
        self._cut_off = threading.Event()
        self._due: deque[tuple[float, bytes]] = deque()
        self._end_at = 0.0
        self._paused_at: float | None = None
        self._gain = 1.0
        self._tape = _Tape(path)
        self._callbacks: Sequence[Any] = ()

    def callbacks(self, kinds: Sequence[Callable[..., Any]]) -> Sequence[Any]:
        """Return play, pause, resume, flush, drain and volume, made callable from C by their kinds.

        They are kept as long as the ear: libVLC holds bare addresses.
        """
        calls: Sequence[Callable[..., None]] = (
            self._on_play,
            self._on_pause,
            self._on_resume,
            self._on_flush,
            self._on_drain,
            self._on_volume,
        )
        self._callbacks = tuple(
            kind(_quietly(call)) for kind, call in zip(kinds, calls, strict=True)
        )
        return self._callbacks

    def listen(self) -> None:
        """Be ready for a clip."""
        self._cut_off.clear()

    def cut(self) -> None:
        """Fall silent now: forget what is not due yet, and let nobody wait for it."""
        self._cut_off.set()
        with self._lock:
            self._settle(self._now())
            self._due.clear()
            self._paused_at = None

    def close(self) -> None:
        """Finish the file; harmless when done twice."""
        self.cut()
        with self._lock:
            self._tape.close()

    def _on_play(self, _: object, samples: int, count: int, due_us: int) -> None:
        if count == 0:  # libVLC's stretching gives many empty blocks
            return
        block = ctypes.string_at(samples, count * SAMPLE)
        with self._lock:
            self._settle(self._now())
            self._due.append((due_us / 1e6, block))
            self._end_at = due_us / 1e6 + count / RATE

    def _on_pause(self, _: object, __: int) -> None:
        with self._lock:
            now = self._now()
            self._settle(now)
            if self._paused_at is None:
                self._paused_at = now

    def _on_resume(self, _: object, __: int) -> None:
        with self._lock:
            if self._paused_at is not None:
                late = self._now() - self._paused_at
                self._due = deque((due + late, block) for due, block in self._due)
                self._end_at += late
                self._paused_at = None

    def _on_flush(self, _: object, __: int) -> None:
        with self._lock:
            self._settle(self._now())
            self._due.clear()
            self._paused_at = None

    def _on_drain(self, _: object) -> None:
        """Return when the last block was heard, as a card does that runs empty."""
        with self._lock:
            rest = min(self._end_at - self._now(), LONGEST_DRAIN_S) if self._due else 0.0
        if rest > 0:
            self._cut_off.wait(rest)

    def _on_volume(self, _: object, volume: float, is_mute: bool) -> None:
        """Be as loud as libVLC's outputs are, which take the volume to the third power."""
        with self._lock:
            self._settle(self._now())
            self._gain = 0.0 if is_mute else min(volume, 1.0) ** 3

    def _settle(self, now: float) -> None:
        """Write what was due before `now`; the lock is held."""
        while self._paused_at is None and self._due and self._due[0][0] < now:
            due, block = self._due.popleft()
            played = int((now - due) * RATE) * SAMPLE
            self._tape.write(due, _louder(block[:played], self._gain))
            if played < len(block):
                self._due.appendleft((due + played / SAMPLE / RATE, block[played:]))
                return


class _Tape:
    """A WAV file that is written at the place of each block, valid after every write."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO | None = path.open("wb")
        self._began_at: float | None = None
        self._written = 0
        self._announced = -1
        self._announce()

    def write(self, due: float, block: bytes) -> None:
        """Write `block` where it is due in seconds, or right behind the one before."""
        if self._file is None or not block:
            return
        if self._began_at is None:
            self._began_at = due
        place = max(round((due - self._began_at) * RATE) * SAMPLE, 0)
        if place - self._written < SEAM_S * RATE * SAMPLE:
            place = self._written
        if place + len(block) > FULL:
            return
        self._file.seek(HEADER + place)
        self._file.write(block)
        self._written = place + len(block)
        if self._written - self._announced >= RATE * SAMPLE:
            self._announce()

    def close(self) -> None:
        """Say how long the sound is and close the file."""
        if self._file is not None:
            self._announce()
            self._file.close()
            self._file = None

    def _announce(self) -> None:
        """Write the header for what is in the file by now."""
        if self._file is None:
            return
        self._file.flush()
        self._file.seek(0)
        self._file.write(
            struct.pack(
                "<4sI4s4sIHHIIHH4sI",
                *(b"RIFF", HEADER - 8 + self._written, b"WAVE"),
                *(b"fmt ", 16, 1, 1, RATE, RATE * SAMPLE, SAMPLE, 8 * SAMPLE),
                *(b"data", self._written),
            )
        )
        self._file.flush()
        self._announced = self._written


def _louder(block: bytes, gain: float) -> bytes:
    if gain == 1:
        return block
    return array("h", (int(sample * gain) for sample in array("h", block))).tobytes()


def _quietly(call: Callable[..., None]) -> Callable[..., None]:
    """Let no exception go back into C: it would be printed on the screen."""

    def guarded(*arguments: Any) -> None:
        try:
            call(*arguments)
        except Exception:  # noqa: BLE001 - whatever it is, C cannot take it
            _log.exception("The recording ear lost a block")

    return guarded
