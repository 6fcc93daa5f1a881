"""A question about what was said: what is offered, and how long the listener takes to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from player.audio.clock import Clock
from player.audio.output import PlaybackState
from player.learner.visits import UNHEARD
from player.playback.deck import Deck
from player.session import Session
from player.story.graph import Choice
from player.story.passages import Option
from player.story.state import StoryState


@dataclass(frozen=True, slots=True)
class Question:
    """What is offered now; `ms` is the time that the listener has had for it so far.

    `lost` is what is to be told of a passage that went on as text, and empty of any other.
    """

    options: Sequence[Option]
    ms: int
    lost: Mapping[str, Any] = field(default_factory=dict)

    def answered(self, taken: Choice | None) -> dict[str, Any]:
        """Return what is to be told of the answer, if it is a check, and of what was heard."""
        if taken is None or taken.correct is None:
            return {**self.lost}
        return {
            **self.lost,
            "correct": taken.correct,
            "options": len(self.options),
            "right_options": sum(option.correct is True for option in self.options),
            "answer_ms": self.ms,
        }


class Asking:
    """Measures the time from a question to its answer, in one story.

    The question stands when its passage was heard. Who answers before knows it from the last
    line, so it is counted from there; who answers before that has not heard it: 0.
    """

    def __init__(self, session: Session, deck: Deck, clock: Clock) -> None:
        self._session = session
        self._deck = deck
        self._clock = clock
        self._asked_at = 0.0
        self._asked_of: StoryState | None = None

    def ask(self) -> None:
        """Begin to measure: it is the listener's turn."""
        self._asked_at, self._asked_of = self._clock.now(), self._session.state

    @property
    def lost(self) -> dict[str, Any]:
        """What is to be told, of its sound, of the passage that is left now."""
        return {UNHEARD: True} if self._deck.is_lost else {}

    def question(self) -> Question:
        """Return what is offered where the story stands, with the time since."""
        return Question(self._session.options(), self._elapsed_ms(), self.lost)

    def _elapsed_ms(self) -> int:
        if self._deck.state is PlaybackState.FINISHED:
            is_asked = self._asked_of is self._session.state
            return round(1000 * (self._clock.now() - self._asked_at)) if is_asked else 0
        lines = self._session.passage(self._session.node).lines
        return max(0, self._deck.position_ms() - lines[-1].start_ms) if lines else 0
