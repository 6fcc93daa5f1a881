"""Makes a new store: all tables of the models, in an order that never changes."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from db.engine import writing_engine
from db.revisions import HEAD

VERSION_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def create(path: Path) -> None:
    """Make a new store from the models: the same as by the migrations, without loading Alembic.

    Under another name first: under its own it is whole from the beginning. To be done `alone`.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    engine = writing_engine(part)
    with engine.begin() as connection:
        for definition in _definitions():
            connection.exec_driver_sql(definition)
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
    engine.dispose()
    part.replace(path)


@cache
def _definitions() -> tuple[str, ...]:
    """Return what makes the tables of a store; to put it into words takes longest, so but once."""
    from sqlalchemy import create_mock_engine  # noqa: PLC0415 - as the models
    from sqlalchemy.schema import CreateTable  # noqa: PLC0415 - as the models

    from db.models import LocalRow, Row  # noqa: PLC0415 - an existing store does not need them here

    definitions: list[str] = []

    def take(definition: Any, *_: Any, **__: Any) -> None:
        definitions.append(str(definition.compile(dialect=engine.dialect)))

    engine = create_mock_engine("sqlite://", take)
    for table in (*Row.metadata.sorted_tables, *LocalRow.metadata.sorted_tables):
        take(CreateTable(table))
        # Always in this order: so a store can lend another the page of its schema that is lost.
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            index.create(engine, checkfirst=False)
    return (*definitions, VERSION_TABLE)
