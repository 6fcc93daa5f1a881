"""A hybrid logical clock: numbers that follow the time, and never go back when it does.

A number is milliseconds since 1970, shifted left by 16 bits, plus a count within the millisecond.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

COUNT_BITS: Final = 16
AHEAD_MS: Final = 10 * 60 * 1000
"""How far ahead of the server's time a stamp may be; one beyond is taken for this far."""


@dataclass(slots=True)
class Clock:
    """Gives one number after another, each greater than all that were given or seen.

    `last` is the greatest number until now; `wall_ms` tells the milliseconds since 1970, as far
    as this machine knows them. Of two changes of which one knew the other, the later has the
    greater number, however wrong the clocks are. To be used by one thread.
    """

    last: int
    wall_ms: Callable[[], int]

    def tick(self) -> int:
        """Return the next number."""
        self.last = max(self.last + 1, self.wall_ms() << COUNT_BITS)
        return self.last

    def seen(self, other: int) -> None:
        """Know a number that another machine gave: those to come will be greater."""
        self.last = max(self.last, other)


def ceiling(server_ms: int) -> int:
    """Return the greatest number that is believed at the server's time."""
    return (server_ms + AHEAD_MS) << COUNT_BITS
