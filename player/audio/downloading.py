"""Downloading a story: all its clips that lie elsewhere, fetched to stay, and told of while."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from player.audio.fetch import Cause, ClipNotFetchedError, Download, Downloads
from player.story.graph import Clip, Story

LOOK_S: Final = 0.2
LANES: Final = 2
"""How many clips are fetched at once while somebody listens."""
_OF_THE_CLIP: Final = (Cause.GONE, Cause.WRONG)
"""Causes that say nothing about the next clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What it takes to have a story here, in one language or (None) in all.

    `clips` are those that lie on no shelf, each content once; of these `missing` are not in the
    cache. Both are empty for a story that came whole.
    """

    slug: str
    language: str | None
    clips: tuple[Clip, ...]
    missing: tuple[Clip, ...]

    @property
    def bytes(self) -> int:
        """How much room its clips take."""
        return sum(clip.size for clip in self.clips)

    @property
    def bytes_missing(self) -> int:
        """How much there is to fetch."""
        return sum(clip.size for clip in self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a download is: of what was missing when it began, in `seconds`.

    With `is_unkept` a clip came and the cache did not keep it, as where its disk is full.
    """

    clips_done: int = 0
    clips: int = 0
    bytes_done: int = 0
    bytes: int = 0
    seconds: float = 0.0
    errors: tuple[ClipNotFetchedError, ...] = ()
    is_unkept: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all of it came."""
        return self.clips_done >= self.clips


def clips_of(story: Story, language: str | None) -> list[Clip]:
    """Return the clips of a story, each content once: all, or those of a language.

    A language stands for its mixes too: with "hi" come the clips of "hi-mixed".
    """
    clips: dict[str, Clip] = {}
    for node in story.nodes.values():
        for clip in node.clips:
            if language in (None, clip.language, clip.language.partition("-")[0]):
                clips.setdefault(clip.checksum, clip)
    return list(clips.values())


class StoryDownload:
    """Fetches what a plan lacks; `run` in one thread, `stop` from any.

    It ends at the first trouble that the next clip would have as well: that `is_kept` denies a clip
    that came is one. With `gives_way` it fetches nothing while anybody else wants a clip.
    """

    def __init__(
        self,
        plan: Plan,
        downloads: Downloads,
        *,
        is_kept: Callable[[Clip], bool],
        lanes: int = LANES,
        gives_way: bool = True,
    ) -> None:
        self.plan = plan
        self._downloads = downloads
        self._is_kept = is_kept
        self._lanes = lanes
        self._gives_way = gives_way
        self._left = deque(plan.missing)
        self._running: dict[str, Download] = {}
        self._over = Progress(clips=len(plan.missing), bytes=plan.bytes_missing)
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Stop soon; what has come is kept, and the rest can follow another day."""
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        """Whether somebody stopped it."""
        return self._stopped.is_set()

    def run(self, look: Callable[[Progress], None]) -> Progress:
        """Fetch until all is here, or it is stopped; `look` is called five times a second.

        Returns how it ended. What `look` raises stops it too.
        """
        began = time.monotonic()
        try:
            while self._goes_on():
                news = self._downloads.news.number
                self._begin_or_give_way()
                look(self._progress(began))
                self._downloads.news.wait(news, LOOK_S)
                self._take_in()
        finally:
            self._give_way()
        return self._progress(began)

    def _goes_on(self) -> bool:
        is_hopeless = self._over.is_unkept or any(
            error.cause not in _OF_THE_CLIP for error in self._over.errors
        )
        return bool(self._left or self._running) and not (self.is_stopped or is_hopeless)

    def _begin_or_give_way(self) -> None:
        if self._gives_way and self._downloads.is_wanted_beside(self._running.values()):
            self._give_way()
            return
        while self._left and len(self._running) < self._lanes:
            clip = self._left.popleft()
            self._running[clip.checksum] = self._downloads.get(clip, is_urgent=False)

    def _give_way(self) -> None:
        running, self._running = self._running, {}
        for download in running.values():
            self._left.appendleft(download.clip)
            download.leave()

    def _take_in(self) -> None:
        for checksum, download in list(self._running.items()):
            if download.is_over:
                del self._running[checksum]
                self._count(download)
                download.leave()

    def _count(self, download: Download) -> None:
        if (error := download.error) is not None:
            if error.cause is not Cause.DROPPED:
                self._over = replace(self._over, errors=(*self._over.errors, error))
            else:
                self._left.appendleft(download.clip)  # the program ends, or somebody else left it
                self._stopped.set()
            return
        if not self._is_kept(download.clip):
            self._over = replace(self._over, is_unkept=True)
            return
        self._over = replace(
            self._over,
            clips_done=self._over.clips_done + 1,
            bytes_done=self._over.bytes_done + download.received,
        )

    def _progress(self, began: float) -> Progress:
        coming: Sequence[Download] = list(self._running.values())
        return replace(
            self._over,
            bytes_done=self._over.bytes_done + sum(download.received for download in coming),
            seconds=time.monotonic() - began,
        )
