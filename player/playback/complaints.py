"""Complaints: what is told of a sound that was lost, once a story."""

from __future__ import annotations

from collections.abc import Callable

from player.events import Event, Notice, Severity


class Complaints:
    """Tells why nothing is heard, until `forget` only the first time."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self._tell = tell
        self._is_told = False

    def tell(self, why: str) -> None:
        """Tell it, where nothing was told yet."""
        if not self._is_told:
            self._is_told = True
            self._tell(Notice(why, Severity.WARNING))

    def forget(self) -> None:
        """Tell the next one again: another story is heard."""
        self._is_told = False
