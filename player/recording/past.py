"""A listener's past with a story: where they were, here and elsewhere, and what they took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from db.asking.shares import Share
from db.records import OtherPlace, PlaceRecord
from player.recording.places import SavedPlace
from player.recording.scribe import content_id
from player.story.graph import Story


class PastStore(Protocol):
    """The part of the store that knows the past."""

    def place(self, slug: str) -> PlaceRecord | None:
        """Return where the listener stands in the story, to the line."""

    def offer(self, slug: str) -> OtherPlace | None:
        """Return the place in the story that lost against a later one."""

    def drop_offer(self, slug: str) -> Future[None]:
        """Forget the offer of a place: it was taken, or refused."""

    def choice_counts(self, story_id: UUID) -> Mapping[UUID, int]:
        """Return how often each choice (by its id) of the story was taken so far."""

    def choice_shares(self, slug: str) -> Mapping[UUID, Share]:
        """Return what share of all listeners took each choice, where enough did."""

    def reaction(self, content_ids: Sequence[str]) -> str | None:
        """Return the reaction in force on any of these editions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another place where the listener was in the story, before this machine (`is_here`) or there.

    `device` is the other machine's name where it is known.
    """

    place: SavedPlace
    device: str | None
    is_here: bool
    at: datetime
    percentage: float


@dataclass(frozen=True, slots=True)
class Opened:
    """What is known of the listener's past with a story; `trouble` says why a place is lost.

    `choices` counts how often each choice, by its id, was taken so far; `shares` is how many in a
    hundred of all listeners took it, where enough did.
    """

    place: SavedPlace | None
    reaction: str | None
    bookmarks: int = 0
    trouble: str = ""
    choices: Mapping[UUID, int] = field(default_factory=dict)
    shares: Mapping[UUID, int] = field(default_factory=dict)
    elsewhere: Elsewhere | None = None


def past_with(story: Story, store: PastStore, *, bookmarks: int, now: datetime) -> Opened:
    """Return what the store knows of the listener's past with a story; blocks."""
    contents = [content_id(story, language) for language in story.editions]
    past = Opened(
        place=None,
        reaction=store.reaction(contents),
        bookmarks=bookmarks,
        choices={} if story.is_linear else store.choice_counts(story.id),
        shares={choice: told.percent for choice, told in store.choice_shares(story.slug).items()},
        elsewhere=_elsewhere(store.offer(story.slug), now),
    )
    saved = store.place(story.slug)
    if saved is None:
        return past
    try:
        return replace(past, place=_place(saved, now))
    except (ValueError, KeyError, TypeError) as error:
        return replace(past, trouble=f"Your place cannot be read: {error}.")


def _elsewhere(other: OtherPlace | None, now: datetime) -> Elsewhere | None:
    if other is None:
        return None
    try:
        place = _place(other.place, now)
    except (ValueError, KeyError, TypeError):
        return None  # an offer that cannot be read is none
    return Elsewhere(
        place=place,
        device=other.device,
        is_here=other.is_here,
        at=other.place.updated_at,
        percentage=other.place.percentage,
    )


def _place(saved: PlaceRecord, now: datetime) -> SavedPlace:
    return SavedPlace.from_json(saved.state, (now - saved.updated_at).total_seconds())
