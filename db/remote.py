"""The way to PostgreSQL: its address, read once and never shown whole, and its connections."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine, NullPool, create_engine

from db.errors import RemoteAddressError, RemoteError, RemoteUnreachableError

if TYPE_CHECKING:
    from psycopg import Connection

SETTINGS: Final[dict[str, Any]] = {
    # With libpq's own values an outage of 30 s stalls a call for 54 s; a lost reply, for ever.
    "connect_timeout": 4,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
    "target_session_attrs": "read-write",
    "application_name": "kahani",
}
LIMITS: Final = {
    "statement_timeout": "15s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "8s",
}
GUARDED: Final = ("require", "verify-ca", "verify-full")
"""The values of sslmode by which nothing is sent in the clear."""
ANSWER_S: Final = 20.0
"""How long an answer may take where nobody asked for more: the server itself gives up earlier."""

_SCHEME = re.compile(r"^postgres(?:ql)?(?:\+psycopg)?://")


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that does not wait for ever.

    The system notices a line that is dead, but not a proxy on the way that takes everything and
    answers nothing.
    """

    answers_within: float | None = None

    def wait(self, gen: Any, *arguments: Any, **more: Any) -> Any:
        """Wait for an answer as long as is allowed. Raises psycopg.OperationalError."""
        return super().wait(self._bounded(gen), *arguments, **more)

    def _bounded(self, gen: Any) -> Generator[Any, Any, Any]:
        began = time.monotonic()
        try:
            state = next(gen)
            while True:
                ready = yield state
                limit_s = self.answers_within
                if not ready and limit_s is not None and time.monotonic() > began + limit_s:
                    self.close()
                    raise psycopg.OperationalError(f"no answer for {limit_s:g} s")
                state = gen.send(ready)
        except StopIteration as end:
            return end.value


@dataclass(frozen=True, repr=False)
class Remote:
    """A PostgreSQL by its address: postgresql://, postgres:// or postgresql+psycopg://.

    Raises RemoteAddressError when the address cannot be read.
    """

    address: str

    def __post_init__(self) -> None:
        self.parameters()

    def __repr__(self) -> str:
        return f"Remote({self.label})"

    @property
    def label(self) -> str:
        """How it is shown: host and database, never who logs in."""
        values = self.parameters()
        host = values.get("host") or values.get("hostaddr") or "localhost"
        return f"{host}/{values.get('dbname') or values.get('user') or ''}"

    @property
    def warning(self) -> str | None:
        """What is wrong with the way there, and what to do; None where nothing is."""
        values = self.parameters()
        mode = values.get("sslmode") or os.environ.get("PGSSLMODE")
        if mode in GUARDED or is_local(values):
            return None
        return (
            f"What is sent to {self.label} may be read and changed on the way, as DATABASE_URL "
            "asks for no encryption: add ?sslmode=require to it, or better verify-full."
        )

    def parameters(self) -> dict[str, Any]:
        """Return libpq's parameters, as the address gives them."""
        address, found = _SCHEME.subn("postgresql://", self.address)
        try:
            values = dict(conninfo_to_dict(address)) if found else {}
        except psycopg.Error:
            values = {}  # libpq's own sentence quotes the address, with the password in it
        names = f"{values.get('host', '')}{values.get('dbname', '')}"
        ports = str(values.get("port", "")).replace(",", "")
        # An unescaped sign in the password moves a part of it into what is shown.
        if not found or not values or "@" in names or (ports and not ports.isdigit()):
            raise RemoteAddressError(
                "DATABASE_URL cannot be read: it looks like "
                "postgresql://user:password@host:5432/name, and signs such as @ : / % in the "
                "password are written %40 %3A %2F %25."
            )
        return values

    def connect(
        self,
        *,
        autocommit: bool = False,
        only_reads: bool = False,
        answers_within: float | None = None,
    ) -> Connection[Any]:
        """Open a connection; waits at most 4 s for each host.

        One that `only_reads` prefers a replica among the hosts of the address. Where a statement is
        not answered within `answers_within` seconds, the connection is closed and
        psycopg.OperationalError raised. Raises RemoteUnreachableError.
        """
        server = {"target_session_attrs": "prefer-standby"} if only_reads else {}
        try:
            connection = BoundedConnection.connect(
                **{**SETTINGS, **server, **self.parameters()},
                autocommit=autocommit,
                # Prepared statements break behind a PgBouncer that hands connections around.
                prepare_threshold=None,
            )
        except psycopg.Error as fault:
            raise self.unreachable(fault) from None
        except UnicodeError:
            raise RemoteUnreachableError(f"{self.label}: there is no such host.") from None
        connection.answers_within = answers_within
        return connection

    def engine(self) -> Engine:
        """Make an engine for migrations; nothing is pooled."""
        return create_engine("postgresql+psycopg://", creator=self.connect, poolclass=NullPool)

    def unreachable(self, fault: psycopg.Error) -> RemoteUnreachableError:
        """Say why there is no connection."""
        return RemoteUnreachableError(f"{self.label} cannot be reached: {self.scrub(fault)}")

    def failed(self, doing: str, fault: BaseException) -> RemoteError:
        """Say what failed while `doing` something."""
        return RemoteError(f"{self.label}: {doing} failed: {self.scrub(fault)}")

    def scrub(self, fault: BaseException) -> str:
        """Return the first line of an error without the address and the password."""
        text = (str(fault).strip() or type(fault).__name__).splitlines()[0]
        text = re.sub(r"\[Errno -?\d+\] ", "", text)  # the words after it say the same
        secrets = [self.address, str(self.parameters().get("password") or "")]
        for secret in sorted(filter(None, secrets), key=len, reverse=True):
            text = text.replace(secret, "…")
        return text


def is_local(parameters: Mapping[str, Any]) -> bool:
    """Whether all hosts of libpq's parameters are this machine."""
    named = parameters.get("hostaddr") or parameters.get("host") or os.environ.get("PGHOST", "")
    hosts = str(named).split(",")
    return all(
        host in ("", "localhost", "::1") or host.startswith(("/", "@", "127.")) for host in hosts
    )


def limit(connection: Connection[Any]) -> None:
    """Bound the statements of the transaction that is open.

    By SET LOCAL, as a pooler may refuse them among the connection's options.
    """
    connection.execute("; ".join(f"SET LOCAL {name} = '{value}'" for name, value in LIMITS.items()))
