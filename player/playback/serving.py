"""Serving: what would serve the listener best, of what a story has and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from player.learner.belief import Belief
from player.learner.folding import State
from player.learner.holds import LANGUAGE, STORY
from player.learner.selection import (
    NO_WISH,
    Decision,
    Reason,
    Rung,
    Wish,
    first_rung,
    next_rung,
    nudged_speed,
)
from player.playback.deck import Deck
from player.preferences import Preferences
from player.recording.recorder import Recorder
from player.rungs import conditions, has, ladder
from player.session import Session
from player.story.graph import Story
from player.story.walking import Variant, base_language, rungs

OWN_SPEED: Final = Preferences().speed
CHANGES: Final = (Reason.EASIER, Reason.RELIEF, Reason.HARDER)


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

    def reads_along(self) -> bool:
        """Return whether the listener has the transcript in view."""
        return self._recorder.reads_along

    def wish(self, language: str, slug: str = "") -> Wish:
        """Return what the listener holds of a language, and of one story in it."""
        holds = self._recorder.beliefs.holds
        held = holds.wish(base_language(language), slug)
        asked = self._asked(slug)
        mix = held.mix if asked is None else asked
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

    def held_in(self, session: Session) -> str:
        """Return who decides the mix of a story, as `held`; nobody holds the only one there is."""
        by = self.held(session.variant.language, session.story.slug)
        return "" if by == STORY and not self.has_choice(session) else by

    def has_choice(self, session: Session) -> bool:
        """Whether a story has more than one rung in the language that is heard."""
        return len(self._ladder(session)) > 1

    def chooses(self, session: Session) -> bool:
        """Whether it is kahani that decides which of several mixes of a story is heard."""
        is_free = self._adapts(session.story) and not self.held_in(session)
        return is_free and self.has_choice(session)

    def level(self, session: Session) -> float:
        """Return the difficulty of what is heard, in logits, were it read along at its own speed.

        So a level that is pinned stays the same, however a listener hears.
        """
        here = self.rung(session)
        language = session.variant.language
        if here is None:
            return self.belief(language).difficulty_adjustment
        return here.difficulty - self._conditions

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

    @property
    def _own_speed(self) -> float:
        """How fast the story is heard, or will be, a line that is heard slowly apart."""
        return self._deck.usual_speed if self._speed is None else self._speed

    @property
    def _conditions(self) -> float:
        return conditions(speed=self._own_speed, reads_along=self._recorder.reads_along)

    def _ladder(self, session: Session, *, is_new: bool = False) -> Sequence[Rung]:
        return ladder(
            session.story,
            session.variant.language,
            speed=self._own_speed,
            reads_along=self._recorder.reads_along,
            present=None if is_new else session.variant,
        )

    def _wish(self, session: Session, steps: Sequence[Rung]) -> Wish:
        """Return what is held of a story, as hard as a pinned level is for who hears it so."""
        if len(steps) == 1:
            return NO_WISH
        wish = self.wish(session.variant.language, session.story.slug)
        if wish.difficulty is None:
            return wish
        return replace(wish, difficulty=wish.difficulty + self._conditions)

    def _first(self, session: Session) -> Decision | None:
        steps = self._ladder(session, is_new=True)
        if not self._adapts(session.story) or not steps:
            return self._here(session)
        wish = self._wish(session, steps)
        return first_rung(self.belief(session.variant.language), steps, wish=wish)

    def _next(self, session: Session) -> Decision | None:
        here, steps = self.rung(session), self._ladder(session)
        if here is None or not self._adapts(session.story):
            return self._here(session)
        return next_rung(
            self.belief(session.variant.language),
            steps,
            here,
            wish=self._wish(session, steps),
            was_relieved=self._was_relieved,
        )

    def _next_here(self, session: Session) -> Decision | None:
        """Return what the node to be heard is heard in; a change waits for one that has it."""
        decision = self._next(session)
        if decision is None or decision.reason not in CHANGES:
            return decision
        variant = variant_of(session.story, decision.rung)
        return decision if has(session.story, session.node, variant) else self._here(session)

    def _here(self, session: Session) -> Decision | None:
        """Return the decision that all stays as it is; None where there is none to be made."""
        here = self.rung(session)
        if here is None or session.story.is_placement:
            return None
        is_held = self.has_choice(session) and bool(self.held_in(session))
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
        wish = self.wish(language, session.story.slug)
        steps = self._ladder(session, is_new=True)
        if wish.difficulty is not None or not steps or not self._adapts(session.story):
            return speed
        if (mix := wish.mix) is not None:
            steps = [min(steps, key=lambda rung: abs(rung.mix - mix))]
        belief, nudged_at = self.belief(language), self._recorder.beliefs.holds.nudged_at
        before = nudged_at.get(base_language(language))
        if belief.at is None or (before is not None and belief.at <= before):
            return speed  # nothing was learned yet, or since the last step
        return nudged_speed(belief, steps, speed, wish=wish)


def variant_of(story: Story, rung: Rung) -> Variant:
    """Return the variant of a story that a rung is."""
    language = rung.variant.partition("@")[0]
    return next(v for v in rungs(story, language) if v.key == rung.variant)
