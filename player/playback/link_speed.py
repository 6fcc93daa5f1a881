"""How fast the link is, learned from what comes over it."""

from __future__ import annotations

from typing import Final

from player.audio.clock import Clock
from player.audio.output import GrowingClip

SHORTEST_S: Final = 0.05
"""What took less says nothing about the link."""


class LinkSpeed:
    """Watches clips come: `bytes_per_s`, None before the first, and the bytes that came in all.

    Recent clips count for more.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began: dict[GrowingClip, tuple[float, int]] = {}
        self.bytes_per_s: float | None = None
        self.came_bytes = 0

    def watch(self, growing: GrowingClip) -> None:
        """Note when the first bytes were seen: what comes before is the server's time."""
        if growing.received and growing not in self._began:
            self._began[growing] = (self._clock.now(), growing.received)

    def measure(self, growing: GrowingClip) -> None:
        """Learn from a clip that came, or was let go of."""
        self.came_bytes += growing.received
        began, had = self._began.pop(growing, (self._clock.now() - SHORTEST_S, 0))
        came, took_s = growing.received - had, self._clock.now() - began
        if came > 0 and took_s >= SHORTEST_S:
            rate = came / took_s
            self.bytes_per_s = rate if self.bytes_per_s is None else (self.bytes_per_s + rate) / 2
