"""A clip is heard while it comes: from one request, whole, and without waiting for its end."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import pytest

from player.audio.output import ClipFinished, ClipLoading, ClipRecovered, ClipStarted
from tests.player.audio.misbehaving import Call, clip_of
from tests.player.audio.shaped import Line
from tests.player.audio.street import MOST, PATIENCE_S, Gate, Street, play, until

if TYPE_CHECKING:
    from tests.player.audio.conftest import Hearing, Room, Sample

pytestmark = pytest.mark.slow


def test_a_clip_begins_before_its_download_ends_and_is_heard_whole_from_one_request(
    room: Room, rise: Sample, street: Street, hearing: Hearing
) -> None:
    content = rise.path.read_bytes()
    gate = Gate(content)
    street.open(gate)
    growing = street.get(rise)
    room.told.at_once(ClipStarted, gate.opened.set)
    play(room, 1, rise, growing)
    until(room, ClipStarted)
    assert room.told.end() == ClipFinished(1)
    assert hearing.share(room.heard(), rise) > MOST
    assert growing.path(PATIENCE_S).read_bytes() == content
    assert len(street.server.calls) == 1


def test_what_is_waited_for_is_told_in_percent(room: Room, rise: Sample, street: Street) -> None:
    content = rise.path.read_bytes()
    ends: queue.SimpleQueue[int] = queue.SimpleQueue()

    def in_parts(call: Call) -> None:
        call.partly(content, 0)
        sent = 0
        while sent < len(content):
            end = ends.get(timeout=PATIENCE_S)
            call.send(content[sent:end])
            sent = end

    street.open(in_parts)
    play(room, 1, rise, street.get(rise))
    assert room.told.next() == ClipLoading(1, None)
    for percent in (1, 2, 4):
        ends.put(len(content) * percent // 100 + 1)
        assert room.told.next() == ClipLoading(1, percent)
    ends.put(len(content))
    until(room, ClipStarted)


@pytest.mark.slow
def test_a_clip_that_runs_dry_goes_on_where_it_stopped_once_enough_has_come(
    room: Room, rise: Sample, street: Street, hearing: Hearing
) -> None:
    content = rise.path.read_bytes()
    gate = Gate(content)
    street.open(gate)
    play(room, 1, rise, street.get(rise))
    until(room, ClipStarted)
    *_, loading = until(room, ClipLoading)
    assert loading == ClipLoading(1, 50)
    assert 900 < room.output.position_ms() < 2000
    room.told.nothing_for(5.5)  # longer than a device may be silent
    gate.opened.set()
    *more, recovered = until(room, ClipRecovered)
    assert recovered == ClipRecovered(1)
    assert all(isinstance(event, ClipLoading) for event in more)
    assert room.told.end() == ClipFinished(1)
    sound = room.heard()
    begin, end = max(hearing.silences(sound, over_ms=5000), key=lambda gap: gap[1] - gap[0])
    assert hearing.share(sound[: int(begin * 48)], rise, to_ms=900) > MOST
    assert hearing.share(sound[int(end * 48) :], rise, from_ms=1200) > MOST
    assert len(street.server.calls) == 1


def test_a_pause_holds_a_clip_that_waits_for_its_first_byte(
    room: Room, rise: Sample, street: Street
) -> None:
    gate = Gate(rise.path.read_bytes(), 0.0)
    street.open(gate)
    play(room, 1, rise, street.get(rise))
    until(room, ClipLoading)
    room.output.pause()
    gate.opened.set()
    room.told.wait_briefly(0.5)
    assert room.output.position_ms() == 0
    assert all(isinstance(event, ClipLoading) for event in room.told.all)
    room.output.resume()
    until(room, ClipStarted)
    assert room.told.end() == ClipFinished(1)


def test_after_twenty_five_quick_choices_the_last_clip_is_heard(
    room: Room, fall: Sample, street: Street, hearing: Hearing
) -> None:
    content = fall.path.read_bytes()
    contents = {f"/{number}": content + bytes(number) for number in range(25)}
    street.open(Line(contents, bytes_per_s=60_000, round_trip_s=0.05))
    for number, (path, body) in enumerate(contents.items()):
        clip = clip_of(path, body, f"{street.server.url}{path}")
        growing = street.downloads.get(clip)
        play(room, number, fall, growing)
        room.told.wait_briefly(0.03)
        if number < 24:
            growing.leave()
    while room.told.end() != ClipFinished(24):  # one before may have been heard to its end
        pass
    assert hearing.share(room.heard(), fall) > MOST
