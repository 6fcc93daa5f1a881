"""Small values of this machine by name, within a transaction that somebody else began."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from db.models import LocalRow, LocalValue

LISTENER: Final = "user_id"
"""Who listens on this machine."""

DEVICE: Final = "device_id"
"""The name of this installation."""


def value_of(tx: Connection, key: str) -> str | None:
    """Return a value, None where there is none of this name."""
    return tx.scalar(select(LocalValue.value).where(LocalValue.key == key))


def set_value(tx: Connection, key: str, value: str) -> None:
    """Write a value, whatever stands there."""
    statement = insert_or(LocalRow.metadata.tables["local_meta"]).values(key=key, value=value)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["key"], set_={"value": statement.excluded.value}
        )
    )


def drop_value(tx: Connection, key: str) -> None:
    """Forget a value; harmless where there is none."""
    tx.execute(delete(LocalValue).where(LocalValue.key == key))
