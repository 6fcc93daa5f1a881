"""A server on a slow line: every byte takes its time, and so does every question."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.player.audio.misbehaving import Call

_SLICE_S = 0.01


@dataclass
class Line:
    """Answers with `contents` by path, `bytes_per_s` for all connections together.

    A question takes `round_trip_s`; a connection is there `handshakes` of them after it was wanted.
    """

    contents: Mapping[str, bytes]
    bytes_per_s: float
    round_trip_s: float = 0.0
    handshakes: int = 2
    _free_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, call: Call) -> None:
        is_there_at = call.connected_at + self.handshakes * self.round_trip_s
        call.pause(max(0.0, is_there_at - time.monotonic()) + self.round_trip_s)
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
