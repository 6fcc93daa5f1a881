"""Holding the sound and going on: how far back depends on how long it was held, and why."""

from __future__ import annotations

from typing import Final

from player.audio.clock import Clock
from player.playback.deck import Deck
from player.story.lines import Line
from player.story.rewinding import resume_at

LINE_HEARD: Final = "line heard"
"""Why the sound is held where the listener wants to go on by a key after each line."""


class Hold:
    """Remembers since when the sound of a deck is held."""

    def __init__(self, deck: Deck, clock: Clock) -> None:
        self._deck = deck
        self._clock = clock
        self._since: float | None = None

    def begin(self) -> bool:
        """Hold the sound; return whether there was any to hold."""
        is_held = self._deck.pause()
        if is_held:
            self._since = self._clock.now()
        return is_held

    def after_line(self) -> None:
        """Hold the sound because a line was heard; going on goes on with the next one."""
        self._since = None
        self._deck.pause(LINE_HEARD)

    async def end(self, lines: tuple[Line, ...]) -> int | None:
        """Go on, at the start of a line after a longer pause; return where, where that is back."""
        position_ms = self._deck.position_ms()
        held_s = 0.0 if self._since is None else self._clock.now() - self._since
        target_ms = resume_at(lines, position_ms, held_s)
        is_back = target_ms < position_ms
        if is_back:
            target_ms = await self._deck.seek(target_ms)
        self._deck.resume()
        return target_ms if is_back else None
