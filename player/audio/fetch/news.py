"""News: that something has changed, for those who wait without knowing for what."""

from __future__ import annotations

import threading


class News:
    """A number that rises with each piece of news; safe from any thread."""

    def __init__(self) -> None:
        self._told = threading.Condition()
        self._number = 0

    @property
    def number(self) -> int:
        """How much there was so far."""
        return self._number

    def tell(self) -> None:
        """Wake who waits."""
        with self._told:
            self._number += 1
            self._told.notify_all()

    def wait(self, known: int, timeout_s: float) -> None:
        """Wait until there is more than what was known, or the time is over."""
        with self._told:
            self._told.wait_for(lambda: self._number != known, timeout_s)
