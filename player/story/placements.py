"""Placements: stories of a few questions that find out where a listener of a language stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from player.story.graph import PLACEMENT, Choice, Node, Story
from player.story.passages import Option
from player.story.state import StoryState
from player.story.walking import base_language

ASKED_IN: Final = "en"
"""Options are told in the language of the program, so that listening alone is asked for."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """How far a placement is: this is clip `number`, from 1, of about `total`."""

    number: int
    total: int


NOTHING_FOUND: Final = "Nothing could be found out: an answer counts once its clip was heard."
"""What is said after a placement of which no answer counts."""


def not_counted(days_ago: int | None) -> str:
    """Return what is said after the words of an answer of which nothing was learned.

    `days_ago` is how many days ago the same question was answered, None where that was not lately.
    """
    if days_ago is None:
        return " (not counted: too early, or no sound)"
    ago = f"{days_ago} day{'s' if days_ago > 1 else ''} ago" if days_ago else "less than a day ago"
    return f" (not counted: you answered this {ago})"


def all_known(until: datetime) -> str:
    """Return what is said before a placement of which every answer is known `until` then."""
    return (
        "You answered all of these lately, so nothing more is learned from them now. "
        f"They count again from {until.astimezone():%Y-%m-%d} on."
    )


def questions(story: Story) -> tuple[str, ...]:
    """Return the author's names of the nodes that ask something of which an answer is right."""
    return tuple(node.key for node in story.nodes.values() if _asks(node))


def placement_of(language: str) -> str:
    """Return the slug of the placement for a language: "placement-hi" for "hi-mixed"."""
    return f"{PLACEMENT}{base_language(language)}"


def language_of(slug: str) -> str:
    """Return the language that a placement is for, by its slug."""
    return slug.removeprefix(PLACEMENT)


def offer_of(slug: str) -> str:
    """Return what the offer of a placement is called among the screens that were looked at."""
    return f"{slug} offered"


def stretch(story: Story, state: StoryState) -> Stretch | None:
    """Return how far the placement is; None where nothing is asked, as at its end."""
    here = story.nodes[state.node_id]
    if not _asks(here):
        return None
    number = sum(_asks(story.nodes[visit.node_id]) for visit in state.trail)
    return Stretch(number, number + _asked_after(story, here, {}))


def in_english(node: Node, options: Iterable[Option]) -> tuple[Option, ...]:
    """Return the options of a question in English, as far as they are written in it."""
    words = {choice.key: choice.text.get(ASKED_IN) for choice in node.choices}
    return tuple(replace(option, text=words.get(option.key) or option.text) for option in options)


def chosen_in_english(story: Story, node_id: UUID, key: str) -> str:
    """Return the words of a choice in English; nothing where they are not written in it."""
    node = story.nodes.get(node_id)
    found: Iterable[Choice] = node.choices if node else ()
    return next((choice.text.get(ASKED_IN, "") for choice in found if choice.key == key), "")


def _asks(node: Node) -> bool:
    return any(choice.is_shown and choice.correct is not None for choice in node.choices)


def _asked_after(story: Story, node: Node, known: dict[UUID, int]) -> int:
    """Return how many questions come after a node at most; a way back adds none."""
    if node.id not in known:
        known[node.id] = 0
        ways = {choice.next_id for choice in node.choices} - {None}
        after = [story.nodes[way] for way in ways if way is not None]
        counts = (_asks(each) + _asked_after(story, each, known) for each in after)
        known[node.id] = max(counts, default=0)
    return known[node.id]
