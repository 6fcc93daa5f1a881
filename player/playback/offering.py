"""Offering the listener another place: where they were on another machine, or here before that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from player.events import PlaceOffered
from player.playback.turns import Turns
from player.recording.past import Elsewhere
from player.recording.places import SavedPlace
from player.recording.recorder import Recorder
from player.session import Landing, Session
from player.story.graph import Story


class Offer:
    """Holds the place that is offered while its story is open; `go_to` leads there."""

    def __init__(
        self,
        recorder: Recorder,
        turns: Turns,
        *,
        go_to: Callable[[str, SavedPlace], Awaitable[None]],
    ) -> None:
        self._recorder = recorder
        self._turns = turns
        self._go_to = go_to
        self._held: tuple[str, Elsewhere] | None = None

    async def answer(self, *, go: bool) -> bool:
        """Go to the place that was offered, or refuse it; it is not offered again.

        The controller's `undo_switch` leads back. Returns whether a place was offered.
        """
        async with self._turns.lock:
            held, self._held = self._held, None
            if held is None:
                return False
            slug, elsewhere = held
            self._drop(slug)
            if go:
                await self._go_to(slug, elsewhere.place)
            return True

    def make(self, story: Story, elsewhere: Elsewhere | None) -> None:
        """Offer a place, where there is one that the story still has."""
        self._held = None
        if elsewhere is None:
            return
        if (words := _words_at(story, elsewhere)) is None:
            self._drop(story.slug)
            return
        self._held = (story.slug, elsewhere)
        self._turns.tell(
            PlaceOffered(
                words=words,
                at=elsewhere.at,
                percentage=elsewhere.percentage,
                device=elsewhere.device,
                is_here=elsewhere.is_here,
            )
        )

    def _drop(self, slug: str) -> None:
        self._turns.spawn(partial(self._turns.written, self._recorder.answered(slug)))


def _words_at(story: Story, elsewhere: Elsewhere) -> str | None:
    """Return the first line of the place, in the language it was heard in; None: it is gone."""
    place = elsewhere.place
    session = Session.begin(story, language=None, mix=None)
    session.hear(place.language, place.mix)
    taken = session.take_up(place.state, place.position_ms, away_s=0.0)
    if taken.landing is not Landing.SAME:
        return None
    lines = session.passage(session.node).lines
    return lines[0].text if lines else session.title
