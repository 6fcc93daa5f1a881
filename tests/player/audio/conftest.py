"""Ears for the tests: what an output told, and what a listener would have heard."""

from __future__ import annotations

import queue
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest

from player.audio.ear import Ear
from player.audio.output import (
    ClipEndedEarly,
    ClipFailed,
    ClipFinished,
    ClipRequest,
    ClipStarted,
    OutputEvent,
)
from player.audio.vlc import VlcOutput, WavOutput, load_vlc
from player.errors import MissingPartError
from tests.player.audio.street import Street

RATE = 48_000
PATIENCE_S = 60.0
Sound = npt.NDArray[np.float64]
WaitUntil: TypeAlias = Callable[[Callable[[], bool]], None]


@dataclass(frozen=True)
class Sample:
    """A clip of the tests: 90 ms of silence, a sweep of known pitch, 150 ms of silence."""

    path: Path
    duration_ms: int
    from_hz: int
    to_hz: int
    sweep_ms: int
    head_ms: int = 90

    def sweep(self) -> Sound:
        """Return the sound between the silences, as it was before it was encoded."""
        seconds = self.sweep_ms / 1000
        t = np.arange(int(RATE * seconds)) / RATE
        turns = self.from_hz * t + (self.to_hz - self.from_hz) * t * t / (2 * seconds)
        return np.asarray(0.5 * np.sin(2 * np.pi * turns), dtype=np.float64)

    def place_ms(self, hz: float) -> float:
        """Return where in the clip this pitch is heard."""
        share = (hz - self.from_hz) / (self.to_hz - self.from_hz)
        return self.head_ms + share * self.sweep_ms


# Made with sox-like sweeps and encoded by: ffmpeg -c:a libmp3lame -b:a 64k -ar 48000 -ac 1
# -reservoir 0 -id3v2_version 0 -write_id3v1 0, the format of all clips of the product.
CLIPS = Path(__file__).parent / "clips"


@pytest.fixture
def rise() -> Sample:
    return Sample(CLIPS / "rise.mp3", 2240, 300, 3300, 2000)


@pytest.fixture
def fall() -> Sample:
    return Sample(CLIPS / "fall.mp3", 1240, 3300, 300, 1000)


@pytest.fixture
def tone() -> Sample:
    return Sample(CLIPS / "tone.mp3", 1500, 440, 440, 1500, head_ms=0)


class Told:
    """The events of an output, waited for one by one."""

    def __init__(self) -> None:
        self.all: list[OutputEvent] = []
        self._queue: queue.SimpleQueue[OutputEvent] = queue.SimpleQueue()
        self._answers: list[tuple[type[OutputEvent], Callable[[], object]]] = []

    def at_once(self, kind: type[OutputEvent], answer: Callable[[], object]) -> None:
        """Answer the first event of a kind while it is told: the clip goes on only afterwards."""
        self._answers.append((kind, answer))

    def __call__(self, event: OutputEvent) -> None:
        for kind, answer in list(self._answers):
            if isinstance(event, kind):
                self._answers.remove((kind, answer))
                answer()
        self.all.append(event)
        self._queue.put(event)

    def next(self) -> OutputEvent:
        return self._queue.get(timeout=PATIENCE_S)

    def end(self) -> OutputEvent:
        """Wait for the next event that ends a clip."""
        while True:
            event = self.next()
            if isinstance(event, ClipFinished | ClipEndedEarly | ClipFailed):
                return event

    def wait_briefly(self, seconds: float) -> None:
        """Give what is to happen the time to happen."""
        try:
            self._queue.get(timeout=seconds)
        except queue.Empty:
            return

    def nothing_for(self, seconds: float) -> None:
        """Listen for a while and hear of nothing."""
        try:
            event = self._queue.get(timeout=seconds)
        except queue.Empty:
            return
        raise AssertionError(f"told of {event}")


@pytest.fixture
def told() -> Told:
    return Told()


@dataclass
class Room:
    """An output that records what is heard, and what it tells."""

    output: VlcOutput
    told: Told
    file: Path

    def play(
        self,
        token: int,
        sample: Sample,
        *,
        start_ms: int = 0,
        paused: bool = False,
        tail_ms: int = 0,
    ) -> None:
        self.output.play(
            ClipRequest(
                token=token,
                path=sample.path,
                duration_ms=sample.duration_ms,
                start_ms=start_ms,
                paused=paused,
                tail_ms=tail_ms,
            )
        )

    def started(self, token: int) -> None:
        assert self.told.next() == ClipStarted(token)

    def heard(self) -> Sound:
        """Close the output and return what was heard, -1 to 1 at 48 kHz."""
        self.output.close()
        return read_wav(self.file)


