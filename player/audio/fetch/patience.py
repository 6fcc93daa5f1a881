"""Patience: how long a server may take, how slow it may be, and how often it is asked again."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Times are in seconds, rates in bytes a second; tests give shorter ones.

    `tries` counts all requests for a clip in one download but redirects. `lock_s` is how long
    another player may take with the same clip.
    """

    connect_s: float = 5.0
    read_s: float = 10.0
    slowest: float = 2_000.0
    measured_over_s: float = 10.0
    tries: int = 6
    first_wait_s: float = 0.25
    longest_wait_s: float = 8.0
    longest_asked_s: float = 30.0
    lock_s: float = 20.0

    def wait_s(self, tried: int, dice: Random, asked_s: float | None = None) -> float:
        """Return how long to wait after `tried` failures.

        Full jitter: evenly from nothing to a bound that doubles each time, so that many listeners
        do not come back at one instant (https://aws.amazon.com/blogs/architecture/
        exponential-backoff-and-jitter/). What the server asked for is waited for in any case.
        """
        bound = min(self.longest_wait_s, self.first_wait_s * 2 ** max(0, tried - 1))
        return (asked_s or 0.0) + dice.uniform(0, bound)
