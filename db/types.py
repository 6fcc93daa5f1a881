"""Column types and defaults that mean the same in PostgreSQL and in SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Dialect, Numeric, String, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import DateTime, TypeDecorator, TypeEngine, UserDefinedType
from uuid_utils.compat import uuid7

POSTGRESQL = "postgresql"


def new_id() -> UUID:
    """Return a UUIDv7: what a listener makes is numbered in the order of time."""
    return uuid7()


def now() -> datetime:
    """Return the time in UTC, to the microsecond (the default of every time column)."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """Write a moment as SQLite keeps it: UTC, of fixed width, so that text order is time order.

    Raises ValueError for a naive moment: nobody knows which hour it means.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a time without its zone cannot be stored: {moment.isoformat()}")
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def from_text(text: str) -> datetime:
    """Read a moment; one written by hand without a zone is taken for UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """TIMESTAMP WITH TIME ZONE; on SQLite text in UTC. Takes and gives aware datetimes only."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Keep text on SQLite: its own DateTime drops the offset in silence."""
        is_postgresql = dialect.name == POSTGRESQL
        return dialect.type_descriptor(DateTime(timezone=True) if is_postgresql else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive datetime, else hand it on in UTC."""
        if value is None:
            return None
        text = to_text(value)
        return value.astimezone(UTC) if dialect.name == POSTGRESQL else text

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return an aware datetime in UTC."""
        if value is None:
            return None
        return from_text(value) if isinstance(value, str) else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSONB; on SQLite JSON text. None is NULL, not the JSON word null."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose JSONB on PostgreSQL, imported only there: it takes 40 ms."""
        if dialect.name == POSTGRESQL:
            from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415 - see above

            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))


class TextArray(TypeDecorator[Any]):
    """TEXT[]; on SQLite a JSON list."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose an array on PostgreSQL."""
        if dialect.name == POSTGRESQL:
            from sqlalchemy.dialects.postgresql import ARRAY  # noqa: PLC0415 - as in Json

            return dialect.type_descriptor(ARRAY(Text()))
        return dialect.type_descriptor(JSON(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's
        """Accept any sequence of strings."""
        return None if value is None else list(value)


class Inet(TypeDecorator[str]):
    """INET; on SQLite text."""

    impl = String(45)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose INET on PostgreSQL."""
        if dialect.name == POSTGRESQL:
            from sqlalchemy.dialects.postgresql import INET  # noqa: PLC0415 - as in Json

            return dialect.type_descriptor(INET())
        return dialect.type_descriptor(String(45))

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """Return text: psycopg makes an address object of it."""
        return None if value is None else str(value)


class Amount(TypeDecorator[float]):
    """DECIMAL(precision, scale) as a float, also where SQLite keeps a whole number."""

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale, asdecimal=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> float | None:  # noqa: ARG002 - SQLAlchemy's
        """Return a float."""
        return None if value is None else float(value)


class Xid8(UserDefinedType[int]):
    """PostgreSQL's number of a transaction, which never comes round again."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return its name."""
        return "xid8"


class TransactionId(TypeDecorator[int]):
    """XID8; on SQLite a whole number, as no transaction has one there."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose XID8 on PostgreSQL."""
        return dialect.type_descriptor(Xid8() if dialect.name == POSTGRESQL else BigInteger())

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        """Return a number: psycopg gives text."""
        return None if value is None else int(value)


class _ServerDefault(FunctionElement[Any]):
    """What the database itself puts into a column that an INSERT leaves out."""

    inherit_cache = True


class RandomUuid(_ServerDefault):
    """A random UUID, so that rows can be inserted by hand."""


class Now(_ServerDefault):
    """The time of the transaction; milliseconds on SQLite."""


class EmptyArray(_ServerDefault):
    """An array without elements."""


class ThisTransaction(_ServerDefault):
    """The number of the transaction that writes the row; nothing on SQLite."""


def _register(element: type[ColumnElement[Any]], *, postgresql: str, sqlite: str) -> None:
    """Say how a default is written; Alembic also renders it for no engine in particular."""

    def for_postgresql(*_args: Any, **_kwargs: Any) -> str:
        return postgresql

    def for_sqlite(*_args: Any, **_kwargs: Any) -> str:
        return sqlite

    compiles(element)(for_postgresql)
    compiles(element, "sqlite")(for_sqlite)


_register(RandomUuid, postgresql="gen_random_uuid()", sqlite="(lower(hex(randomblob(16))))")
_register(Now, postgresql="NOW()", sqlite="(strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))")
_register(EmptyArray, postgresql="'{}'", sqlite="'[]'")
_register(ThisTransaction, postgresql="pg_current_xact_id()", sqlite="NULL")
