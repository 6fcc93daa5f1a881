"""Learns the server's time, and takes back stamps that are too far ahead of it.

A clock that once stood a year ahead would otherwise win against everybody for a year.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, select

from db.appending import enter
from db.hlc import ceiling
from db.merge import RULES
from db.models import Row
from db.stamping import AHEAD, CLOCK, milliseconds
from db.values import set_value, value_of

if TYPE_CHECKING:
    from psycopg import Connection as RemoteConnection

NOTED_FROM_MS: Final = 1000
"""A change of the difference to the server's clock that is worth writing down."""

_PREFERENCES: Final = "user_preferences"


def server_ms(connection: RemoteConnection[Any]) -> int:
    """Return the server's time in milliseconds since 1970."""
    with connection.transaction():
        found = connection.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
        (milliseconds_there,) = found.fetchone() or (0,)
        return int(milliseconds_there)


def set_at_ms() -> int:
    """Return when this machine's clock began, in a sense: another number once it is set."""
    return milliseconds() - time.monotonic_ns() // 1_000_000


def believe(tx: Connection, now_there_ms: int, *, local_ms: int | None = None) -> int:
    """Set the store's clock right by the server's; return how many rows were stamped too high.

    These get the greatest stamp that the server believes, and are sent once more; the clock goes
    on from there.
    """
    ahead_ms = (milliseconds() if local_ms is None else local_ms) - now_there_ms
    if abs(ahead_ms - int(value_of(tx, AHEAD) or 0)) >= NOTED_FROM_MS:
        set_value(tx, AHEAD, str(ahead_ms))
    top = ceiling(now_there_ms)
    if int(value_of(tx, CLOCK) or 0) <= top:
        return 0
    set_value(tx, CLOCK, str(top))
    _lower_unsent(tx, top)
    return sum(_lower(tx, table, top) for table, rule in RULES.items() if rule.is_stamped)


def _lower(tx: Connection, name: str, top: int) -> int:
    table = Row.metadata.tables[name]
    columns = [column for column in table.columns if column.name != "changed_in"]
    key = [table.c[part] for part in RULES[name].key]
    found = tx.execute(select(*columns).where(table.c.hlc > top)).mappings().all()
    for before in found:
        row: dict[str, Any] = {**before, "hlc": top}
        changed: dict[str, Any] = {"hlc": top}
        if name == _PREFERENCES and row["field_stamps"]:
            changed["field_stamps"] = row["field_stamps"] = _lowered(row["field_stamps"], top)
        this = [part == row[part.name] for part in key]
        tx.execute(table.update().where(*this).values(changed))
        enter(tx, name, row)
    return len(found)


def _lower_unsent(tx: Connection, top: int) -> None:
    """Change the entries that wait: they may be sent before the new ones."""
    high = tx.exec_driver_sql(
        "SELECT id, payload FROM outbox WHERE sent_at IS NULL AND payload ->> 'hlc' > ?", (top,)
    ).all()
    for entry, text in high:
        row = json.loads(text)
        row["hlc"] = top
        if row.get("field_stamps"):
            row["field_stamps"] = _lowered(row["field_stamps"], top)
        written = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        tx.exec_driver_sql("UPDATE outbox SET payload = ? WHERE id = ?", (written, entry))


def _lowered(stamps: dict[str, tuple[int, str]], top: int) -> dict[str, tuple[int, str]]:
    return {name: (min(stamp, top), device) for name, (stamp, device) in stamps.items()}
