"""Connections made ahead, so that the first clip of a sitting need not wait for one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

_SLICE_S: Final = 0.1


class Kept(Protocol):
    """A connection as it is kept here."""

    @property
    def is_open(self) -> bool:
        """Whether the other side has neither closed it nor said anything."""

    def close(self) -> None:
        """Close it."""


K = TypeVar("K", bound=Kept)
Place = tuple[str, int]
"""A host and its port."""


class Ready:
    """At most one connection for each place, over which nothing was asked yet.

    Safe from any thread. Whoever makes one calls `begin`, and in any case `put`.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._made: dict[Place, Kept] = {}
        self._being_made: set[Place] = set()
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Whether nothing is kept any more."""
        return self._is_closed

    def begin(self, place: Place) -> bool:
        """Whether one is to be made: there is none, and nobody is making one."""
        with self._changed:
            if self._is_closed or place in self._being_made:
                return False
            if (made := self._made.get(place)) is not None:
                if made.is_open:
                    return False
                self._made.pop(place).close()
            self._being_made.add(place)
            return True

    def put(self, place: Place, made: Kept | None) -> None:
        """Keep what was made; None: it could not be."""
        with self._changed:
            self._being_made.discard(place)
            if made is not None and not self._is_closed:
                self._made[place] = made
                made = None
            self._changed.notify_all()
        if made is not None:
            made.close()

    def take(self, place: Place, kind: type[K], end: float, look: Callable[[], None]) -> K | None:
        """Return the one that is there, or is just being made; None where there is none.

        Waits until `end` (as of time.monotonic), as long as `look` raises nothing.
        """
        with self._changed:
            while place in self._being_made and time.monotonic() < end:
                look()
                self._changed.wait(_SLICE_S)
            made = self._made.pop(place, None)
        if isinstance(made, kind) and made.is_open:
            return made
        if made is not None:
            made.close()
        return None

    def forget(self) -> None:
        """Close what is there."""
        with self._changed:
            made, self._made = self._made, {}
        for each in made.values():
            each.close()

    def close(self) -> None:
        """Close what is there, and what is still being made as soon as it is."""
        with self._changed:
            self._is_closed = True
        self.forget()
