"""Clips fetched ahead for real, over a link that is too slow for all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from player.audio.cache import ClipCache
from player.audio.clips import ClipShelf
from player.audio.clock import LoopClock
from player.audio.fetch import Addresses, Downloads
from player.audio.fetched import FetchedClips
from player.audio.prefetch import Candidate
from player.playback.prefetching import Prefetcher
from tests.player.audio.misbehaving import Call, Server, clip_of

SIZE = 40_000
PIECE = 4_000


def drip(call: Call) -> None:
    """Send the first half of a sound in pieces, and what is asked for from then on at once."""
    sound = call.path.encode().ljust(SIZE, b".")
    if call.start:
        call.sound(sound)
        return
    call.partly(sound, 0)
    for begin in range(0, SIZE, PIECE):
        call.send(sound[begin : begin + PIECE])
        call.pause(0.03)


async def test_whose_beginning_came_comes_whole_after_it(tmp_path: Path) -> None:
    server = Server(drip)
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
    told: list[dict[str, int]] = []
    ahead = Prefetcher(
        clips, LoopClock(), on_share=lambda at: told.append(dict(at)), on_first=lambda _: None
    )
    try:
        heard = clips.open(steps[0].clip)
        assert not isinstance(heard, Path)
        await ahead.run(steps[1:], after=heard, left_s=lambda: 0.1)
        assert any(call.start for call in server.calls)
        assert told[-1] == {"a": 100, "b": 100}
    finally:
        clips.close()
        server.close()
