"""Pinning: all clips of a story fetched, with the size told before and the rate while."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

import click

from player.audio.cache import MEGABYTE, Upkeep, in_megabytes
from player.audio.downloading import Plan, Progress, StoryDownload
from player.audio.fetch.downloads import THREADS
from player.cli.clips import open_clips
from player.config import Config
from player.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_PROBLEMS
from player.paths import Paths
from player.story.graph import Story

_UNLOCKING_S: Final = 60.0
_MOST_TOLD: Final = 3
_NARROWEST: Final = 79


def pin_story(story: Story, language: str | None, paths: Paths, config: Config) -> int:
    """Pin a story, in one language or all, and fetch what is not here; return the exit code.

    Clips that lie in the library are here for good and are not pinned. Raises KahaniError.
    """
    upkeep = Upkeep(paths.cache, cap_bytes=config.cache_size_mb * MEGABYTE)
    told: list[str] = []
    clips = open_clips(paths, config, told.append, ahead=THREADS, keyring_s=_UNLOCKING_S)
    try:
        plan = clips.plan(story, language)
        upkeep.pin(plan.slug, plan.language, {clip.checksum: clip.size for clip in plan.clips})
        _tell_sizes(plan)
        code = _fetch(clips.download(plan, lanes=THREADS, gives_way=False))
    finally:
        clips.close()
        upkeep.close()
    for sentence in told:
        click.echo(f"kahani: {sentence}", err=True)
    return max(code, EXIT_PROBLEMS if told else EXIT_OK)


def _tell_sizes(plan: Plan) -> None:
    if not plan.clips:
        click.echo(f"{plan.slug}: all its clips lie in the library")
        return
    click.echo(
        f"{plan.slug}: {len(plan.clips):,} clips, {in_megabytes(plan.bytes)};"
        f" {len(plan.missing):,} to fetch, {in_megabytes(plan.bytes_missing)}"
    )


def _fetch(download: StoryDownload) -> int:
    last = Progress()

    def look(progress: Progress) -> None:
        nonlocal last
        last = progress
        _show(lambda: _told(progress))

    try:
        over = download.run(look)
    except KeyboardInterrupt:
        _show(lambda: "")
        click.echo(
            f"kahani: stopped with {last.clips_done:,} of {last.clips:,} clips fetched; the same"
            " command again goes on from there.",
            err=True,
        )
        return EXIT_INTERRUPTED
    _show(lambda: "")
    for error in over.errors[:_MOST_TOLD]:
        click.echo(f"kahani: {error}", err=True)
    if len(over.errors) > _MOST_TOLD:
        click.echo(f"kahani: and {len(over.errors) - _MOST_TOLD:,} more.", err=True)
    if over.is_unkept:
        click.echo(
            f"kahani: {over.clips_done:,} of {over.clips:,} clips are kept; the same command again"
            " goes on from there once there is room on the disk.",
            err=True,
        )
    elif over.clips and not over.errors:
        click.echo(_told(over))
    return EXIT_PROBLEMS if over.errors or over.is_unkept else EXIT_OK


def _told(progress: Progress) -> str:
    rate = progress.bytes_done / max(progress.seconds, 0.001) / 1_000
    return (
        f"{progress.clips_done:,} of {progress.clips:,} clips,"
        f" {progress.bytes_done / MEGABYTE:.1f} of {in_megabytes(progress.bytes)},"
        f" {rate:,.0f} KB/s"
    )


def _show(line: Callable[[], str]) -> None:
    """Write one line over the last, where somebody sees it."""
    if sys.stderr.isatty():
        click.echo(f"\r{line():<{_NARROWEST}}\r", nl=False, err=True)
