"""What fetching ahead is worth: a listener who walks random stories, at three speeds.

The program's own Fetcher and Prefetcher work on a simulated link and on a clock that is moved by
hand, 50 ms away from the server, each story in an empty cache; the link is away for 1 to 4 s every
45 s or so. The first node of a story cannot be foreseen and is left out. What can be reached at all
over the same link is told by an oracle, which knows each way before it is gone. Then one walk is
made again on a real link, by the program's own downloads: the simulation tells the truth.
Run with: python -m pytest -s tests/benchmarks/bench_prefetch.py
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

import pytest

from player.audio.cache import ClipCache
from player.audio.clips import ClipShelf
from player.audio.clock import LoopClock
from player.audio.fetch import Addresses, Downloads
from player.audio.fetched import FetchedClips
from tests.benchmarks.hand_link import HandLoop, Link, LoopTime
from tests.benchmarks.walks import (
    PATIENT,
    QUICK,
    SKIPPING,
    Persona,
    Policy,
    Stroll,
    Tale,
    Walk,
    depth_one,
    foretold,
    nothing,
    ours,
    past,
    tale,
)
from tests.player.audio.misbehaving import Server, clip_of, sound_of
from tests.player.audio.shaped import Line

ROUND_TRIP_S: Final = 0.05
SPEEDS_MBIT: Final = {0.25: 30, 1.0: 100, 5.0: 30}
"""How many walks of each listener at each speed."""
PAST_WALKS: Final = 20
PROMISED_AT: Final = 1.0
STALL_S: Final = 1.0
FROM_CACHE, STALLING = 0.99, 0.002
LISTENERS: Final = {PATIENT: 0.45, QUICK: 0.45, SKIPPING: 0.10}
"""Of a hundred starts so many are theirs."""
MIXTURE: Final = ", ".join(f"{share:.0%} {who.name}" for who, share in LISTENERS.items())
POLICIES: Final[Mapping[str, tuple[Policy, bool]]] = {
    "nothing ahead": (nothing, False),
    "the next step": (depth_one, False),
    "ours": (ours, False),
    "ours, with counts": (ours, True),
    "an oracle": (foretold, False),
}
PROMISED: Final = ("ours", "ours, with counts")
"""The program without and with counts of past choices: the promise holds for both."""


@dataclass
class Sum:
    """Many walks together."""

    starts: int = 0
    whole: int = 0
    at_once: int = 0
    stalled: int = 0
    heard_bytes: float = 0.0
    idle_bytes: float = 0.0

    def add(self, walk: Walk, fetched: Mapping[str, float]) -> None:
        self.starts += len(walk.waits_s)
        self.whole += walk.whole
        self.at_once += walk.began_at_once
        self.stalled += sum(wait_s > STALL_S for wait_s in walk.waits_s)
        self.heard_bytes += sum(walk.heard.values())
        self.idle_bytes += sum(came for name, came in fetched.items() if name not in walk.heard)

    def __str__(self) -> str:
        return (
            f"{self.whole / self.starts:6.1%} from the cache, {self.at_once / self.starts:6.1%} at"
            f" once, {self.stalled / self.starts:6.2%} stall over 1 s, not heard"
            f" {self.idle_bytes / 1e6:6.1f} MB, {self.idle_bytes / self.heard_bytes:.2f} a byte"
            f" played ({self.starts:,} starts)"
        )


def walked(mbit: float, persona: Persona, policy: str, walks: int) -> Sum:
    result = Sum()
    act, is_counted = POLICIES[policy]
    for seed in range(walks):
        told = tale(Random(seed))
        counts = past(Random(seed + 10_000), told, PAST_WALKS) if is_counted else {}
        loop = HandLoop()
        link = Link(loop, mbit * 125_000, ROUND_TRIP_S, Random(seed + 20_000))
        stroll = Stroll(told, persona, act, link, counts)
        walk = loop.run_until_complete(stroll.walk(Random(seed), LoopTime(loop)))
        loop.close()
        result.add(walk, link.fetched())
    return result


@pytest.mark.benchmark
@pytest.mark.parametrize("mbit", SPEEDS_MBIT)
def test_nearly_every_node_begins_from_the_cache(mbit: float) -> None:
    print(f"\n{mbit:g} Mbit/s; together: {MIXTURE}")
    for policy in POLICIES:
        from_cache = stalling = 0.0
        for persona, share in LISTENERS.items():
            found = walked(mbit, persona, policy, SPEEDS_MBIT[mbit])
            print(f"{policy:>18}, {persona.name:>8}: {found}")
            from_cache += share * found.whole / found.starts
            stalling += share * found.stalled / found.starts
        print(f"{policy:>18}, together: {from_cache:6.2%} from the cache, {stalling:6.3%} stall")
        if mbit == PROMISED_AT and policy in PROMISED:
            assert from_cache >= FROM_CACHE
            assert stalling < STALLING


def on_server(told: Tale, url: str) -> tuple[Tale, dict[str, bytes]]:
    """Return the tale with its clips at this address, and what is to be found there."""
    contents, nodes = {}, {}
    for node in told.story.nodes.values():
        (clip,) = node.clips
        contents[f"/{node.key}"] = content = sound_of(clip.path, clip.size)
        there = clip_of(node.key, content, f"{url}/{node.key}")
        here = replace(clip, checksum=there.checksum, url=there.url)
        nodes[node.id] = replace(node, clips=(here,))
    return Tale(replace(told.story, nodes=nodes), told.weights), contents


@pytest.mark.benchmark
@pytest.mark.parametrize("policy", ["nothing ahead", "ours"])
def test_the_simulation_tells_the_truth(tmp_path: Path, policy: str) -> None:
    contents: dict[str, bytes] = {}
    server = Server(Line(contents, PROMISED_AT * 125_000, ROUND_TRIP_S))
    told, there = on_server(tale(Random(3), nodes=24, shortest_s=9.0), server.url)
    contents.update(there)
    act, _ = POLICIES[policy]
    cache, addresses = ClipCache(tmp_path), Addresses()
    clips = FetchedClips(ClipShelf([]), cache, Downloads(cache, addresses), addresses)
    clips.warm(told.story.nodes[told.story.start_id].clips[0])
    real = asyncio.run(Stroll(told, SKIPPING, act, clips).walk(Random(3), LoopClock()))
    clips.close()
    server.close()
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "locks"]
    real_bytes = sum(path.stat().st_size for path in kept if "sqlite" not in path.name)
    loop = HandLoop()
    link = Link(loop, PROMISED_AT * 125_000, ROUND_TRIP_S, None)
    simulated = loop.run_until_complete(
        Stroll(told, SKIPPING, act, link).walk(Random(3), LoopTime(loop))
    )
    loop.close()
    print(f"\n{policy:>13}, real link: {_told(real, real_bytes)}")
    print(f"    the same simulated: {_told(simulated, sum(link.fetched().values()))}")
    assert real.heard == simulated.heard
    assert abs(real.whole - simulated.whole) <= 1


def _told(walk: Walk, fetched: float) -> str:
    return (
        f"{walk.whole} of {len(walk.waits_s)} nodes from the cache, {walk.began_at_once} at once;"
        f" waited {sum(walk.waits_s):.2f} s in all, {max(walk.waits_s):.2f} s at most;"
        f" {fetched / 1e6:.2f} MB fetched"
    )
