"""Brings a database to the schema that this program knows, or says why it cannot."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db.creating import VERSION_TABLE, create
from db.engine import connect, writing_engine
from db.errors import (
    RemoteError,
    RemoteSchemaError,
    SchemaNewerError,
    StoreDamagedError,
    StoreReadOnlyError,
    explain,
)
from db.exclusive import alone
from db.revisions import HEAD, is_newer
from db.wholeness import look_at

if TYPE_CHECKING:
    from alembic.config import Config

NOT_ALLOWED: Final = "42501"
LOCK_NOT_AVAILABLE: Final = "55P03"
ALREADY_THERE: Final = ("23505", "42P07")
_VERSION = "SELECT version_num FROM alembic_version"
# Not an advisory lock, which anybody who may log in can take and keep: this one needs more than a
# listener may. It lets through who reads the table, as pg_dump does.
_LOCK: Final = "LOCK TABLE alembic_version IN SHARE ROW EXCLUSIVE MODE"
LONGEST_WAIT: Final = "30s"
"""For a lock: longer than any statement of a player takes, and players wait behind it."""
_OWNER: Final = """
SELECT pg_get_userbyid(relowner), pg_get_userbyid(relowner) = current_user,
    pg_has_role(current_user, relowner, 'MEMBER'),
    has_schema_privilege(relowner, current_schema(), 'CREATE')
FROM pg_class WHERE oid = to_regclass('alembic_version')
"""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What was done: the schema `before` (None: there was none) and `after`, and the copy."""

    before: str | None
    after: str = HEAD
    copy: Path | None = None

    @property
    def is_change(self) -> bool:
        """Whether there was anything to do."""
        return self.before != self.after


def migrations_folder() -> Path:
    """Return where the migrations lie: placed beside this file, or in the checkout."""
    here = Path(__file__).resolve().parent
    placed = here / "_migrations"
    return placed if placed.is_dir() else here.parent / "migrations"


