"""Which placement is offered before a story, if any."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from db.asking.offered import placements, was_met
from player.cli.wiring import now
from player.errors import KahaniError
from player.recording.past import past_with
from player.story.placements import language_of, offer_of, placement_of
from player.story.walking import nearest_variant

if TYPE_CHECKING:
    from db.store import Store
    from player.learner.belief import Belief
    from player.story.graph import Story
    from player.tui.services import Settings


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


def _believed(store: Store) -> set[str]:
    """Return the base languages of which something was believed after the last sitting."""
    return {language for language, belief in last_beliefs(store).items() if belief.points}


def last_beliefs(store: Store) -> Mapping[str, Belief]:
    """Return what was believed after the last sitting, by base language."""
    from player.learner.folding import State

    last = store.learner()
    if last is None:
        return {}
    try:
        return State.from_json(last.belief).beliefs
    except (KeyError, TypeError, ValueError):
        return {}
