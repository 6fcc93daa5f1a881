"""One download for however many ask, seen as it grows."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from player.audio.cache import ClipCache
from player.audio.fetch import Addresses, Cause, ClipNotFetchedError, Downloads, State
from tests.player.audio.behaviours import then_well, truncate
from tests.player.audio.fetching import Waits, have_ended, here, patient
from tests.player.audio.misbehaving import Call, Server, clip_of, sound_of

SOUND = sound_of("crow", 60_000)
PATIENCE_S = 60


class Gate:
    """A server that sends half of a clip and the rest when it is told to."""

    def __init__(self) -> None:
        self.opened = threading.Event()

    def __call__(self, call: Call) -> None:
        sound = sound_of(call.path, 60_000)
        call.partly(sound, 30_000)
        self.opened.wait(PATIENCE_S)
        call.send(sound[30_000:])


def fetching() -> set[threading.Thread]:
    """Return the threads that fetch now, those of earlier tests too."""
    return {thread for thread in threading.enumerate() if thread.name.startswith("fetch-")}


def test_however_many_ask_there_is_one_request(tmp_path: Path) -> None:
    gate = Gate()
    with here(gate, tmp_path) as (server, downloads, _):
        clip = clip_of("a", sound_of("/a"), f"{server.url}/a")
        asked = [downloads.get(clip, is_urgent=bool(n % 2)) for n in range(20)]
        with ThreadPoolExecutor(20) as pool:
            paths = [pool.submit(download.path, PATIENCE_S) for download in asked]
            server.called.get(timeout=PATIENCE_S)
            gate.opened.set()
            assert len({path.result() for path in paths}) == 1
        assert len(server.calls) == 1


def test_a_download_is_read_while_it_grows_from_the_same_request(tmp_path: Path) -> None:
    gate = Gate()
    with here(gate, tmp_path) as (server, downloads, cache):
        sound = sound_of("/a")
        clip = clip_of("a", sound, f"{server.url}/a")
        download = downloads.get(clip)
        assert download.wait_for(30_000, PATIENCE_S) == 30_000
        assert download.state is State.BUFFERING
        assert download.share == 0.5
        assert download.read(29_000, 5_000) == sound[29_000:30_000]
        assert downloads.under_way(clip) is download
        assert cache.find(clip) is None
        gate.opened.set()
        assert download.wait_for(70_000, PATIENCE_S) == 60_000
        assert download.path() == cache.find(clip)
        assert download.is_over
        assert len(server.calls) == 1


def test_what_is_waited_for_goes_before_what_is_fetched_ahead(tmp_path: Path) -> None:
    gate = Gate()
    with here(gate, tmp_path) as (server, downloads, _):
        ahead = [clip_of(n, sound_of(f"/{n}"), f"{server.url}/{n}") for n in "abcdef"]
        waited_for = clip_of("now", sound_of("/now"), f"{server.url}/now")
        prefetches = [downloads.get(clip, is_urgent=False) for clip in ahead]
        first_two = {server.called.get(timeout=PATIENCE_S).path for _ in range(2)}
        assert first_two == {"/a", "/b"}
        now = downloads.get(waited_for)
        assert server.called.get(timeout=PATIENCE_S).path == "/now"
        downloads.get(ahead[5])  # and one that was to be fetched ahead is wanted now
        assert server.called.get(timeout=PATIENCE_S).path == "/f"
        gate.opened.set()
        for download in (now, *prefetches):
            download.path(PATIENCE_S)
        assert {call.path for call in server.calls[4:]} == {"/c", "/d", "/e"}


def test_a_download_that_nobody_wants_any_more_stops_and_keeps_its_part(tmp_path: Path) -> None:
    gate = Gate()
    with here(gate, tmp_path) as (server, downloads, _):
        clip = clip_of("a", sound_of("/a"), f"{server.url}/a")
        download, again = downloads.get(clip), downloads.get(clip)
        assert download is again
        download.wait_for(30_000, PATIENCE_S)
        download.leave()
        assert not download.stop.is_set()
        download.leave()
        with pytest.raises(ClipNotFetchedError) as failure:
            download.path(PATIENCE_S)
        assert failure.value.cause is Cause.DROPPED
        gate.opened.set()
        assert downloads.get(clip).path(PATIENCE_S).read_bytes() == sound_of("/a")
        assert server.calls[1].headers["range"] == "bytes=30000-"


def test_a_part_is_gone_on_with_by_the_next_player(tmp_path: Path) -> None:
    halves = then_well(1, truncate)

    server = Server(lambda call: halves(call, SOUND))
    clip = clip_of("a", SOUND, server.url)
    for expected in (False, True):
        cache = ClipCache(tmp_path)
        downloads = Downloads(cache, Addresses(), patience=patient(tries=1), pause=Waits())
        download = downloads.get(clip)
        try:
            assert download.path(PATIENCE_S).read_bytes() == SOUND
        except ClipNotFetchedError:
            assert not expected
        downloads.close()
        cache.close()
    server.close()
    assert server.calls[1].headers["range"] == "bytes=20000-"


def test_a_part_that_was_damaged_on_disk_does_no_harm(tmp_path: Path) -> None:
    with here(lambda call: call.sound(SOUND), tmp_path) as (server, downloads, _):
        clip = clip_of("a", SOUND, server.url)
        (tmp_path / "parts").mkdir()
        (tmp_path / "parts" / clip.checksum).write_bytes(b'"one"\n' + bytes(20_000))
        assert downloads.get(clip).path(PATIENCE_S).read_bytes() == SOUND
        assert ["range" in call.headers for call in server.calls] == [True, False]


def test_closing_ends_what_waits_before_the_server_says_more(tmp_path: Path) -> None:
    gate, before = Gate(), fetching()
    with here(gate, tmp_path, patience=patient()) as (
        server, downloads, _,
    ):  # fmt: skip
        clips = [clip_of(n, sound_of(f"/{n}"), f"{server.url}/{n}") for n in "abcdefgh"]
        all_of_them = [downloads.get(clip) for clip in clips]
        server.called.get(timeout=PATIENCE_S)
        mine = fetching() - before
        downloads.close()
        for download in all_of_them:
            with pytest.raises(ClipNotFetchedError, match="stopped"):
                download.path(PATIENCE_S)
        assert mine
        assert have_ended(mine)
        with pytest.raises(ClipNotFetchedError, match="stopped"):
            downloads.get(clips[0]).path(PATIENCE_S)
        gate.opened.set()


def test_one_connection_serves_one_clip_after_the_other(tmp_path: Path) -> None:
    with here(lambda call: call.sound(sound_of(call.path)), tmp_path) as (server, downloads, _):
        for number in range(20):
            clip = clip_of("a", sound_of(f"/{number}"), f"{server.url}/{number}")
            downloads.get(clip).path(PATIENCE_S)
        assert server.connections == 1


def test_ten_thousand_quick_choices_leave_the_last_clip_quick_and_nothing_behind(
    tmp_path: Path,
) -> None:
    def slow_but_for_the_last(call: Call) -> None:
        if call.path != "/last":
            call.partly(SOUND, 10_000)
            call.stall()
        call.sound(sound_of("/last"))

    before = fetching()
    with here(slow_but_for_the_last, tmp_path, patience=patient()) as (
        server, downloads, _,
    ):  # fmt: skip
        clips = [clip_of(str(n), sound_of(f"/{n}", 100), f"{server.url}/{n}") for n in range(500)]
        for turn in range(10_000):
            downloads.get(clips[turn % 500], is_urgent=bool(turn % 3)).leave()
        last = clip_of("last", sound_of("/last"), f"{server.url}/last")
        assert downloads.get(last).path(PATIENCE_S / 2).read_bytes() == sound_of("/last")
        mine = fetching() - before
        assert 0 < len(mine) <= 4
    assert have_ended(mine)


def test_after_a_sleep_that_killed_the_connection_the_next_clip_comes_on_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock that httpx looks at stands still while the computer sleeps."""
    dead = threading.Event()

    def dead_after_the_sleep(call: Call) -> None:
        if dead.is_set() and len(server.calls) == 2 and server.connections == 1:
            call.stall()
        call.sound(sound_of(call.path))

    with here(dead_after_the_sleep, tmp_path, patience=patient()) as (
        server, downloads, _,
    ):  # fmt: skip
        clips = [clip_of(n, sound_of(f"/{n}"), f"{server.url}/{n}") for n in "ab"]
        downloads.get(clips[0]).path(PATIENCE_S)
        dead.set()
        before = time.time
        monkeypatch.setattr(time, "time", lambda: before() + 3_600)
        assert downloads.get(clips[1]).path(PATIENCE_S / 2).read_bytes() == sound_of("/b")
        assert server.connections == 2
