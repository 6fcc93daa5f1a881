"""Clips from wherever they are: the shelves of this machine, the cache, the network."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from player.audio.cache import ClipCache
from player.audio.clips import ClipDamagedError, ClipMissingError, ClipShelf
from player.audio.downloading import Plan, StoryDownload, clips_of
from player.audio.fetch import Addresses, ClipNotFetchedError, Download, Downloads
from player.errors import KahaniError
from player.story.graph import Clip, Story

_UNREACHED: Final = "Import or download the story again."


class FetchedClips:
    """The source of clips of a listener who may have a network; a ClipSource.

    Costs nothing until a clip is on no shelf: no folder, no thread, no httpx. Safe from
    any thread.
    """

    def __init__(
        self,
        shelf: ClipShelf,
        cache: ClipCache,
        downloads: Downloads,
        addresses: Addresses,
    ) -> None:
        self._shelf = shelf
        self._cache = cache
        self._downloads = downloads
        self._addresses = addresses

    def path_for(self, clip: Clip) -> Path:
        """Return the file of `clip`, checked; blocks while it is fetched, before all others.

        Raises ClipMissingError, ClipDamagedError or ClipNotFetchedError: the clip, why, what to do.
        """
        found, damage = self._here(clip)
        if found is not None:
            return found
        download = self._download(clip, damage, is_urgent=True)
        try:
            return download.path()
        except ClipNotFetchedError as error:
            if damage is None:
                raise
            raise ClipDamagedError(
                f"The clip {clip.path} is damaged on this machine and needs the network. {error}"
            ) from error
        finally:
            download.leave()

    def open(self, clip: Clip, *, is_urgent: bool = True) -> Path | Download:
        """Return the file of `clip` where it is here, else its download, which is under way.

        Does not wait for the network. Whoever gets a download calls its `leave` in the end. Raises
        ClipMissingError or ClipDamagedError where nothing can be fetched.
        """
        found, damage = self._here(clip)
        if found is not None:
            return found
        download = self._download(clip, damage, is_urgent=is_urgent)
        download.is_damaged_here |= damage is not None
        return download

    def here(self, clip: Clip) -> Path | None:
        """Return the file of `clip`, checked, None where it would have to be fetched."""
        return self._here(clip)[0]

    def warm(self, clip: Clip) -> None:
        """Get ready for the first clip of a story that lies where `clip` does; returns at once.

        What a request needs is loaded and the connection made, in a thread; its host is asked
        nothing. Harmless again, and without a network; does nothing where no way leads there.
        """
        if clip.url:
            self._downloads.warm(clip.url)

    def plan(self, story: Story, language: str | None) -> Plan:
        """Return what it takes to have a story here, in a language or all; reads every clip.

        Raises ClipMissingError where nothing can be fetched from where its clips lie.
        """
        clips = [clip for clip in clips_of(story, language) if self._shelf.here(clip) is None]
        missing = tuple(clip for clip in clips if not self._stays(clip))
        for clip in missing:
            if obstacle := self._addresses.obstacle(clip.url):
                raise ClipMissingError(f"The clip {clip.path} cannot be fetched. {obstacle}")
        return Plan(slug=story.slug, language=language, clips=tuple(clips), missing=missing)

    def download(self, plan: Plan, **how: Any) -> StoryDownload:
        """Return what fetches the clips that a plan lacks; `how` as StoryDownload takes it."""
        return StoryDownload(plan, self._downloads, is_kept=self._cache.keeps, **how)

    def close(self) -> None:
        """Stop what is being fetched and close the cache."""
        self._downloads.close()
        self._cache.close()

    def _download(self, clip: Clip, damage: KahaniError | None, *, is_urgent: bool) -> Download:
        obstacle = self._addresses.obstacle(clip.url)
        if obstacle and damage is not None:
            raise ClipDamagedError(f"{damage} {obstacle}")
        if obstacle:
            raise ClipMissingError(
                f"The clip {clip.path} is not on this machine. {_UNREACHED} {obstacle}"
            )
        return self._downloads.get(clip, is_urgent=is_urgent)

    def _cached(self, clip: Clip) -> Path | None:
        try:
            return self._cache.find(clip)
        except ClipDamagedError:
            return None  # set aside: it has to be fetched again

    def _stays(self, clip: Clip) -> bool:
        """Whether a clip is in the cache; one that there was no room for is put in now."""
        path = self._cached(clip)
        if path is not None and not self._cache.keeps(clip):
            with suppress(OSError):
                self._cache.keep(clip, path.read_bytes())
        return path is not None and self._cache.keeps(clip)

    def _here(self, clip: Clip) -> tuple[Path | None, KahaniError | None]:
        """Return the file, or None and what is wrong with the one that was there."""
        damage: KahaniError | None = None
        try:
            return self._shelf.path_for(clip), None
        except ClipDamagedError as error:
            damage = error
        except ClipMissingError:
            pass
        try:
            return self._cache.find(clip), damage
        except ClipDamagedError as error:
            return None, error
