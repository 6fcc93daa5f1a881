"""kahani bundle: stories in one file, to give away and to listen to without a network."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.errors import SlugTakenError
from player.cli.groups import ToldGroup
from player.errors import EXIT_OK, EXIT_PROBLEMS, UsageError
from player.paths import Paths
from player.resources import bundled_stories

if TYPE_CHECKING:
    from player.bundle import Packed, Pick

_SUFFIX = ".kahani"


@click.group(cls=ToldGroup)
def bundle() -> None:
    """Stories with their clips in one file."""


@bundle.command()
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file to write; SLUG.kahani for one story.",
)
@click.option(
    "--language", "languages", multiple=True, metavar="L", help="Only this; may be given again."
)
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def create(
    *, slugs: tuple[str, ...], target: Path | None, languages: tuple[str, ...], force: bool
) -> int:
    """Put the stories SLUG... and their clips into one file; clips in a bucket are fetched."""
    file = _target(slugs, target, force=force)
    _tell_packed(file, _created(list(dict.fromkeys(slugs)), languages, file))
    return EXIT_OK


@bundle.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "junit", "sarif"]), default="text"
)
def verify(*, file: Path, form: str) -> int:
    """Check the bundle FILE, every byte and every story of it, and install nothing."""
    from player.bundle import examine_bundle
    from player.cli.reports import REPORTS
    from player.cli.wiring import clip_length

    problems = examine_bundle(file, clip_length)
    click.echo(REPORTS[form]({str(file): problems}))
    return EXIT_PROBLEMS if any(problem.is_error for problem in problems) else EXIT_OK


@bundle.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put its stories in the place of your own.")
def install(*, file: Path, replace: bool) -> int:
    """Bring the stories of the bundle FILE into the library, all of them or none."""
    from player.bundle import install_bundle
    from player.cli.wiring import clip_length, open_store

    paths = Paths.find()
    store = open_store(paths)
    try:
        done = install_bundle(file, store, paths.stories, clip_length, replaces=replace)
    except SlugTakenError as error:
        raise UsageError(f"{error} Nothing was installed.") from error
    finally:
        store.close()
    for story in done:
        click.echo(f"{story.slug}: {story.outcome}")
    return EXIT_OK


def _target(slugs: Sequence[str], target: Path | None, *, force: bool) -> Path:
    if target is None:
        if len(set(slugs)) > 1:
            raise UsageError("name the file of several stories with -o, e.g. -o demo.kahani.")
        target = Path(f"{slugs[0]}{_SUFFIX}")
    if target.is_dir() or not target.absolute().parent.is_dir():
        raise UsageError(f"{target} names no file that can be written: give a file, -o FILE.")
    if target.exists() and not force:
        raise UsageError(f"{target} is there already: name a new file, or add --force.")
    return target


def _created(slugs: Sequence[str], languages: Sequence[str], file: Path) -> Sequence[Packed]:
    from player.bundle import create_bundle
    from player.cli.clips import open_clips
    from player.cli.wiring import clip_length
    from player.config import load_config

    paths = Paths.find()
    picks = _picks(slugs, languages, paths)
    notices: list[str] = []
    clips = open_clips(paths, load_config(paths.config_file), notices.append)
    try:
        return create_bundle(
            picks,
            file,
            clips.path_for,
            shelves=[paths.stories, bundled_stories()],
            measure=clip_length,
            tell=_tell_progress,
        )
    finally:
        clips.close()
        for notice in notices:
            click.echo(f"kahani: {notice}", err=True)


def _picks(slugs: Sequence[str], languages: Sequence[str], paths: Paths) -> list[Pick]:
    from player.bundle import Pick, narrowed
    from player.cli.wiring import open_store
    from player.library import open_story

    store = open_store(paths)
    try:
        stories = [open_story(slug, store) for slug in slugs]
    finally:
        store.close()
    return [Pick(narrowed(story, languages), story) for story in stories]


def _tell_progress(done: int, of: int) -> None:
    """Count the clips over and over on one line, where somebody sees it."""
    if sys.stderr.isatty():
        line = f"{done:,} of {of:,} clips" if done < of else ""
        click.echo(f"\r{line:<40}\r", nl=False, err=True)


def _tell_packed(file: Path, packed: Sequence[Packed]) -> None:
    from player.audio.cache import in_megabytes

    for story in packed:
        without = f"; without {', '.join(story.left_out)}" if story.left_out else ""
        told = ", ".join(story.languages)
        size = in_megabytes(story.size)
        clips = "1 clip" if story.clips == 1 else f"{story.clips:,} clips"
        click.echo(f"{story.slug}: {told}{without}; {clips}, {size}")
    stories = "1 story" if len(packed) == 1 else f"{len(packed):,} stories"
    click.echo(f"{file}: {stories}, {in_megabytes(file.stat().st_size)}")
