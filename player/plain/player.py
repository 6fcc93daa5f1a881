"""The linear mode: a story line by line, for screen readers, pipes and programs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from player.audio.clock import Clock, TimerHandle
from player.controller import PlaybackController
from player.errors import EXIT_INTERRUPTED, EXIT_OK, UsageError
from player.events import (
    ChoiceAwaited,
    ChoiceTaken,
    Event,
    NodeEntered,
    Notice,
    StoryFinished,
    StoryOpened,
)
from player.plain.answers import Answers
from player.plain.tellers import Teller
from player.story.lines import line_at
from player.story.passages import Option, Passage

TICK_SECONDS: Final = 0.1


class PlainPlayer:
    """Plays one story to its end, or to the last answer, through a teller."""

    def __init__(
        self, controller: PlaybackController, teller: Teller, answers: Answers, clock: Clock
    ) -> None:
        self._controller = controller
        self._teller = teller
        self._answers = answers
        self._clock = clock
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._passage: Passage | None = None
        self._told = 0
        self._timer: TimerHandle | None = None
        self._stopped = False
        controller.listen(self._events.put_nowait)

    def stop(self) -> None:
        """Save and leave, whatever is being waited for."""
        self._stopped = True
        self._events.put_nowait(None)

    async def play(self) -> int:
        """Tell the story that was opened until it ends; return the exit code.

        Raises UsageError when an answer given ahead cannot be taken, or none is left.
        """
        self._tick()
        try:
            while (event := await self._events.get()) is not None:
                if not await self._tell(event):
                    return EXIT_OK
            return EXIT_INTERRUPTED
        finally:
            if self._timer is not None:
                self._timer.cancel()

    async def _tell(self, event: Event) -> bool:
        match event:
            case StoryOpened():
                self._teller.opened(event)
            case NodeEntered():
                self._tell_rest()
                self._passage, self._told = event.passage, 0
                self._teller.entered(event)
            case ChoiceTaken():
                self._tell_rest()
                self._teller.taken(event)
            case ChoiceAwaited(options=options):
                self._tell_rest()
                self._teller.asked(options)
                return await self._answer(options)
            case StoryFinished():
                self._tell_rest()
                self._teller.finished(event)
                return False
            case Notice():
                self._teller.noticed(event)
            case _:
                pass
        return True

    async def _answer(self, options: Sequence[Option]) -> bool:
        """Take answers until one fits; return False when the listener leaves."""
        while True:
            answer = await self._next_answer()
            if answer is None:
                return not self._stopped and self._out_of_answers()
            if answer.casefold() == "q":
                return False
            is_number = answer.isdecimal() and 0 < int(answer) <= len(options)
            key = options[int(answer) - 1].key if is_number else answer
            try:
                await self._controller.choose(key)
            except UsageError as error:
                if self._answers.are_typed:
                    self._teller.refused(error)
                    continue
                raise
            return True

    async def _next_answer(self) -> str | None:
        """Return the next answer, or None when `stop` was called meanwhile."""
        answer = asyncio.ensure_future(self._answers.next())
        while not answer.done():
            event = asyncio.ensure_future(self._events.get())
            await asyncio.wait({answer, event}, return_when=asyncio.FIRST_COMPLETED)
            if not event.done():
                event.cancel()
            elif event.result() is None:
                answer.cancel()
                self._events.put_nowait(None)
                return None
        return answer.result()

    def _out_of_answers(self) -> bool:
        assert self._passage is not None
        raise UsageError(
            f"no answer is left for the choice at {self._passage.key!r};"
            " give one more with --choices. The place is saved."
        )

    def _tick(self) -> None:
        """Tell each line when it begins to be heard."""
        self._timer = self._clock.call_at(self._clock.now() + TICK_SECONDS, self._tick)
        if self._passage is not None:
            heard = line_at(self._passage.lines, self._controller.position_ms())
            self._tell_until(heard + 1)

    def _tell_rest(self) -> None:
        if self._passage is not None:
            self._tell_until(len(self._passage.lines))

    def _tell_until(self, count: int) -> None:
        assert self._passage is not None
        while self._told < count:
            self._teller.line(self._passage, self._told)
            self._told += 1
