"""Waits for locks without holding others up: short tries, again and again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import psycopg
from psycopg import Connection

from db.errors import RemoteBusyError

T = TypeVar("T")

TRY_MS: Final = 500
"""How long a try may make others wait; a player waits 3 s before it puts its batch off."""
PAUSE_S: Final = 0.2
PATIENCE_S: Final = 30.0


def patiently(
    connection: Connection[Any],
    work: Callable[[], T],
    *,
    patience_s: float = PATIENCE_S,
) -> T:
    """Do `work` in a transaction, or a part of the one that is open, once its locks are free.

    Whoever waits for a lock makes those wait who come later; so each try is short. Raises
    RemoteBusyError after `patience_s` seconds; nothing was done then.
    """
    give_up = time.monotonic() + patience_s
    while True:
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = '{TRY_MS}ms'")
                return work()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if time.monotonic() > give_up:
                raise RemoteBusyError(
                    f"PostgreSQL is too busy: a lock was not free within {patience_s:.0f} s. "
                    "Nothing was left half done; try again, at a quieter hour."
                ) from None
            time.sleep(PAUSE_S * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
