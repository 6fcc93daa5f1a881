"""Reads what can still be read out of a damaged store, and writes it into a new one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from db.models import LocalRow, Row
from db.types import from_text

Rows = Iterator[tuple[Any, ...]]

DIALECT: Final = sqlite.dialect()
LAST_ROW: Final = 2**62
"""No row has a greater number."""

_COLUMNS: Final = "SELECT name FROM pragma_table_info(?)"


@dataclass(slots=True)
class Saved:
    """What came of it: rows written by table, and the tables of which a part is lost.

    `unsent` is how many entries are still to be sent.
    """

    rows: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    unsent: int = 0


def tables() -> list[Table]:
    """Return all tables of a store."""
    return [*LocalRow.metadata.sorted_tables, *Row.metadata.sorted_tables]


def salvage(old: sqlite3.Connection, new: sqlite3.Connection) -> Saved:
    """Copy all rows that can be read and are sound; those that are there already stay.

    Both connections are bare ones; foreign keys of `new` are off, and a transaction is open there.
    """
    saved = Saved()
    for table in tables():
        saved.rows[table.name], is_whole = _copy(old, new, table)
        if not is_whole:
            saved.lost.append(table.name)
    return saved


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: Table) -> tuple[int, bool]:
    """Copy one table; return how many rows were written, and whether all could be read."""
    try:
        there = {name for (name,) in old.execute(_COLUMNS, [table.name])}
    except sqlite3.Error:
        there = set()
    names = [column.name for column in table.columns if column.name in there]
    if not names:
        return 0, False
    listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    insert = f'INSERT OR IGNORE INTO "{table.name}" ({listed}) VALUES ({marks})'  # noqa: S608 - names of ours
    keys = [names.index(key.name) + 1 for key in table.primary_key if key.name in names]
    listed_keys = " AND ".join(f'"{names[n - 1]}" = ?' for n in keys)
    find = f'SELECT 1 FROM "{table.name}" WHERE {listed_keys or 0}'  # noqa: S608 - as above
    check = _check(table, tuple(names))
    reading = Reading(old, f'SELECT _rowid_, {listed} FROM "{table.name}" NOT INDEXED')  # noqa: S608 - as above
    count = 0
    for row in reading.rows():
        try:
            check(row[1:])
            is_new = new.execute(insert, row[1:]).rowcount
            count += is_new
            if not is_new and not new.execute(find, [row[n] for n in keys]).fetchone():
                reading.is_whole = False  # it breaks a rule of the schema
        except (ValueError, TypeError, KeyError, AttributeError, sqlite3.Error):
            reading.is_whole = False
    return count, reading.is_whole


class Reading:
    """Reads a table by the numbers of its rows, and goes round what cannot be read."""

    def __init__(self, connection: sqlite3.Connection, query: str) -> None:
        self._connection = connection
        self._query = query
        self.is_whole = True

    def rows(self) -> Rows:
        """Yield each row that can be read, the number first; afterwards `is_whole` tells."""
        last = -LAST_ROW
        while True:
            for row in self._from(last + 1):
                last = row[0]
                yield row
            if self._has_ended:
                return
            self.is_whole = False
            behind = self._behind(last)
            if behind is None:
                return
            yield from sorted(behind)
            last = max(row[0] for row in behind)

    def _from(self, number: int, order: str = "ASC") -> Rows:
        sign = ">=" if order == "ASC" else "<="
        self._has_ended = False
        try:
            yield from self._connection.execute(
                f"{self._query} WHERE _rowid_ {sign} ? ORDER BY _rowid_ {order}", [number]
            )
            self._has_ended = True
        except (sqlite3.Error, OverflowError):
            return

    def _behind(self, last: int) -> list[tuple[Any, ...]] | None:
        """Return the rows behind a gap: look further and further, then back up to the gap."""
        step = 1
        while last + step < LAST_ROW:
            start = max(last, 0) + step
            found = next(self._from(start), None)
            if found is not None:
                return [found, *self._back(found[0] - 1, last)]
            if self._has_ended:
                # There is nothing from there on; there may be something before.
                return self._back(LAST_ROW, last) or None
            step *= 2
        return self._back(LAST_ROW, last) or None

    def _back(self, start: int, last: int) -> list[tuple[Any, ...]]:
        found = []
        for row in self._from(start, "DESC"):
            if row[0] <= last:
                break
            found.append(row)
        return found


@cache
def _check(table: Table, names: tuple[str, ...]) -> Callable[[tuple[Any, ...]], None]:
    """Return what raises an error for a row that the store could write but not read."""
    readers = []
    for place, name in enumerate(names):
        kind = table.columns[name].type
        reader = kind.dialect_impl(DIALECT).result_processor(DIALECT, None)
        if reader is not None:
            readers.append((place, reader))

    def check(row: tuple[Any, ...]) -> None:
        for place, reader in readers:
            reader(row[place])

    return check


def row_of_payload(table: Table, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row that an outbox entry tells of, as SQLAlchemy takes it. Raises ValueError."""
    row: dict[str, Any] = {}
    for name, value in payload.items():
        if name not in table.columns:
            continue
        kind = table.columns[name].type.python_type
        if isinstance(value, str) and kind is UUID:
            row[name] = UUID(value)
        elif (
            isinstance(value, str) and table.columns[name].type.__class__.__name__ == "UtcDateTime"
        ):
            row[name] = from_text(value)
        else:
            row[name] = value
    return row


def payload_of(text: str) -> dict[str, Any]:
    """Read the payload of an entry. Raises ValueError."""
    row = json.loads(text)
    if not isinstance(row, dict):
        raise ValueError("an entry that is no row")  # noqa: TRY004 - as json.loads does
    return row
