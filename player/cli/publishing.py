"""kahani studio publish: the clips of a story brought into a bucket, and their addresses noted."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from player.cli.publications import Published, find_published
from player.errors import (
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_PROBLEMS,
    KahaniError,
    MissingPartError,
    UsageError,
)
from player.story.published import Destination

if TYPE_CHECKING:
    from player.audio.r2 import Keys
    from player.story.graph import Clip
    from player.studio.publishing import Piece, Progress, Shipment

USUAL_BUCKET: Final = "kahani"
MEGABYTE: Final = 1_000_000
_NARROWEST: Final = 79
_BAR: Final = 24
_LINES: Final = 5


@click.command()
@click.argument("name", metavar="FOLDER|SLUG")
@click.option("--bucket", metavar="B", help="The bucket; else the one of last time, or kahani.")
@click.option("--to", "place", metavar="r2://B/PREFIX", help="The bucket, and a folder in it.")
@click.option("--public-url", metavar="https://...", help="Where the bucket is public; '' if not.")
@click.option("--language", "languages", multiple=True, metavar="L", help="Only this language.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
def publish(
    *,
    name: str,
    bucket: str | None,
    place: str | None,
    public_url: str | None,
    languages: tuple[str, ...],
    dry_run: bool,
) -> int:
    """Bring the clips of a story into a bucket of R2 (or any S3), each once.

    Doing it again goes on from where it stopped. Where the clips are is written into
    published.json beside the story file: with it `kahani import` needs no clips.
    """
    found = find_published(name)
    to = _destination(found, bucket, place, public_url)
    pieces, clips = _pieces(found, languages)
    _tell_plan(found, pieces, to)
    if dry_run:
        return EXIT_OK
    shipment = _ship(pieces, to, _keys()) if pieces else None
    there = shipment.there if shipment else frozenset()
    if there:
        found.note(to, [clip for clip in clips if clip.checksum in there])
    return _tell_end(found, shipment)


def _destination(
    found: Published, bucket: str | None, place: str | None, public_url: str | None
) -> Destination:
    """Return where to: what is asked for, else where it was published last. Raises UsageError."""
    former = (found.publication.to if found.publication else None) or Destination(USUAL_BUCKET)
    if bucket and place:
        raise UsageError("--bucket and --to say the same: give one of them.")
    if place is not None:
        scheme, _, rest = place.partition("://")
        if scheme != "r2" or not rest:
            raise UsageError(
                f"--to {place!r} is no bucket: give r2://bucket or r2://bucket/prefix."
            )
        bucket, _, prefix = rest.rstrip("/").partition("/")
    else:
        prefix = former.prefix if bucket in (None, former.bucket) else ""
    bucket = bucket or former.bucket
    if public_url is None:
        is_same = (bucket, prefix) == (former.bucket, former.prefix)
        public_url = former.public_url if is_same else ""
    try:
        return Destination(bucket, prefix, public_url.rstrip("/"))
    except ValueError as error:
        raise UsageError(f"The clips cannot be published there: {error}.") from None


def _pieces(found: Published, languages: Collection[str]) -> tuple[list[Piece], list[Clip]]:
    """Return what of the story lies here, in these languages or all, and its clips."""
    from player.library.publications import place_of
    from player.studio.publishing import Piece

    clips = [clip for node in found.story.nodes.values() for clip in node.clips]
    known = {clip.language for clip in clips}
    if unknown := sorted(set(languages) - known):
        raise UsageError(
            f"{found.story.slug} has no clips in {', '.join(unknown)};"
            f" it has: {', '.join(sorted(known)) or 'none yet'}."
        )
    pieces, here = [], []
    for clip in clips:
        path = found.folder / Path(clip.path).relative_to(found.story.slug)
        if (languages and clip.language not in languages) or not path.is_file():
            continue
        place = place_of(found.story, clip)
        pieces.append(Piece(place, clip.language, clip.checksum, clip.size, path))
        here.append(clip)
    return pieces, here


def _keys() -> Keys:
    from player.audio.keychain import find_keys
    from player.audio.r2 import ACCOUNT, ENDPOINT, KEY_ID, SECRET

    keys = find_keys(os.environ)
    if keys is None:
        raise MissingPartError(
            f"Publishing needs keys: set {ACCOUNT} (or {ENDPOINT}), {KEY_ID} and {SECRET},"
            " or keep them in the system keyring with `kahani studio keys set`."
        )
    return keys


def _ship(pieces: list[Piece], to: Destination, keys: Keys) -> Shipment:
    from player.audio.bucket import Bucket
    from player.audio.r2 import Signer
    from player.studio.publishing import ship

    stop = threading.Event()
    bucket = Bucket(to.bucket, Signer(keys), stop=stop)
    try:
        return ship(pieces, to, bucket, stop=stop, tell=progress_teller())
    finally:
        bucket.close()
        if sys.stderr.isatty():
            click.echo(f"\r{'':<{_NARROWEST}}\r", nl=False, err=True)


def _tell_plan(found: Published, pieces: list[Piece], to: Destination) -> None:
    from player.studio.publishing import size_of

    count = len({piece.checksum for piece in pieces})
    noted = found.publication.clips if found.publication else {}
    known = {clip.checksum for clip in noted.values() if clip.url == to.address_of(clip.checksum)}
    left = [piece for piece in pieces if piece.checksum not in known]
    there = "all noted as published"
    if left:
        new = len({piece.checksum for piece in left})
        there = f"{new:,} of them not noted as published, {_megabytes(size_of(left))}"
    click.echo(
        f"{found.story.slug}: {count:,} {'clip' if count == 1 else 'clips'},"
        f" {_megabytes(size_of(pieces))}, to {to.address_of('')[: -len('.mp3')]}; {there}",
        err=True,
    )


def _tell_end(found: Published, shipment: Shipment | None) -> int:
    """Say what became of it; return the exit code. Raises what stopped it."""
    if shipment is None:
        raise KahaniError(
            f"{found.story.slug} has no clips here to publish: `kahani studio voice` makes them."
        )
    progress = shipment.progress
    if shipment.is_interrupted:
        click.echo(
            f"kahani: stopped with {progress.done:,} of {progress.contents:,} clips published; the"
            " same command again goes on from there.",
            err=True,
        )
        return EXIT_INTERRUPTED
    if shipment.error is not None:
        click.echo(
            f"kahani: {progress.done:,} of {progress.contents:,} clips are published.", err=True
        )
        raise shipment.error
    came_to = ", ".join(f"{count:,} {what}" for what, count in sorted(progress.came_to.items()))
    click.echo(f"{found.story.slug}: {came_to}")
    outcome = found.bring_in()
    click.echo(
        f"Noted in {found.file}."
        + (
            " The library has the addresses now; `kahani import --remote` takes them to PostgreSQL."
            if outcome
            else f" Next: kahani import {found.folder}"
        ),
        err=True,
    )
    return EXIT_OK if progress.done == progress.contents else EXIT_PROBLEMS


def progress_teller() -> Callable[[Progress], None]:
    """Return what shows the progress on stderr: one bar on a terminal, a few lines elsewhere."""
    is_terminal = sys.stderr.isatty()
    told = 0

    def tell(progress: Progress) -> None:
        nonlocal told
        part = progress.done / max(progress.contents, 1)
        line = (
            f"{progress.done:,} of {progress.contents:,} clips,"
            f" {progress.done_bytes / MEGABYTE:.1f} of {_megabytes(progress.size)}"
        )
        if is_terminal:
            bar = "#" * round(part * _BAR)
            click.echo(f"\r{f'[{bar:<{_BAR}}] {line}':<{_NARROWEST}}\r", nl=False, err=True)
        elif int(part * _LINES) > told:
            told = int(part * _LINES)
            click.echo(line, err=True)

    return tell


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.1f} MB"
