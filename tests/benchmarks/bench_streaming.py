"""How long from the wish to the first sound of a clip that is not on this machine.

On a line with a round trip of 50 ms, at four speeds: heard while it comes, opened by libVLC itself,
and downloaded whole before it is played. All are heard by the same kind of ear, turn by turn, in
one run, and each turn is about another clip. A new connection costs two round trips, as TCP and TLS
do; libVLC makes one for each clip, the product keeps its own, and makes the first one when a story
is opened.
Run with: python -m pytest -s tests/benchmarks/bench_streaming.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from player.audio.cache import ClipCache
from player.audio.clips import ClipShelf
from player.audio.ear import RATE
from player.audio.engine import FEWEST_ARGUMENTS
from player.audio.fetch import Addresses, Downloads
from player.audio.fetched import FetchedClips
from player.audio.output import ClipRequest, Source
from player.audio.vlc import VlcOutput, load_vlc
from player.resources import bundled_stories
from player.story.graph import Clip
from tests.benchmarks.bench_sound import FirstBlock, ListenedEar
from tests.player.audio.misbehaving import Server, clip_of
from tests.player.audio.shaped import Line

ROUND_TRIP_S = 0.05
SPEEDS_MBIT = {0.25: 5, 1.0: 10, 5.0: 15, 100.0: 15}
"""How many turns at each speed."""
CLIP = "clever-crow/audio/hi/0.00/amol/slow-walk.mp3"
LONG_ENOUGH = 60_000
PROMISED = 0.6
TO_SETTLE_S = 0.05
TO_LOAD_S = 0.5
TO_LOOK_S = 0.3

OURS, COLD = "heard while it comes", "the same, first of a sitting"
WARMED = "the same, warmed when it opened"
THEIRS, BRISK = "libVLC opens the URL", "the same, 300 ms of cache"
WHOLE = "downloaded whole, then played"


class UrlOpener:
    """libVLC by bare python-vlc, given the address."""

    def __init__(self, *options: str) -> None:
        vlc: Any = load_vlc()
        self.first = FirstBlock()
        self._instance = vlc.Instance([*FEWEST_ARGUMENTS, *options])
        self._player = self._instance.media_player_new()
        self._keep = vlc.CallbackDecorators.AudioPlayCb(lambda *_: self.first.saw())
        vlc.libvlc_audio_set_callbacks(self._player, self._keep, *[None] * 5)
        vlc.libvlc_audio_set_format(self._player, b"S16N", RATE, 1)

    def get_ready(self, clip: Clip) -> None:
        """Nothing: libVLC connects when it plays."""

    def play(self, clip: Clip) -> None:
        media = self._instance.media_new(clip.url)
        self._player.set_media(media)
        media.release()
        self._player.play()

    def rest(self) -> None:
        self._player.stop()

    def close(self) -> None:
        self._player.stop()
        self._player.release()
        self._instance.release()


class Kahani:
    """The product's source of clips and its output."""

    def __init__(
        self, folder: Path, *, is_whole: bool = False, is_new: bool = False, is_warmed: bool = False
    ) -> None:
        folder.mkdir()
        self.first = FirstBlock()
        self._folder, self._is_whole, self._is_new = folder, is_whole, is_new
        self._is_warmed = is_warmed
        self._output = VlcOutput(ListenedEar(folder / "heard.wav", self.first))
        self._output.start(lambda _: None)
        self._token = 0
        self._source: Source | None = None
        self._renew()

    def _renew(self) -> None:
        cache, addresses = ClipCache(self._folder / f"cache{self._token}"), Addresses()
        downloads = Downloads(cache, addresses)
        self._clips = FetchedClips(ClipShelf([self._folder]), cache, downloads, addresses)
        downloads.warm()
        time.sleep(TO_LOAD_S)

    def get_ready(self, clip: Clip) -> None:
        """Do what is done when a story is opened, and what a listener takes to look at it."""
        if self._is_warmed:
            self._clips.warm(clip)
            time.sleep(TO_LOOK_S)

    def play(self, clip: Clip) -> None:
        self._token += 1
        self._source = self._clips.path_for(clip) if self._is_whole else self._clips.open(clip)
        path = self._source if isinstance(self._source, Path) else None
        growing = None if isinstance(self._source, Path) else self._source
        self._output.play(
            ClipRequest(token=self._token, path=path, growing=growing, duration_ms=clip.duration_ms)
        )

    def rest(self) -> None:
        """Let the clip come whole, as it does while it is heard, so that the line is free."""
        if self._source is not None and not isinstance(self._source, Path):
            while not self._source.is_over:
                self._source.wait_for(self._source.clip.size + 1, 1.0)
        self._output.stop()
        if self._is_new:
            self._clips.close()
            self._renew()

    def close(self) -> None:
        self._output.close()
        self._clips.close()


def measure(side: UrlOpener | Kahani, clip: Clip) -> float:
    side.get_ready(clip)
    side.first.arm()
    wished = time.perf_counter()
    side.play(clip)
    heard = side.first.wait()
    side.rest()
    time.sleep(TO_SETTLE_S)
    return (heard - wished) * 1000


def clips_on(server: Server, contents: dict[str, bytes], count: int) -> Iterator[Clip]:
    """Yield one clip after the other, each with bytes of its own."""
    sound = (bundled_stories() / CLIP).read_bytes()[:LONG_ENOUGH]
    for number in range(count):
        path = f"/{number}.mp3"
        contents[path] = sound + b"\0" * number
        yield clip_of(str(number), contents[path], f"{server.url}{path}")


@pytest.mark.benchmark
@pytest.mark.parametrize("mbit", SPEEDS_MBIT)
def test_a_clip_elsewhere_is_heard_in_six_tenths_of_the_time_libvlc_takes(
    tmp_path: Path, mbit: float
) -> None:
    contents: dict[str, bytes] = {}
    server = Server(Line(contents, mbit * 125_000, ROUND_TRIP_S))
    sides: dict[str, UrlOpener | Kahani] = {
        OURS: Kahani(tmp_path / "ours"),
        COLD: Kahani(tmp_path / "cold", is_new=True),
        WARMED: Kahani(tmp_path / "warmed", is_new=True, is_warmed=True),
        THEIRS: UrlOpener(),
        BRISK: UrlOpener("--network-caching=300"),
        WHOLE: Kahani(tmp_path / "whole", is_whole=True),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    turns = SPEEDS_MBIT[mbit] + 1
    clips = clips_on(server, contents, turns * len(sides))
    for turn in range(turns):
        for name, side in sides.items():
            spent = measure(side, next(clips))
            if turn:
                times[name].append(spent)
    for side in sides.values():
        side.close()
    server.close()
    median = {name: statistics.median(each) for name, each in times.items()}
    print(f"\n{mbit:g} Mbit/s")
    for name, each in times.items():
        print(f"{name:>32}: {median[name]:6.0f} ms, at most {max(each):6.0f} ms", end="")
        shares = [median[name] / median[other] for other in (THEIRS, BRISK)]
        print(f", {shares[0]:.2f} of libVLC on the address, {shares[1]:.2f} with 300 ms of cache")
    assert median[OURS] <= PROMISED * median[THEIRS]
    assert median[WARMED] <= PROMISED * median[THEIRS]
