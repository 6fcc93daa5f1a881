"""Reads how far the listener's events go, so that what was made of them can be gone on from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from db.asking.behaving import behaviors
from db.records import BehaviorRecord
from db.values import LISTENER, value_of

_MARK: Final = "SELECT count(*), coalesce(max(rowid), 0) FROM behavioral_events"


@dataclass(frozen=True, slots=True)
class Mark:
    """How many events there are, the number of the last row, and whose they are."""

    count: int
    last: int
    listener: str | None


def events_since(
    tx: Connection, mark: Mark | None
) -> tuple[Mark, tuple[BehaviorRecord, ...], bool]:
    """Return the mark by now, and the events since `mark`; all of them where it no longer holds.

    Whether it still held comes with them. It does not where there is none, where events went
    meanwhile (they are kept for so long), or where the listener is another one. Costs a
    millisecond where nothing came.
    """
    count, last = tx.exec_driver_sql(_MARK).one()
    now = Mark(count, last, value_of(tx, LISTENER))
    if mark is not None and mark.listener == now.listener:
        if mark == now:
            return now, (), True
        came = behaviors(tx, mark.last)
        if now.count - mark.count == len(came):
            return now, came, True
    return now, behaviors(tx), False
