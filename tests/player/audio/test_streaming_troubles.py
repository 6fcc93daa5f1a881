"""A clip that stalls, breaks off or is not there does no harm to what is heard."""

from __future__ import annotations

import random
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from player.audio.fetch.downloads import THREADS
from player.audio.output import ClipFailed, ClipFinished, ClipLoading, ClipStarted
from tests.player.audio.fetching import LostOnce, Waits, brief, patient
from tests.player.audio.misbehaving import Call
from tests.player.audio.street import MOST, PATIENCE_S, Gate, Street, play, until

if TYPE_CHECKING:
    from tests.player.audio.conftest import Hearing, Room, Sample, WaitUntil

pytestmark = pytest.mark.slow
OF_VLC = 10
"""Threads that libVLC keeps once it has played; three hundred wishes would leave more."""


@pytest.mark.slow
def test_a_body_that_stalls_is_gone_on_with_by_range_and_heard_whole(
    room: Room, rise: Sample, street: Street, hearing: Hearing
) -> None:
    content = rise.path.read_bytes()

    def stall_once(call: Call) -> None:
        if call.nth == 1:
            call.partly(content, len(content) // 2)
            call.stall()
        else:
            call.sound(content)

    stalled = threading.Event()

    def pause(_: threading.Event, __: float) -> bool:
        stalled.clear()
        return False

    street.open(stall_once, patience=LostOnce(stalled), pause=pause)
    growing = street.get(rise)
    play(room, 1, rise, growing)
    growing.wait_for(len(content) // 2, PATIENCE_S)
    stalled.set()
    assert room.told.end() == ClipFinished(1)
    assert [call.headers.get("range") for call in street.server.calls] == [None, "bytes=9216-"]
    assert hearing.share(room.heard(), rise, from_ms=1200) > MOST


def test_a_clip_that_does_not_come_fails_with_the_sentence_of_the_fetcher(
    room: Room, rise: Sample, fall: Sample, street: Street
) -> None:
    street.open(lambda call: call.answer("404 Not Found"))
    growing = street.get(rise)
    play(room, 1, rise, growing)
    failed = room.told.end()
    assert isinstance(failed, ClipFailed)
    assert failed.reason.startswith(str(growing.error))
    room.play(2, fall, start_ms=900)
    assert room.told.end() == ClipFinished(2)


def test_a_clip_that_breaks_off_is_heard_as_far_as_it_came_and_fails(
    room: Room, rise: Sample, street: Street, hearing: Hearing
) -> None:
    content = rise.path.read_bytes()

    def cut(call: Call) -> bool:
        call.partly(content, 12_000 - call.start)
        return False

    street.open(cut, patience=patient(tries=2), pause=Waits())
    growing = street.get(rise)
    play(room, 1, rise, growing)
    until(room, ClipStarted)
    failed = room.told.end()
    assert isinstance(failed, ClipFailed)
    assert failed.reason.startswith(str(growing.error))
    assert 1200 < room.output.position_ms() < rise.duration_ms
    sound = room.heard()
    assert hearing.share(sound, rise, to_ms=1200) > MOST
    assert hearing.share(sound, rise, from_ms=1550) == 0


def test_a_wrong_file_in_its_place_is_fetched_again_and_heard_right(
    room: Room, rise: Sample, street: Street, hearing: Hearing
) -> None:
    content = rise.path.read_bytes()

    def wrong_once(call: Call) -> None:
        call.sound(bytes(len(content)) if call.nth == 1 else content)

    street.open(wrong_once, pause=Waits())
    play(room, 1, rise, street.get(rise))
    assert room.told.end() == ClipFinished(1)
    assert hearing.share(room.heard(), rise) > MOST


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_stalled_clip_gives_way_at_once(
    room: Room, rise: Sample, fall: Sample, street: Street, share: float
) -> None:
    gate = Gate(rise.path.read_bytes(), share)
    street.open(gate)
    play(room, 1, rise, street.get(rise))
    until(room, ClipLoading if share == 0 else ClipStarted)
    left = time.monotonic()
    room.play(2, fall)
    assert until(room, ClipStarted)[-1] == ClipStarted(2)
    assert time.monotonic() - left < PATIENCE_S / 2
    gate.opened.set()


def test_closing_does_not_wait_for_a_stalled_clip(room: Room, rise: Sample, street: Street) -> None:
    gate = Gate(rise.path.read_bytes(), 0.0)
    street.open(gate)
    play(room, 1, rise, street.get(rise))
    until(room, ClipLoading)
    left = time.monotonic()
    room.output.close()
    assert time.monotonic() - left < PATIENCE_S / 2
    gate.opened.set()


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
@pytest.mark.slow
def test_three_hundred_wishes_at_random_over_clips_that_stall_leave_a_player_that_plays(
    room: Room, rise: Sample, fall: Sample, street: Street, wait_until: WaitUntil
) -> None:
    content, dice = rise.path.read_bytes(), random.Random(4)

    def whimsical(call: Call) -> bool:
        whim = dice.choice(["well", "stall", "cut", "none"])
        if whim == "well":
            call.sound(content)
        elif whim == "stall":
            call.partly(content, 9_000)
            call.pause(0.5)
        elif whim == "cut":
            call.partly(content, 4_000)
        return whim == "well"

    def threads() -> int:
        """How many there are, but those of the server."""
        here = len(list(Path("/proc/self/task").iterdir()))
        return here - street.server.open_connections

    street.open(whimsical, patience=brief(tries=2), pause=Waits())
    before = threads()
    output, growing = room.output, street.get(rise)
    wishes = [
        output.pause,
        output.resume,
        lambda: output.seek(dice.randrange(-500, 3000)),
        lambda: output.set_speed(dice.choice([0.5, 1.0, 2.0])),
        lambda: output.cue(growing),
        output.stop,
    ]
    for token in range(300):
        if dice.random() < 0.4:
            growing.leave()
            growing = street.get(rise)
            play(room, token, rise, growing, start_ms=dice.choice([0, 0, 1500]))
        else:
            dice.choice(wishes)()
        assert output.position_ms() >= 0
        room.told.wait_briefly(0.02)
    output.set_speed(1.0)
    room.play(999, fall, start_ms=900)
    while room.told.end() != ClipFinished(999):
        pass
    growing.leave()
    output.stop()
    wait_until(lambda: threads() <= before + THREADS + OF_VLC)
