"""Finds out which entries PostgreSQL cannot take yet, as their story is not published there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from sqlalchemy import Connection as LocalConnection
from sqlalchemy import select

from db.models import Content, Story
from db.outbox import Entry, Refusal
from db.rows import payload

_PARTS: Final = {
    # Columns that PostgreSQL itself empties when the row they refer to is deleted.
    "node_id": "story_nodes",
    "current_node_id": "story_nodes",
    "audio_file_id": "audio_files",
}
_ASK: Final = {
    "content": "SELECT id FROM content WHERE id = ANY(%s)",
    "stories": "SELECT id::text FROM stories WHERE id = ANY(%s::uuid[])",
    "story_nodes": "SELECT id::text FROM story_nodes WHERE id = ANY(%s::uuid[])",
    "audio_files": "SELECT id::text FROM audio_files WHERE id = ANY(%s::uuid[])",
}


@dataclass(slots=True)
class Known:
    """What is known to be in PostgreSQL; asked for once each while a connection lasts."""

    ids: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in _ASK})

    def missing(self, connection: Connection[Any], table: str, ids: Iterable[str]) -> set[str]:
        """Return which of these rows are not in PostgreSQL."""
        unknown = set(ids) - self.ids[table]
        if unknown:
            with connection.transaction():
                rows = connection.execute(_ASK[table], [list(unknown)]).fetchall()
            self.ids[table].update(row[0] for row in rows)
        return unknown - self.ids[table]

    def missing_works(self, connection: Connection[Any], names: Iterable[str]) -> set[str]:
        """Return which of these stories (by id) and contents are not in PostgreSQL."""
        stories = {name for name in names if _is_uuid(name)}
        return self.missing(connection, "stories", stories) | self.missing(
            connection, "content", set(names) - stories
        )


def works(entry: Entry) -> set[str]:
    """Return the ids of the story and the content that an entry cannot do without."""
    row = entry.row
    names = (row.get("content_id"), row.get("story_id"))
    return {str(name) for name in names if name is not None}


def without_lost_parts(
    connection: Connection[Any], known: Known, entries: Sequence[Entry]
) -> list[Entry]:
    """Empty references to nodes and clips that PostgreSQL does not have.

    The story there is of another version: the event is worth more than the reference, and names
    the node in its data as well.
    """
    wanted: dict[str, set[str]] = {"story_nodes": set(), "audio_files": set()}
    for entry in entries:
        row = entry.row
        for column, table in _PARTS.items():
            if row.get(column):
                wanted[table].add(row[column])
    lost = {table: known.missing(connection, table, ids) for table, ids in wanted.items()}
    if not any(lost.values()):
        return list(entries)
    return [_emptied(entry, lost) for entry in entries]


def _emptied(entry: Entry, lost: dict[str, set[str]]) -> Entry:
    row = entry.row
    gone = [column for column, table in _PARTS.items() if row.get(column) in lost[table]]
    return replace(entry, payload=payload({**row, **dict.fromkeys(gone)})) if gone else entry


def slugs(tx: LocalConnection, names: Iterable[str]) -> dict[str, str]:
    """Return the slugs of stories (by id) and contents, as far as this machine has them."""
    wanted = list(names)
    uuids = [UUID(name) for name in wanted if _is_uuid(name)]
    found = {
        str(row.id): row.slug
        for row in tx.execute(select(Story.id, Story.slug).where(Story.id.in_(uuids)))
    }
    editions = (
        select(Content.id, Story.slug)
        .outerjoin(Story, Story.id == Content.story_id)
        .where(Content.id.in_(wanted))
    )
    return found | {row.id: row.slug or row.id for row in tx.execute(editions)}


def orphan(entry: Entry, name: str) -> Refusal:
    """Set an entry aside whose story is neither here nor there any more."""
    return Refusal(entry, "23503", f"{name} is no longer in the library")


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
