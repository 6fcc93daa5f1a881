"""Writes pulled rows into the store: merged with what is here, and never sent back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.expression import literal_column

from db.merge import RULES, changes
from db.models import Row
from db.parts import here, identity, named, without_gone_parts
from db.syncing.own_rows import TRANSACTION

Rows = Sequence[Mapping[str, Any]]

NEEDED: Final = {"story_id": "stories", "content_id": "content", "session_id": "sessions"}
"""Columns that refer to what a row cannot do without, where its table demands it."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Rows that can be written, and what the others wait for: names with a transaction each."""

    ready: tuple[dict[str, Any], ...]
    waits: Mapping[str, int]


def sort_out(tx: Connection, table: str, rows: Rows) -> Sorted:
    """Part rows into those whose references are here and those that wait for something.

    A name is a table and an id, as in "stories/0195...". References to nodes and clips that are
    not here are emptied: the event is worth more, and names the node in its data as well.
    """
    columns = _columns(table)
    needed = {name: NEEDED[name] for name in NEEDED if _refers(table, name)}
    there = {name: here(tx, other, named(rows, name)) for name, other in needed.items()}
    ready: list[dict[str, Any]] = []
    waits: dict[str, int] = {}
    for row in rows:
        lacking = [name for name in needed if row[name] and row[name] not in there[name]]
        if lacking:
            for name in lacking:
                waits.setdefault(f"{needed[name]}/{row[name]}", row[TRANSACTION])
            continue
        ready.append({name: row[name] for name in columns})
    return Sorted(tuple(without_gone_parts(tx, ready)), waits)


def present(tx: Connection, names: Iterable[str]) -> set[str]:
    """Return which of the names that rows waited for are here by now."""
    wanted: dict[str, list[str]] = {}
    for name in names:
        table, _, key = name.partition("/")
        wanted.setdefault(table, []).append(key)
    found = set()
    for table, ids in wanted.items():
        kind = identity(table).type.python_type
        there = here(tx, table, {UUID(one) if kind is UUID else one for one in ids})
        found |= {f"{table}/{one}" for one in there}
    return found


def merge(tx: Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows: an event that is here already stays, of a state the newer version does."""
    if rows:
        tx.execute(_merging(table, tuple(rows[0])), list(rows))


@cache
def _merging(table: str, columns: tuple[str, ...]) -> Insert:
    of_table = Row.metadata.tables[table]
    key = RULES[table].key
    sets = changes(table, columns, newest_wins=True)
    if not sets:
        return insert_or(of_table).on_conflict_do_nothing(index_elements=key)
    return insert_or(of_table).on_conflict_do_update(
        index_elements=key,
        set_={name: literal_column(value) for name, value in sets.items()},
    )


@cache
def _columns(table: str) -> tuple[str, ...]:
    return tuple(c.name for c in Row.metadata.tables[table].columns if c.name != "changed_in")


@cache
def _refers(table: str, column: str) -> bool:
    columns = Row.metadata.tables[table].columns
    return column in columns and bool(columns[column].foreign_keys)
