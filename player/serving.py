"""Serving: what would serve the listener best, of what a story has and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from player.deck import Deck
from player.learner.belief import Belief
from player.learner.folding import State
from player.learner.holds import LANGUAGE, STORY
from player.learner.selection import (
    Decision,
    Reason,
    Rung,
    Wish,
    first_rung,
    next_rung,
    nudged_speed,
)
from player.preferences import Preferences
from player.recording import Recorder
from player.rungs import ladder
from player.session import Session
from player.story.graph import Story
from player.story.walking import base_language

OWN_SPEED: Final = Preferences().speed


class Serving:
    """Puts together what is believed, what is held and what there is; changes nothing.

    `usual_mix` is that of the settings; with `is_on` false nothing is adapted.
    """

    def __init__(
        self, recorder: Recorder, deck: Deck, preferences: Callable[[], Preferences]
    ) -> None:
        self._recorder = recorder
        self._deck = deck
        self._preferences = preferences
        self._session: Session | None = None
        self._asked_mix: float | None = None
        self._speed: float | None = None
        self._was_relieved = False
        self.usual_mix: float | None = None
        self.is_on = True

    @property
    def state(self) -> State:
        """What is believed of the listener, of all languages."""
        return self._recorder.beliefs.assumed

    def wish(self, language: str, slug: str = "") -> Wish:
        """Return what the listener holds of a language, and of one story in it."""
        holds = self._recorder.beliefs.holds
        held = holds.wish(base_language(language), slug)
        mix = self._asked(slug) if held.mix is None else held.mix
        speed = self._preferences().speed
        return Wish(
            mix=self.usual_mix if mix is None else mix,
            difficulty=held.difficulty,
            speed=speed if speed != OWN_SPEED or holds.is_speed_own else None,
        )

    def held(self, language: str, slug: str) -> str:
        """Return who decides the mix: "story", "language" (the listener), or "" (kahani)."""
        wish = self.wish(language, slug)
        if wish.mix is not None:
            return STORY
        return LANGUAGE if wish.difficulty is not None else ""

    def rung(self, session: Session) -> Rung | None:
        """Return the rung that is heard; None where the story has no such ladder."""
        here = session.variant.key
        return next((r for r in self._ladder(session) if r.variant == here), None)

    def belief(self, language: str) -> Belief:
        """Return what is believed of a language; its prior where nothing is."""
        return self.state.belief(base_language(language), self._preferences().level)

    def _asked(self, slug: str) -> float | None:
        is_open = self._session is not None and self._session.story.slug == slug
        return self._asked_mix if is_open else None

    def _adapts(self, story: Story) -> bool:
        return self.is_on and not story.is_placement

    def _ladder(self, session: Session) -> Sequence[Rung]:
        language = session.variant.language
        speed = self._deck.speed if self._speed is None else self._speed
        along = self._recorder.reads_along
        return ladder(session.story, language, speed=speed, reads_along=along)

    def _first(self, session: Session) -> Decision | None:
        steps = self._ladder(session)
        if not self._adapts(session.story) or not steps:
            return self._here(session)
        wish = self.wish(session.variant.language, session.story.slug)
        return first_rung(self.belief(session.variant.language), steps, wish=wish)

    def _next(self, session: Session) -> Decision | None:
        here = self.rung(session)
        if here is None or not self._adapts(session.story):
            return self._here(session)
        language = session.variant.language
        return next_rung(
            self.belief(language),
            self._ladder(session),
            here,
            wish=self.wish(language, session.story.slug),
            was_relieved=self._was_relieved,
        )

    def _here(self, session: Session) -> Decision | None:
        """Return the decision that all stays as it is; None where there is none to be made."""
        here = self.rung(session)
        if here is None or session.story.is_placement:
            return None
        is_held = bool(self.held(session.variant.language, session.story.slug))
        expected = self.belief(session.variant.language).expected(here.difficulty)
        return Decision(here, Reason.PINNED if is_held else Reason.HOLD, expected)

    def _known_speed(self, session: Session) -> float:
        """Return how fast stories are heard: as the listener set it, else as it served best."""
        own, language = self._preferences().speed, base_language(session.variant.language)
        holds = self._recorder.beliefs.holds
        if own != OWN_SPEED or holds.is_speed_own or not self._adapts(session.story):
            return own
        return holds.speeds.get(language, OWN_SPEED)

    def _nudged(self, session: Session, speed: float) -> float:
        """Return the speed for a new story: a step slower or faster where no mix serves."""
        language = session.variant.language
        wish, steps = self.wish(language, session.story.slug), self._ladder(session)
        if wish.difficulty is not None or not steps or not self._adapts(session.story):
            return speed
        if (mix := wish.mix) is not None:
            steps = [min(steps, key=lambda rung: abs(rung.mix - mix))]
        return nudged_speed(self.belief(language), steps, speed, wish=wish)
