"""How often each clip was wanted is handed over together."""

from __future__ import annotations

import queue
from datetime import UTC, datetime, timedelta
from uuid import UUID

from player.audio.accesses import Access, Accesses


def test_accesses_are_handed_over_together_with_the_last_time_of_each() -> None:
    instants = iter([datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=n) for n in (0, 2, 1)])
    written: queue.SimpleQueue[tuple[Access, ...]] = queue.SimpleQueue()
    accesses = Accesses(lambda some: written.put(tuple(some)), lambda: next(instants))
    a, b = UUID(int=1), UUID(int=2)
    for audio_id in (a, b, a):
        accesses.add(audio_id)
    accesses.flush()
    accesses.flush()
    assert written.get_nowait() == (
        Access(a, 2, datetime(2026, 5, 1, 1, tzinfo=UTC)),
        Access(b, 1, datetime(2026, 5, 1, 2, tzinfo=UTC)),
    )
    assert written.empty()
