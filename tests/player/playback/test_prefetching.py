"""Clips fetched ahead for real, over a link that is too slow for all of them."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from player.audio.cache import ClipCache
from player.audio.clips import ClipShelf
from player.audio.clock import LoopClock
from player.audio.fetch import Addresses, Downloads
from player.audio.fetched import FetchedClips
from player.audio.output import Source
from player.audio.prefetch import Candidate
from player.playback import prefetching
from player.playback.link_speed import LinkSpeed
from player.playback.prefetching import Prefetcher
from player.story.graph import Clip
from tests.player.audio.misbehaving import Call, Server, clip_of

SIZE = 30_000
HEAD = 6_000
"""Two of ten seconds; it may come as quickly as it likes and still be no fast link."""


class Looked(LoopClock):
    """Real time, and whether anybody has asked for it: who measures a link does, at first bytes."""

    def __init__(self) -> None:
        self.is_asked = threading.Event()

    def now(self) -> float:
        self.is_asked.set()
        return super().now()


def slowly(call: Call, is_measured: threading.Event) -> None:
    """Send what is heard slowly, of other sounds the head, and the rest to whoever asks for it."""
    sound = call.path.encode().ljust(SIZE, b".")
    if call.start:
        call.sound(sound)
    elif call.path == "/heard":
        call.partly(sound, 1_000)
        is_measured.wait(60)
        for begin in range(1_000, SIZE, 2_900):
            call.pause(0.04)
            call.send(sound[begin : begin + 2_900])
    else:
        call.partly(sound, HEAD)
        call.stall()


async def test_whose_beginning_came_comes_whole_after_it(tmp_path: Path) -> None:
    clock = Looked()
    server = Server(lambda call: slowly(call, clock.is_asked))
    cache = ClipCache(tmp_path)
    addresses = Addresses()
    clips = FetchedClips(ClipShelf([]), cache, Downloads(cache, addresses), addresses)
    steps = [
        Candidate(
            replace(
                clip_of(key, f"/{key}".encode().ljust(SIZE, b"."), f"{server.url}/{key}"),
                duration_ms=10_000,
            ),
            key,
            0.5,
            1,
        )
        for key in ("heard", "a", "b")
    ]
    told: list[dict[str, int | None]] = []
    ahead = Prefetcher(
        clips, clock, on_share=lambda at: told.append(dict(at)), on_first=lambda _: None
    )
    try:
        heard = clips.open(steps[0].clip)
        assert not isinstance(heard, Path)
        await ahead.run(steps[1:], after=heard, left_s=lambda: 0.1)
        assert steps[1].head_bytes == HEAD
        asked = [(call.path, call.start > 0) for call in server.calls[1:]]
        assert asked == [("/a", False), ("/b", False), ("/a", True), ("/b", True)]
        assert told[-1] == {"a": 100, "b": 100}
    finally:
        clips.close()
        server.close()


class Came:
    """A clip of which `received` bytes are there; so many as were asked for, and no more."""

    error = None

    def __init__(self, clip: Clip, received: int) -> None:
        self.clip = clip
        self.received = received
        self.is_over = received >= clip.size

    def wait_for(self, count: int, timeout_s: float | None = None) -> int:
        return self.received

    def read(self, offset: int, count: int) -> bytes:
        return bytes(count)

    def leave(self) -> None:
        pass


class Quick:
    """Where every clip comes at once, and is a file when it is opened again."""

    def __init__(self) -> None:
        self.came: list[Clip] = []

    def here(self, clip: Clip) -> Path | None:
        return Path(clip.path) if clip in self.came else None

    def open(self, clip: Clip, *, is_urgent: bool = True) -> Source:
        if clip in self.came:
            return Path(clip.path)
        self.came.append(clip)
        return Came(clip, clip.size)


async def test_what_came_ahead_and_was_heard_since_leaves_room_for_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prefetching, "LOOK_S", 0.001)
    source = Quick()
    ahead = Prefetcher(source, LoopClock(), on_share=lambda _: None, on_first=lambda _: None)
    clips = [replace(clip_of(f"{n}", b"%d" % n, "https://x/"), size=80_000) for n in range(20)]
    beyond = [Candidate(clip, str(n), 0.5, 2) for n, clip in enumerate(clips)]
    await ahead.run(beyond[:10], after=None, left_s=lambda: 9.0)
    assert len(source.came) == 7  # 0.6 MB that nobody heard yet
    for clip in source.came:
        ahead.heard(clip)
    await ahead.run(beyond[7:], after=None, left_s=lambda: 9.0)
    assert len(source.came) == 20  # 2 bytes for each of 560 kB that were heard: 14 more


def test_a_clip_that_came_in_pieces_counts_once() -> None:
    link = LinkSpeed(LoopClock())
    clip = replace(clip_of("a", b"", "https://x/a"), size=80_000)
    for received in (16_000, 50_000, 80_000):  # each goes on after what was kept
        link.measure(Came(clip, received))
    assert link.came_bytes() == 80_000
    assert link.came_bytes(but={clip.checksum}) == 0
