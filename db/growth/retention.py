"""Lets old events go: each month is counted and dropped at once, so that a stop harms nothing.

What is kept for ever are the rows of state: sittings with their listening time, likes, beliefs,
progress and bookmarks. A sitting is archived when nothing has happened in it since the limit: what
was done to its sound is counted by month and node, and goes. What comes late, for a month that
is gone, waits in the default partition and is counted the next time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

from psycopg import Connection, sql

from db.errors import RemoteRightsError
from db.growth.folding import fold_partition, fold_sessions, fold_waiting
from db.growth.months import FIRST_MOMENT, after
from db.growth.partitions import partitions
from db.patience import patiently

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('kahani.retention'))"
_WAITING: Final = """
SELECT DISTINCT date_trunc('month', created_at AT TIME ZONE 'UTC')::date
FROM analytics_events_default WHERE created_at >= %s AND created_at < %s ORDER BY 1
"""
# Sittings whose events are there still: those of years ago are not looked at again.
_SESSIONS: Final = """
SELECT date_trunc('month', s.last_activity_at AT TIME ZONE 'UTC')::date,
    count(*), coalesce(sum(e.rows), 0)::bigint
FROM sessions s CROSS JOIN LATERAL (
    SELECT count(*) AS rows FROM behavioral_events WHERE session_id = s.id
) e
WHERE s.last_activity_at >= %s AND s.last_activity_at < %s AND e.rows > 0 GROUP BY 1 ORDER BY 1
"""
_GENERATIONS: Final = (
    "generation_status WHERE status IN ('completed', 'failed') "
    "AND coalesce(completed_at, updated_at) < %s"
)
_IS_ATTACHED: Final = (
    "SELECT count(*) FROM pg_inherits WHERE inhparent = 'analytics_events'::regclass "
    "AND inhrelid = to_regclass(%s)"
)
_MAY: Final = """
SELECT pg_has_role(current_user, c.relowner, 'USAGE') AND NOT bool_or(row_security_active(t))
FROM pg_class c, unnest(ARRAY['analytics_events', 'behavioral_events', 'sessions']) t
WHERE c.oid = 'analytics_events'::regclass GROUP BY c.relowner
"""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of events: how many; the partition they lie in, None where they came late."""

    month: date
    events: int
    partition: str | None