def local_revision(path: Path) -> str | None:
    """Return the version of a store's schema, None where there is no store yet.

    Raises StoreDamagedError when the file holds something else, or lost a part of itself.
    """
    look_at(path)
    if not path.exists():
        return None
    with closing(connect(path, is_new=False)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        row = connection.execute(_VERSION).fetchone() if "alembic_version" in tables else None
    if row is None:
        raise StoreDamagedError(
            f"{path} is no store of kahani: name another file, or move it away."
        )
    return str(row[0])


def upgrade_local(path: Path) -> Upgrade:
    """Make the store at `path`, or bring it up to date; a copy is kept before a change.

    Costs one SELECT where nothing is to do. Raises SchemaNewerError and the other errors of
    `db.errors`. Safe when several programs do it at once: they wait for one, however long it takes.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if local_revision(path) == HEAD:
            return Upgrade(HEAD)
        with alone(path):
            return _upgrade_local(path)
    except sqlite3.Error as fault:
        raise explain(fault, path) from fault
    except DBAPIError as fault:
        raise explain(fault.orig or fault, path) from fault
    except OSError as fault:
        raise StoreReadOnlyError(
            f"{path} cannot be made or read ({fault.strerror}): name a file in a folder of yours."
        ) from fault


def upgrade_remote(address: str, copied: Callable[[str], Path] | None = None) -> Upgrade:
    """Bring PostgreSQL up to date, in one transaction, one program at a time.

    `copied` makes a copy by a connection of its own: it is called where there is something to
    change and nobody else changes the schema any more, of which it is handed the version. All is
    done as the owner of the tables, where the login is a member of that role. Raises RemoteError
    and its kinds, and what `copied` raises.
    """
    from db.remote import Remote  # noqa: PLC0415 - psycopg is loaded only where it is used

    remote = Remote(address)
    try:
        with remote.engine().begin() as connection:
            return _migrate_remote(connection, copied)
    except DBAPIError as fault:
        if getattr(fault.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise RemoteError(
                f"{remote.label}: the schema is in use by others and was left as it was: try again "
                "when fewer people listen."
            ) from None
        failed = remote.failed("making the schema", fault.orig or fault)
        if getattr(fault.orig, "sqlstate", None) == NOT_ALLOWED:
            raise RemoteSchemaError(
                f"{failed}. Log in as a member of the role that owns the tables."
            ) from None
        raise failed from None


def run_alembic(connection: Connection, do: Callable[[Any, Config], None]) -> None:
    """Hand Alembic an open connection; it is loaded only here, as it takes 80 ms."""
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    do(command, config)


def _upgrade_local(path: Path) -> Upgrade:
    """Do it where nobody else does; another program may have done it meanwhile."""
    revision = local_revision(path)
    if revision == HEAD:
        return Upgrade(HEAD)
    if revision is None:
        create(path)
        return Upgrade(None)
    if is_newer(revision):
        raise SchemaNewerError(
            f"{path} was written by a later version of kahani (schema {revision}, this one "
            f"knows {HEAD}): install that version, or start with another store."
        )
    copy = _copy(path, revision)
    _migrate_local(path)
    return Upgrade(revision, copy=copy)


def _copy(path: Path, revision: str) -> Path:
    """Keep the store as it was, beside itself; under that name only once it is whole."""
    kept = path.with_name(f"{path.name}.before-{HEAD}-from-{revision}")
    part = kept.with_name(f"{kept.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with closing(connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(part),))
    part.replace(kept)
    return kept


def _migrate_local(path: Path) -> None:
    # With foreign keys on, the copying of a table deletes the rows that refer to it, in silence.
    engine = writing_engine(path, foreign_keys=False)
    with engine.begin() as connection:
        if connection.scalar(text(_VERSION)) != HEAD:
            run_alembic(connection, lambda command, config: command.upgrade(config, "head"))
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
            if broken:
                raise StoreDamagedError(
                    f"{path} could not be brought up to date: {len(broken)} rows of it refer to "
                    "others that are not there. It was left as it was."
                )
    engine.dispose()


def _migrate_remote(connection: Connection, copied: Callable[[str], Path] | None = None) -> Upgrade:
    connection.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'"))
    if _remote_revision(connection) == HEAD:
        return Upgrade(HEAD)
    _as_owner(connection)
    _lock(connection)
    revision = _remote_revision(connection)
    if revision == HEAD:  # another program was faster
        return Upgrade(HEAD)
    copy = None
    if copied and revision is not None:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        copy = copied(revision)
    run_alembic(connection, lambda command, config: command.upgrade(config, "head"))
    _grant_again(connection)
    return Upgrade(revision, copy=copy)


def _remote_revision(connection: Connection) -> str | None:
    """Return the version of the schema, None where there is none; raise where it is later."""
    has_version = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
    revision: str | None = connection.scalar(text(_VERSION)) if has_version else None
    if revision is not None and is_newer(revision):
        raise RemoteSchemaError(
            f"The schema in PostgreSQL ({revision}) is later than this program's ({HEAD}): "
            "install the later version of kahani."
        )
    return revision


def _lock(connection: Connection) -> None:
    """Let one program at a time go on from here; the table is made where nothing is there yet."""
    try:
        with connection.begin_nested():
            connection.execute(text(VERSION_TABLE))
    except DBAPIError as fault:  # somebody else just made it
        if getattr(fault.orig, "sqlstate", None) not in ALREADY_THERE:
            raise
    connection.execute(text(_LOCK))


def _as_owner(connection: Connection) -> None:
    """Let what is made belong to the owner of what is there, not to whoever came along."""
    found = connection.execute(text(_OWNER)).one_or_none()
    if found is None:  # nothing is there yet
        return
    owner, is_owner, is_member, may_create = found
    if not is_member:
        raise RemoteSchemaError(
            f"The tables in PostgreSQL belong to the role {owner}: log in as a member of it to "
            "bring them up to date."
        )
    if not is_owner and may_create:
        quoted = connection.dialect.identifier_preparer.quote_identifier(owner)
        connection.exec_driver_sql(f"SET LOCAL ROLE {quoted.replace('%', '%%')}")


def _grant_again(connection: Connection) -> None:
    """Give the groups of roles their rights on what is new, where there are any here."""
    from db import granting  # noqa: PLC0415 - psycopg is loaded only where it is used

    opened: Any = connection.connection.driver_connection
    if granting.is_shared(opened):
        granting.grant(opened)
