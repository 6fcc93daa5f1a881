"""References to nodes and clips: emptied where the story here is of another version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, select

from db.models import Row

PARTS: Final = {
    "node_id": "story_nodes",
    "current_node_id": "story_nodes",
    "audio_file_id": "audio_files",
}
"""Columns that may be emptied: the row is worth more, and names the node in its data as well."""


def without_gone_parts(tx: Connection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of one table; what they refer to of a story and is not here is emptied."""
    parts = {name: PARTS[name] for name in PARTS if rows and name in rows[0]}
    kept = {name: here(tx, other, named(rows, name)) for name, other in parts.items()}
    return [row | {name: None for name in parts if row[name] not in kept[name]} for row in rows]


def named(rows: Sequence[Mapping[str, Any]], name: str) -> set[Any]:
    """Return the ids that stand in a column of these rows."""
    return {row[name] for row in rows if row[name] is not None}


def here(tx: Connection, table: str, ids: set[Any]) -> set[Any]:
    """Return those of the ids that the table has."""
    if not ids:
        return set()
    column = identity(table)
    return set(tx.scalars(select(column).where(column.in_(ids))))


def identity(table: str) -> Column[Any]:
    """Return the column of a table's ids."""
    return Row.metadata.tables[table].columns["id"]
