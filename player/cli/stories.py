"""kahani import, export, check: stories as files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.errors import SlugTakenError
from player.errors import EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, KahaniError, UsageError
from player.paths import Paths
from player.resources import bundled_stories

if TYPE_CHECKING:
    from db.store import Store
    from player.story.problems import Problem


@click.command("import")
@click.argument("folders", nargs=-1, metavar="PATH...", type=click.Path(path_type=Path))
@click.option(
    "--remote", is_flag=True, help="Publish in PostgreSQL too; without PATH, all there is."
)
def import_(*, folders: tuple[Path, ...], remote: bool) -> int:
    """Bring the stories in the folders PATH... into the library, each whole or not at all."""
    from player.cli.wiring import clip_length, open_store
    from player.library import import_folder

    if not folders and not remote:
        raise UsageError("give the folder of a story, e.g. kahani import my-story.")
    address = _address() if remote else None
    paths = Paths.find()
    store = open_store(paths)
    code, slugs = EXIT_OK, []
    try:
        for folder in folders:
            try:
                done = import_folder(folder, store, paths.stories, clip_length)
            except (KahaniError, SlugTakenError) as error:
                click.echo(f"kahani: {error}", err=True)
                code = EXIT_USAGE
                continue
            slugs.append(done.slug)
            for warning in done.warnings:
                click.echo(str(warning), err=True)
            click.echo(f"{done.slug}: {done.outcome}")
        if address:
            code = max(code, _publish(store, address, slugs if folders else None))
    finally:
        store.close()
    return code


@click.command()
@click.argument("slug")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write a new story folder, with the clips, instead.",
)
def export(*, slug: str, folder: Path | None) -> int:
    """Write the story SLUG as a story file to stdout, or as a folder with its clips."""
    from player.cli.wiring import open_store
    from player.library import export as exported
    from player.library import export_folder, open_story

    paths = Paths.find()
    store = open_store(paths)
    try:
        if folder is None:
            click.echo(exported(slug, store), nl=False)
            return EXIT_OK
        shelves = [paths.stories, bundled_stories()]
        missing = export_folder(open_story(slug, store), folder, shelves)
    finally:
        store.close()
    for path in missing:
        click.echo(f"{path}: is not on this machine and was left out", err=True)
    return EXIT_PROBLEMS if missing else EXIT_OK


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="SLUG|PATH...")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "junit", "sarif"]), default="text"
)
def check(*, names: tuple[str, ...], form: str) -> int:
    """Find what is wrong with stories: dangling, unreachable, endless, without text or sound."""
    from player.cli.reports import REPORTS

    examined = {name: _examined(name) for name in names}
    click.echo(REPORTS[form](examined))
    faults = [p for problems in examined.values() for p in problems if p.is_error]
    if form != "text":
        click.echo(f"{len(faults)} errors", err=True)
    return EXIT_PROBLEMS if faults else EXIT_OK


def _examined(name: str) -> tuple[Problem, ...]:
    """Return the problems of the folder `name`, or of the story of that slug.

    A story of the library is looked for where it came from, as only a file has lines to name; one
    put in by hand is checked as it stands in the store.
    """
    from player.cli.wiring import clip_length
    from player.library import examine

    if os.sep in name or Path(name).exists():
        if not Path(name).exists():
            raise UsageError(f"{name} is not there; give the folder of a story, or a slug.")
        return examine(Path(name), clip_length)
    own = Paths.find().stories / name
    return examine(own, clip_length) if own.exists() else _examined_in_store(name)


def _examined_in_store(slug: str) -> tuple[Problem, ...]:
    from player.cli.wiring import clip_length, open_store
    from player.library import bundled_slugs, examine, open_story
    from player.story.checking import check as checked

    store = open_store(Paths.find())
    try:
        if slug in bundled_slugs(store):
            return examine(bundled_stories() / slug, clip_length)
        return checked(open_story(slug, store))
    finally:
        store.close()


def _address() -> str:
    address = os.environ.get("DATABASE_URL")
    if not address:
        raise UsageError("--remote needs DATABASE_URL, e.g. postgresql://user@host/name.")
    return address


def _publish(store: Store, address: str, slugs: list[str] | None) -> int:
    from db.syncing.publish import publish_catalogue
    from player.library.border import key

    code = EXIT_OK
    for slug, outcome in publish_catalogue(address, store, slugs, key):
        if outcome == "taken":
            click.echo(f"kahani: {slug}: PostgreSQL has another story of this slug", err=True)
            code = EXIT_USAGE
        else:
            click.echo(f"{slug}: {outcome} in PostgreSQL")
    return code
