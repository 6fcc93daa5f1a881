"""Placements from the command line: which is offered before a story, and the one asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

import click

from db.offered import placements, was_met
from player.cli.screens import is_a_screen, show
from player.cli.wiring import House, now, open_store
from player.config import settle
from player.errors import KahaniError, UsageError
from player.languages import language_code, language_name
from player.logs import start_logging
from player.paths import Paths
from player.recording.past import past_with
from player.story.placements import language_of, offer_of, placement_of
from player.story.walking import nearest_variant
from player.tui.services import Settings, Wanted

if TYPE_CHECKING:
    from db.store import Store
    from player.learner.belief import Belief
    from player.story.graph import Story


def placement_before(
    slug: str,
    *,
    store: Store,
    open_story: Callable[[str], Story],
    settings: Settings,
    known: Collection[str],
) -> str | None:
    """Return the placement to be offered before a story is opened; None: there is none.

    `known` are the base languages of which something is believed. Of these, and of those whose
    placement was offered or played, on whichever machine, none is offered.
    """
    known = {*known, *_believed(store)}
    open_ones = [p for p in store.read(placements) if language_of(p) not in known and p != slug]
    if not open_ones:
        return None
    try:
        story = open_story(slug)
    except KahaniError:
        return None  # whoever opens it is told
    left = past_with(story, store, bookmarks=0, now=now()).place
    wish = left.language if left else settings.language
    wanted = placement_of(nearest_variant(story, wish, None).language)
    if wanted not in open_ones:
        return None
    is_met = store.read(lambda tx: was_met(tx, wanted, offer_of(wanted)))
    return None if is_met else wanted


def play_placement(language: str | None, *, plain: bool, output: str | None, pace: float) -> int:
    """Play the placement of a language, and say what is believed after it; return the exit code.

    Raises UsageError for a language that has none, naming those that have one.
    """
    paths = Paths.find()
    settled = settle(paths.config_file)
    start_logging(paths.log_file)
    slug = _named(paths, language, settled.config.language)
    if plain or not is_a_screen():
        from player.cli.plainly import Plainly

        house = House(paths, settled.config, named=settled.named, output=output, pace=pace)
        return Plainly(house, as_json=False, choices=None).play(slug, Wanted)
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
        belief = _beliefs(store).get(language)
    finally:
        store.close()
    if belief is not None and belief.points:
        click.echo(told(belief, language_name(language)))


def _believed(store: Store) -> set[str]:
    """Return the base languages of which something was believed after the last sitting."""
    return {language for language, belief in _beliefs(store).items() if belief.points}


def _beliefs(store: Store) -> Mapping[str, Belief]:
    from player.learner.folding import State

    last = store.learner()
    if last is None:
        return {}
    try:
        return State.from_json(last.belief).beliefs
    except (KeyError, TypeError, ValueError):
        return {}
