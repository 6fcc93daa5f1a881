"""One story being heard: each move is written down, then fetched, then sounded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Final, TypeAlias

from player.audio.clock import Clock
from player.audio.output import PlaybackState
from player.checkpoint import Checkpoint
from player.deck import Deck
from player.events import (
    ChoiceAwaited,
    ChoiceTaken,
    Event,
    NodeEntered,
    Notice,
    PositionJumped,
    Severity,
    StoryFinished,
    VariantChanged,
)
from player.recording import NotSavedError, Recorder
from player.session import Session, Step
from player.story.lines import Line, line_at

LINE_GRACE_MS: Final = 1500
"""So soon after a line began, "previous line" means the one before it, as track keys do."""

Spawn: TypeAlias = Callable[[Coroutine[Any, Any, Any]], None]


class Performance:
    """A session with the deck that sounds it and the recorder that remembers it.

    Its methods are not guarded against each other: the controller lets one run at a time. `spawn`
    starts work that nobody waits for.
    """

    def __init__(
        self,
        session: Session,
        *,
        recorder: Recorder,
        deck: Deck,
        clock: Clock,
        tell: Callable[[Event], None],
        spawn: Spawn,
    ) -> None:
        self.session = session
        self._recorder = recorder
        self._deck = deck
        self._tell = tell
        self._spawn = spawn
        self._checkpoint = Checkpoint(clock, self._keep_place)
        self._noted: tuple[int, int] = (0, 0)

    async def begin(self, step: Step, start_ms: int) -> None:
        """Hear the first node of this sitting from `start_ms` on."""
        record = self._recorder.started(self.session, step, start_ms, speed=self._deck.speed)
        if not await self._sound(step, record, start_ms):
            await self._put_back(start_ms)
        self._enter(step, start_ms)
        self._checkpoint.start()

    async def move(self, decide: Callable[[Session], Step | None]) -> None:
        """Go where `decide` leads; nowhere when it returns None or cannot be written down."""
        session, before = self.session, self.session.state
        position_ms, speed = self._deck.position_ms(), self._deck.speed
        is_heard = self._deck.state is PlaybackState.FINISHED
        kind = "complete" if is_heard else "skip"
        left = self._recorder.behavior(kind, session, position_ms, speed=speed)
        step = decide(session)
        if step is None:
            return
        self._recorder.heard(session.story, self._deck.take_listened_ms())
        record = self._recorder.moved(session, step, left=[left], speed=speed)
        if not await self._sound(step, record):
            session.state = before
            await self._put_back(position_ms)
            return
        if (taken := step.taken) is not None:
            words = session.recap()[-1]
            self._tell(ChoiceTaken(before.node_id, taken.key, words, taken.correct))
        self._enter(step, 0)

    async def passage_heard(self) -> None:
        """Go on after the end of a passage: to the next, to the listener's turn, or to the end."""
        session = self.session
        if self._deck.state is not PlaybackState.FINISHED:
            return
        if session.node.is_end:
            await self._finish()
        elif options := session.options():
            self._tell(ChoiceAwaited(options))
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
        await self.written(
            self._recorder.did(kind, self.session, position_ms, speed=speed, **context)
        )

    async def leave(self) -> None:
        """Fall silent and write down the place, to the line."""
        self._checkpoint.stop()
        position_ms = self._deck.position_ms()
        self._recorder.heard(self.session.story, self._deck.take_listened_ms())
        self._deck.stop()
        record = self._recorder.left(self.session, position_ms, speed=self._deck.speed)
        await self.written(record)

    async def switch(self, change: Callable[[Session], bool]) -> None:
        """Hear the same line in another language or mix; nothing where there is no other."""
        session, before = self.session, self.session.variant
        _, index = self._line()
        position_ms = self._deck.position_ms()
        if not change(session):
            return
        step = session.here()
        lines = step.passage.lines
        start_ms = _start_of(lines, min(index, len(lines) - 1))
        self._recorder.heard(session.story, self._deck.take_listened_ms())
        record = self._recorder.changed_language(session, step, start_ms=start_ms)
        if not await self._sound(step, record, start_ms):
            session.variant = before
            await self._put_back(position_ms)
            return
        self._tell(VariantChanged(session.variant.language, session.variant.mix, session.title))
        self._enter(step, start_ms)

    async def toggle(self, *, is_on: bool | None = None) -> None:
        """Play or pause, or only what `is_on` says; after an ending, begin again."""
        if is_on is (self._deck.state in (PlaybackState.PLAYING, PlaybackState.LOADING)):
            return
        if self._deck.pause():
            await self.did("pause")
        elif self._deck.resume():
            await self.did("resume")
        elif self.session.state.is_finished:
            await self.move(Session.restart)

    async def replay_line(self) -> None:
        """Hear the present line again, and try the sound again where it was given up."""
        lines, index = self._line()
        await self.seek(_start_of(lines, index), "replay", line=index)

    async def next_line(self) -> None:
        """Go to the next line; from the last one to the next node, never past a choice."""
        lines, index = self._line()
        if index + 1 < len(lines):
            await self.seek(lines[index + 1].start_ms, "seek", line=index + 1)
        else:
            await self.move(Session.advance)

    async def previous_line(self) -> None:
        """Go to the previous line, or to the start of this one when it is well under way."""
        lines, index = self._line()
        if index > 0 and self._deck.position_ms() - lines[index].start_ms < LINE_GRACE_MS:
            index -= 1
        await self.seek(_start_of(lines, index), "seek", line=index)

    def _line(self) -> tuple[tuple[Line, ...], int]:
        lines = self.session.passage(self.session.node).lines
        return lines, line_at(lines, self._deck.position_ms())

    async def written(self, future: Future[None]) -> bool:
        """Wait until it is durable; where it cannot be written, say so and return False."""
        try:
            await asyncio.wrap_future(future)
        except NotSavedError as error:
            self._tell(Notice(f"Not saved: {error}", Severity.ERROR))
            return False
        return True

    def _enter(self, step: Step, start_ms: int) -> None:
        self._noted = (step.depth, 0)
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
        self._spawn(_look_ahead(self.session, self._deck))

    async def _sound(self, step: Step, record: Future[None], start_ms: int = 0) -> bool:
        """Sound a step once its record is durable; return whether it could be written."""
        path = await self._deck.fetch(step.passage)
        self._deck.cue(path)
        if not await self.written(record):
            return False
        self._deck.play(step.passage, path, start_ms=start_ms)
        await asyncio.sleep(0)  # lets the thread of the sound go before the screen
        return True

    async def _put_back(self, position_ms: int) -> None:
        """Hear on where the listener still stands, as the way on could not be written down."""
        passage = self.session.passage(self.session.node)
        self._deck.play(passage, await self._deck.fetch(passage), start_ms=position_ms)

    async def _finish(self) -> None:
        session = self.session
        session.finish()
        self._recorder.heard(session.story, self._deck.take_listened_ms())
        position_ms, speed = self._deck.position_ms(), self._deck.speed
        if await self.written(self._recorder.completed(session, position_ms, speed=speed)):
            found = len(session.state.endings)
            self._tell(StoryFinished(session.node.key, found, session.endings_total))

    def _keep_place(self) -> None:
        """Write down the place whenever another line is heard, so that no crash costs more."""
        lines, index = self._line()
        here = (len(self.session.state.trail), index)
        if self._deck.state is PlaybackState.PLAYING and lines and here != self._noted:
            self._noted = here
            record = self._recorder.placed(self.session, lines[index].start_ms)
            self._spawn(self.written(record))


async def _look_ahead(session: Session, deck: Deck) -> None:
    """Get ready what may come next, once the clip that is waited for sounds."""
    node = session.node
    await deck.sounding()
    if session.node is node:
        targets = [choice.next_id for choice in node.choices]
        following = [session.story.nodes[target] for target in targets if target is not None]
        await deck.make_ready([session.passage(each) for each in following])


def _start_of(lines: tuple[Line, ...], index: int) -> int:
    """Return where a line starts, in ms; the first one starts with the clip."""
    return lines[index].start_ms if index > 0 else 0