def read_wav(path: Path) -> Sound:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        frames = file.readframes(file.getnframes())
    return np.frombuffer(frames, np.int16).astype(np.float64) / 32768


@pytest.fixture
def libvlc() -> None:
    """Skip where libVLC is not installed; the README's test line installs it."""
    try:
        load_vlc()
    except MissingPartError as error:
        pytest.skip(str(error))


@pytest.fixture
def room(libvlc: None, told: Told, tmp_path: Path) -> Iterator[Room]:
    file = tmp_path / "heard.wav"
    output = VlcOutput(Ear(file))
    output.start(told)
    yield Room(output, told, file)
    output.close()


@pytest.fixture
def recording(libvlc: None, told: Told, tmp_path: Path) -> Iterator[Room]:
    file = tmp_path / "heard.wav"
    output = WavOutput(file)
    output.start(told)
    yield Room(output, told, file)
    output.close()


@pytest.fixture
def wait_until() -> WaitUntil:
    """Look again every 5 ms until something holds."""

    def wait(holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        pause: queue.SimpleQueue[None] = queue.SimpleQueue()
        while not holds():
            assert time.monotonic() < end, "waited in vain"
            try:
                pause.get(timeout=0.005)
            except queue.Empty:
                continue

    return wait


@dataclass(frozen=True)
class Hearing:
    """Measures on heard sound."""

    @staticmethod
    def find(sound: Sound, wanted: Sound) -> tuple[int, float]:
        """Return where `wanted` is first well heard in `sound` (samples), and how alike (0-1)."""
        size = 1 << (len(sound) + len(wanted)).bit_length()
        product = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(wanted, size))
        likeness = np.fft.irfft(product, size)[: max(len(sound) - len(wanted), 0) + 1]
        first = int(np.flatnonzero(likeness >= 0.95 * likeness.max())[0])
        at = first + int(np.argmax(likeness[first : first + RATE // 50]))
        part = sound[at : at + len(wanted)]
        norm = float(np.linalg.norm(part) * np.linalg.norm(wanted))
        return at, float(likeness[at]) / norm if norm else 0.0

    @staticmethod
    def pitches(sound: Sound, window_ms: int = 20) -> list[tuple[int, float]]:
        """Return (milliseconds, Hz) for each window in which there is sound throughout."""
        length = RATE * window_ms // 1000
        found: list[tuple[int, float]] = []
        for at in range(0, len(sound) - length, length):
            part = sound[at : at + length]
            halves = np.abs(part).reshape(4, -1).max(axis=1)
            if halves.min() > 0.1:
                bins = np.abs(np.fft.rfft(part * np.hanning(length), 1 << 16))
                hz = float(bins.argmax()) * RATE / (1 << 16)
                found.append((round((at + length / 2) * 1000 / RATE), hz))
        return found

    @classmethod
    def missing_ms(cls, sound: Sound, sample: Sample) -> float:
        """Return the longest stretch of the sweep that is nowhere in `sound`."""
        places = [sample.place_ms(hz) for _, hz in cls.pitches(sound)]
        ends = (float(sample.head_ms), float(sample.head_ms + sample.sweep_ms))
        return max(b - a for a, b in pairwise(sorted([*ends, *places])))

    @classmethod
    def share(cls, sound: Sound, sample: Sample, from_ms: float = 0, to_ms: float = 9e9) -> float:
        """Return how much of the sweep between two places is in `sound`, 0-1.

        Of a clip that still comes a stalled machine loses what was due meanwhile; of a recording
        nothing.
        """
        begin = max(from_ms, sample.head_ms)
        count = int((min(to_ms, sample.head_ms + sample.sweep_ms) - begin) // 20)
        places = {int((sample.place_ms(hz) - begin) // 20) for _, hz in cls.pitches(sound, 10)}
        return len(places & set(range(count))) / count

    @staticmethod
    def silences(sound: Sound, over_ms: float) -> list[tuple[float, float]]:
        """Return (from, to) in milliseconds of each silence between sounds that is longer."""
        loud = np.flatnonzero(np.abs(sound) > 0.01)
        gaps = np.diff(loud)
        return [
            (loud[i] * 1000 / RATE, loud[i + 1] * 1000 / RATE)
            for i in np.flatnonzero(gaps > over_ms * RATE / 1000)
        ]


@pytest.fixture
def hearing() -> Hearing:
    return Hearing()


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    street = Street(tmp_path / "cache")
    yield street
    street.close()
