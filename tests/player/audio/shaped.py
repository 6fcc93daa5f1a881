"""A server on a slow line: every byte takes its time, and so does every question."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.player.audio.misbehaving import Call

_SLICE_S = 0.01


@dataclass
class Line:
    """Answers with `contents` by path, `bytes_per_s` for all connections together.

    A question takes `round_trip_s`; the first on a connection takes `handshakes` more of them.
    """

    contents: Mapping[str, bytes]
    bytes_per_s: float
    round_trip_s: float = 0.0
    handshakes: int = 2
    _free_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: set[socket.socket] = field(default_factory=set)

    def __call__(self, call: Call) -> None:
        trips = 1 if call.socket in self._known else 1 + self.handshakes
        self._known.add(call.socket)
        call.pause(self.round_trip_s * trips)
        content = self.contents[call.path]
        call.partly(content, 0)
        self.send(call, content[call.start :])

    def send(self, call: Call, content: bytes) -> None:
        """Send at the speed of the line."""
        step = max(200, int(self.bytes_per_s * _SLICE_S))
        for at in range(0, len(content), step):
            piece = content[at : at + step]
            with self._lock:
                now = time.monotonic()
                self._free_at = max(now, self._free_at) + len(piece) / self.bytes_per_s
                wait = self._free_at - now
            call.pause(wait)
            call.send(piece)
