"""Searching for keys where somebody may have to unlock something first."""

from __future__ import annotations

import threading
from collections.abc import Callable

from player.audio.r2 import Keys


class Search:
    """Looks for keys once, in a thread that nobody has to wait for; safe from any thread."""

    def __init__(self, find: Callable[[], Keys | None], patience_s: float) -> None:
        self._find = find
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._has_begun = False
        self._found: Keys | None = None
        self._over = threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether it is known by now what there is."""
        return self._over.is_set()

    def keys(self) -> Keys | None:
        """Return what is found; the first who asks waits for it, for as long as patience lasts."""
        with self._lock:
            is_first, self._has_begun = not self._has_begun, True
            if is_first:
                threading.Thread(target=self._look, name="keyring", daemon=True).start()
                self._over.wait(self._patience_s)
        return self._found

    def _look(self) -> None:
        try:
            self._found = self._find()
        finally:
            self._over.set()
