"""Events of the outbox as COPY reads them, put together by SQLite."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from psycopg import Connection, sql
from sqlalchemy import Connection as LocalConnection
from sqlalchemy import Integer, Numeric, Uuid

from db.models import Row
from db.rows import event_columns
from db.types import Amount, UtcDateTime

_PLAIN: Final = (Uuid, UtcDateTime, Integer, Numeric, Amount)
"""Types whose text holds nothing that COPY would take for something else."""

_TEXT: Final = """
SELECT group_concat(line, char(10)) FROM (
    SELECT {line} AS line FROM outbox
    WHERE id BETWEEN ? AND ? AND table_name = '{table}' AND sent_at IS NULL AND held_for IS NULL
    ORDER BY id)
"""


def may_copy(connection: Connection[Any]) -> bool:
    """Whether this role may COPY events: PostgreSQL refuses it where policies are in force."""
    with connection.transaction():
        row = connection.execute("SELECT row_security_active('analytics_events')").fetchone()
    return bool(row and not row[0])


def text_of(tx: LocalConnection, table: str, first: int, last: int) -> str:
    """Return the events of a table from the id `first` to `last`, each in a line."""
    text: str | None = tx.exec_driver_sql(_query(table), (first, last)).scalar()
    return f"{text}\n" if text else ""


def copy(connection: Connection[Any], table: str, text: str) -> None:
    """Write such lines in the transaction that is open."""
    names = sql.SQL(", ").join(map(sql.Identifier, event_columns(table)))
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor().copy(query) as copying:
        copying.write(text)


@cache
def _query(table: str) -> str:
    columns = Row.metadata.tables[table].c
    line = " || char(9) || ".join(
        _value(name, is_plain=isinstance(columns[name].type, _PLAIN))
        for name in event_columns(table)
    )
    return _TEXT.format(line=line, table=table)


def _value(name: str, *, is_plain: bool) -> str:
    value = f"json_extract(payload, '$.{name}')"
    if not is_plain:
        for sign, written in ((r"'\'", r"'\\'"), ("char(9)", r"'\t'"), ("char(10)", r"'\n'")):
            value = f"replace({value}, {sign}, {written})"
        value = f"replace({value}, char(13), '\\r')"
    return f"coalesce({value}, '\\N')"
