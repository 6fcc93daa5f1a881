"""Line by line: what a listener does with single lines, and what happens where one ends."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from player.audio.clock import Alarm, Clock
from player.audio.output import PlaybackState
from player.events import (
    Event,
    NodeEntered,
    PlaybackChanged,
    PositionJumped,
    SpeedChanged,
    SwitchDropped,
    SwitchPlanned,
)
from player.playback.deck import Deck
from player.playback.holding import LINE_HEARD
from player.playback.performance import Performance
from player.playback.turns import Turns
from player.session import Session
from player.story.rewinding import start_of
from player.story.walking import Variant

LINE_GRACE_MS: Final = 1500
"""So soon after a line began, "previous line" means the one before it, as track keys do."""

SLOW_RUNGS: Final = (0.7, 0.85)
"""How slowly a line is heard again, before it is heard at the listener's own speed."""

RINGS_OUT_MS: Final = 60
"""How long after its last word a line is over."""

BEFORE_NEXT_MS: Final = 30
"""How long before the next line a line is over at the latest: the pause belongs to it."""

LEAST_REST_MS: Final = 40
"""How long before the end of its clip the last line is over: later the clip itself would end."""

SOON: Final = 0.01
EARLY_MS: Final = 15


class LineByLine:
    """Moves between the lines of one performance, and acts at the end of the line being heard.

    Belongs to the event loop; one of the methods runs at a time. What the end of a line asks for
    takes its turn among the listener's own wishes. `follow` must hear every event.
    """

    def __init__(
        self,
        performance: Performance,
        deck: Deck,
        clock: Clock,
        *,
        turns: Turns,
    ) -> None:
        self._performance = performance
        self._deck = deck
        self._clock = clock
        self._turns = turns
        self._alarm = Alarm(clock)
        self._ended = -1
        self._own_speed = deck.speed
        self._rungs: tuple[float, ...] = ()
        self.pauses = False

    @property
    def planned(self) -> Variant | None:
        """The variant that will be heard from the next line on."""
        return self._performance.planned

    def follow(self, event: Event) -> None:
        """Look anew at when the line ends: something was heard, moved or changed."""
        match event:
            case NodeEntered():
                self._ended = -1
                self._step_off()
            case PlaybackChanged() | PositionJumped() | SpeedChanged():
                pass
            case _:
                return
        self._set_alarm()

    def stop(self) -> None:
        """Act no more."""
        self._alarm.cancel()

    async def replay(self) -> None:
        """Hear the present line again, and try the sound again where it was given up."""
        self._step_off()
        index = self._performance.line
        await self._seek(index, "replay", line=index)

    async def replay_slowly(self) -> None:
        """Hear the present line at 0.7, at 0.85, then at the listener's own speed, and go on."""
        self._step_off()
        rungs = [rung for rung in SLOW_RUNGS if rung < self._own_speed]
        self._rungs = (*rungs, self._own_speed)
        await self._next_rung(self._performance.line)

    async def next(self) -> None:
        """Go to the next line; from the last one to the next node, never past a choice."""
        self._step_off()
        index = self._performance.line
        if index + 1 >= len(self._performance.lines):
            await self._performance.move(Session.advance)
        elif self.planned is not None:
            await self._switch(self.planned, index + 1)
        else:
            await self._seek(index + 1, "seek", line=index + 1)

    async def previous(self) -> None:
        """Go to the previous line, or to the start of this one when it is well under way."""
        self._step_off()
        index, lines = self._performance.line, self._performance.lines
        if index > 0 and self._deck.position_ms() - lines[index].start_ms < LINE_GRACE_MS:
            index -= 1
        await self._seek(index, "seek", line=index)

    async def hear(self, variant: Variant | None) -> None:
        """Hear another variant from the next line on; at once where no line sounds or follows."""
        session, index = self._performance.session, self._performance.line
        if variant is None or variant == (self.planned or session.variant):
            return
        if variant == session.variant:
            self._drop()
        elif self._deck.state is PlaybackState.PLAYING and index + 1 < len(self._performance.lines):
            self._performance.planned = variant
            self._turns.tell(SwitchPlanned(variant.language, variant.mix))
            self._set_alarm()
        else:
            await self._switch(variant, max(0, index))

    async def undo(self) -> None:
        """Take back the change that is planned, else the last one that was made."""
        if self.planned is not None:
            self._drop()
        else:
            await self.hear(self._performance.adapting.came_from)

    def set_speed(self, speed: float) -> None:
        """Hear faster or slower from now on."""
        self._rungs = ()
        self._deck.set_speed(speed)
        self._own_speed = self._deck.speed
        self._turns.tell(SpeedChanged(self._deck.speed))

    def let_go(self) -> None:
        """Forget the slow hearing of a line: the listener goes elsewhere."""
        self._step_off()

    def pause_after_lines(self, pauses: bool) -> None:
        """Hold the sound after each line from now on, or no more."""
        self.pauses = pauses
        self._set_alarm()

    async def _seek(self, index: int, kind: str, **context: Any) -> None:
        """Go to a line; one that is to be heard again, or that follows one waited after, sounds."""
        self._ended = -1
        await self._performance.seek(start_of(self._performance.lines, index), kind, **context)
        if kind == "replay" or self._deck.reason == LINE_HEARD:
            await self._performance.sound_on()

    async def _switch(self, variant: Variant, line: int) -> None:
        self._performance.planned = None
        await self._performance.switch(variant, line)

    def _drop(self) -> None:
        self._performance.planned = None
        self._turns.tell(SwitchDropped())

    async def _next_rung(self, index: int) -> None:
        rung, *rest = self._rungs
        self._rungs = tuple(rest)
        self._deck.set_speed(rung, for_a_line=rung != self._own_speed)
        self._turns.tell(SpeedChanged(rung))
        await self._seek(index, "replay", line=index, slowly=True)

    def _step_off(self) -> None:
        """Leave the slow rungs; nothing where the listener is not on them."""
        self._rungs = ()
        if self._deck.speed != self._own_speed:
            self._deck.set_speed(self._own_speed)
            self._turns.tell(SpeedChanged(self._own_speed))

    def _set_alarm(self) -> None:
        """Ring when the line being heard ends, where that matters."""
        self._alarm.cancel()
        matters = self.pauses or self._rungs or self.planned
        if matters and self._deck.state is PlaybackState.PLAYING and self._performance.lines:
            index = max(self._performance.line, self._ended + 1)
            if (end_ms := self._end_of(index)) is not None:
                rest_ms = end_ms - self._deck.position_ms()
                seconds = max(SOON, rest_ms / 1000 / self._deck.speed)
                self._alarm.set(self._clock.now() + seconds, lambda: self._ring(index, end_ms))

    def _end_of(self, index: int) -> int | None:
        """Return where line `index` is over, in ms; None for the last one, unless it is heard anew.

        At the end of the last line the passage ends, which is waited for by itself.
        """
        lines = self._performance.lines
        if index + 1 < len(lines):
            return min(
                lines[index].end_ms + RINGS_OUT_MS, lines[index + 1].start_ms - BEFORE_NEXT_MS
            )
        if index >= len(lines) or not self._rungs:
            return None
        passage = self._performance.session.passage(self._performance.session.node)
        return min(lines[index].end_ms + RINGS_OUT_MS, passage.duration_ms - LEAST_REST_MS)

    def _ring(self, index: int, end_ms: int) -> None:
        if not self._is_over(end_ms):
            self._set_alarm()
        elif self.pauses and not (self._rungs or self.planned):
            self._ended = index
            self._performance.hold.after_line()
            self._turns.spawn(partial(self._turns.take, self._note_pause))
        else:
            self._turns.spawn(partial(self._turns.take, lambda: self._at_end_of(index, end_ms)))

    async def _note_pause(self) -> None:
        await self._performance.did("pause", after_line=True)

    def _is_over(self, end_ms: int) -> bool:
        is_playing = self._deck.state is PlaybackState.PLAYING
        return is_playing and self._deck.position_ms() + EARLY_MS >= end_ms

    async def _at_end_of(self, index: int, end_ms: int) -> None:
        """Hear the line again at the next rung, or the next one in the planned language."""
        if not self._is_over(end_ms):
            return  # something else was done before it was this one's turn
        if self._rungs:
            await self._next_rung(index)
        elif self.planned is not None:
            await self._switch(self.planned, index + 1)
