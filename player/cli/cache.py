"""kahani cache: what is kept of clips that come from elsewhere, and what is to stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import msgspec

from player.audio.cache import MEGABYTE, Pin, Standing, Upkeep, in_megabytes
from player.cli.groups import ToldGroup
from player.config import load_config
from player.errors import EXIT_OK, EXIT_PROBLEMS, KahaniError, UsageError
from player.paths import Paths

if TYPE_CHECKING:
    from player.story.graph import Story


@click.group(cls=ToldGroup)
def cache() -> None:
    """Clips on this machine that came from elsewhere."""


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def status(*, as_json: bool) -> int:
    """Say how many clips there are, how large, what is pinned, and where."""
    with _upkeep() as upkeep:
        standing = upkeep.status()
    click.echo(_as_json(standing) if as_json else _as_text(standing))
    return EXIT_OK


@cache.command()
def verify() -> int:
    """Read every clip; set the damaged aside, to be fetched again."""
    with _upkeep() as upkeep:
        found = upkeep.verify()
    for checksum in found.damaged:
        click.echo(f"damaged  {checksum}", err=True)
    count = len(found.damaged)
    whole = "1 clip is" if found.clips == 1 else f"{found.clips:,} clips are"
    damaged = ""
    if count == 1:
        damaged = "; 1 was damaged and is set aside; it is fetched again when it is wanted"
    elif count:
        damaged = (
            f"; {count:,} were damaged and are set aside; they are fetched again when they are"
            " wanted"
        )
    click.echo(f"{whole} whole, {in_megabytes(found.bytes)}{damaged}")
    return EXIT_PROBLEMS if count else EXIT_OK


@cache.command()
@click.option("--all", "everything", is_flag=True, help="The pinned stories too.")
def clear(*, everything: bool) -> int:
    """Delete what is not pinned."""
    with _upkeep() as upkeep:
        clips, size = upkeep.clear(everything=everything)
    click.echo(f"{clips:,} clips deleted, {in_megabytes(size)}")
    return EXIT_OK


@cache.command()
@click.argument("slug")
@click.option("--language", metavar="L", help="Only the edition in this language.")
def pin(*, slug: str, language: str | None) -> int:
    """Fetch all clips of the story SLUG and keep them, whatever else comes.

    Ctrl+C stops; the same again goes on from there.
    """
    from player.cli.pinning import pin_story

    story = _story(slug, language)
    config = load_config(Paths.find().config_file)
    with _disk_explained():
        return pin_story(story, language, Paths.find(), config)


@cache.command()
@click.argument("slug")
@click.option("--language", metavar="L", help="Only the pin of this language.")
def unpin(*, slug: str, language: str | None) -> int:
    """Let the clips of the story SLUG go when their room is needed."""
    with _upkeep() as upkeep:
        count = upkeep.unpin(slug, language)
        if not count:
            pinned = ", ".join(map(_name, upkeep.pins())) or "nothing"
            raise UsageError(f"{slug} is not pinned so; there is {pinned}.")
    click.echo(f"{slug}: its clips may go when their room is needed")
    return EXIT_OK


@contextmanager
def _upkeep() -> Iterator[Upkeep]:
    paths = Paths.find()
    megabytes = load_config(paths.config_file).cache_size_mb
    upkeep = Upkeep(paths.cache, cap_bytes=megabytes * MEGABYTE)
    with _disk_explained():
        try:
            yield upkeep
        finally:
            upkeep.close()


@contextmanager
def _disk_explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise KahaniError(
            f"The index of the cache in {Paths.find().cache} cannot be used ({error}): check the"
            " room on the disk, and who owns the folder."
        ) from error


def _story(slug: str, language: str | None) -> Story:
    from player.cli.wiring import open_store
    from player.library import open_story

    store = open_store(Paths.find())
    try:
        story = open_story(slug, store)
    finally:
        store.close()
    if language is not None and language not in story.editions:
        there = ", ".join(story.editions)
        raise UsageError(f"{slug} is not told in {language!r}; there is {there}.")
    return story


def _name(pin: Pin) -> str:
    return f"{pin.slug} ({pin.language or 'all languages'})"


def _as_text(standing: Standing) -> str:
    cap = in_megabytes(standing.cap_bytes)
    lines = [
        f"folder   {standing.folder}",
        f"clips    {standing.clips:,}, {in_megabytes(standing.bytes)} of at most {cap}",
        f"pinned   {standing.pinned_clips:,} clips, {in_megabytes(standing.pinned_bytes)}",
    ]
    for pin, there in standing.pins:
        clips = f"{there:,} of {len(pin.clips):,} clips, {in_megabytes(pin.bytes)}"
        lines.append(f"         {_name(pin)}: {clips if pin.clips else 'in the library'}")
    if standing.damaged:
        lines.append(
            f"damaged  {len(standing.damaged):,} set aside in {standing.folder / 'damaged'}"
        )
    return "\n".join(lines)


def _as_json(standing: Standing) -> str:
    pins = [
        {
            "slug": pin.slug,
            "language": pin.language,
            "clips": len(pin.clips),
            "clips_here": there,
            "bytes": pin.bytes,
        }
        for pin, there in standing.pins
    ]
    return msgspec.json.encode(
        {
            "folder": str(standing.folder),
            "cap_bytes": standing.cap_bytes,
            "clips": standing.clips,
            "bytes": standing.bytes,
            "pinned_clips": standing.pinned_clips,
            "pinned_bytes": standing.pinned_bytes,
            "pins": pins,
            "damaged": list(standing.damaged),
        }
    ).decode()
