"""A line to PostgreSQL that can be cut where it hurts most: after a COMMIT, before its reply."""

from __future__ import annotations

import threading

from tests.relay import Relay


class Wire(Relay):
    """Cuts the line after the COMMIT that it is told to lose, and no other line."""

    def __init__(self, address: str) -> None:
        self.loses_next_reply = False
        self._cut: int | None = None
        self._one_at_a_time = threading.Lock()
        super().__init__(address)

    def passes(self, data: bytes, *, line: int, is_request: bool) -> bool:
        with self._one_at_a_time:
            if is_request and b"COMMIT" in data and self.loses_next_reply:
                self.loses_next_reply = False
                self._cut = line
            elif not is_request and line == self._cut:
                # PostgreSQL answered, so it did commit; nobody hears of it.
                self._cut = None
                return False
        return True
