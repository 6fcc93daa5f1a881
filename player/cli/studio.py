"""kahani studio: how authors make the clips of a story."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from player.cli.credentials import keys
from player.cli.groups import ToldGroup
from player.cli.publishing import publish
from player.errors import EXIT_OK, EXIT_PROBLEMS

if TYPE_CHECKING:
    from player.studio.standing import LanguageStanding


@click.group(cls=ToldGroup)
def studio() -> None:
    """For authors: voices for a story, and its clips for listeners elsewhere."""


studio.add_command(publish)
studio.add_command(keys)


@studio.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--engine", type=click.Choice(["kokoro", "espeak"]), default="kokoro")
@click.option("--language", "languages", multiple=True, metavar="L", help="Only this language.")
@click.option("--node", "nodes", multiple=True, metavar="NODE", help="Only this node.")
@click.option("--force", is_flag=True, help="Make clips again, even over recordings.")
def voice(
    *, folder: Path, engine: str, languages: tuple[str, ...], nodes: tuple[str, ...], force: bool
) -> int:
    """Make the clips of the story in FOLDER that are missing or out of date."""
    from player.studio.voicing import voice_story

    report = voice_story(
        folder,
        engine=engine,
        languages=languages,
        nodes=nodes,
        force=force,
        report=lambda line: click.echo(line, err=True),
    )
    click.echo(f"{len(report.made)} made, {len(report.current)} up to date")
    if report.recordings:
        count = len(report.recordings)
        click.echo(f"{count} left as they are, as they were not made here: --force makes them anew")
    for finding in report.findings:
        click.echo(f"{finding.key}: {finding.problem}")
    return EXIT_PROBLEMS if report.findings else EXIT_OK


@studio.command()
@click.argument("name", metavar="FOLDER|SLUG")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(*, name: str, as_json: bool) -> int:
    """Say for each language which clips are made, missing, out of date and published."""
    from player.cli.publications import find_published
    from player.studio.standing import standing

    found = find_published(name)
    languages = standing(found.folder, found.publication)
    to = found.publication.to if found.publication else None
    if as_json:
        told = {
            "slug": found.story.slug,
            "published_to": asdict(to) if to else None,
            "languages": [asdict(language) for language in languages],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return EXIT_OK
    click.echo(_table(languages))
    if found.publication is None:
        click.echo(f"{found.story.slug} was not published yet.", err=True)
    elif to is None:
        click.echo("Published; into which bucket is not noted.", err=True)
    else:
        click.echo(f"Published last to {to.address_of('').removesuffix('.mp3')}", err=True)
    return EXIT_OK


def _table(languages: tuple[LanguageStanding, ...]) -> str:
    names = ("language", "clips", "made", "missing", "out of date", "published", "not published")
    rows = [
        (
            one.language,
            *map(str, (one.clips, one.made, one.missing)),
            *map(str, (one.out_of_date, one.published, one.unpublished)),
        )
        for one in languages
    ]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    lines = []
    for first, *rest in (names, *rows):
        cells = [f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True)]
        lines.append("  ".join([f"{first:<{widths[0]}}", *cells]))
    return "\n".join(lines)
