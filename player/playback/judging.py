"""What a listener says of a story: whether they like it, and how difficult it is and was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from player.audio.clock import Clock
from player.errors import UsageError
from player.events import Event, NodeEntered, ReactionChanged, StoryRated
from player.learner.evidence import Felt
from player.learner.holds import HELD, LANGUAGE, RATED, STORY
from player.playback.adapting import Adapting
from player.playback.deck import Deck
from player.playback.hearing import Hearing
from player.playback.performance import Performance
from player.playback.turns import Turns
from player.recording.recorder import Recorder
from player.session import Direction, Session
from player.story.walking import Variant, base_language

REACTIONS: Final = (None, "like", "love", "favorite")
THANKS: Final = {
    Felt.EASY: "Thank you. What comes next may have a little less English.",
    Felt.RIGHT: "Thank you. It stays about so.",
    Felt.HARD: "Thank you. What comes next may have a bit more English.",
}
"""What is said to each rating, where kahani chooses the mix."""

ONLY_THANKS: Final = "Thank you. It helps to tell which stories fit you."


class Judging(Hearing):
    """What a listener may say of the story, and of its difficulty besides the mix itself."""

    def __init__(self, recorder: Recorder, deck: Deck, clock: Clock, turns: Turns) -> None:
        super().__init__(recorder, deck, clock, turns)
        self.adapting = Adapting(
            recorder, deck, tell=turns.tell, preferences=lambda: self._preferences
        )
        self._rated: Session | None = None
        self._reaction: str | None = None

    async def next_language(self) -> None:
        """Hear the story in its next language, in the mix that serves, from the next line on."""
        await self._hear(self._next_language)

    async def like(self) -> None:
        """Like the story; again: love, favorite, and none."""
        await self._do(self._like)

    async def react(self, reaction: str | None) -> None:
        """Like, love or make a favorite of the story, or take that back with None."""
        await self._do(lambda p: self._react(p, reaction))

    async def pin(self, language: str | None = None) -> None:
        """Keep the difficulty of a language as it is in all stories; None: of the one heard.

        Raises UsageError for a language in which nothing was heard yet.
        """
        async with self._turns.lock:
            await self._pin(language, is_on=True)

    async def unpin(self, language: str | None = None) -> None:
        """Let kahani choose the difficulty again, in the story being heard as well.

        Raises UsageError where the settings hold the mix, or nothing was heard in the language.
        """
        if self.adapting.usual_mix is not None:
            raise UsageError(
                "The settings hold the mix. Under English there, choose: as each story has it."
            )
        async with self._turns.lock:
            await self._pin(language, is_on=False)

    async def rate(self, felt: str) -> None:
        """Say after an ending how difficult the story was: easy, right or hard; once.

        Raises UsageError for any other word.
        """
        if felt not in tuple(Felt):
            raise UsageError(f"{felt!r} is not a rating; there is {', '.join(Felt)}.")
        async with self._turns.lock:
            performance = self._performance
            if performance is None or not self.can_rate:
                return
            self._rated = session = performance.session
            await performance.did(RATED, rating=felt)
            is_least = felt == Felt.EASY and not session.variant.mix
            may_change = self.adapting.chooses(session) and not is_least
            self._turns.tell(StoryRated(felt, THANKS[Felt(felt)] if may_change else ONLY_THANKS))

    @property
    def can_rate(self) -> bool:
        """Whether an ending was heard of a story that was not rated since it began."""
        session = self.session
        return (
            session is not None
            and session.state.is_finished
            and not session.story.is_placement
            and session is not self._rated
        )

    def _follow(self, event: Event) -> None:
        super()._follow(event)
        if isinstance(event, NodeEntered) and event.direction is Direction.START:
            self._rated = None

    def _next_language(self, session: Session, now: Variant) -> Variant | None:
        following = session.next_language(now)
        return None if following is None else self._served(session, following)

    def _served(self, session: Session, wanted: Variant) -> Variant:
        mix = self.adapting.wish(wanted.language, session.story.slug).mix
        if mix is not None:
            return session.variant_of(wanted.language, mix)
        is_named = wanted.language != base_language(wanted.language)
        return wanted if is_named else self.adapting.first_in(session, wanted)

    async def _pin(self, language: str | None, *, is_on: bool) -> None:
        performance = self._performance
        if performance is not None and performance.session.story.is_placement:
            performance = None
        open_one = base_language(performance.session.variant.language) if performance else None
        wanted = base_language(language) if language else open_one
        if wanted is None:
            return
        if performance is None or wanted != open_one:
            level = self.adapting.belief(wanted).difficulty_adjustment if is_on else None
            event = await self._turns.read(self._recorder.held_elsewhere, wanted, level)
            await self._turns.written(self._recorder.noted(event))
            return
        level = self.adapting.level(performance.session)
        await performance.did(RATED, rating=HELD, of=LANGUAGE, difficulty=level if is_on else None)
        self.adapting.let_go()
        await performance.did(RATED, rating=HELD, of=STORY, mix=None)
        self.adapting.held_anew()

    async def _hold(self) -> None:
        """Keep the mix that the listener asked for, in this story."""
        performance = self._performance
        if performance is not None and not performance.session.story.is_placement:
            variant = performance.planned or performance.session.variant
            await performance.did(RATED, rating=HELD, of=STORY, mix=variant.mix)
            self.adapting.let_go()
            self.adapting.held_anew()

    async def _like(self, performance: Performance) -> None:
        following = REACTIONS[(REACTIONS.index(self._reaction) + 1) % len(REACTIONS)]
        await self._react(performance, following)

    async def _react(self, performance: Performance, reaction: str | None) -> None:
        record = self._recorder.liked(performance.session, reaction)
        if await self._turns.written(record):
            self._reaction = reaction
            self._turns.tell(ReactionChanged(reaction))

    async def _do(self, act: Callable[[Performance], Awaitable[None]]) -> None:
        async with self._turns.lock:
            if self._performance:
                await act(self._performance)
