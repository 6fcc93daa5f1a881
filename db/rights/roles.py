"""Makes the groups of roles that share one PostgreSQL, and gives them the tables."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import Connection, sql

from db import granting
from db.errors import RemoteError
from db.granting import GROUPS, LISTENER, OTHERS, OWNER, TABLES, VERSION
from db.remote import Remote
from db.remote_schema import needs_newest

GROUPS_LOCK: Final = 0x726F6C6573  # "roles"

_WHO: Final = (
    "SELECT rolcreaterole OR rolsuper, rolsuper, current_user FROM pg_roles "
    "WHERE rolname = current_user"
)
_OURS: Final = """
SELECT c.oid::regclass::text FROM pg_class AS c
WHERE c.relkind IN ('r', 'p') AND c.relowner <> %(owner)s::regrole AND (
    c.oid IN (SELECT to_regclass(name) FROM unnest(%(tables)s::text[]) AS name)
    OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'analytics_events'::regclass))
ORDER BY 1
"""
_OUR_FUNCTIONS: Final = """
SELECT p.oid::regprocedure::text FROM pg_proc AS p
WHERE p.proowner <> %(owner)s::regrole AND p.pronamespace = current_schema()::regnamespace AND (
    p.proname = ANY(%(names)s) OR p.oid IN (
        SELECT t.tgfoid FROM pg_trigger AS t WHERE NOT t.tgisinternal
        AND t.tgrelid IN (SELECT to_regclass(name) FROM unnest(%(tables)s::text[]) AS name)))
"""
LISTENER_ID: Final = "kahani_listener_id"


def make_roles(address: str) -> list[str]:
    """Make the groups that are missing, and settle who may do what; say what was done, by line.

    Doing it again changes nothing. Raises RemoteError and its kinds.
    """
    remote = Remote(address)
    with remote.connect(autocommit=True) as connection:
        try:
            needs_newest(remote, connection)
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", [GROUPS_LOCK])
                return _make(remote, connection)
        except psycopg.errors.InsufficientPrivilege as fault:
            raise RemoteError(
                f"{remote.label}: the roles were not made: {remote.scrub(fault)}. Log in as who "
                "owns the database and made the roles, or as a superuser such as postgres."
            ) from None
        except psycopg.Error as fault:
            raise remote.failed("making the roles", fault) from None


def _make(remote: Remote, connection: Connection[Any]) -> list[str]:
    may_create, is_super, login = connection.execute(_WHO).fetchone() or (False, False, "")
    there = {
        name
        for (name,) in connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(GROUPS)]
        )
    }
    missing = [name for name in GROUPS if name not in there]
    if missing and not may_create:
        raise RemoteError(
            f"{remote.label}: {', '.join(missing)} cannot be made: {login} may not create roles. "
            f'Have an administrator run: ALTER ROLE "{login}" CREATEROLE; or log in as a superuser '
            "such as postgres."
        )
    said = [_made(connection, name, is_new=name in missing) for name in GROUPS]
    if not is_super:
        _join_owners(connection)
    _let_owners_in(connection)
    count = _hand_over(connection)
    granting.grant(connection)
    tables = f"{count} tables and functions were" if count else "all tables were already"
    return [
        *said,
        f"{tables} given to {OWNER}",
        f"the rights on {len((*TABLES, *OTHERS))} tables were settled",
    ]


def _made(connection: Connection[Any], name: str, *, is_new: bool) -> str:
    if is_new:
        try:
            with connection.transaction():
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
        except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            is_new = False  # roles belong to the whole server: made for another database meanwhile
    return f"{name} {'was made' if is_new else 'was there'}: {GROUPS[name]}"


def _join_owners(connection: Connection[Any]) -> None:
    """Stay an owner after the tables were given away."""
    row = connection.execute("SELECT pg_has_role(current_user, %s, 'USAGE')", [OWNER]).fetchone()
    if not (row and row[0]):
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))


def _let_owners_in(connection: Connection[Any]) -> None:
    """Let the owners make tables, and trusted extensions, and let the other groups in."""
    places = connection.execute("SELECT current_database(), current_schema()").fetchone()
    assert places
    database, schema = map(sql.Identifier, places)
    owner = sql.Identifier(OWNER)
    if not _has(connection, "has_database_privilege(%s, current_database(), 'CREATE')", OWNER):
        connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, owner))
    if not _has(connection, "has_schema_privilege(%s, current_schema(), 'CREATE')", OWNER):
        connection.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(schema, owner))
    if _has(connection, "has_schema_privilege(%s, current_schema(), 'CREATE')", LISTENER):
        # As it was before PostgreSQL 15: everybody could put things in the way of others.
        connection.execute(sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC").format(schema))
    for name in GROUPS:
        if not _has(connection, "has_schema_privilege(%s, current_schema(), 'USAGE')", name):
            connection.execute(
                sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, sql.Identifier(name))
            )


def _has(connection: Connection[Any], question: str, role: str) -> bool:
    row = connection.execute(f"SELECT {question}", [role]).fetchone()
    return bool(row and row[0])


def _hand_over(connection: Connection[Any]) -> int:
    """Give tables and functions to the owners; return how many were somebody else's."""
    functions = [name.partition("(")[0] for name in granting.FUNCTIONS]
    values = {
        "owner": OWNER,
        "tables": [VERSION, *TABLES, *OTHERS],
        "names": [*functions, LISTENER_ID],
    }
    tables = connection.execute(_OURS, values).fetchall()
    called = connection.execute(_OUR_FUNCTIONS, values).fetchall()
    for kind, found in (("TABLE", tables), ("FUNCTION", called)):
        for (name,) in found:  # as PostgreSQL itself quotes it
            connection.execute(
                sql.SQL("ALTER {} {} OWNER TO {}").format(
                    sql.SQL(kind), sql.SQL(name), sql.Identifier(OWNER)
                )
            )
    return len(tables) + len(called)
