"""The months that events are kept in: which there are, those to come, and those that came late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

from psycopg import Connection, sql
from psycopg.errors import UndefinedTable

from db.growth.months import FIRST_MOMENT, LAST_MOMENT, after, name_of, start_of
from db.patience import patiently

WAITING: Final = "analytics_events_default"
OLDEST_MONTHS: Final = 120
"""Rows of more than ten years ago come from a wrong clock: they stay where they are."""

_PARTITIONS: Final = """
SELECT c.relname, pg_total_relation_size(c.oid), c.reltuples
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'analytics_events'::regclass ORDER BY c.relname
"""
_MONTHS_WAITING: Final = """
SELECT date_trunc('month', created_at AT TIME ZONE 'UTC')::date, count(*)
FROM analytics_events_default WHERE created_at BETWEEN %s AND %s GROUP BY 1 ORDER BY 1
"""
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('kahani.ensure_event_partitions'))"


@dataclass(frozen=True, slots=True)
class Partition:
    """One of the tables that events lie in; `month` is None for the one of what waits.

    `rows` is PostgreSQL's own estimate where it has one, else counted; `size` is bytes.
    """

    name: str
    month: date | None
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows of one month that lie in the default partition."""

    month: date
    rows: int


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: months to come, how many, and months that rows were waiting for."""

    ahead: int
    late: tuple[Waiting, ...]


def partitions(connection: Connection[Any]) -> tuple[Partition, ...]:
    """Return the tables that events lie in, the oldest month first, the default one last."""
    found = []
    for name, size, rows in connection.execute(_PARTITIONS).fetchall():
        counted = int(rows) if rows >= 0 and name != WAITING else _count(connection, name)
        if counted is not None:
            found.append(Partition(name, start_of(name), counted, size))
    return tuple(found)


def waiting(connection: Connection[Any]) -> tuple[Waiting, ...]:
    """Return what lies in the default partition, by month."""
    found = connection.execute(_MONTHS_WAITING, [FIRST_MOMENT, LAST_MOMENT])
    return tuple(Waiting(*row) for row in found.fetchall())


def make_partitions(
    connection: Connection[Any], ahead: int, *, made: Callable[[Waiting], None] = lambda _: None
) -> Made:
    """Make the partitions of the months to come, and those that rows are waiting for.

    The rows move with them, each month in a transaction of its own. Needs the owner of the
    tables. Raises RemoteBusyError.
    """
    row = patiently(
        connection,
        lambda: connection.execute("SELECT ensure_event_partitions(%s)", [ahead]).fetchone(),
    )
    today = datetime.now(UTC).date().replace(day=1)
    oldest, latest = after(today, -OLDEST_MONTHS), after(today, ahead)
    late = []
    for one in waiting(connection):
        if oldest <= one.month <= latest and patiently(connection, partial(_make, connection, one)):
            late.append(one)
            made(one)
    return Made(row[0] if row else 0, tuple(late))


def _make(connection: Connection[Any], late: Waiting) -> bool:
    """Make one month's partition and move its rows there; False where its name is taken.

    A table of that name that is no partition was kept when its month was folded.
    """
    name = name_of(late.month)
    connection.execute("SET LOCAL statement_timeout = 0")
    connection.execute(_LOCK)
    taken = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [name]).fetchone()
    if taken and taken[0]:
        return False
    names = {
        "part": sql.Identifier(name),
        "since": sql.Literal(f"{late.month}T00:00:00+00:00"),
        "until": sql.Literal(f"{after(late.month, 1)}T00:00:00+00:00"),
        "owner": sql.Identifier(_owner(connection)),
    }
    for step in _STEPS:
        connection.execute(sql.SQL(step).format(**names))
    return True


_STEPS: Final = (
    "CREATE TABLE {part} (LIKE analytics_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
    # Whoever is in the owners' group makes it; it belongs to the group, as the others do.
    "ALTER TABLE {part} OWNER TO {owner}",
    "LOCK TABLE analytics_events_default IN ACCESS EXCLUSIVE MODE",
    (
        "WITH moved AS (DELETE FROM analytics_events_default WHERE created_at >= {since} "
        "AND created_at < {until} RETURNING *) INSERT INTO {part} SELECT * FROM moved"
    ),
    (
        "ALTER TABLE {part} ADD CONSTRAINT within_month "
        "CHECK (created_at >= {since} AND created_at < {until})"
    ),
    "ALTER TABLE analytics_events ATTACH PARTITION {part} FOR VALUES FROM ({since}) TO ({until})",
    "ALTER TABLE {part} DROP CONSTRAINT within_month",
    (
        "ALTER TABLE {part} ENABLE ROW LEVEL SECURITY, "
        "ALTER ip_address SET STATISTICS 0, ALTER user_agent SET STATISTICS 0"
    ),
)


def _owner(connection: Connection[Any]) -> str:
    row = connection.execute(
        "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'analytics_events'::regclass"
    ).fetchone()
    return str(row[0]) if row else ""


def _count(connection: Connection[Any], name: str) -> int | None:
    """Return how many rows lie in a table; None where somebody just folded it away."""
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
    try:
        with connection.transaction():
            counted = connection.execute(query).fetchone()
    except UndefinedTable:
        return None
    return int(counted[0]) if counted else 0
