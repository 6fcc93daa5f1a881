"""One story being heard: each move is written down, then fetched, then sounded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from uuid import UUID

from player.audio.clock import Clock
from player.audio.output import PlaybackState
from player.events import (
    ChoiceAwaited,
    ChoiceTaken,
    NodeEntered,
    PassageHeard,
    PositionJumped,
    StoryFinished,
    VariantChanged,
)
from player.playback.adapting import Adapting
from player.playback.checkpoint import Checkpoint
from player.playback.complaints import AS_TEXT, COUNTS_NOT
from player.playback.deck import Deck
from player.playback.holding import Hold
from player.playback.looking_ahead import LookAhead
from player.playback.questions import Asking
from player.playback.trodden import Trodden
from player.playback.turns import Turns
from player.recording.recorder import Recorder
from player.recording.scribe import answered
from player.session import Session, Step
from player.story.graph import Choice
from player.story.lines import Line, line_at
from player.story.rewinding import start_of
from player.story.walking import Variant


class Performance:
    """A session with the deck that sounds it and the recorder that remembers it.

    Its methods are not guarded against each other: the controller lets one run at a time.
    `planned` is the variant of the next line to be heard, where it is another; with
    `waits_after_passage` the listener goes on by a key.
    """

    def __init__(
        self,
        session: Session,
        *,
        recorder: Recorder,
        deck: Deck,
        clock: Clock,
        turns: Turns,
        ahead: LookAhead,
        adapting: Adapting,
    ) -> None:
        self.session = session
        self._recorder = recorder
        self._deck = deck
        self._turns, self._tell = turns, turns.tell
        self._ahead, self.adapting = ahead, adapting
        self._checkpoint = Checkpoint(clock, session, deck, recorder, turns)
        deck.complaints.follows = COUNTS_NOT if session.story.is_placement else AS_TEXT
        self._asking, self.hold = Asking(session, deck, clock), Hold(deck, clock)
        self.planned: Variant | None = None
        self.waits_after_passage = False

    async def begin(self, step: Step, start_ms: int) -> None:
        """Hear the first node of this sitting from `start_ms` on."""
        why, speed = self.adapting.context, self._deck.speed
        record = self._recorder.started(self.session, step, start_ms, speed=speed, why=why)
        if not await self._sound(step, record, start_ms):
            await self._put_back(start_ms)
        self._enter(step, start_ms)
        self._checkpoint.start()

    async def move(self, decide: Callable[[Session], Step | None]) -> None:
        """Go where `decide` leads; nowhere when it returns None or cannot be written down."""
        session, before, spoken = self.session, self.session.state, self.session.variant
        position_ms, speed = self._deck.position_ms(), self._deck.usual_speed
        kind = "complete" if self._deck.state is PlaybackState.FINISHED else "skip"
        left = self._recorder.behavior(kind, session, position_ms, speed=speed)
        question = self._asking.question()
        step = _decided(session, decide, self.planned or spoken)
        if step is None:
            return
        self._recorder.heard(session.story, self._deck.take_listened_ms())
        left = answered(left, question.answered(step.taken))
        step = self.adapting.step(session, step, left)
        is_switched, why = session.variant != spoken, self.adapting.context
        record = self._recorder.moved(
            session, step, left, speed=speed, is_switched=is_switched, why=why
        )
        if not await self._sound(step, record):
            session.state, session.variant = before, spoken
            self.adapting.stay()
            await self._put_back(position_ms)
            return
        self._changed(spoken, self.adapting.told())
        if (taken := step.taken) is not None:
            told = _taken(taken, before.node_id, session, self._ahead.trodden)
            self._tell(self.adapting.counted(told))
        self._enter(step, 0)

    def _changed(self, before: Variant, why: str = "") -> None:
        """Tell the variant that is heard now, where it is another than before."""
        if (variant := self.session.variant) != before:
            self.planned, self.adapting.came_from = None, before
            self._tell(VariantChanged(variant.language, variant.mix, self.session.title, why))

    async def passage_heard(self) -> None:
        """Go on after the end of a passage: to the next, to the listener's turn, or to the end."""
        session = self.session
        if not self._deck.take_end():
            return
        if session.node.is_end:
            await self._finish()
        elif options := session.options():
            self._asking.ask()
            self._tell(ChoiceAwaited(options))
        elif self.waits_after_passage:
            self._tell(PassageHeard())
        else:
            await self.move(Session.advance)

    async def seek(self, position_ms: int, kind: str, **context: Any) -> None:
        """Go to a place in the clip; `kind` is what the listener meant by it."""
        came_from = self._deck.position_ms()
        target = await self._deck.seek(position_ms, again=kind == "replay")
        self._tell(PositionJumped(target))
        await self.did(kind, from_ms=came_from, **context)

    async def did(self, kind: str, **context: Any) -> None:
        """Write down what the listener did to the sound."""
        self._recorder.heard(self.session.story, self._deck.take_listened_ms())
        position_ms, speed = self._deck.position_ms(), self._deck.speed
        record = self._recorder.did(kind, self.session, position_ms, speed=speed, **context)
        await self._turns.written(record)

    async def leave(self) -> None:
        """Fall silent and write down the place, to the line."""
        self._checkpoint.stop()
        session, position_ms = self.session, self._deck.position_ms()
        self._recorder.heard(session.story, self._deck.take_listened_ms())
        self._deck.stop()
        speed, lost = self._deck.speed, self._asking.lost
        if self._recorder.is_doubtful:
            await asyncio.to_thread(self._recorder.settle)
        await self._turns.written(self._recorder.left(session, position_ms, speed=speed, **lost))

    async def switch(self, variant: Variant, line: int) -> bool:
        """Hear a line in another language or mix; return whether it could be written down."""
        session, before = self.session, self.session.variant
        position_ms = self._deck.position_ms()
        session.variant, is_held = variant, self._deck.state is PlaybackState.PAUSED
        step = session.here()
        lines = step.passage.lines
        start_ms = start_of(lines, min(line, len(lines) - 1))
        self._recorder.heard(session.story, self._deck.take_listened_ms())
        record = self._recorder.changed_language(session, step, start_ms=start_ms)
        if not await self._sound(step, record, start_ms, held=is_held):
            session.variant = before
            await self._put_back(position_ms)
            return False
        self._changed(before)
        self.adapting.held_anew()
        self._enter(step, start_ms)
        return True

    async def toggle(self, *, is_on: bool | None = None) -> None:
        """Play or pause, or only what `is_on` says; after a passage go on, or begin again."""
        if is_on is self._deck.is_on:
            return
        if self.hold.begin():
            await self.did("pause")
        elif self._deck.state is PlaybackState.PAUSED:
            from_ms = self._deck.position_ms()
            if (target_ms := await self.hold.end(self.lines)) is not None:
                self._tell(PositionJumped(target_ms))
            await self.did("resume", from_ms=from_ms)
        elif self.session.state.is_finished:
            await self.move(Session.restart)
        elif self._deck.state is PlaybackState.FINISHED:
            await self.move(Session.advance)

    async def sound_on(self) -> None:
        """Go on from here where the sound is held."""
        if self._deck.resume():
            await self.did("resume")

    @property
    def line(self) -> int:
        """The line being heard, from 0; -1 where there is no text."""
        return line_at(self.lines, self._deck.position_ms())

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the passage being heard."""
        return self.session.passage(self.session.node).lines

    def _enter(self, step: Step, start_ms: int) -> None:
        self._checkpoint.passed(step.depth)
        self._tell(
            NodeEntered(
                passage=step.passage,
                options=step.options,
                direction=step.direction,
                depth=step.depth,
                start_ms=start_ms,
                percentage=step.percentage,
            )
        )
        self._turns.spawn(self._ahead.get_ready)

    async def _sound(
        self, step: Step, record: Future[None], start_ms: int = 0, *, held: bool = False
    ) -> bool:
        """Sound a step, or have it ready `held`, once its record is durable; else return False."""
        self._deck.cue(source := await self._deck.fetch(step.passage))
        if not await self._turns.written(record):
            return False
        self._deck.play(step.passage, source, start_ms=start_ms, held=held)
        await asyncio.sleep(0)  # lets the thread of the sound go before the screen
        return True

    async def _put_back(self, position_ms: int) -> None:
        """Hear on where the listener still stands, as the way on could not be written down."""
        passage = self.session.passage(self.session.node)
        self._deck.play(passage, await self._deck.fetch(passage), start_ms=position_ms)

    async def _finish(self) -> None:
        (session := self.session).finish()
        self._recorder.heard(session.story, self._deck.take_listened_ms())
        at_ms, speed, lost = self._deck.position_ms(), self._deck.speed, self._asking.lost
        if await self._turns.written(self._recorder.completed(session, at_ms, speed=speed, **lost)):
            endings = len(session.state.endings), session.endings_total
            self._tell(StoryFinished(session.node.key, *endings))


def _taken(choice: Choice, at: UUID, session: Session, trodden: Trodden) -> ChoiceTaken:
    trodden.take(choice.id)
    words, share = session.recap()[-1], trodden.share(choice.id)
    return ChoiceTaken(at, choice.key, words, choice.correct, share)


def _decided(
    session: Session, decide: Callable[[Session], Step | None], planned: Variant
) -> Step | None:
    """Return the step that is decided on, in the variant that was planned from here on."""
    spoken, session.variant = session.variant, planned
    step = None
    try:
        step = decide(session)
    finally:
        if step is None:
            session.variant = spoken
    return step
