"""One download for however many ask, seen as it grows; the shelf and the cache come first."""

from __future__ import annotations

import hashlib
import queue
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from player.audio.accesses import Access, Accesses
from player.audio.cache import ClipCache
from player.audio.clips import ClipDamagedError, ClipMissingError, ClipShelf
from player.audio.fetch import Addresses, Cause, ClipNotFetchedError, Download, Downloads, State
from player.audio.fetched import FetchedClips
from tests.player.audio.behaviours import then_well, truncate
from tests.player.audio.fetching import Waits, here, patient
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


def test_closing_ends_what_waits_within_a_second(tmp_path: Path) -> None:
    gate = Gate()
    with here(gate, tmp_path, patience=patient()) as (
        server, downloads, _,
    ):  # fmt: skip
        clips = [clip_of(n, sound_of(f"/{n}"), f"{server.url}/{n}") for n in "abcdefgh"]
        all_of_them = [downloads.get(clip) for clip in clips]
        server.called.get(timeout=PATIENCE_S)
        downloads.close()
        for download in all_of_them:
            with pytest.raises(ClipNotFetchedError, match="stopped"):
                download.path(PATIENCE_S)
        assert not [t for t in threading.enumerate() if t.name.startswith("fetch-")]
        with pytest.raises(ClipNotFetchedError, match="stopped"):
            downloads.get(clips[0]).path(PATIENCE_S)
        gate.opened.set()


def test_one_connection_serves_one_clip_after_the_other(tmp_path: Path) -> None:
    with here(lambda call: call.sound(sound_of(call.path)), tmp_path) as (server, downloads, _):
        for number in range(20):
            clip = clip_of("a", sound_of(f"/{number}"), f"{server.url}/{number}")
            downloads.get(clip).path(PATIENCE_S)
        assert server.connections == 1


class Source:
    """A FetchedClips over a shelf, a cache and a server."""

    def __init__(self, folder: Path, url: str = "", public_url: str = "") -> None:
        self.shelf = folder / "shelf"
        self.cache = ClipCache(folder / "cache")
        addresses = Addresses(public_url=public_url)
        downloads = Downloads(self.cache, addresses, patience=patient(tries=1), pause=Waits())
        self.clips = FetchedClips(ClipShelf([self.shelf]), self.cache, downloads, addresses)
        self.clip = clip_of("intro", SOUND, url)

    def put_on_shelf(self, content: bytes) -> Path:
        path = self.shelf / self.clip.path
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        return path


def test_the_shelf_comes_first_then_the_cache_then_the_network(tmp_path: Path) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    fetched = source.clips.path_for(source.clip)
    assert fetched == source.clips.path_for(source.clip) == source.clips.here(source.clip)
    on_shelf = source.put_on_shelf(SOUND)
    assert source.clips.path_for(source.clip) == on_shelf
    assert len(server.calls) == 1
    source.clips.close()
    server.close()


def test_a_clip_that_is_here_is_opened_and_another_grows(tmp_path: Path) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    growing = source.clips.open(source.clip)
    assert isinstance(growing, Download)
    growing.path(PATIENCE_S)
    assert isinstance(source.clips.open(source.clip), Path)
    source.clips.close()
    server.close()


@pytest.mark.parametrize("place", ["shelf", "cache"])
def test_a_clip_damaged_on_disk_is_fetched_again(tmp_path: Path, place: str) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    if place == "shelf":
        source.put_on_shelf(SOUND[:-1])
    else:
        source.clips.path_for(source.clip).write_bytes(b"")
        server.calls.clear()
    assert source.clips.path_for(source.clip).read_bytes() == SOUND
    assert len(server.calls) == 1
    source.clips.close()
    server.close()


@pytest.mark.parametrize("place", ["shelf", "cache"])
def test_a_clip_damaged_on_disk_needs_the_network_when_offline(tmp_path: Path, place: str) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    if place == "shelf":
        source.put_on_shelf(SOUND[:-1])
        server.close()
    else:
        path = source.clips.path_for(source.clip)
        server.close()
        path.write_bytes(b"")
    with pytest.raises(ClipDamagedError, match=r"damaged on this machine and needs the network"):
        source.clips.path_for(source.clip)
    source.clips.close()


def test_without_keys_a_sentence_says_what_to_set_and_nothing_is_started(tmp_path: Path) -> None:
    source = Source(tmp_path, "r2://kahani/clips/a.mp3")
    before = threading.active_count()
    with pytest.raises(
        ClipMissingError,
        match=r"intro\.mp3 is not on this machine.* in the bucket kahani: set R2_ACCOUNT_ID.*"
        r"R2_SECRET_ACCESS_KEY for a private one, R2_PUBLIC_URL for a public one\.$",
    ):
        source.clips.path_for(source.clip)
    assert threading.active_count() <= before
    assert list(tmp_path.iterdir()) == []


