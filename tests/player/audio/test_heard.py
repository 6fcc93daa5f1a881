"""What a listener hears through libVLC, by a recording ear in place of the sound device."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from player.audio.output import ClipFinished, ClipRequest, ClipStarted

if TYPE_CHECKING:
    from tests.player.audio.conftest import Hearing, Room, Sample

RATE = 48_000


def test_clips_are_heard_whole_and_in_order_with_hardly_a_silence_between(
    recording: Room, rise: Sample, fall: Sample, hearing: Hearing
) -> None:
    samples = [fall, rise, fall, rise]
    for token, sample in enumerate(samples):
        recording.play(token, sample)
        recording.output.prepare(samples[token - 3].path)
        assert recording.told.end() == ClipFinished(token)
        assert recording.output.position_ms() == sample.duration_ms
    sound = recording.heard()

    at = 0
    ends = []
    for sample in samples:
        wanted = sample.sweep()
        found, likeness = hearing.find(sound[at:], wanted)
        assert likeness > 0.98
        ends.append((at + found, at + found + len(wanted)))
        at += found + len(wanted)
    silences_ms = [(begin - end) * 1000 / RATE for (_, end), (begin, _) in pairwise(ends)]
    # The tail, the next clip's head and the ear's own, 110 ms; a busy machine makes some longer.
    assert 150 + 90 <= min(silences_ms) < 150 + 90 + 200


@pytest.mark.slow
def test_a_silent_tail_is_shortened_so_that_the_next_clip_joins_closer(
    room: Room, fall: Sample, hearing: Hearing
) -> None:
    for token in range(5):
        room.play(token, fall, tail_ms=150)
        assert room.told.end() == ClipFinished(token)
    sound = room.heard()
    silences = hearing.silences(sound, over_ms=50)
    # Whatever the machine does besides makes some of them longer, and none shorter.
    assert min(end - begin for begin, end in silences) < 150 + 90 + 60
    assert hearing.share(sound, fall, from_ms=800) > 0.9


@pytest.mark.slow
def test_a_recording_keeps_the_silent_tail_too(recording: Room, fall: Sample) -> None:
    for token in range(2):
        recording.play(token, fall, tail_ms=150)
        assert recording.told.end() == ClipFinished(token)
    assert len(recording.heard()) / RATE * 1000 >= 2 * fall.duration_ms


def test_a_pause_is_as_long_as_it_was_and_nothing_is_lost(
    room: Room, rise: Sample, hearing: Hearing
) -> None:
    room.play(1, rise)
    room.started(1)
    room.told.nothing_for(0.5)
    room.output.pause()
    began, held_at = time.monotonic(), room.output.position_ms()
    room.told.nothing_for(1.5)  # longer than a busy machine is silent by itself
    assert room.output.position_ms() == held_at
    held_ms = 1000 * (time.monotonic() - began)
    room.output.resume()
    assert room.told.end() == ClipFinished(1)
    sound = room.heard()

    # A busy machine makes small silences too, where a block of 24 ms comes late.
    silences = hearing.silences(sound, over_ms=50)
    begin, end = max(silences, key=lambda silence: silence[1] - silence[0])
    assert held_ms - 300 <= end - begin <= held_ms + 1000
    heard = [(at_ms, rise.place_ms(hz)) for at_ms, hz in hearing.pitches(sound)]
    stopped = [place for at_ms, place in heard if at_ms < begin][-1]
    went_on = next(place for at_ms, place in heard if at_ms > end)
    # Some blocks may be due while the pause is being made.
    assert abs(went_on - stopped) <= 250
    assert abs(held_at - stopped) <= 250
    assert hearing.missing_ms(sound, rise) <= 250


@pytest.mark.slow
def test_pausing_and_resuming_at_once_goes_on(room: Room, fall: Sample) -> None:
    room.play(1, fall, start_ms=700)
    for _ in range(5):
        room.output.pause()
        room.output.resume()
    room.started(1)
    for _ in range(5):
        room.output.pause()
        room.output.resume()
    assert room.told.end() == ClipFinished(1)


@pytest.mark.slow
def test_resuming_and_pausing_at_once_stays_held(room: Room, fall: Sample) -> None:
    room.play(1, fall)
    room.started(1)
    for _ in range(5):
        room.output.pause()
        room.output.resume()
    room.output.pause()
    room.told.nothing_for(1.6)
    assert room.output.position_ms() < 500


@pytest.mark.slow
def test_a_clip_played_held_begins_where_it_should_when_resumed(
    room: Room, rise: Sample, hearing: Hearing
) -> None:
    room.play(1, rise, start_ms=1200, paused=True)
    room.told.nothing_for(0.3)
    assert room.output.position_ms() == 1200
    room.output.resume()
    assert room.told.end() == ClipFinished(1)
    _, hz = hearing.pitches(room.heard())[1]
    assert 1130 <= rise.place_ms(hz) <= 1290


@pytest.mark.slow
def test_ten_quick_seeks_are_one_and_the_position_shows_the_last(
    room: Room, rise: Sample, hearing: Hearing
) -> None:
    room.play(1, rise)
    room.started(1)
    room.told.nothing_for(0.3)
    for target in range(200, 1300, 100):
        room.output.seek(target)
        assert room.output.position_ms() == target
    room.output.seek(1500)
    assert room.told.end() == ClipFinished(1)

    places = [rise.place_ms(hz) for _, hz in hearing.pitches(room.heard())]
    jumps = [(a, b) for a, b in pairwise(places) if abs(b - a) > 60]
    ((_, landed),) = jumps
    assert 1400 <= landed <= 1560


@pytest.mark.slow
def test_a_seek_while_held_is_heard_from_there(room: Room, rise: Sample, hearing: Hearing) -> None:
    room.play(1, rise)
    room.started(1)
    room.told.nothing_for(0.3)
    room.output.pause()
    room.output.seek(1600)
    room.told.nothing_for(0.3)
    assert room.output.position_ms() == 1600
    room.output.resume()
    assert room.told.end() == ClipFinished(1)
    places = [rise.place_ms(hz) for _, hz in hearing.pitches(room.heard())]
    (landed,) = [b for a, b in pairwise(places) if b - a > 60]
    assert 1530 <= landed <= 1690


@pytest.mark.slow
def test_a_seek_to_the_end_finishes_the_clip(room: Room, rise: Sample) -> None:
    room.play(1, rise)
    room.started(1)
    room.output.seek(999_999)
    assert room.output.position_ms() == rise.duration_ms
    assert room.told.end() == ClipFinished(1)


@pytest.mark.slow
@pytest.mark.parametrize(("speed", "start_ms"), [(0.5, 1000), (2.0, 0)])
def test_speed_keeps_the_pitch(
    room: Room, tone: Sample, hearing: Hearing, speed: float, start_ms: int
) -> None:
    room.output.set_speed(speed)
    room.play(1, tone, start_ms=start_ms)
    assert room.told.end() == ClipFinished(1)
    sound = room.heard()
    seconds = (tone.duration_ms - start_ms) / 1000 / speed
    late_ms = sum(end - begin for begin, end in hearing.silences(sound, over_ms=20))
    assert len(sound) / RATE - late_ms / 1000 == pytest.approx(seconds, abs=0.1)
    middle = sound[len(sound) // 4 : 3 * len(sound) // 4]
    bins = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 20))
    assert bins.argmax() * RATE / (1 << 20) == pytest.approx(440, abs=1)


def test_the_position_is_where_the_sound_is(
    room: Room, rise: Sample, wait_until: Callable[[Callable[[], bool]], None]
) -> None:
    room.play(1, rise)
    room.started(1)
    shown: list[int] = []
    looks: list[tuple[float, float]] = []

    def looked() -> bool:
        began = time.monotonic()
        shown.append(room.output.position_ms())
        looks.append((began, time.monotonic()))  # it was read at some time between
        return shown[-1] == rise.duration_ms

    wait_until(looked)
    assert room.told.end() == ClipFinished(1)
    assert shown == sorted(shown)
    assert len(set(shown)) > 16  # moves between libVLC's eight reports
    passed = (1000 * (ended - began) for (began, _), (_, ended) in pairwise(looks))
    assert max(b - a - took for (a, b), took in zip(pairwise(shown), passed, strict=True)) < 200


@pytest.mark.slow
def test_volume_zero_is_silence(room: Room, fall: Sample) -> None:
    room.output.set_volume(0)
    room.play(1, fall, start_ms=800)
    assert room.told.end() == ClipFinished(1)
    room.output.set_volume(100)
    room.play(2, fall, start_ms=800)
    assert room.told.end() == ClipFinished(2)
    sound = room.heard()
    loud = np.flatnonzero(np.abs(sound) > 0.1)
    assert loud[0] * 1000 / RATE > 400


@pytest.mark.slow
def test_a_node_without_a_clip_takes_its_time_in_silence(room: Room, fall: Sample) -> None:
    room.output.play(ClipRequest(token=1, path=None, duration_ms=3000))
    room.started(1)
    room.told.nothing_for(0.2)
    assert 150 < room.output.position_ms() < 3000
    assert room.told.end() == ClipFinished(1)
    room.play(2, fall, start_ms=900)
    assert room.told.end() == ClipFinished(2)


@pytest.mark.slow
def test_silence_can_be_held_sought_and_hurried(room: Room) -> None:
    room.output.play(ClipRequest(token=1, path=None, duration_ms=60_000))
    room.started(1)
    room.output.pause()
    room.output.set_speed(2.0)
    room.output.seek(59_800)
    room.told.nothing_for(0.3)
    assert room.output.position_ms() == 59_800
    room.output.resume()
    assert room.told.next() == ClipFinished(1)


@pytest.mark.slow
def test_nothing_of_an_older_clip_is_told_after_a_newer_one(
    room: Room, fall: Sample, rise: Sample
) -> None:
    late = []
    for token in range(40):
        room.play(token, fall if token % 2 else rise)
        told = len(room.told.all)
        if token % 3 == 0:
            room.started(token)
        late += [event for event in room.told.all[told:] if event.token < token]
    room.play(40, fall, start_ms=900)
    assert room.told.end() == ClipFinished(40)
    assert late == []
    assert room.told.all[-2:] == [ClipStarted(40), ClipFinished(40)]


@pytest.mark.slow
def test_a_stopped_clip_is_silent_and_tells_nothing(room: Room, rise: Sample) -> None:
    room.play(1, rise)
    room.started(1)
    room.told.nothing_for(0.3)
    room.output.stop()
    room.told.nothing_for(0.5)
    assert room.output.position_ms() == 0
    assert len(room.heard()) < 0.5 * RATE


@pytest.mark.slow
@pytest.mark.parametrize("start_ms", [0, 1000])
def test_a_seek_in_a_recording_is_heard_though_all_of_the_clip_was_read(
    recording: Room, fall: Sample, hearing: Hearing, start_ms: int
) -> None:
    recording.told.at_once(ClipStarted, lambda: recording.output.seek(400))
    recording.play(1, fall, start_ms=start_ms)
    recording.started(1)
    assert recording.told.end() == ClipFinished(1)
    assert hearing.share(recording.heard(), fall, from_ms=400) > 0.9
