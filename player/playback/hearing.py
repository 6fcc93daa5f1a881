"""How a story is heard: its lines, its language and mix, the speed, and the listener's habits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from player.audio.clock import Clock
from player.events import Event, HabitsChanged, SpeedChanged
from player.playback.deck import Deck
from player.playback.line_by_line import LineByLine
from player.playback.performance import Performance
from player.playback.turns import Turns
from player.preferences import Habits, Preferences
from player.recording.recorder import Recorder
from player.session import Session
from player.story.walking import Variant, base_language


class Hearing:
    """The wishes about how the open story is heard; a wish without a story does nothing.

    What holds for every story, the speed and the habits, may be wished for at any time.
    """

    def __init__(self, recorder: Recorder, deck: Deck, clock: Clock, turns: Turns) -> None:
        self.deck = deck
        self._recorder = recorder
        self._clock = clock
        self._turns = turns
        self._performance: Performance | None = None
        self._lines: LineByLine | None = None
        self._preferences = self._written = Preferences()
        self._pause_after_line = False

    @property
    def session(self) -> Session | None:
        """The story being heard; to be read, never moved, from outside."""
        return self._performance.session if self._performance else None

    @property
    def planned(self) -> Variant | None:
        """The variant that will be heard from the next line on, where it is another."""
        return self._performance.planned if self._performance else None

    @property
    def preferences(self) -> Preferences:
        """What the listener prefers, as it stands now."""
        return self._preferences

    @property
    def habits(self) -> Habits:
        """Whether passages follow each other, and whether each line is waited after."""
        return Habits(
            auto_play=self._preferences.auto_play, pause_after_line=self._pause_after_line
        )

    async def replay_line(self) -> None:
        """Hear the present line again; where the sound had failed, try it again."""
        await self._by_line(LineByLine.replay)

    async def replay_slowly(self) -> None:
        """Hear the present line at 0.7, at 0.85, then at the listener's own speed, and go on."""
        await self._by_line(LineByLine.replay_slowly)

    async def next_line(self) -> None:
        """Go to the next line; from the last one to the next node, never past a choice."""
        await self._by_line(LineByLine.next)

    async def previous_line(self) -> None:
        """Go to the previous line, or to the start of this one when it is well under way."""
        await self._by_line(LineByLine.previous)

    async def seek_by(self, delta_ms: int) -> None:
        """Go forward or back in the clip, never out of it."""
        await self._seek(lambda: self.deck.position_ms() + delta_ms)

    async def seek_to(self, position_ms: int) -> None:
        """Go to a place in the clip, clamped to it."""
        await self._seek(lambda: position_ms)

    async def change_mix(self, rungs_on: int) -> None:
        """Hear more English (1) or less (-1) in the mix, from the next line on."""
        await self._hear(lambda session, now: session.rung(now, rungs_on), holds=True)

    async def hear(self, language: str, mix: float | None = None) -> None:
        """Hear a language, in this mix or the one that serves. Raises UsageError where unknown."""

        def choose(session: Session, now: Variant) -> Variant:
            wanted = session.variant_of(language, mix)
            is_same = base_language(wanted.language) == base_language(now.language)
            return wanted if is_same or mix is not None else self._served(session, wanted)

        await self._hear(choose, holds=mix is not None)

    async def undo_switch(self) -> None:
        """Take back the planned change of language or mix, else the last one that was made."""
        async with self._turns.lock:
            if self._lines is not None and (before := self._wanted) is not None:
                await self._lines.undo()
                after = self._wanted or before
                is_mix = base_language(after.language) == base_language(before.language)
                if is_mix and after != before:
                    await self._hold()

    async def set_speed(self, speed: float) -> None:
        """Hear faster or slower, 0.5 to 2.0 with the pitch kept."""
        async with self._turns.lock:
            self._set_speed(speed)
            if self._performance is not None:
                await self._performance.did("speed", to=self.deck.speed)

    async def note(self, kind: str, **context: Any) -> None:
        """Record what the listener did beside the sound, e.g. "translation_shown"."""
        async with self._turns.lock:
            if self._performance is not None:
                await self._performance.did(kind, **context)

    async def set_habits(
        self, *, auto_play: bool | None = None, pause_after_line: bool | None = None
    ) -> None:
        """Go on by itself or by a key after each passage, and after each line."""
        async with self._turns.lock:
            if auto_play is not None:
                self._preferences = replace(self._preferences, auto_play=auto_play)
            if pause_after_line is not None:
                self._pause_after_line = pause_after_line
            self._keep_habits()

    async def prefer(self, preferences: Preferences) -> None:
        """Take these preferences on at once, and write them down."""
        async with self._turns.lock:
            if preferences.speed != self._preferences.speed:
                self._set_speed(preferences.speed)
            self._preferences = preferences
            self._keep_habits()
            self._keep_preferences()

    def begin_with(self, preferences: Preferences, habits: Habits) -> None:
        """Start with what was preferred before; nothing is written down."""
        self._preferences = self._written = preferences
        self._pause_after_line = habits.pause_after_line
        self._recorder.level(preferences.level)
        self.deck.set_speed(preferences.speed)

    def _put_on(self, performance: Performance) -> None:
        self._performance = performance
        self._lines = LineByLine(performance, self.deck, self._clock, turns=self._turns)
        self._keep_habits()

    def _follow(self, event: Event) -> None:
        if self._lines is not None:
            self._lines.follow(event)

    def _take_off(self) -> Performance | None:
        """Take the story off; return it, for its place to be written down."""
        performance, self._performance = self._performance, None
        if self._lines is not None:
            self._lines.stop()
            self._lines = None
        self._keep_preferences()
        return performance

    def _set_speed(self, speed: float) -> None:
        if self._lines is None:
            self.deck.set_speed(speed)
            self._turns.tell(SpeedChanged(self.deck.speed))
        else:
            self._lines.set_speed(speed)
        self._preferences = replace(self._preferences, speed=self.deck.speed)

    def _keep_habits(self) -> None:
        habits = self.habits
        if self._performance is not None and self._lines is not None:
            is_waiting = habits.pause_after_line or not habits.auto_play
            self._performance.waits_after_passage = is_waiting
            self._lines.pause_after_lines(habits.pause_after_line)
        self._turns.tell(HabitsChanged(habits.auto_play, habits.pause_after_line))

    def _keep_preferences(self) -> None:
        """Write down what the listener prefers, where that has changed."""
        if self._preferences != self._written:
            self._written = self._preferences
            self._turns.spawn(partial(self._turns.written, self._recorder.preferred(self._written)))

    async def _seek(self, target: Callable[[], int]) -> None:
        async with self._turns.lock:
            if self._performance and self._lines:
                self._lines.let_go()
                await self._performance.seek(target(), "seek")

    async def _by_line(self, act: Callable[[LineByLine], Awaitable[None]]) -> None:
        async with self._turns.lock:
            if self._lines is not None:
                await act(self._lines)

    async def _hear(
        self, choose: Callable[[Session, Variant], Variant | None], *, holds: bool = False
    ) -> None:
        async with self._turns.lock:
            if self._performance is not None and self._lines is not None:
                now = self._performance.planned or self._performance.session.variant
                wanted = choose(self._performance.session, now)
                await self._lines.hear(wanted)
                if holds and wanted not in (None, now):
                    await self._hold()

    def _served(self, session: Session, wanted: Variant) -> Variant:  # noqa: ARG002 - for those below
        """Return what serves best in the language of a variant."""
        return wanted

    @property
    def _wanted(self) -> Variant | None:
        """What is heard, or will be from the next line on."""
        return self.planned or (self.session.variant if self.session else None)

    async def _hold(self) -> None:
        """Keep the mix that the listener asked for, in this story."""
