"""Prefetching: gets clips that may be heard next, one step at a time, until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from player.audio.clock import Clock
from player.audio.output import GrowingClip, Source
from player.audio.prefetch import Candidate, Means, Want, wanted
from player.errors import KahaniError
from player.playback.link_speed import LinkSpeed
from player.playback.shares import READY, Shares
from player.story.graph import Clip

LOOK_S: Final = 0.05


class ClipSource(Protocol):
    """Where clips come from."""

    def here(self, clip: Clip) -> Path | None:
        """Return the clip's file, checked, None where it must be fetched; reads the disk."""

    def open(self, clip: Clip, *, is_urgent: bool = True) -> Source:
        """Return the clip's file, checked, or the clip as it comes, under way; reads the disk.

        Does not wait for a network. Whoever gets a growing clip calls its `leave` in the end.
        Raises KahaniError where there is none.
        """


class Prefetcher:
    """Fetches ahead for one node at a time, on the event loop.

    `on_share` hears how much of the clip behind each choice is there, in percent by the choice's
    key, None for one that cannot be had, where any had to be fetched; `on_first` the file of the
    likeliest clip.
    """

    def __init__(
        self,
        clips: ClipSource,
        clock: Clock,
        *,
        on_share: Callable[[Mapping[str, int | None]], None],
        on_first: Callable[[Path], None],
    ) -> None:
        self.ready: dict[UUID, Path] = {}
        self._saves_data = False
        self._clips = clips
        self._link = LinkSpeed(clock)
        self._shares = Shares(on_share)
        self._on_first = on_first
        self._round = 0
        self._heard_bytes = 0
        self._heard: set[str] = set()
        self._running: dict[GrowingClip, Want] = {}
        self._done: set[str] = set()
        self._begun: set[str] = set()
        self._whole: set[str] = set()
        self._failed: set[str] = set()
        self._refused: set[str] = set()

    @property
    def saves_data(self) -> bool:
        """Whether nothing is fetched ahead."""
        return self._saves_data

    def save_data(self, *, is_on: bool) -> None:
        """Fetch nothing ahead, or do so again from the next node on; what is here is made ready."""
        self._saves_data = is_on
        if is_on:
            self.stop()

    def heard(self, clip: Clip) -> None:
        """Note that a clip is heard: by what is heard, more may be fetched ahead."""
        self._heard_bytes += clip.size
        self._heard.add(clip.checksum)

    def stop(self) -> None:
        """Fetch nothing ahead any more: something is waited for."""
        self._round += 1
        running, self._running = list(self._running), {}
        for growing in running:
            self._link.measure(growing)
            growing.leave()

    async def run(
        self,
        candidates: Sequence[Candidate],
        *,
        after: GrowingClip | None,
        left_s: Callable[[], float],
    ) -> None:
        """Fetch these once `after`, which is heard, is there; `left_s`: how long it still sounds.

        Ends when there is nothing more to do, or at `stop`.
        """
        self.stop()
        number = self._round
        self.ready.clear()
        for each in (self._done, self._begun, self._whole, self._failed):
            each.clear()
        if self._saves_data:
            await self._make_ready_here(candidates, number)
            return
        self._shares.begin(candidates)
        await self._look_at_refused(candidates, number)
        if after is not None:
            await self._come(after, number)
        while number == self._round:
            is_idle = await self._start_next(candidates, left_s(), number)
            if number != self._round:
                return
            self._shares.tell()
            if is_idle and not self._running:
                return
            if self._running:
                await asyncio.sleep(LOOK_S)
            self._look()

    async def _make_ready_here(self, candidates: Sequence[Candidate], number: int) -> None:
        """Have at hand the clips of the next step that are on this machine."""
        for clip in [candidate.clip for candidate in candidates if candidate.depth == 1]:
            path = await asyncio.to_thread(self._clips.here, clip)
            if number != self._round:
                return
            if path is not None:
                self._have(clip, path)

    async def _look_at_refused(self, candidates: Sequence[Candidate], number: int) -> None:
        """Do without what a server refused, unless it came since, when it was asked for to hear."""
        for candidate in [each for each in candidates if each.clip.checksum in self._refused]:
            path = await asyncio.to_thread(self._clips.here, candidate.clip)
            if number != self._round:
                return
            if path is not None:
                self._refused.discard(candidate.clip.checksum)
            else:
                self._shares.fail(candidate)

    def _have(self, clip: Clip, path: Path) -> None:
        if not self.ready:
            self._on_first(path)
        self.ready[clip.id] = path

    async def _come(self, growing: GrowingClip, number: int) -> None:
        """Wait for the clip that is heard, and see how fast it comes."""
        while number == self._round and not growing.is_over:
            self._link.watch(growing)
            await asyncio.sleep(LOOK_S)
        self._link.measure(growing)

    async def _start_next(
        self, candidates: Sequence[Candidate], left_s: float, number: int
    ) -> bool:
        """Begin the next clip where there is room for one more; return whether nothing is left."""
        means = Means(
            bytes_per_s=self._link.bytes_per_s,
            left_s=left_s,
            unheard_bytes=self._link.came_bytes(but=self._heard),
            heard_bytes=self._heard_bytes,
            done=self._done,
            begun=self._begun,
            failed=self._failed | self._refused,
        )
        if len(self._running) >= means.lanes:
            return False
        busy = {growing.clip.checksum for growing in self._running}
        want = next(
            (w for w in wanted(candidates, means) if w.candidate.clip.checksum not in busy), None
        )
        if want is None:
            return True
        await self._start(want, number)
        return False

    async def _start(self, want: Want, number: int) -> None:
        clip = want.candidate.clip
        try:
            source = await asyncio.to_thread(self._clips.open, clip, is_urgent=False)
        except KahaniError:
            if number == self._round:
                self._failed.add(clip.checksum)  # why is said when it is wanted
                self._shares.fail(want.candidate)
            return
        if isinstance(source, Path):
            if number == self._round:
                self._done.add(clip.checksum)
                self._have(clip, source)
                self._shares.note(want.candidate, READY)
        elif number != self._round:
            source.leave()
        elif clip.checksum in self._whole:
            source.leave()
            self._failed.add(clip.checksum)  # it came, and was gone again: no room for it
            self._shares.forget(want.candidate)
        else:
            self._shares.note(want.candidate, _percent(source))
            self._running[source] = want

    def _look(self) -> None:
        """See how far each has come, and let go of what is there."""
        for growing, want in list(self._running.items()):
            self._link.watch(growing)
            received = growing.received
            self._shares.note(want.candidate, _percent(growing))
            is_begun = not want.is_whole and received >= want.count
            if not (growing.is_over or is_begun):
                continue
            del self._running[growing]
            self._link.measure(growing)
            error, is_over = growing.error, growing.is_over
            growing.leave()  # a head that is left is a download that was stopped: no failure
            if error is not None:
                self._fail(growing, want.candidate)
            elif is_over:
                self._whole.add(growing.clip.checksum)  # opened once more it is a file
            else:
                self._begun.add(growing.clip.checksum)

    def _fail(self, growing: GrowingClip, candidate: Candidate) -> None:
        """Do without the clip: at this node, or, where a server has refused it, in this sitting."""
        may_pass = getattr(growing.error, "may_pass", True)
        (self._failed if may_pass else self._refused).add(growing.clip.checksum)
        self._shares.fail(candidate)


def _percent(growing: GrowingClip) -> int:
    """Return how much of a clip has come; not all before it was seen to be whole."""
    size = growing.clip.size
    return min(READY - 1, growing.received * READY // size) if size else 0
