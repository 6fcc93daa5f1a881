"""Stamps what a listener changes: with the clock of this store, in the transaction of the change.

Several programs may share the store, so the clock is read and kept there, never in memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection

from db.hlc import Clock
from db.merge import FIELDS
from db.records import PreferencesRecord
from db.types import new_id
from db.values import DEVICE, set_value, value_of

CLOCK: Final = "clock"
"""The greatest stamp that this store has given or seen."""

AHEAD: Final = "clock_ahead_ms"
"""How far this machine's clock is ahead of the server's, as of the last contact."""

Stamp: TypeAlias = tuple[int, str]
UNTOUCHED: Final[Stamp] = (0, "")
"""The stamp of a field that the listener never changed: any other is newer."""

_LEFT_ALONE: Final = {"difficulty_preference": "intermediate"}


class Stamps:
    """The stamps of one transaction; `keep` must be called before it ends."""

    def __init__(self, tx: Connection, wall_ms: Callable[[], int] | None = None) -> None:
        self._tx = tx
        self._wall_ms = wall_ms or milliseconds
        self._clock: Clock | None = None
        self._device = ""

    @property
    def clock(self) -> Clock:
        """The clock of this store; read when it is first needed."""
        if self._clock is None:
            ahead = int(value_of(self._tx, AHEAD) or 0)
            last = int(value_of(self._tx, CLOCK) or 0)
            self._clock = Clock(last, lambda: max(0, self._wall_ms() - ahead))
            self._device = device_of(self._tx)
        return self._clock

    def next(self) -> Stamp:
        """Return a stamp that is newer than all others here."""
        stamp = self.clock.tick()
        return stamp, self._device

    def seen(self, stamp: int | None) -> None:
        """Know the stamp of a row that was pulled."""
        if stamp is not None:
            self.clock.seen(stamp)

    def keep(self) -> None:
        """Write the clock down where it was used."""
        if self._clock is not None:
            set_value(self._tx, CLOCK, str(self._clock.last))


def device_of(tx: Connection) -> str:
    """Return the name of this installation; made by the first call."""
    known = value_of(tx, DEVICE)
    if known is None:
        known = str(new_id())
        set_value(tx, DEVICE, known)
    return known


def stamped_fields(
    row: Mapping[str, Any], before: Mapping[Any, Any] | None, stamp: Stamp
) -> dict[str, Stamp]:
    """Return the stamp of each preference: `stamp` where it changed, else the one it had.

    A first row stamps nothing that stands at its default: a new machine, which knows nothing of
    the listener yet, undoes nothing that was chosen on another.
    """
    if before is None:
        return {name: stamp if _is_chosen(name, row[name]) else UNTOUCHED for name in FIELDS}
    had = before["field_stamps"] or {}
    of_row = (before["hlc"] or 0, before["hlc_device"] or "")
    return {
        name: stamp if _plain(row[name]) != _plain(before[name]) else had.get(name, of_row)
        for name in FIELDS
    }


def _is_chosen(name: str, value: Any) -> bool:
    return bool(_plain(value) != _plain(_DEFAULTS[name]))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple | list) else value


def milliseconds() -> int:
    """Return the milliseconds since 1970, as this machine's clock has them."""
    return time.time_ns() // 1_000_000


_DEFAULTS: Final = {field.name: field.default for field in fields(PreferencesRecord)} | _LEFT_ALONE
