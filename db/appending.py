"""Writes what a listener did: the row, its stamp and its outbox entry, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Select,
    Table,
    Update,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import Insert, ReturningInsert, ReturningUpdate

from db.merge import FIELDS, RULES, changes
from db.models import LocalRow, Row
from db.parts import without_gone_parts
from db.records import MarkRecord, PlaceRecord, Record, SessionRecord, UserRecord
from db.rows import TABLES, payload, row_of, timed
from db.stamping import Stamps, stamped_fields
from db.types import now


def append(connection: Connection, records: Sequence[Record | UserRecord]) -> None:
    """Write all records; sessions first, as the others refer to them."""
    entries: list[dict[str, Any]] = []
    stamps = Stamps(connection)
    for record in sorted(records, key=lambda one: not isinstance(one, SessionRecord)):
        if isinstance(record, PlaceRecord | MarkRecord):
            connection.execute(_own(TABLES[type(record)]), row_of(record))
        else:
            entries += _writing(connection, TABLES[type(record)], timed(record), stamps)
        if isinstance(record, SessionRecord):
            entries += _seen(connection, record)
    stamps.keep()
    if entries:
        connection.execute(_entry(), entries)


def count(connection: Connection, accesses: Mapping[UUID, tuple[int, datetime]]) -> None:
    """Count how often more each clip was wanted, and when last; on this machine alone."""
    rows = [
        {"of_id": clip, "more": more, "moment": moment} for clip, (more, moment) in accesses.items()
    ]
    if rows:
        connection.execute(_access(), rows)


def enter(connection: Connection, table: str, row: dict[str, Any]) -> None:
    """Have a row of the store sent, as it stands now."""
    connection.execute(_entry(), _entry_of(table, row))


def _seen(connection: Connection, session: SessionRecord) -> list[dict[str, Any]]:
    """Note when the listener was last active; return the outbox entry of it."""
    values = {"of_id": session.user_id, "moment": session.last_activity_at}
    row = connection.execute(_activity(), values).mappings().one_or_none()
    return [] if row is None else [_entry_of("users", dict(row))]


def _writing(
    connection: Connection, table: str, row: dict[str, Any], stamps: Stamps
) -> list[dict[str, Any]]:
    """Write a row, also where the story was changed while it is heard and lacks its node now."""
    try:
        return _write(connection, table, row, stamps)
    except IntegrityError:
        [row] = without_gone_parts(connection, [row])
        return _write(connection, table, row, stamps)


def _write(
    connection: Connection, table: str, row: dict[str, Any], stamps: Stamps
) -> list[dict[str, Any]]:
    """Write a row; return its outbox entry, none for an event that is there already."""
    if RULES[table].is_event:
        written = connection.execute(_event(table), row)
        return [_entry_of(table, row)] if written.rowcount else []
    if RULES[table].is_stamped:
        row["hlc"], row["hlc_device"] = stamp = stamps.next()
        if RULES[table].by_field:
            before = connection.execute(_preferred(), {"of_id": row["id"]}).mappings().one_or_none()
            row["field_stamps"] = stamped_fields(row, before, stamp)
    stored = connection.execute(_state(table, tuple(row)), row).mappings().one()
    return [_entry_of(table, dict(stored))]


def _entry_of(table: str, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "table_name": table,
        "key": "|".join(str(row[name]) for name in RULES[table].key),
        "payload": payload(row),
        "created_at": now(),
    }


def _table(name: str) -> Table:
    return Row.metadata.tables[name]


@cache
def _event(table: str) -> Insert:
    return insert_or(_table(table)).on_conflict_do_nothing(index_elements=RULES[table].key)


@cache
def _state(table: str, columns: tuple[str, ...]) -> ReturningInsert[Any]:
    sets = changes(table, columns, newest_wins=False)
    return (
        insert_or(_table(table))
        .on_conflict_do_update(
            index_elements=RULES[table].key,
            set_={name: literal_column(value) for name, value in sets.items()},
        )
        .returning(*(_table(table).c[name] for name in columns))
    )


@cache
def _preferred() -> Select[Any]:
    columns = _table("user_preferences").c
    names = (*FIELDS, "hlc", "hlc_device", "field_stamps")
    return select(*(columns[name] for name in names)).where(columns.id == bindparam("of_id"))


@cache
def _activity() -> ReturningUpdate[Any]:
    users = _table("users")
    columns = ("id", "anonymous_id", "created_at", "last_active", "preferences")
    return (
        update(users)
        .where(users.c.id == bindparam("of_id"))
        .values(last_active=bindparam("moment"))
        .returning(*(users.c[name] for name in columns))
    )


@cache
def _access() -> Update:
    clips = _table("audio_files")
    return (
        update(clips)
        .where(clips.c.id == bindparam("of_id"))
        .values(
            access_count=func.coalesce(clips.c.access_count, 0) + bindparam("more"),
            accessed_at=bindparam("moment", type_=clips.c.accessed_at.type),
        )
    )


@cache
def _own(name: str) -> Insert:
    """Write a row of this machine alone, whatever stands there."""
    table = LocalRow.metadata.tables[name]
    row = insert_or(table)
    keys = [column.name for column in table.primary_key]
    return row.on_conflict_do_update(
        index_elements=keys,
        set_={c.name: row.excluded[c.name] for c in table.columns if c.name not in keys},
    )


@cache
def _entry() -> Insert:
    return insert(LocalRow.metadata.tables["outbox"])
