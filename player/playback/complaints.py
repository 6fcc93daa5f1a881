"""Complaints: what is told of a sound that was lost, once a story."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from player.events import Event, Notice, Severity

AS_TEXT: Final = "The story goes on as text."
COUNTS_NOT: Final = "An answer counts only where its clip was heard."
"""What is told in a placement, where text would be of no help."""


class Complaints:
    """Tells why nothing is heard, and what `follows` of it; until `forget` only the first time."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self._tell = tell
        self._is_told = False
        self.follows = AS_TEXT

    def tell(self, why: str) -> None:
        """Tell it, where nothing was told yet."""
        if not self._is_told:
            self._is_told = True
            self._tell(Notice(f"{why} {self.follows}", Severity.WARNING))

    def forget(self) -> None:
        """Tell the next one again: another story is heard."""
        self._is_told = False
