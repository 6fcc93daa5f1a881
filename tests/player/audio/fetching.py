"""A listener's cache and downloads before a server, for tests that fetch."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from player.audio.cache import ClipCache
from player.audio.fetch import Addresses, Downloads, Patience
from tests.player.audio.misbehaving import Behaviour, Server


class Waits:
    """Waits for nothing, and notes how long it should have."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, stop: threading.Event, seconds: float) -> bool:
        self.seconds.append(seconds)
        return stop.is_set()


def patient(**more: Any) -> Patience:
    """Return a patience that no machine wears out, however busy, with a server that answers."""
    times: dict[str, Any] = {"connect_s": 60.0, "read_s": 60.0, "measured_over_s": 60.0}
    return Patience(**{**times, "lock_s": 60.0, **more})


def brief(**more: Any) -> Patience:
    """Return a patience of tenths of a second, for servers that stall."""
    return patient(**{"read_s": 0.4, "measured_over_s": 0.6, **more})


class LostOnce(Patience):
    """As long as `patient`, but half a second as long as `stalled` is set.

    So what stalls is given up however busy the machine is, and what does not stall never.
    """

    _stalled: threading.Event

    def __init__(self, stalled: threading.Event) -> None:
        object.__setattr__(self, "_stalled", stalled)
        super().__init__(connect_s=60.0, read_s=60.0, lock_s=60.0, tries=3)

    @property
    def measured_over_s(self) -> float:
        return 0.5 if self._stalled.is_set() else 60.0

    @measured_over_s.setter
    def measured_over_s(self, _: float) -> None:
        """Be asked anew each time."""


def have_ended(threads: Collection[threading.Thread], within_s: float = 30.0) -> bool:
    """Wait for the end of these; what is being left on a busy machine takes its time."""
    end = time.monotonic() + within_s
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


@contextmanager
def here(
    behaviour: Behaviour, folder: Path, *, cap_bytes: int = 10_000_000, **more: Any
) -> Iterator[tuple[Server, Downloads, ClipCache]]:
    """Yield a server and what fetches from it; close them in the end."""
    server = Server(behaviour)
    cache = ClipCache(folder, cap_bytes=cap_bytes)
    downloads = Downloads(cache, Addresses(), **{"patience": patient(tries=6), **more})
    try:
        yield server, downloads, cache
    finally:
        downloads.close()
        cache.close()
        server.close()
