"""Sends rows to PostgreSQL so that sending them twice is harmless."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg import Connection, sql

from db.merge import RULES, changes
from db.outbox import Entry, Refusal
from db.remote import limit
from db.rows import payload

ORDER: Final = {table: place for place, table in enumerate(RULES)}
ABOUT_THE_ROW: Final = ("22", "23")
"""SQLSTATE classes that say that a row is wrong: another try would not help."""


def send(connection: Connection[Any], entries: Sequence[Entry]) -> list[Refusal]:
    """Write entries in one transaction; return those that PostgreSQL refuses.

    A batch with a bad row is halved until the row is found; the others are written. Any other
    error of psycopg is raised, with nothing of the batch written or noted.
    """
    ordered = sorted(_newest(entries), key=lambda entry: (ORDER[entry.table], entry.id))
    return _send(connection, ordered)


def upsert(
    connection: Connection[Any],
    table: str,
    rows: Sequence[str],
    columns: Sequence[str],
    clause: str,
) -> None:
    """Insert rows given as JSON texts, with an ON CONFLICT clause of our own."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {names} "
        "FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) {clause}"
    ).format(table=sql.Identifier(table), names=names, clause=sql.SQL(clause))
    connection.execute(statement, [f"[{','.join(rows)}]"])


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    """Of several versions of a row keep the last; events have one each."""
    return list({(entry.table, entry.key): entry for entry in entries}.values())


def _send(connection: Connection[Any], entries: Sequence[Entry]) -> list[Refusal]:
    if not entries:
        return []
    try:
        with connection.transaction():
            limit(connection)
            for table, columns, rows in _grouped(entries):
                upsert(connection, table, rows, columns, _clause(table, columns))
    except psycopg.Error as fault:
        state = fault.sqlstate or ""
        if not state.startswith(ABOUT_THE_ROW):
            raise
        if len(entries) == 1:
            reason = fault.diag.message_primary or type(fault).__name__
            return [Refusal(entries[0], state, reason)]
        half = len(entries) // 2
        return _send(connection, entries[:half]) + _send(connection, entries[half:])
    return []


def _grouped(entries: Sequence[Entry]) -> list[tuple[str, tuple[str, ...], list[str]]]:
    """Group by table and columns: an entry of an earlier version may have fewer."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for entry in entries:
        groups.setdefault((entry.table, tuple(entry.row)), []).append(payload(entry.row))
    return [(table, columns, rows) for (table, columns), rows in groups.items()]


def _clause(table: str, columns: Sequence[str]) -> str:
    key = ", ".join(RULES[table].key)
    sets = changes(table, columns, newest_wins=True)
    if not sets:
        return f"ON CONFLICT ({key}) DO NOTHING"
    return f"ON CONFLICT ({key}) DO UPDATE SET " + ", ".join(f"{k} = {v}" for k, v in sets.items())
