"""Lets a listener into PostgreSQL: a role of their own, with a password that nobody else sees."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import psycopg
from psycopg import Connection, sql

from db.errors import RemoteError
from db.granting import LISTENER, is_shared
from db.remote import Remote, is_local
from db.remote_schema import needs_newest
from db.types import new_id, now

T = TypeVar("T")

NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
OURS: Final = "kahani_"
PASSWORD_BYTES: Final = 24
METHOD: Final = b"scram-sha-256"
CONNECTIONS: Final = 20
"""Enough for all machines of one listener, and not for the whole server."""

_ROLE: Final = """
SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls OR r.rolreplication,
    EXISTS (SELECT FROM users WHERE db_role = r.rolname)
FROM pg_roles AS r WHERE r.rolname = %s
"""


class InviteError(RemoteError):
    """The invitation is refused for what was asked: a name, or what there is of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a listener needs to log in; to be shown once, and kept nowhere."""

    name: str
    password: str
    address: str

    def __repr__(self) -> str:
        return f"Invitation({self.name})"


def invite(address: str, name: str, *, renew: bool = False) -> Invitation:
    """Make a listener who logs in as `name`; with `renew`, give a known one a new password.

    Raises InviteError, or RemoteError and its other kinds.
    """
    _check(name)
    password = secrets.token_urlsafe(PASSWORD_BYTES)

    def write(connection: Connection[Any], remote: Remote) -> Invitation:
        known = _known(connection, name)
        if renew and known != "listener":
            raise InviteError(f"{name} is no listener in {remote.label}: leave --renew out.")
        if known and not renew:
            raise InviteError(
                f"{name} was invited to {remote.label} before: for a new password add --renew."
                if known == "listener"
                else f"There is a role {name} on this server already: choose another name."
            )
        # The server is told what proves the password, never the password itself: it stands in
        # no log there, and in no list of what runs.
        secret = connection.pgconn.encrypt_password(password.encode(), name.encode(), METHOD)
        if renew:
            _set_password(connection, name, secret.decode())
        else:
            _make(connection, name, secret.decode())
        return Invitation(
            name=name, password=password, address=_address(remote, connection, name, password)
        )

    return _in_one(address, write)


def uninvite(address: str, name: str) -> None:
    """Take the login of a listener away; what they did stays, and is nobody's to read.

    Raises InviteError, or RemoteError and its other kinds.
    """
    _check(name)

    def write(connection: Connection[Any], remote: Remote) -> None:
        if _known(connection, name) != "listener":
            raise InviteError(f"{name} is no listener in {remote.label}.")
        connection.execute("UPDATE users SET db_role = NULL WHERE db_role = %s", [name])
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))

    _in_one(address, write)


def _check(name: str) -> None:
    if not NAME.fullmatch(name):
        raise InviteError(
            "A name has small letters a to z, digits and _, begins with no digit, and is at most "
            "63 long."
        )
    if name.startswith((OURS, "pg_")) or name in ("public", "none", "postgres"):
        raise InviteError(f"{name} means something to PostgreSQL or kahani: choose another name.")


def _in_one(address: str, write: Callable[[Connection[Any], Remote], T]) -> T:
    """Do all of it in one transaction, or nothing; explain what goes wrong."""
    remote = Remote(address)
    with remote.connect(autocommit=True) as connection:
        try:
            needs_newest(remote, connection)
            if not is_shared(connection):
                raise RemoteError(f"{remote.label} has no roles yet: run first: kahani db roles")
            with connection.transaction():
                return write(connection, remote)
        except psycopg.errors.InsufficientPrivilege as fault:
            raise RemoteError(
                f"{remote.label}: {remote.scrub(fault)}. Log in as who ran kahani db roles, or as "
                "a superuser such as postgres."
            ) from None
        except psycopg.Error as fault:
            raise remote.failed("inviting", fault) from None


def _known(connection: Connection[Any], name: str) -> str | None:
    """Return what a name is: a "listener" of this database, another "role", or nothing."""
    row = connection.execute(_ROLE, [name]).fetchone()
    if row is None:
        return None
    is_mighty, has_row = row
    return "listener" if has_row and not is_mighty else "role"


def _make(connection: Connection[Any], name: str, secret: str) -> None:
    connection.execute(
        sql.SQL(
            "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION "
            "CONNECTION LIMIT {} PASSWORD {} IN ROLE {}"
        ).format(
            sql.Identifier(name),
            sql.Literal(CONNECTIONS),
            sql.Literal(secret),
            sql.Identifier(LISTENER),
        )
    )
    connection.execute(
        "INSERT INTO users (id, anonymous_id, created_at, db_role) VALUES (%s, %s, %s, %s)",
        [new_id(), secrets.token_hex(16), now(), name],
    )


def _set_password(connection: Connection[Any], name: str, secret: str) -> None:
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(secret))
    )


def _address(remote: Remote, connection: Connection[Any], name: str, password: str) -> str:
    """Return the address that the listener logs in by: as ours, but for who it is."""
    values = remote.parameters()
    hosts = str(values.get("host") or values.get("hostaddr") or "").split(",")
    ports = str(values.get("port") or "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    where, query = "", {}
    if any(host.startswith("/") for host in hosts):
        query = {"host": ",".join(hosts)} | ({"port": ports[0]} if ports[0] else {})
    else:
        where = ",".join(
            f"{_bracketed(host)}:{port}" if port else _bracketed(host)
            for host, port in zip(hosts, ports, strict=True)
        )
    for kept in ("sslmode", "sslrootcert", "channel_binding"):
        if values.get(kept):
            query[kept] = str(values[kept])
    if connection.pgconn.ssl_in_use and not is_local(values):
        query.setdefault("sslmode", "require")
    tail = f"?{urlencode(query)}" if query else ""
    database = quote(connection.info.dbname, safe="")
    return f"postgresql://{name}:{password}@{where}/{database}{tail}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
