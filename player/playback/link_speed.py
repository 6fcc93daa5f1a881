"""How fast the link is, learned from what comes over it."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from player.audio.clock import Clock
from player.audio.output import GrowingClip

SHORTEST_S: Final = 0.05
"""What took less says nothing about the link."""


class LinkSpeed:
    """Watches clips come: `bytes_per_s`, None before the first; recent clips count for more."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began: dict[GrowingClip, tuple[float, int]] = {}
        self.bytes_per_s: float | None = None
        self._came: dict[str, int] = {}

    def came_bytes(self, but: Container[str] = ()) -> int:
        """Return how much is there of the clips that came, but those of these checksums.

        A clip that came in several pieces, each after what was kept of it, counts once.
        """
        return sum(came for checksum, came in self._came.items() if checksum not in but)

    def watch(self, growing: GrowingClip) -> None:
        """Note when the first bytes were seen: what comes before is the server's time."""
        if growing.received and growing not in self._began:
            self._began[growing] = (self._clock.now(), growing.received)

    def measure(self, growing: GrowingClip) -> None:
        """Learn from a clip that came, or was let go of."""
        checksum = growing.clip.checksum
        self._came[checksum] = max(growing.received, self._came.get(checksum, 0))
        began, had = self._began.pop(growing, (self._clock.now() - SHORTEST_S, 0))
        came, took_s = growing.received - had, self._clock.now() - began
        if came > 0 and took_s >= SHORTEST_S:
            rate = came / took_s
            self.bytes_per_s = rate if self.bytes_per_s is None else (self.bytes_per_s + rate) / 2
