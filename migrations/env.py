"""Runs the migrations: on a connection that it is given, else on the one of DATABASE_URL."""

from __future__ import annotations

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, MetaData, create_engine

from db.models import LocalRow, Row
from db.types import Xid8

PARTITION = "analytics_events_"
WHERE_THERE_IS_PG_TRGM = "idx_catalogue_search_inside"


def is_compared(
    item: Any,
    name: str | None,
    kind: Literal[
        "schema", "table", "column", "index", "unique_constraint", "foreign_key_constraint"
    ],
    reflected: bool,
    _other: Any,
) -> bool:
    """Leave out what only one of the engines has: partitions, and indexes for the other one."""
    if kind == "table" and (name or "").startswith(PARTITION):
        return False
    if kind == "index" and name == WHERE_THERE_IS_PG_TRGM:
        return False
    if kind == "index" and not reflected and item.ddl_if is not None:
        return _is_for_this_engine(item)
    return True


def _is_for_this_engine(item: Any) -> bool:
    rule = getattr(item, "_ddl_if", None)
    return rule is None or rule.dialect == context.get_context().dialect.name


def migrate(connection: Connection) -> None:
    """Run on an open connection; whoever opened it commits."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.dialect.ischema_names["xid8"] = Xid8  # type: ignore[attr-defined]
    context.configure(
        connection=connection,
        target_metadata=[Row.metadata, LocalRow.metadata if is_sqlite else _remote()],
        include_object=is_compared,
        render_as_batch=is_sqlite,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _remote() -> MetaData:
    from db.models.growth import REMOTE_METADATA  # noqa: PLC0415 - a store has none of it

    return REMOTE_METADATA


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
elif address := os.environ.get("DATABASE_URL"):
    from db.remote import Remote

    with Remote(address).engine().begin() as opened:
        migrate(opened)
else:
    with create_engine("sqlite://").begin() as opened:
        migrate(opened)
