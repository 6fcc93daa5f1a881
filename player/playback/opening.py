"""How a story begins or goes on: decided from what is wished and what is remembered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

from player.events import Event, Notice, Severity, StoryOpened
from player.playback.trodden import Trodden
from player.recording.past import Elsewhere, Opened
from player.recording.places import SavedPlace
from player.session import Direction, Landing, Session, Step
from player.story.graph import Story
from player.story.rewinding import LONG_AWAY_SECONDS
from player.story.walking import base_language

EDITED: Final = {
    Landing.ANCESTOR: "The story was edited, and the passage where you were is gone: "
    "you go on at the nearest one before it.",
    Landing.START: "The story was edited, and the passages that you heard are gone: "
    "it begins anew. Endings found stay found.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a story is to be heard; None: as it was left. `restart` begins it again."""

    language: str | None = None
    mix: float | None = None
    node_key: str | None = None
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """A session at the place where it begins, what is to be told, and where in the clip."""

    session: Session
    step: Step
    start_ms: int
    told: tuple[Event, ...]
    reaction: str | None
    trodden: Trodden
    elsewhere: Elsewhere | None = None


class Fits(Protocol):
    """Gets a story ready to be heard, in the mix that serves best where nobody asked for one."""

    def __call__(self, session: Session, *, is_new: bool, is_asked: bool) -> None:
        """Take in a session where it begins; its mix may change where that `is_new`.

        So it is in a story that begins, and where another language is gone over to. `is_asked`: its
        mix was asked for, not only its language.
        """


def opening(story: Story, past: Opened, wish: Wish, usual: Wish, fit: Fits) -> Opening:
    """Return how to open a story; `usual` is the language for stories that were never heard.

    Raises UsageError for a language or a node that the story does not have.
    """
    session = Session.begin(story, language=wish.language, mix=wish.mix, node_key=wish.node_key)
    place = past.place
    heard = usual if place is None else Wish(language=place.language, mix=place.mix)
    _speak(session, wish, heard)
    begin = partial(fit, is_asked=wish.mix is not None)
    is_named = wish.language is not None and _is_mixed(wish.language)
    if place is None or wish.node_key is not None:
        begin(session, is_new=not is_named)
        return _opening(session, past, 0)
    taken = session.take_up(
        place.state, place.position_ms, away_s=place.away_s, restart=wish.restart
    )
    is_new = len(session.state.trail) == 1 and taken.start_ms == 0
    is_other = base_language(session.variant.language) != base_language(place.language)
    begin(session, is_new=(is_new or is_other) and not is_named)
    begun = _opening(session, past, taken.start_ms, taken.landing)
    return begun if wish.restart else replace(begun, elsewhere=past.elsewhere)


def opening_at(story: Story, past: Opened, place: SavedPlace, fit: Fits) -> Opening:
    """Return how to open a story at a bookmark; endings found since stay found."""
    session = Session.begin(story, language=None, mix=None)
    session.hear(place.language, place.mix)
    found = past.place.state.endings if past.place else frozenset()
    state = replace(place.state, is_finished=False, endings=place.state.endings | found)
    taken = session.take_up(state, place.position_ms, away_s=0.0)
    fit(session, is_new=False, is_asked=False)
    return _opening(session, past, taken.start_ms, taken.landing)


def _speak(session: Session, wish: Wish, before: Wish) -> None:
    """Speak as before in all that the wish leaves open; a language alone leaves the mix open."""
    if wish.language is None:
        if before.language is not None:
            session.hear(before.language, before.mix if wish.mix is None else wish.mix)
    elif wish.mix is None and before.mix is not None and before.language is not None:
        is_same = wish.language == base_language(before.language)
        if is_same:
            session.hear(wish.language, before.mix)


def _is_mixed(language: str) -> bool:
    """Whether a language names an edition that is mixed, like "hi-mixed"."""
    return language != base_language(language)


def _opening(
    session: Session, past: Opened, start_ms: int, landing: Landing = Landing.SAME
) -> Opening:
    is_new = len(session.state.trail) == 1 and start_ms == 0
    step = session.here(Direction.START if is_new else Direction.RESUME)
    notices = [Notice(past.trouble, Severity.WARNING)] if past.trouble else []
    if landing in EDITED:
        notices.append(Notice(EDITED[landing], Severity.WARNING))
    told: tuple[Event, ...] = (_opened(session, past), *notices)
    return Opening(session, step, start_ms, told, past.reaction, Trodden(past.choices, past.shares))


def _opened(session: Session, past: Opened) -> StoryOpened:
    is_long_ago = past.place is not None and past.place.away_s >= LONG_AWAY_SECONDS
    return StoryOpened(
        slug=session.story.slug,
        title=session.title,
        language=session.variant.language,
        mix=session.variant.mix,
        is_resumed=len(session.state.trail) > 1,
        recap=session.recap() if is_long_ago else (),
        passages=session.passages(),
        reaction=past.reaction,
        endings_found=len(session.state.endings),
        endings_total=session.endings_total,
        bookmarks=past.bookmarks,
    )
