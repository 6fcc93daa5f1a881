"""Pinning: all clips of a story fetched, with the size told before and the rate while."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

import click

from player.audio.cache import MEGABYTE, ClipCache, Upkeep, in_megabytes
from player.audio.clips import ClipShelf
from player.audio.fetch import Addresses, Download, Downloads
from player.audio.fetch.downloads import THREADS
from player.cli.clips import shelf_of
from player.config import Config
from player.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_PROBLEMS, KahaniError
from player.paths import Paths
from player.story.graph import Clip, Story

_LOOK_EVERY_S: Final = 0.2
_MOST_TOLD: Final = 3
_NARROWEST: Final = 79


def pin_story(story: Story, language: str | None, paths: Paths, config: Config) -> int:
    """Pin a story, in one language or all, and fetch what is not here; return the exit code.

    Clips that lie in the library are here for good and are not pinned. Raises KahaniError.
    """
    cap_bytes = config.cache_size_mb * MEGABYTE
    upkeep = Upkeep(paths.cache, cap_bytes=cap_bytes)
    told: list[str] = []
    cache = ClipCache(paths.cache, cap_bytes=cap_bytes, tell=told.append)
    addresses = Addresses.from_environment()
    try:
        clips = _from_elsewhere(story, language, shelf_of(paths))
        missing = [clip for clip in clips if not _is_here(clip, cache)]
        for clip in missing:
            if obstacle := addresses.obstacle(clip.url):
                raise KahaniError(f"The clip {clip.path} cannot be fetched. {obstacle}")
        upkeep.pin(story.slug, language, {clip.checksum: clip.size for clip in clips})
        _tell_sizes(story.slug, clips, missing)
        downloads = Downloads(cache, addresses, ahead=THREADS)
        try:
            code = _fetch(missing, downloads)
        finally:
            downloads.close()
    finally:
        cache.close()
        upkeep.close()
    for sentence in told:
        click.echo(f"kahani: {sentence}", err=True)
    return max(code, EXIT_PROBLEMS if told else EXIT_OK)


def _from_elsewhere(story: Story, language: str | None, shelf: ClipShelf) -> list[Clip]:
    """Return the clips of the story that lie on no shelf, each content once."""
    clips: dict[str, Clip] = {}
    for node in story.nodes.values():
        for clip in node.clips:
            if language in (None, clip.language) and clip.checksum not in clips:
                try:
                    shelf.path_for(clip)
                except KahaniError:
                    clips[clip.checksum] = clip
    return list(clips.values())


def _is_here(clip: Clip, cache: ClipCache) -> bool:
    try:
        return cache.find(clip) is not None
    except KahaniError:
        return False


def _tell_sizes(slug: str, clips: Sequence[Clip], missing: Sequence[Clip]) -> None:
    if not clips:
        click.echo(f"{slug}: all its clips lie in the library")
        return
    size, to_fetch = (in_megabytes(sum(c.size for c in some)) for some in (clips, missing))
    click.echo(f"{slug}: {len(clips):,} clips, {size}; {len(missing):,} to fetch, {to_fetch}")


def _fetch(missing: Sequence[Clip], downloads: Downloads) -> int:
    under_way = [downloads.get(clip, is_urgent=False) for clip in missing]
    began = time.monotonic()
    try:
        while not all(download.is_over for download in under_way):
            _show(lambda: _progress(under_way, time.monotonic() - began))
            waiting = next((d for d in under_way if not d.is_over), None)
            if waiting is not None:
                waiting.wait_for(waiting.most + 1, _LOOK_EVERY_S)
    except KeyboardInterrupt:
        _show(lambda: "")
        done = sum(download.error is None and download.is_over for download in under_way)
        click.echo(
            f"kahani: stopped with {done:,} of {len(missing):,} clips fetched; the same command"
            " again goes on from there.",
            err=True,
        )
        return EXIT_INTERRUPTED
    _show(lambda: "")
    errors = [download.error for download in under_way if download.error is not None]
    for error in errors[:_MOST_TOLD]:
        click.echo(f"kahani: {error}", err=True)
    if len(errors) > _MOST_TOLD:
        click.echo(f"kahani: and {len(errors) - _MOST_TOLD:,} more.", err=True)
    if missing and not errors:
        click.echo(_progress(under_way, time.monotonic() - began))
    return EXIT_PROBLEMS if errors else EXIT_OK


def _progress(under_way: Sequence[Download], seconds: float) -> str:
    done = sum(download.is_over for download in under_way)
    came = sum(download.received for download in under_way)
    size = sum(download.clip.size for download in under_way)
    rate = came / max(seconds, 0.001) / 1_000
    return (
        f"{done:,} of {len(under_way):,} clips, {came / MEGABYTE:.1f} of {in_megabytes(size)},"
        f" {rate:,.0f} KB/s"
    )


def _show(line: Callable[[], str]) -> None:
    """Write one line over the last, where somebody sees it."""
    if sys.stderr.isatty():
        click.echo(f"\r{line():<{_NARROWEST}}\r", nl=False, err=True)
