"""Keeping: stories that a listener wants here, downloaded one after the other, to stay."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from player.audio.cache import Holdings, Upkeep
from player.audio.downloading import Plan, Progress, StoryDownload
from player.audio.fetched import FetchedClips

TOLD_EVERY_S: Final = 0.2
_LEAVING_S: Final = 1.0
State: TypeAlias = Literal["waiting", "coming", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Coming:
    """How a story's download stands; `sentence` says why it failed."""

    plan: Plan
    progress: Progress
    state: State
    sentence: str = ""


class Keeping:
    """Downloads stories in a thread of its own, and pins what it downloads.

    `tell` hears of each from that thread, five times a second at most; `stop` and `begin` tell in
    the thread that calls them. Safe from any thread.
    """

    def __init__(self, clips: FetchedClips, upkeep: Upkeep, tell: Callable[[Coming], None]) -> None:
        self._clips = clips
        self._upkeep = upkeep
        self._tell = tell
        self._changed = threading.Condition()
        self._waiting: deque[StoryDownload] = deque()
        self._running: StoryDownload | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def begin(self, plan: Plan) -> None:
        """Let its clips stay, and fetch those that lack when it is their turn.

        Raises PinTooLargeError naming the sizes, OSError or PinDamagedError.
        """
        clips = {clip.checksum: clip.size for clip in plan.clips}
        self._upkeep.pin(plan.slug, plan.language, clips)
        download = self._clips.download(plan)
        with self._changed:
            if self._is_closed or self.is_under_way(plan.slug):
                return
            self._waiting.append(download)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="keeping", daemon=True)
                self._thread.start()
            self._changed.notify()
        self._tell(Coming(plan, _nothing_of(plan), "waiting"))

    def is_under_way(self, slug: str) -> bool:
        """Whether the story is being downloaded, or waits for that; not while it only stops."""
        with self._changed:
            return any(each.plan.slug == slug and not each.is_stopped for each in self._all())

    def stop(self, slug: str) -> None:
        """Stop the download of a story; what has come stays."""
        with self._changed:
            found = [each for each in self._all() if each.plan.slug == slug]
            for each in found:
                each.stop()
                if each in self._waiting:
                    self._waiting.remove(each)
                    self._tell(Coming(each.plan, _nothing_of(each.plan), "stopped"))

    def let_go(self, slug: str) -> int:
        """Let the clips of a story go when their room is needed; return how many pins there were.

        Raises OSError.
        """
        self.stop(slug)
        return self._upkeep.unpin(slug)

    def close(self) -> None:
        """Stop everything: within a second or so."""
        with self._changed:
            self._is_closed = True
            for each in self._all():
                each.stop()
            self._changed.notify()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(_LEAVING_S)
        self._upkeep.close()

    def _all(self) -> list[StoryDownload]:
        return [*self._waiting, *([self._running] if self._running else [])]

    def _work(self) -> None:
        while (download := self._next()) is not None:
            self._tell(Coming(download.plan, _nothing_of(download.plan), "coming"))
            ended = self._ended(download, download.run(self._teller(download.plan)))
            with self._changed:
                self._running = None
            self._tell(ended)

    def _next(self) -> StoryDownload | None:
        with self._changed:
            while not (self._waiting or self._is_closed):
                self._changed.wait()
            if self._is_closed:
                return None
            self._running = self._waiting.popleft()
            return self._running

    def _teller(self, plan: Plan) -> Callable[[Progress], None]:
        told_at = time.monotonic()

        def look(progress: Progress) -> None:
            nonlocal told_at
            if (now := time.monotonic()) - told_at >= TOLD_EVERY_S:
                told_at = now
                self._tell(Coming(plan, progress, "coming"))

        return look

    def _ended(self, download: StoryDownload, progress: Progress) -> Coming:
        plan = download.plan
        if progress.errors:
            return Coming(plan, progress, "failed", str(progress.errors[0]))
        why = (
            f"The cache in {self._upkeep.folder} keeps no more: free some space on its disk, then"
            " download the story again; it goes on from there."
        )
        if progress.is_unkept:
            return Coming(plan, progress, "failed", why)
        if not progress.is_whole:
            return Coming(plan, progress, "stopped")
        there = Holdings(self._upkeep.folder).checksums()
        if any(clip.checksum not in there for clip in plan.clips):
            return Coming(plan, progress, "failed", why)
        return Coming(plan, progress, "done")


def _nothing_of(plan: Plan) -> Progress:
    return Progress(clips=len(plan.missing), bytes=plan.bytes_missing)
