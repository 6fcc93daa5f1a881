"""Stories that stay on this machine, in the words of the screens; nothing is for the event loop."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from player.audio.cache import MEGABYTE, Holdings, Upkeep
from player.audio.downloading import Plan, clips_of
from player.audio.keeping import Coming, Keeping
from player.config import Config
from player.errors import KahaniError
from player.events import DownloadChanged
from player.paths import Paths
from player.story.walking import base_language
from player.tui.services import Offer, Portion

if TYPE_CHECKING:
    from player.audio.fetched import FetchedClips
    from player.story.graph import Story


class Keeper:
    """Offers downloads, begins and ends them; `tell` hears of them from other threads."""

    def __init__(
        self,
        paths: Paths,
        config: Config,
        clips: FetchedClips,
        open_story: Callable[[str], Story],
        tell: Callable[[DownloadChanged], None],
    ) -> None:
        self._paths = paths
        self._clips = clips
        self._open_story = open_story
        self._upkeep = Upkeep(paths.cache, cap_bytes=config.cache_size_mb * MEGABYTE)
        self._keeping = Keeping(clips, self._upkeep, lambda coming: tell(_told(coming)))

    def offer(self, slug: str, language: str | None) -> Offer:
        """Return what a download would take; reads all clips of the story that are here.

        Raises KahaniError where it cannot be: the reason, and what to do.
        """
        if self._keeping.is_under_way(slug):
            return Offer(slug=slug, is_under_way=True)
        story = self._open_story(slug)
        plan = self._clips.plan(story, None)
        with self._explained():
            pins = [pin for pin in self._upkeep.pins() if pin.slug == slug]
            room_bytes = self._upkeep.room_beside(slug)
        there = Holdings(self._paths.cache).checksums()
        here = plan.bytes - plan.bytes_missing
        on_disk = here + _free_bytes(self._paths.cache)
        kept = {name: size for pin in pins for name, size in pin.clips.items() if name in there}
        return Offer(
            slug=slug,
            portions=tuple(_portions(story, plan, language)),
            is_kept=bool(pins),
            kept_bytes=sum(kept.values()),
            room_bytes=min(room_bytes, on_disk),
            is_disk_short=on_disk < room_bytes,
            cap_bytes=self._upkeep.cap_bytes,
        )

    def download(self, slug: str, language: str | None) -> None:
        """Begin to download a story, in one language or all. Raises KahaniError."""
        plan = self._clips.plan(self._open_story(slug), language)
        with self._explained():
            self._keeping.begin(plan)

    def stop(self, slug: str) -> None:
        """Stop the download of a story."""
        self._keeping.stop(slug)

    def let_go(self, slug: str) -> None:
        """Let a story's clips go when their room is needed. Raises KahaniError."""
        with self._explained():
            self._keeping.let_go(slug)

    def close(self) -> None:
        """Stop what is being downloaded."""
        self._keeping.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise KahaniError(
                f"The cache in {self._paths.cache} cannot be written ({error}): check the room on"
                " the disk, and who owns the folder."
            ) from error


def _free_bytes(folder: Path) -> int:
    """Return how much room the disk has on which a folder lies, or will lie. Raises OSError."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(there).free


def _portions(story: Story, plan: Plan, language: str | None) -> Iterator[Portion]:
    """Yield the listener's language, where it is not all there is, and all of it."""
    if not plan.clips:
        return
    spoken = {base_language(clip.language) for clip in plan.clips}
    base = base_language(language or "")
    if base in spoken and len(spoken) > 1:
        wanted = {clip.checksum for clip in clips_of(story, base)}
        yield _portion(plan, base, wanted)
    yield _portion(plan, None, {clip.checksum for clip in plan.clips})


def _portion(plan: Plan, language: str | None, wanted: set[str]) -> Portion:
    clips = [clip for clip in plan.clips if clip.checksum in wanted]
    missing = [clip for clip in plan.missing if clip.checksum in wanted]
    return Portion(
        language=language,
        clips=len(clips),
        bytes=sum(clip.size for clip in clips),
        clips_missing=len(missing),
        bytes_missing=sum(clip.size for clip in missing),
    )


def _told(coming: Coming) -> DownloadChanged:
    plan, progress = coming.plan, coming.progress
    return DownloadChanged(
        slug=plan.slug,
        state=coming.state,
        clips_here=len(plan.clips) - len(plan.missing) + progress.clips_done,
        clips=len(plan.clips),
        bytes_here=plan.bytes - plan.bytes_missing + progress.bytes_done,
        bytes=plan.bytes,
        sentence=coming.sentence,
    )
