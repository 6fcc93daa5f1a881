"""A line to PostgreSQL that can be cut where it hurts most: after a COMMIT, before its reply."""

from __future__ import annotations

from tests.relay import Relay


class Wire(Relay):
    """Cuts the line after the COMMIT that it is told to lose."""

    loses_next_reply = False
    _is_cut = False

    def passes(self, data: bytes, *, is_request: bool) -> bool:
        if is_request and b"COMMIT" in data and self.loses_next_reply:
            self.loses_next_reply = False
            self._is_cut = True
        elif not is_request and self._is_cut:
            # PostgreSQL answered, so it did commit; nobody hears of it.
            self._is_cut = False
            return False
        return True
