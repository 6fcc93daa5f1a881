"""The sleep timer counts down, fades the sound and calls when time is up."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from player.audio.clock import HandClock
from player.playback.sleeping import SleepTimer


@dataclass
class Bedside:
    clock: HandClock = field(default_factory=HandClock)
    minutes: list[int | None] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.timer = SleepTimer(
            self.clock,
            told=self.minutes.append,
            dim=self.shares.append,
            on_end=lambda: self.ends.append(self.clock.now()),
        )


@pytest.fixture
def bed() -> Bedside:
    return Bedside()


def test_the_minutes_left_are_told_one_by_one(bed: Bedside) -> None:
    bed.timer.start(3)
    bed.clock.advance(179)
    assert bed.minutes == [3, 2, 1]
    assert bed.timer.minutes_left == 1
    bed.clock.advance(1)
    assert bed.minutes == [3, 2, 1, None]
    assert bed.ends == [180.0]


def test_the_sound_fades_before_the_end(bed: Bedside) -> None:
    bed.timer.start(1)
    bed.clock.advance(47)
    assert bed.shares == [1.0]
    bed.clock.advance(13)
    assert bed.shares[1:] == sorted(bed.shares[1:], reverse=True)
    assert bed.shares[-1] < 0.1
    assert len(bed.shares) > 8


def test_a_timer_that_is_stopped_sounds_again_and_never_ends(bed: Bedside) -> None:
    bed.timer.start(1)
    bed.clock.advance(55)
    bed.timer.stop()
    bed.clock.advance(600)
    assert (bed.shares[-1], bed.minutes[-1], bed.ends) == (1.0, None, [])


def test_setting_it_again_begins_anew(bed: Bedside) -> None:
    bed.timer.start(1)
    bed.clock.advance(50)
    bed.timer.start(2)
    bed.clock.advance(119)
    assert bed.ends == []
    bed.clock.advance(1)
    assert bed.ends == [170.0]
