"""Looks at the schema in PostgreSQL before anything is sent there."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import Connection

from db.errors import RemoteSchemaError
from db.remote import Remote, limit
from db.revisions import HEAD, is_newer
from db.upgrade import upgrade_remote


def make_ready(remote: Remote, connection: Connection[Any]) -> None:
    """Make the tables in an empty database; leave any other as it is.

    Raises RemoteSchemaError when the schema is not the one that this program knows.
    """
    revision = revision_of(connection)
    if revision == HEAD:
        return
    if revision is None:
        if _is_empty(connection):
            upgrade_remote(remote.address)
            return
        raise RemoteSchemaError(
            f"{remote.label} holds no schema of kahani and none may be made there: give this role "
            "the right to create tables, or have the owner run: kahani db upgrade"
        )
    raise _another(remote, revision)


def needs_newest(remote: Remote, connection: Connection[Any]) -> None:
    """Raise RemoteSchemaError when the schema is not there, or not the one of this program."""
    revision = revision_of(connection)
    if revision is None:
        raise RemoteSchemaError(
            f"{remote.label} holds no schema of kahani yet: run: kahani db upgrade"
        )
    if revision != HEAD:
        raise _another(remote, revision)


def revision_of(connection: Connection[Any]) -> str | None:
    """Return the version of the schema, None where there is none of ours."""
    with connection.transaction():
        there = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
        if not there or not there[0]:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def _another(remote: Remote, revision: str) -> RemoteSchemaError:
    if is_newer(revision):
        return RemoteSchemaError(
            f"The schema in {remote.label} ({revision}) is later than this program's ({HEAD}): "
            "install the later version of kahani. Until then everything stays on this machine."
        )
    return RemoteSchemaError(
        f"The schema in {remote.label} ({revision}) is older than this program needs ({HEAD}): "
        "have the owner of its tables run: kahani db upgrade"
    )


def ensure_partitions(connection: Connection[Any], months: int) -> None:
    """Make the partitions of the coming months; without the right to, the default one is used."""
    try:
        with connection.transaction():
            limit(connection)
            connection.execute("SELECT ensure_event_partitions(%s)", [months])
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.LockNotAvailable):
        return


def _is_empty(connection: Connection[Any]) -> bool:
    """Whether nothing of the same names is there, and tables may be made."""
    with connection.transaction():
        row = connection.execute(
            "SELECT has_schema_privilege(current_schema(), 'CREATE') AND NOT EXISTS ("
            "SELECT FROM pg_tables WHERE schemaname = current_schema() "
            "AND tablename IN ('users', 'stories', 'content', 'sessions'))"
        ).fetchone()
    return bool(row and row[0])
