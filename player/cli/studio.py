"""kahani studio: how authors make the clips of a story."""

from __future__ import annotations

from pathlib import Path

import click

from player.errors import EXIT_OK, EXIT_PROBLEMS


@click.group()
def studio() -> None:
    """For authors: voices for a story."""


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
    for finding in report.findings:
        click.echo(f"{finding.key}: {finding.problem}")
    return EXIT_PROBLEMS if report.findings else EXIT_OK
