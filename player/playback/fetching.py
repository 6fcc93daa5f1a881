"""Fetching: from a passage to what its clip is heard from, ahead of time where that can be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from player.audio.output import GrowingClip, Source
from player.audio.prefetch import Candidate, is_nearly_there
from player.playback.prefetching import ClipSource, Prefetcher
from player.story.passages import Passage


class Fetcher:
    """Gets clips in worker threads, and wants one growing clip at a time: that which is heard."""

    def __init__(self, clips: ClipSource, ahead: Prefetcher) -> None:
        self._clips = clips
        self._ahead = ahead
        self._growing: GrowingClip | None = None

    async def fetch(self, passage: Passage) -> Source | None:
        """Return what the passage's clip is heard from, None where it has none; at once when ready.

        Never waits for a network. What was fetched before is let go. Raises KahaniError where the
        clip cannot be had.
        """
        source: Source | None = None
        try:
            if (clip := passage.clip) is not None:
                source = self._ahead.ready.pop(clip.id, None)
                if source is None or not await asyncio.to_thread(source.is_file):
                    source = await asyncio.to_thread(self._clips.open, clip)
                self._ahead.heard(clip)
        finally:
            self.let_go()
        self._growing = None if source is None or isinstance(source, Path) else source
        return source

    async def fetch_ahead(
        self, candidates: Sequence[Candidate], *, left_s: Callable[[], float]
    ) -> None:
        """Fetch these, in place of those fetched ahead before, after the clip that is heard."""
        await self._ahead.run(candidates, after=self._growing, left_s=left_s)

    def let_go(self) -> None:
        """Want nothing any more, but let what is nearly there fill the cache."""
        self._ahead.stop()
        growing, self._growing = self._growing, None
        if growing is not None and not is_nearly_there(growing.clip, growing.received):
            growing.leave()
