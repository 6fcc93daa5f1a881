"""The ear writes what a sound card would have played: in time, pauses and cuts included."""

from __future__ import annotations

import ctypes
import wave
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from player.audio.ear import Ear

RATE = 48_000


class Card:
    """An ear and the clock that it lives by; gives it blocks as libVLC does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds = 10.0
        self.ear = Ear(path, now=lambda: self.seconds)
        plain: list[Callable[..., Any]] = [lambda call: call] * 6
        self.play, self.pause, self.resume, self.flush, self.drain, self.volume = (
            self.ear.callbacks(plain)
        )

    def give(self, value: int, due: float, ms: int = 100) -> None:
        samples = array("h", [value] * (RATE * ms // 1000))
        self.play(None, samples.buffer_info()[0], len(samples), int(due * 1e6))

    def written(self) -> list[tuple[int, int]]:
        """Return (value, milliseconds) for each stretch of equal samples in the file."""
        with wave.open(str(self.path)) as file:
            samples = array("h", file.readframes(file.getnframes()))
        stretches: list[tuple[int, int]] = []
        for value in samples:
            if stretches and stretches[-1][0] == value:
                stretches[-1] = (value, stretches[-1][1] + 1)
            else:
                stretches.append((value, 1))
        return [(value, round(count * 1000 / RATE)) for value, count in stretches]


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    card = Card(tmp_path / "ear.wav")
    yield card
    card.ear.close()


def test_where_nothing_was_due_there_is_silence(card: Card) -> None:
    card.give(1, due=10.0)
    card.give(2, due=10.1)
    card.give(3, due=10.5)
    card.seconds = 11
    card.ear.close()
    assert card.written() == [(1, 100), (2, 100), (0, 300), (3, 100)]


def test_a_pause_is_heard_as_silence_and_nothing_is_lost(card: Card) -> None:
    card.give(1, due=10.0)
    card.give(2, due=10.1)
    card.seconds = 10.05
    card.pause(None, 0)
    card.seconds = 10.35
    card.resume(None, 0)
    card.seconds = 11
    card.ear.close()
    assert card.written() == [(1, 50), (0, 300), (1, 50), (2, 100)]


def test_what_is_thrown_away_is_not_heard(card: Card) -> None:
    card.give(1, due=10.0)
    card.give(2, due=10.1)
    card.seconds = 10.15
    card.flush(None, 0)
    card.give(3, due=10.2)
    card.seconds = 11
    card.ear.close()
    assert card.written() == [(1, 100), (2, 50), (0, 50), (3, 100)]


def test_a_cut_is_heard_at_once(card: Card) -> None:
    card.give(1, due=10.0)
    card.seconds = 10.03
    card.ear.cut()
    card.seconds = 11
    card.ear.close()
    assert card.written() == [(1, 30)]


def test_a_cut_ends_a_wait_for_the_last_sound(card: Card) -> None:
    card.give(1, due=14.0)
    card.ear.cut()
    card.drain(None)  # would be four seconds
    card.ear.close()


def test_jitter_of_a_sample_or_two_leaves_no_seam(card: Card) -> None:
    for step in range(10):
        card.give(5, due=10 + step * 0.1 + (-1) ** step * 0.00003)
    card.seconds = 12
    card.ear.close()
    assert card.written() == [(5, 1000)]


def test_the_file_can_be_read_while_it_grows(card: Card) -> None:
    card.give(1, due=10.0, ms=2500)
    card.seconds = 12.2
    card.give(2, due=12.5)
    assert card.written()[0][1] == pytest.approx(2200, abs=1)
    card.ear.close()


def test_volume_is_heard_from_when_it_is_set(card: Card) -> None:
    card.give(8000, due=10.0)
    card.seconds = 10.05
    card.volume(None, 0.5, False)
    card.seconds = 10.08
    card.volume(None, 0.5, True)
    card.seconds = 11
    card.ear.close()
    assert card.written() == [(8000, 50), (1000, 30), (0, 20)]


def test_a_failure_inside_never_reaches_libvlc(
    card: Card, caplog: pytest.LogCaptureFixture
) -> None:
    card.play(None, object(), 3, 0)
    assert "lost a block" in caplog.text
    card.ear.close()


def test_it_can_be_called_from_c(tmp_path: Path) -> None:
    ear = Ear(tmp_path / "ear.wav")
    kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
    *_, drain, _ = ear.callbacks([kind] * 6)
    drain(None)
    ear.close()
    ear.close()
