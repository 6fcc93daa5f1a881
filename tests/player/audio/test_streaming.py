"""A clip is heard while it comes: from one request, whole, and without waiting for its end."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from player.audio.fetch import Download, Downloads, Patience
from player.audio.output import (
    ClipFailed,
    ClipFinished,
    ClipLoading,
    ClipRecovered,
    ClipRequest,
    ClipStarted,
    OutputEvent,
)
from tests.player.audio.fetching import Waits, brief, here
from tests.player.audio.misbehaving import Behaviour, Call, Server, clip_of
from tests.player.audio.shaped import Line

if TYPE_CHECKING:
    from tests.player.audio.conftest import Hearing, Room, Sample

pytestmark = pytest.mark.slow

WaitUntil: TypeAlias = Callable[[Callable[[], bool]], None]
PATIENCE_S = 30


class Street:
    """Clips on a server, and what fetches them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self.server: Server
        self.downloads: Downloads

    def open(self, behaviour: Behaviour, **more: Any) -> None:
        patience = more.pop("patience", Patience())
        self.server, self.downloads, self.cache = self._stack.enter_context(
            here(behaviour, self._folder, patience=patience, **more)
        )

    def get(self, sample: Sample, path: str = "/a") -> Download:
        content = sample.path.read_bytes()
        return self.downloads.get(clip_of(path.strip("/"), content, f"{self.server.url}{path}"))

    def close(self) -> None:
        self._stack.close()


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    street = Street(tmp_path / "cache")
    yield street
    street.close()


def play(room: Room, token: int, sample: Sample, growing: Download, start_ms: int = 0) -> None:
    room.output.play(
        ClipRequest(
            token=token,
            path=None,
            growing=growing,
            duration_ms=sample.duration_ms,
            start_ms=start_ms,
        )
    )


def until(room: Room, kind: type[OutputEvent]) -> list[OutputEvent]:
    """Return the events up to the first of this kind, that one included."""
    events = [room.told.next()]
    while not isinstance(events[-1], kind):
        events.append(room.told.next())
    return events


class Gate:
    """Sends the head of a clip, and the rest when it is told to."""

    def __init__(self, content: bytes, share: float = 0.5) -> None:
        self._content = content
        self._head = int(len(content) * share)
        self.opened = threading.Event()

    def __call__(self, call: Call) -> None:
        call.partly(self._content, max(0, self._head - call.start))
        self.opened.wait(PATIENCE_S)
        call.send(self._content[max(self._head, call.start) :])


def test_a_clip_begins_before_its_download_ends_and_is_heard_whole_from_one_request(
    room: Room, rise: Sample, street: Street, hearing: Hearing
) -> None:
    content = rise.path.read_bytes()
    street.open(Line({"/a": content}, bytes_per_s=14_000))
    growing = street.get(rise)
    play(room, 1, rise, growing)
    until(room, ClipStarted)
    assert growing.received < len(content)
    assert room.told.end() == ClipFinished(1)
    at, likeness = hearing.find(room.heard(), rise.sweep())
    assert likeness > 0.99
    assert at / 48 == pytest.approx(rise.head_ms, abs=30)
    assert growing.path(PATIENCE_S).read_bytes() == content
    assert len(street.server.calls) == 1


def test_what_is_waited_for_is_told_in_percent(room: Room, rise: Sample, street: Street) -> None:
    content = rise.path.read_bytes()
    street.open(Line({"/a": content}, bytes_per_s=6_000, round_trip_s=0.2))
    play(room, 1, rise, street.get(rise))
    *loading, _ = until(room, ClipStarted)
    told = [event.percent for event in loading if isinstance(event, ClipLoading)]
    shares = [percent for percent in told if percent is not None]
    assert told == [None, *shares]
    assert shares == sorted(set(shares))
    assert 0 < shares[-1] < 50


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
    assert 900 < room.output.position_ms() < 1250
    room.told.nothing_for(5.5)  # longer than a device may be silent
    gate.opened.set()
    assert until(room, ClipRecovered) == [ClipRecovered(1)]
    assert room.told.end() == ClipFinished(1)
    sound, sweep = room.heard(), rise.sweep()
    _, head = hearing.find(sound, sweep[: 48 * 800])
    after, tail = hearing.find(sound, sweep[48 * 1100 :])
    assert min(head, tail) > 0.99
    assert after / 48 > 5500
    assert len(street.server.calls) == 1


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

    street.open(stall_once, patience=brief(read_s=1.0, measured_over_s=2.0), pause=Waits())
    growing = street.get(rise)
    play(room, 1, rise, growing)
    assert room.told.end() == ClipFinished(1)
    assert [call.headers.get("range") for call in street.server.calls] == [None, "bytes=9216-"]
    _, likeness = hearing.find(room.heard(), rise.sweep()[48 * 1200 :])
    assert likeness > 0.99


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

    street.open(cut, patience=brief(tries=2), pause=Waits())
    growing = street.get(rise)
    play(room, 1, rise, growing)
    until(room, ClipStarted)
    failed = room.told.end()
    assert isinstance(failed, ClipFailed)
    assert failed.reason.startswith(str(growing.error))
    assert 1200 < room.output.position_ms() < 1550
    _, likeness = hearing.find(room.heard(), rise.sweep()[: 48 * 1200])
    assert likeness > 0.99


