"""Sends rows to PostgreSQL so that sending them twice is harmless."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection, sql

from db.asking.counting import recount_there
from db.hlc import AHEAD_MS, COUNT_BITS
from db.merge import RULES, changes
from db.outbox import Entry, Refusal
from db.remote import limit

ORDER: Final = {table: place for place, table in enumerate(RULES)}
ABOUT_THE_ROW: Final = ("22", "23")
"""SQLSTATE classes that say that a row is wrong: another try would not help."""

REFUSED_BY_POLICY: Final = "ExecWithCheckOptions"
"""Where PostgreSQL says that a policy refuses a row; its words come in many languages."""

COUNTED_KINDS: Final = ("story_start", "complete", "abandon")
COUNTED_AT: Final = tuple(f'"event_type":"{kind}"' for kind in COUNTED_KINDS)
"""Entries that hold this begin or leave a story: what was heard of it is then counted anew."""

# What a clock claims beyond this is not believed: it would win against everybody for long.
_CEILING = (
    f"(((extract(epoch FROM statement_timestamp()) * 1000)::bigint + {AHEAD_MS}) << {COUNT_BITS})"
)
_CLAMPED: Final = {
    # Where a time decides which version is the newer one, none is later than now.
    "last_updated": "LEAST(r.last_updated, statement_timestamp())",
    "last_active": "LEAST(r.last_active, statement_timestamp())",
    "hlc": f"CASE WHEN r.hlc IS NOT NULL THEN LEAST(r.hlc, {_CEILING}) END",
    "field_stamps": (
        "(SELECT jsonb_object_agg(f.key, "  # noqa: S608 - numbers of ours
        f"jsonb_build_array(LEAST((f.value ->> 0)::bigint, {_CEILING}), f.value ->> 1)) "
        "FROM jsonb_each(r.field_stamps) AS f)"
    ),
}


def send(connection: Connection[Any], entries: Sequence[Entry]) -> list[Refusal]:
    """Write entries in one transaction; return those that PostgreSQL refuses.

    A batch with a bad row is halved until the row is found; the others are written. Any other
    error of psycopg is raised, with nothing of the batch written or noted.
    """
    if not entries:
        return []
    try:
        with connection.transaction():
            limit(connection)
            write(connection, entries)
            count(connection, entries)
    except psycopg.Error as fault:
        if not _is_about_a_row(fault):
            raise
        if len(entries) == 1:
            reason = fault.diag.message_primary or type(fault).__name__
            return [Refusal(entries[0], fault.sqlstate or "", reason)]
        half = len(entries) // 2
        return send(connection, entries[:half]) + send(connection, entries[half:])
    return []


def _is_about_a_row(fault: psycopg.Error) -> bool:
    """Whether a row is at fault: also one that a policy refuses, as it is not the listener's.

    A right that is missing has the same SQLSTATE, and would be missing for every row.
    """
    is_refused_by_policy = fault.diag.source_function == REFUSED_BY_POLICY
    return is_refused_by_policy or (fault.sqlstate or "").startswith(ABOUT_THE_ROW)


def write(connection: Connection[Any], entries: Sequence[Entry]) -> None:
    """Write entries in the transaction that is open: of a row with many versions the last."""
    newest = {(entry.table, entry.key): entry for entry in entries}
    # By key, so that two machines of one listener lock the same rows in the same order.
    ordered = sorted(newest.values(), key=lambda entry: (ORDER[entry.table], entry.key))
    groups: dict[tuple[str, tuple[str, ...]], list[Entry]] = {}
    for entry in ordered:
        # An entry of an earlier version may have fewer columns.
        groups.setdefault((entry.table, tuple(entry.row)), []).append(entry)
    for (table, columns), group in groups.items():
        missing = _updated(connection, columns, group) if table == "users" else group
        if missing:
            upsert(connection, table, json_of(missing), columns, _clause(table, columns))


def upsert(
    connection: Connection[Any],
    table: str,
    rows: str,
    columns: Sequence[str],
    clause: str,
) -> None:
    """Insert rows given as a JSON list, with an ON CONFLICT clause of our own."""
    connection.execute(_insert(table, tuple(columns), clause), [rows])


def json_of(entries: Sequence[Entry]) -> str:
    """Return the rows of entries as a JSON list."""
    return f"[{','.join(entry.payload for entry in entries)}]"


def count(connection: Connection[Any], entries: Sequence[Entry]) -> None:
    """Count anew what was heard of the stories that these events begin or leave."""
    rows = [e.row for e in entries if any(mark in e.payload for mark in COUNTED_AT)]
    stories = {(row["user_id"], row["story_id"]) for row in rows if row.get("story_id")}
    heard = {(row["session_id"], row["content_id"]) for row in rows if row.get("content_id")}
    if heard:
        found = connection.execute(
            "SELECT s.user_id::text, c.story_id::text "
            "FROM jsonb_to_recordset(%s::jsonb) AS e (session_id text, content_id text) "
            "JOIN sessions s ON s.id = e.session_id JOIN content c ON c.id = e.content_id "
            "WHERE c.story_id IS NOT NULL AND s.user_id IS NOT NULL",
            [json.dumps([{"session_id": one, "content_id": other} for one, other in heard])],
        )
        stories |= set(found.fetchall())
    for user in sorted({user for user, _ in stories if user}):
        of_user = [UUID(story) for owner, story in stories if owner == user]
        recount_there(connection, UUID(user), of_user)


def _updated(
    connection: Connection[Any], columns: tuple[str, ...], entries: Sequence[Entry]
) -> list[Entry]:
    """Update the users that are there, and return the others.

    A listener may change their own row and make none: an INSERT would be refused even where it
    came down to an UPDATE.
    """
    changed = changes("users", columns, engine="postgresql")
    sets = ", ".join(f"{name} = {value}" for name, value in changed.items())
    connection.execute(
        sql.SQL(
            "UPDATE users SET {sets} FROM (SELECT {values} FROM "
            "jsonb_populate_recordset(NULL::users, %s::jsonb) AS r) AS excluded "
            "WHERE excluded.id = users.id"
        ).format(sets=sql.SQL(sets), values=_values(columns, is_named=True)),
        [json_of(entries)],
    )
    ids = [UUID(entry.key) for entry in entries]
    there = connection.execute("SELECT id::text FROM users WHERE id = ANY(%s)", [ids]).fetchall()
    known = {name for (name,) in there}
    return [entry for entry in entries if entry.key not in known]


@cache
def _insert(table: str, columns: tuple[str, ...], clause: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    values = _values(columns)
    return sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {values} "
        "FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) AS r {clause}"
    ).format(table=sql.Identifier(table), names=names, values=values, clause=sql.SQL(clause))


def _values(columns: Sequence[str], *, is_named: bool = False) -> sql.Composed:
    """Return the columns of the rows `r`, as far as they are believed."""
    values: list[sql.Composable] = []
    for name in columns:
        value = sql.SQL(_CLAMPED[name]) if name in _CLAMPED else sql.Identifier("r", name)
        named = sql.SQL("{} AS {}").format(value, sql.Identifier(name))
        values.append(named if is_named else value)
    return sql.SQL(", ").join(values)


@cache
def _clause(table: str, columns: tuple[str, ...]) -> str:
    key = ", ".join(RULES[table].key)
    sets = changes(table, columns, engine="postgresql")
    if not sets:
        return f"ON CONFLICT ({key}) DO NOTHING"
    return f"ON CONFLICT ({key}) DO UPDATE SET " + ", ".join(f"{k} = {v}" for k, v in sets.items())