@dataclass(frozen=True, slots=True)
class Sittings:
    """Sittings that ended in a month, and how many events of the sound they still have."""

    month: date
    sessions: int
    events: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes: all that is of before `until`, and how many finished rows of generation."""

    until: date
    months: tuple[Month, ...]
    sittings: tuple[Sittings, ...]
    generations: int


Done = Callable[[Month | Sittings], None]


def limit_of(months: int, now: datetime) -> date:
    """Return the first day that is kept: so many whole months before the one of `now`."""
    return after(now.astimezone(UTC).date().replace(day=1), -months)


def plan(connection: Connection[Any], until: date) -> Plan:
    """Return what would go; changes nothing. Raises RemoteRightsError."""
    _refuse_others(connection)
    moment = _moment(until)
    months = [
        Month(part.month, part.rows, part.name)
        for part in partitions(connection)
        if part.month is not None and part.month < until
    ]
    for (month,) in connection.execute(_WAITING, [FIRST_MOMENT, moment]).fetchall():
        bounds = [_moment(month), min(_moment(after(month, 1)), moment)]
        months.append(Month(month, _count_waiting(connection, bounds), None))
    sittings = connection.execute(_SESSIONS, [FIRST_MOMENT, moment]).fetchall()
    row = connection.execute(f"SELECT count(*) FROM {_GENERATIONS}", [moment]).fetchone()  # noqa: S608 - a constant of this file
    return Plan(
        until,
        tuple(sorted(months, key=lambda one: (one.month, one.partition or ""))),
        tuple(Sittings(*one) for one in sittings),
        row[0] if row else 0,
    )


def carry_out(
    connection: Connection[Any],
    planned: Plan,
    *,
    keep: bool = False,
    done: Done = lambda _: None,
) -> Plan:
    """Count and drop what was planned; return what went.

    A push of rows for the very month that goes may be put off, and is sent again.

    `keep`: the partitions are taken off and left as tables of their own. Each month is one
    transaction: to stop at any moment and to do it again is safe, and two may do it at once.
    Players go on: nothing that they wait for is held longer than half a second. Raises
    RemoteBusyError; what was done before it stays done.
    """
    months, sittings = [], []
    for month in planned.months:
        went = _in_turn(connection, partial(_fold, connection, month, keep=keep))
        if went is not None:
            months.append(went)
            done(went)
    for sitting in planned.sittings:
        archived = _in_turn(connection, partial(_archive, connection, sitting))
        sittings.append(archived)
        done(archived)
    cleared = patiently(
        connection,
        lambda: (
            connection.execute(
                f"DELETE FROM {_GENERATIONS}",  # noqa: S608 - a constant of this file
                [_moment(planned.until)],
            ).rowcount
        ),
    )
    return Plan(planned.until, tuple(months), tuple(sittings), cleared)


def _in_turn(connection: Connection[Any], work: Callable[[], Any]) -> Any:
    """Do `work` in a transaction of its own, one program at a time, however long it takes."""
    with connection.transaction():
        connection.execute("SET LOCAL statement_timeout = 0")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        patiently(connection, lambda: connection.execute(_LOCK))
        return work()


def _fold(connection: Connection[Any], month: Month, *, keep: bool) -> Month | None:
    """Count a month and let it go; None where another program did it meanwhile."""
    bounds = {"since": _moment(month.month), "until": _moment(after(month.month, 1))}
    if month.partition is None:
        row = connection.execute(fold_waiting("since", "until"), bounds).fetchone()
        return Month(month.month, row[0] if row else 0, None)
    name = month.partition
    if not _lock_writers_out(connection, name):
        return None
    row = connection.execute(fold_partition(name, "until"), bounds).fetchone()
    steps = ["ALTER TABLE analytics_events DETACH PARTITION {part}"]
    steps.append("COMMENT ON TABLE {part} IS {folded}" if keep else "DROP TABLE {part}")
    names: dict[str, sql.Composable] = {
        "part": sql.Identifier(name),
        "folded": sql.Literal("Counted in monthly_counts"),
    }

    def let_go() -> None:
        for step in steps:
            connection.execute(sql.SQL(step).format(**names))

    patiently(connection, let_go)
    return Month(month.month, row[0] if row else 0, name)


def _lock_writers_out(connection: Connection[Any], name: str) -> bool:
    """Let nobody write to a partition any more; False where it is none any more."""

    def lock() -> bool:
        row = connection.execute(_IS_ATTACHED, [name]).fetchone()
        if not row or not row[0]:
            return False
        connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(name)))
        return True

    return patiently(connection, lock)


def _archive(connection: Connection[Any], sitting: Sittings) -> Sittings:
    bounds = {"since": _moment(sitting.month), "until": _moment(after(sitting.month, 1))}
    row = connection.execute(fold_sessions("since", "until"), bounds).fetchone()
    return Sittings(sitting.month, sitting.sessions, row[0] if row else 0)


def _count_waiting(connection: Connection[Any], bounds: list[datetime]) -> int:
    row = connection.execute(
        "SELECT count(*) FROM analytics_events_default WHERE created_at >= %s AND created_at < %s",
        bounds,
    ).fetchone()
    return row[0] if row else 0


def _refuse_others(connection: Connection[Any]) -> None:
    row = connection.execute(_MAY).fetchone()
    if not row or not row[0]:
        raise RemoteRightsError(
            "Only the owner of the tables may let months of events go: log in as one who is in "
            "kahani_owner."
        )


def _moment(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)