def test_a_wrong_file_in_its_place_is_fetched_again_and_heard_right(
    room: Room, rise: Sample, street: Street, hearing: Hearing
) -> None:
    content = rise.path.read_bytes()

    def wrong_once(call: Call) -> None:
        call.sound(bytes(len(content)) if call.nth == 1 else content)

    street.open(wrong_once, pause=Waits())
    play(room, 1, rise, street.get(rise))
    assert room.told.end() == ClipFinished(1)
    _, likeness = hearing.find(room.heard(), rise.sweep())
    assert likeness > 0.99


def test_within_what_has_come_one_can_seek(
    room: Room, rise: Sample, street: Street, hearing: Hearing
) -> None:
    gate = Gate(rise.path.read_bytes(), share=0.8)
    street.open(gate)
    play(room, 1, rise, street.get(rise))
    until(room, ClipStarted)
    room.output.seek(900)
    room.told.nothing_for(0.3)
    assert 850 < room.output.position_ms() < 1150
    gate.opened.set()
    assert room.told.end() == ClipFinished(1)
    places = [rise.place_ms(hz) for _, hz in hearing.pitches(room.heard())]
    assert max(places) > 2000
    assert len(street.server.calls) == 1


def test_a_seek_beyond_what_has_come_waits_there_and_can_be_taken_back(
    room: Room, rise: Sample, street: Street, hearing: Hearing
) -> None:
    gate = Gate(rise.path.read_bytes())
    street.open(gate)
    play(room, 1, rise, street.get(rise))
    until(room, ClipStarted)
    room.output.seek(1700)
    *_, loading = until(room, ClipLoading)
    assert loading == ClipLoading(1, 50)
    assert room.output.position_ms() == 1700
    room.output.seek(200)
    until(room, ClipRecovered)
    assert room.output.position_ms() < 500
    room.output.seek(1700)
    until(room, ClipLoading)
    gate.opened.set()
    until(room, ClipRecovered)
    assert room.told.end() == ClipFinished(1)
    places = [rise.place_ms(hz) for _, hz in hearing.pitches(room.heard())]
    assert any(1650 < place < 1800 for place in places)
    assert not any(900 < place < 1600 for place in places)
    assert len(street.server.calls) == 1


def test_one_can_begin_beyond_what_has_come(
    room: Room, rise: Sample, street: Street, wait_until: WaitUntil
) -> None:
    gate = Gate(rise.path.read_bytes())
    street.open(gate)
    play(room, 1, rise, street.get(rise), start_ms=1700)
    until(room, ClipLoading)
    gate.opened.set()
    until(room, ClipStarted)
    assert 1600 < room.output.position_ms() < 1900
    assert room.told.end() == ClipFinished(1)


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
    room.started(2)
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


def test_a_pause_holds_a_clip_that_waits_for_its_first_byte(
    room: Room, rise: Sample, street: Street
) -> None:
    gate = Gate(rise.path.read_bytes(), 0.0)
    street.open(gate)
    play(room, 1, rise, street.get(rise))
    until(room, ClipLoading)
    room.output.pause()
    gate.opened.set()
    room.told.nothing_for(0.5)
    assert room.output.position_ms() == 0
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
    assert room.told.end() == ClipFinished(24)
    _, likeness = hearing.find(room.heard(), fall.sweep())
    assert likeness > 0.99


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
@pytest.mark.slow
def test_three_hundred_wishes_at_random_over_clips_that_stall_leave_a_player_that_plays(
    room: Room, rise: Sample, fall: Sample, street: Street
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

    street.open(whimsical, patience=brief(tries=2), pause=Waits())
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
    assert len(list(Path("/proc/self/task").iterdir())) < 40
