"""Adapting: in which mix the next passage is heard, why, and what the listener holds themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from db.records import BehaviorRecord
from player.events import ChoiceTaken, Event, MixDecided, Notice, SpeedChanged
from player.languages import language_name
from player.learner.constants import FORGOTTEN_AFTER
from player.learner.explaining import Moved, because, counts, strongest
from player.learner.holds import NUDGED
from player.learner.recounting import told
from player.learner.selection import Decision, Reason
from player.playback.deck import Deck
from player.playback.serving import Serving, variant_of
from player.preferences import Preferences
from player.recording.recorder import Recorder
from player.session import Direction, Session, Step
from player.story.placements import all_known, questions
from player.story.walking import Variant, base_language

FORWARD: Final = (Direction.START, Direction.ON)
"""A passage that is heard again, or that was stepped back over, stays in the mix of the day."""

REMEMBERED: Final = 12

ONE_MIX: Final = "This story has one mix alone."
"""What is said where nobody could choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a story is heard in its mix, and what can be done about it.

    `sentence` is the reason, `belief` what is believed of the listener, `cause` what moved that
    last (empty: nothing yet). `held` is as in MixDecided; `before` is what taking the last change
    back would lead to; with `is_on` false kahani changes nothing by itself, and with `is_only`
    there is no other mix.
    """

    sentence: str
    belief: str
    cause: str
    held: str
    before: Variant | None
    is_on: bool
    is_only: bool

    @property
    def is_said_twice(self) -> bool:
        """Whether the sentence says only what is believed as well: that little is known yet."""
        return not self.sentence or self.belief.startswith(self.sentence.partition(" (")[0])


class Adapting(Serving):
    """Decides the mix of each next passage of the story being heard, one rung at a time.

    Belongs to the event loop. What the listener asks for always wins: a mix asked for when a story
    is opened, one held by the fader, a level pinned in a language. `came_from` is what was heard
    before the last change. What is believed is kept up even where nothing is adapted.
    """

    def __init__(
        self,
        recorder: Recorder,
        deck: Deck,
        *,
        tell: Callable[[Event], None],
        preferences: Callable[[], Preferences],
    ) -> None:
        super().__init__(recorder, deck, preferences)
        self._tell = tell
        self._since: list[Moved] = []
        self._of = ""
        self._before_step: tuple[MixDecided | None, bool] = (None, False)
        self._decided: MixDecided | None = None
        self._context: dict[str, Any] = {}
        self.came_from: Variant | None = None
        self._is_counted = True
        self._days_ago: int | None = None

    @property
    def context(self) -> dict[str, Any]:
        """Why the passage that begins is heard so, as its event keeps it."""
        return self._context

    def open(self, session: Session, *, is_new: bool, is_asked: bool) -> None:
        """Begin with a story, in the mix that serves best where it is new and nobody asked for one.

        A mix that was asked for is newer than one that is held.
        """
        self._session, self.came_from = session, None
        self._asked_mix = session.variant.mix if is_asked else None
        self._was_relieved, self._since = False, []
        known = self._speed = self._known_speed(session)
        if is_new:
            self._speed = self._nudged(session, known)
        decision = self._first(session) if is_new else self._here(session)
        self._decide(session, decision, is_change=False)
        if self._speed != known:
            self._context[NUDGED] = self._speed

    def begin(self) -> tuple[Event, ...]:
        """Have the sound as fast as serves best, once the story before is left.

        Returns what is to be told of it, once the story is told to be open.
        """
        self._recorder.beliefs.since()
        told = tuple(Notice(words) for words in [self._known_by_heart()] if words)
        speed, self._speed = self._speed, None
        if speed is None or speed == self._deck.speed:
            return told
        self._deck.set_speed(speed)
        return (*told, SpeedChanged(self._deck.speed))

    def step(self, session: Session, step: Step, left: BehaviorRecord) -> Step:
        """Return the step in the mix in which it should be heard, once the last visit is over.

        `left` is the event that ends that visit. The variant of the session is changed with it.
        """
        self._before_step = self._decided, self._was_relieved
        self._learn(session, left)
        if step.direction not in FORWARD:
            self._decide(session, self._here(session), is_change=False)
            self._context = {}  # nothing was decided anew
            return step
        self._was_relieved = self._was_relieved and step.direction is not Direction.START
        spoken = session.variant
        self._since = [*self._since, *self._recorder.beliefs.since()][-REMEMBERED:]
        decision = self._next_here(session)
        is_change = decision is not None and decision.rung.variant != spoken.key
        self._decide(session, decision, is_change=is_change)
        return session.here(step.direction, step.taken) if session.variant != spoken else step

    def counted(self, taken: ChoiceTaken) -> ChoiceTaken:
        """Return a choice that was taken with whether anything was learned of it, and why not.

        It is the one that led to the last step; what is not known yet is told to count.
        """
        return replace(taken, is_counted=self._is_counted, days_ago=self._days_ago)

    def stay(self) -> None:
        """Take the last step back: it could not be written down."""
        self._decided, self._was_relieved = self._before_step

    def told(self) -> str:
        """Tell what was decided; return why, where kahani changed the mix."""
        decided = self._decided
        if decided is None:
            return ""
        if decided.is_change:
            self._was_relieved = self._was_relieved or decided.reason == Reason.RELIEF
            self._since = []
        self._tell(decided)
        return decided.sentence if decided.is_change and not decided.held else ""

    def first_in(self, session: Session, variant: Variant) -> Variant:
        """Return what a story that goes over to another language is heard in there."""
        spoken, session.variant = session.variant, variant
        try:
            decision = self._first(session)
        finally:
            session.variant = spoken
        return variant if decision is None else variant_of(session.story, decision.rung)

    def foreseen(self, session: Session) -> Variant:
        """Return what the next passage is heard in, as far as can be told now."""
        decision = self._next(session)
        return session.variant if decision is None else variant_of(session.story, decision.rung)

    def held_anew(self) -> None:
        """Tell that the listener holds the mix now, or lets go of it, or hears another."""
        if self._session is not None:
            self._decide(self._session, self._here(self._session), is_change=False)
            self.told()

    def let_go(self) -> None:
        """Forget the mix that was asked for when the story was opened."""
        self._asked_mix = None

    def why(self) -> Why | None:
        """Return why the story is heard in its mix; None without a story."""
        if self._session is None:
            return None
        language = base_language(self._session.variant.language)
        decided, change = self._decided, self._recorder.beliefs.change(language)
        return Why(
            sentence=decided.sentence if decided else "",
            belief=told(self.belief(language), language_name(language)),
            cause=change.cause if change else "",
            held=self.held_in(self._session),
            before=self.came_from,
            is_on=self.is_on,
            is_only=not self.has_choice(self._session),
        )

    def _known_by_heart(self) -> str:
        """Return what to tell of a placement whose questions were all answered lately."""
        session, state = self._session, self._recorder.beliefs.state
        if session is None or state is None or not session.story.is_placement:
            return ""
        slug, now = session.story.slug, self._recorder.now()
        asked = [state.asked_at(slug, key, now) for key in questions(session.story)]
        known = [at for at in asked if at is not None]
        return all_known(max(known) + FORGOTTEN_AFTER) if known and len(known) == len(asked) else ""

    def _learn(self, session: Session, left: BehaviorRecord) -> None:
        beliefs, points = self._recorder.beliefs, self._points(session)
        asked_at = beliefs.asked_at(left)
        self._days_ago = None if asked_at is None else max(0, (left.timestamp - asked_at).days)
        beliefs.learn(left)
        self._is_counted = points is None or points != self._points(session)

    def _points(self, session: Session) -> int | None:
        """Return how many visits counted in the language heard; None while it is found out."""
        state = self._recorder.beliefs.state
        if state is None:
            return None
        known = state.beliefs.get(base_language(session.variant.language))
        return known.points if known else 0

    def _decide(self, session: Session, decision: Decision | None, *, is_change: bool) -> None:
        self._context, self._decided = {}, None
        if decision is None:
            return
        language = base_language(session.variant.language)
        belief, before = self.belief(language), session.variant
        session.variant = variant_of(session.story, decision.rung)
        if language != self._of:
            self._of, self._since = language, []  # what was heard in another tells nothing of it
        self._decided = MixDecided(
            reason=decision.reason,
            sentence=because(
                decision,
                belief,
                self._since,
                language=language_name(language),
                is_only=not self.has_choice(session),
            ),
            is_change=is_change,
            held=self.held_in(session),
        )
        told = counts(belief, decision.rung.difficulty)
        self._context = {
            "why": str(decision.reason),
            "expected": round(decision.expected, 3),
            "in_ten": list(told),
        }
        if is_change:
            self._context["from"] = before.key
        if (most := strongest(self._since)) is not None:
            self._context["moved"] = most.to_json()
