"""Where the tables register, and the columns that many of them share."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, MetaData, String, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

from db.types import (
    Json,
    Now,
    RandomUuid,
    TextArray,
    ThisTransaction,
    TransactionId,
    UtcDateTime,
    new_id,
    now,
)

# PostgreSQL's own names for what a statement leaves unnamed, so that both ways give one name.
NAMES = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}


class Row(DeclarativeBase):
    """A row of a table that exists in PostgreSQL and on every listener's machine."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - the form that SQLAlchemy documents
        str: Text(),
        datetime: UtcDateTime(),
        UUID: Uuid(),
        dict[str, Any]: Json(),
        list[str]: TextArray(),
    }


class LocalRow(DeclarativeBase):
    """A row that is kept on this machine alone."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - as above
        str: Text(),
        datetime: UtcDateTime(),
        UUID: Uuid(),
        dict[str, Any]: Json(),
    }


def own_id() -> MappedColumn[UUID]:
    """Make the UUID primary key of a table."""
    return mapped_column(primary_key=True, default=new_id, server_default=RandomUuid())


def moment(*, touched: bool = False) -> MappedColumn[Any]:
    """Make a time column that is filled in; `touched`: again with every change."""
    return mapped_column(default=now, server_default=Now(), onupdate=now if touched else None)


def clock_stamp() -> MappedColumn[Any]:
    """Make the column that tells which of two versions of a row is the newer one."""
    return mapped_column(
        BigInteger, comment="The hybrid logical clock at the listener's last change"
    )


def stamping_device() -> MappedColumn[Any]:
    """Make the column of the device whose stamp it is; it decides between equal stamps."""
    return mapped_column(String(36), comment="The installation that made the last change")


def changed_in() -> MappedColumn[Any]:
    """Make the column that a pull follows: what committed since it looked last."""
    return mapped_column(
        TransactionId,
        server_default=ThisTransaction(),
        comment="The transaction that wrote it last",
    )


def changes_of(table: str, *columns: str) -> Index:
    """Make the index by which a pull finds what has changed; on PostgreSQL alone."""
    names = (*columns, "changed_in")
    return Index(f"idx_{table}_changed", *names).ddl_if(dialect="postgresql")


def refers(
    column: str,
    *,
    gone: str,
    name: str | None = None,
    needed: bool = False,
    key: bool = False,
    comment: str | None = None,
) -> MappedColumn[Any]:
    """Make a foreign key; `gone` is what happens when the row it refers to is deleted.

    `needed` forbids NULL; `key` makes it a part of the primary key as well.
    """
    target = ForeignKey(column, name=name, ondelete=gone)
    return mapped_column(target, primary_key=key, nullable=not (needed or key), comment=comment)
