"""A placement from the command line: the one that is asked for, played and told."""

from __future__ import annotations

import click

from db.asking.offered import placements
from player.cli.offering import last_beliefs
from player.cli.screens import is_a_screen, show
from player.cli.wiring import House, open_store
from player.config import settle
from player.errors import UsageError
from player.languages import language_code, language_name
from player.logs import start_logging
from player.paths import Paths
from player.story.placements import language_of, placement_of
from player.tui.services import Wanted


def play_placement(
    language: str | None,
    *,
    plain: bool,
    as_json: bool,
    choices: str | None,
    output: str | None,
    pace: float,
) -> int:
    """Play the placement of a language, and say what is believed after it; return the exit code.

    Raises UsageError for a language that has none, naming those that have one.
    """
    paths = Paths.find()
    settled = settle(paths.config_file)
    start_logging(paths.log_file)
    slug = _named(paths, language, settled.config.language)
    if plain or as_json or not is_a_screen():
        from player.cli.plainly import Plainly

        house = House(paths, settled.config, named=settled.named, output=output, pace=pace)
        return Plainly(house, as_json=as_json, choices=choices).play(slug, Wanted)
    code = show(paths, settled, wanted=Wanted(slug=slug), output=output, pace=pace)
    _tell(paths, language_of(slug))
    return code


def _named(paths: Paths, language: str | None, usual: str | None) -> str:
    store = open_store(paths)
    try:
        there = store.read(placements)
    finally:
        store.close()
    if language is None:
        wanted = placement_of(usual or "")
        if not there:
            raise UsageError("there is no placement; kahani doctor tells which stories there are.")
        return wanted if wanted in there else there[0]
    slug = placement_of(language_code(language.title()) or language)
    if slug not in there:
        known = ", ".join(f"{language_of(s)} ({language_name(language_of(s))})" for s in there)
        raise UsageError(f"there is no placement for {language!r}; there is {known or 'none'}.")
    return slug


def _tell(paths: Paths, language: str) -> None:
    """Say on stdout what is believed of a language after the last sitting."""
    from player.learner.recounting import told

    store = open_store(paths)
    try:
        belief = last_beliefs(store).get(language)
    finally:
        store.close()
    if belief is not None and belief.points:
        click.echo(told(belief, language_name(language)))
