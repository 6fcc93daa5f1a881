"""Silence takes the time of a clip, on a clock turned by hand."""

from __future__ import annotations

import asyncio

import pytest

from player.audio.clock import HandClock, LoopClock
from player.audio.output import ClipFinished, ClipRequest, ClipStarted, OutputEvent
from player.audio.silent import SilentOutput


class Heard:
    """A silent output with its clock, and what it told."""

    def __init__(self, pace: float = 1.0) -> None:
        self.clock = HandClock()
        self.events: list[OutputEvent] = []
        self.output = SilentOutput(self.clock, pace=pace)
        self.output.start(self.events.append)

    def play(
        self, token: int = 1, ms: int = 4000, *, start_ms: int = 0, paused: bool = False
    ) -> None:
        self.output.play(
            ClipRequest(token=token, path=None, duration_ms=ms, start_ms=start_ms, paused=paused)
        )


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_a_clip_starts_at_once_and_finishes_after_its_length(heard: Heard) -> None:
    heard.play(7)
    assert heard.events == []  # never inside the call
    heard.clock.advance(0)
    assert heard.events == [ClipStarted(7)]
    heard.clock.advance(3.999)
    assert heard.events == [ClipStarted(7)]
    assert heard.output.position_ms() == 3999
    heard.clock.advance(0.001)
    assert heard.events == [ClipStarted(7), ClipFinished(7)]
    assert heard.output.position_ms() == 4000


def test_a_pause_holds_the_place_for_as_long_as_it_lasts(heard: Heard) -> None:
    heard.play()
    heard.clock.advance(1)
    heard.output.pause()
    heard.clock.advance(60)
    assert heard.output.position_ms() == 1000
    heard.output.resume()
    heard.clock.advance(2.9)
    assert heard.events == [ClipStarted(1)]
    heard.clock.advance(0.1)
    assert heard.events[-1] == ClipFinished(1)


def test_a_clip_played_paused_starts_when_it_is_resumed(heard: Heard) -> None:
    heard.play(start_ms=1500, paused=True)
    heard.clock.advance(10)
    assert heard.events == []
    assert heard.output.position_ms() == 1500
    heard.output.resume()
    heard.clock.advance(0)
    assert heard.events == [ClipStarted(1)]


@pytest.mark.parametrize(("speed", "seconds"), [(0.5, 8.0), (1.0, 4.0), (2.0, 2.0), (9.0, 2.0)])
def test_speed_shortens_the_time_within_its_bounds(
    heard: Heard, speed: float, seconds: float
) -> None:
    heard.output.set_speed(speed)
    heard.play()
    heard.clock.advance(seconds - 0.01)
    assert heard.events == [ClipStarted(1)]
    heard.clock.advance(0.01)
    assert heard.events[-1] == ClipFinished(1)


def test_a_change_of_speed_keeps_the_place(heard: Heard) -> None:
    heard.play()
    heard.clock.advance(2)
    heard.output.set_speed(2.0)
    assert heard.output.position_ms() == 2000
    heard.clock.advance(0.5)
    assert heard.output.position_ms() == 3000


def test_a_seek_is_clamped_and_moves_the_end(heard: Heard) -> None:
    heard.play()
    heard.clock.advance(0)
    heard.output.seek(-50)
    assert heard.output.position_ms() == 0
    heard.output.seek(3500)
    heard.clock.advance(0.5)
    assert heard.events[-1] == ClipFinished(1)


def test_an_older_clip_is_never_heard_of_again(heard: Heard) -> None:
    for token in range(1, 20):
        heard.play(token)
    heard.clock.advance(100)
    assert heard.events == [ClipStarted(19), ClipFinished(19)]


def test_a_stopped_clip_tells_nothing_more(heard: Heard) -> None:
    heard.play()
    heard.clock.advance(1)
    heard.output.stop()
    heard.clock.advance(100)
    assert heard.events == [ClipStarted(1)]
    assert heard.output.position_ms() == 0


def test_a_clip_that_has_ended_stays_ended(heard: Heard) -> None:
    heard.play()
    heard.clock.advance(5)
    heard.output.pause()
    heard.output.resume()
    heard.output.seek(0)
    heard.output.set_speed(2.0)
    heard.clock.advance(100)
    assert heard.events == [ClipStarted(1), ClipFinished(1)]
    assert heard.output.position_ms() == 4000


def test_without_pace_every_clip_ends_at_once() -> None:
    heard = Heard(pace=0)
    heard.play(ms=3_600_000)
    heard.clock.advance(0)
    assert heard.events == [ClipStarted(1), ClipFinished(1)]
    assert heard.clock.now() == 0


def test_pace_stretches_the_time() -> None:
    heard = Heard(pace=0.1)
    heard.play()
    heard.clock.advance(0.2)
    assert heard.output.position_ms() == 2000
    heard.clock.advance(0.2)
    assert heard.events[-1] == ClipFinished(1)


def test_a_clip_may_be_played_from_the_end_of_the_one_before() -> None:
    heard = Heard(pace=0)
    told: list[OutputEvent] = []

    def next_one(event: OutputEvent) -> None:
        told.append(event)
        if isinstance(event, ClipFinished) and event.token < 3:
            heard.play(event.token + 1)

    heard.output.start(next_one)
    heard.play(1)
    heard.clock.advance(0)
    assert [event.token for event in told] == [1, 1, 2, 2, 3, 3]


async def test_on_the_event_loop_it_takes_real_time() -> None:
    told: asyncio.Queue[OutputEvent] = asyncio.Queue()
    clock = LoopClock()
    output = SilentOutput(clock)
    output.start(told.put_nowait)
    began = clock.now()
    output.play(ClipRequest(token=1, path=None, duration_ms=60))
    assert await asyncio.wait_for(told.get(), 60) == ClipStarted(1)
    assert await asyncio.wait_for(told.get(), 60) == ClipFinished(1)
    assert 0.05 < clock.now() - began < 30