def test_a_clip_damaged_in_the_library_is_told_of_as_before_without_a_network(
    tmp_path: Path,
) -> None:
    source = Source(tmp_path, "r2://kahani/clips/a.mp3")
    source.put_on_shelf(SOUND[:-1])
    with pytest.raises(ClipDamagedError, match=r"intro\.mp3 is damaged: 59999 bytes"):
        source.clips.path_for(source.clip)


def test_objects_of_a_public_bucket_are_asked_for_under_its_address(tmp_path: Path) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, "r2://kahani/clips/a b.mp3", f"{server.url}/there/")
    source.clips.path_for(source.clip)
    assert [call.path for call in server.calls] == ["/there/clips/a%20b.mp3"]
    source.clips.close()
    server.close()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "https:// or r2://"),
        ("file:///etc/passwd", "https:// or r2://"),
        ("ftp://clips.example/a.mp3", "https:// or r2://"),
        ("http://clips.example/a.mp3", "without https"),
        ("https:///a.mp3", "https:// or r2://"),
        ("https://[::1/a.mp3", "no address that can be read"),
        ("r2://", "no object in a bucket"),
        ("r2://kahani/", "no object in a bucket"),
        ("r2://kahani/../other/a.mp3", "no object in a bucket"),
    ],
)
def test_addresses_that_nothing_comes_from_are_told_of(tmp_path: Path, url: str, told: str) -> None:
    source = Source(tmp_path, url, "https://clips.example")
    with pytest.raises(ClipMissingError, match=told):
        source.clips.path_for(source.clip)


@pytest.mark.parametrize("url", ["http://a.example", "https://a.example/?k=v", "https://u:p@a.b"])
def test_a_public_address_of_a_bucket_must_be_safe(tmp_path: Path, url: str) -> None:
    source = Source(tmp_path, "r2://kahani/clips/a.mp3", url)
    with pytest.raises(ClipMissingError, match="R2_PUBLIC_URL is no https address"):
        source.clips.path_for(source.clip)


def test_a_clip_without_a_checksum_is_not_fetched(tmp_path: Path) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    with pytest.raises(ClipNotFetchedError, match="names no checksum"):
        source.clips.path_for(replace(source.clip, checksum=""))
    assert server.calls == []
    source.clips.close()
    server.close()


def test_a_clip_whose_row_names_no_size_comes_by_its_checksum_alone(tmp_path: Path) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    path = source.clips.path_for(replace(source.clip, size=0))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == source.clip.checksum
    source.clips.close()
    server.close()


def test_having_a_source_of_clips_loads_neither_httpx_nor_obstore() -> None:
    program = "import sys, player.audio.fetched, player.cli.clips; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"httpx", "httpcore", "obstore", "ssl"} & set(done.stdout.split())


def test_accesses_are_handed_over_together_with_the_last_time_of_each() -> None:
    instants = iter([datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=n) for n in (0, 2, 1)])
    written: queue.SimpleQueue[tuple[Access, ...]] = queue.SimpleQueue()
    accesses = Accesses(lambda some: written.put(tuple(some)), lambda: next(instants))
    a, b = UUID(int=1), UUID(int=2)
    for audio_id in (a, b, a):
        accesses.add(audio_id)
    accesses.flush()
    accesses.flush()
    assert written.get_nowait() == (
        Access(a, 2, datetime(2026, 5, 1, 1, tzinfo=UTC)),
        Access(b, 1, datetime(2026, 5, 1, 2, tzinfo=UTC)),
    )
    assert written.empty()


def test_ten_thousand_quick_choices_leave_the_last_clip_quick_and_nothing_behind(
    tmp_path: Path,
) -> None:
    def slow_but_for_the_last(call: Call) -> None:
        if call.path != "/last":
            call.partly(SOUND, 10_000)
            call.stall()
        call.sound(sound_of("/last"))

    with here(slow_but_for_the_last, tmp_path, patience=patient()) as (
        server, downloads, _,
    ):  # fmt: skip
        clips = [clip_of(str(n), sound_of(f"/{n}", 100), f"{server.url}/{n}") for n in range(500)]
        for turn in range(10_000):
            downloads.get(clips[turn % 500], is_urgent=bool(turn % 3)).leave()
        last = clip_of("last", sound_of("/last"), f"{server.url}/last")
        assert downloads.get(last).path(PATIENCE_S / 4).read_bytes() == sound_of("/last")
        assert sum(t.name.startswith("fetch-") for t in threading.enumerate()) <= 4
    assert not any(t.name.startswith("fetch-") for t in threading.enumerate())


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
        slept_until = time.time() + 3_600
        monkeypatch.setattr(time, "time", lambda: slept_until)
        assert downloads.get(clips[1]).path(PATIENCE_S / 4).read_bytes() == sound_of("/b")
        assert server.connections == 2
