"""One listener on several machines: who logs in to PostgreSQL says who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from db import owning
from db.errors import RemoteError
from db.store import Store

if TYPE_CHECKING:
    from psycopg import Connection

_NAMES: Final = (
    "id",
    "anonymous_id",
    "created_at",
    "last_active",
    "preferences",
    "metadata",
    "db_role",
)
_WHO: Final = (
    f"SELECT {', '.join(_NAMES)} FROM users "  # noqa: S608 - the names above
    "WHERE db_role = current_user ORDER BY created_at, id LIMIT 1"
)
_IS_GUARDED: Final = "SELECT row_security_active('users')"


def adopt(connection: Connection[Any], store: Store) -> None:
    """Become the listener whose role is logged in; where there is none, stay who we are.

    All rows of this machine become that listener's, those still to be sent as well. Raises
    psycopg.Error, RemoteError or StoreError.
    """
    with connection.transaction():
        found = connection.execute(_WHO).fetchone()
        is_guarded = found is None and connection.execute(_IS_GUARDED).fetchone() == (True,)
    if is_guarded:  # every row would be refused
        raise RemoteError(
            "The role of DATABASE_URL is no listener in that PostgreSQL: have its administrator "
            "run: kahani db invite. Until then everything stays on this machine."
        )
    if found is None or found[0] == store.listener().id:
        return
    row = dict(zip(_NAMES, found, strict=True))
    store.write_later(lambda tx: owning.become(tx, row)).result()
