"""Accesses: how often clips were wanted and when last, collected for whoever keeps the counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

_MOST_HELD: Final = 20


@dataclass(frozen=True, slots=True)
class Access:
    """How often a clip (audio_files.id) was wanted since it was last written, and when last."""

    audio_id: UUID
    count: int
    last_at: datetime


class Accesses:
    """Counts in memory and hands them to `write` when twenty clips have some, and at `flush`.

    `write` is called in the thread that counted, so it must only pass them on. Safe from any
    thread.
    """

    def __init__(
        self, write: Callable[[Sequence[Access]], object], now: Callable[[], datetime]
    ) -> None:
        self._write = write
        self._now = now
        self._lock = threading.Lock()
        self._held: dict[UUID, Access] = {}

    def add(self, audio_id: UUID) -> None:
        """Count one more."""
        now = self._now()
        with self._lock:
            known = self._held.get(audio_id, Access(audio_id, 0, now))
            last = max(known.last_at, now)
            self._held[audio_id] = replace(known, count=known.count + 1, last_at=last)
            is_full = len(self._held) >= _MOST_HELD
        if is_full:
            self.flush()

    def flush(self) -> None:
        """Hand over what there is."""
        with self._lock:
            held, self._held = tuple(self._held.values()), {}
        if held:
            self._write(held)
