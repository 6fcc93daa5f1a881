"""How far this machine has read what others wrote: kept for each PostgreSQL, with the rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Self

from sqlalchemy import Connection as LocalConnection
from sqlalchemy import delete

from db.models import LocalValue
from db.values import set_value, value_of

if TYPE_CHECKING:
    from psycopg import Connection

KEY: Final = "pulled"
"""The small value that holds a state, followed by the name of the server."""

# A restored, failed-over or newly made database counts its transactions anew: another timeline,
# database or table is another server.
_SERVER: Final = """
SELECT concat_ws('/',
        (SELECT system_identifier FROM pg_control_system()),
        CASE WHEN NOT pg_is_in_recovery()
            THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END,
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        'users'::regclass::oid),
    pg_snapshot_xmin(pg_current_snapshot())::text,
    pg_snapshot_xmax(pg_current_snapshot())::text
"""


@dataclass(frozen=True, slots=True)
class Server:
    """The database of one snapshot.

    All transactions before `oldest` have ended; none of `coming` and later had begun.
    """

    name: str
    oldest: int
    coming: int

    @classmethod
    def seen_by(cls, connection: Connection[Any]) -> Self:
        """Ask within the transaction whose snapshot it is."""
        name, oldest, coming = connection.execute(_SERVER).fetchone() or ("", "0", "0")
        return cls(str(name), int(oldest), int(coming))


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A pull under way: from transaction `since` on; afterwards the cursor is `until`.

    What transactions from `before` on wrote is left for the next one, so that this one ends; None
    in a first pull: rows that were copied in from another server have its numbers. Of the table
    number `table` everything is here up to the row `key` of transaction `after`.
    """

    since: int
    until: int
    before: int | None = None
    table: int = 0
    after: int | None = None
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PullState:
    """What is here of one server: everything that ended before the transaction `cursor`.

    `waits` are rows that were left out as what they refer to is not here: by the name of that,
    the first transaction that wrote one. `round` is a pull that was interrupted.
    """

    cursor: int = 0
    waits: Mapping[str, int] = field(default_factory=dict)
    round: Round | None = None

    @classmethod
    def load(cls, tx: LocalConnection, server: Server) -> Self:
        """Return the state kept for a server; a new one where it is behind what is kept."""
        kept = value_of(tx, f"{KEY}:{server.name}")
        if kept is None:
            return cls()
        values = json.loads(kept)
        begun = values["round"]
        pulling = Round(**{**begun, "key": tuple(begun["key"])}) if begun else None
        state = cls(cursor=values["cursor"], waits=values["waits"], round=pulling)
        is_ahead = max(state.cursor, pulling.until if pulling else 0) > server.coming
        return cls() if is_ahead else state

    def save(self, tx: LocalConnection, server: Server) -> None:
        """Keep the state, in the transaction of the rows that it tells of."""
        pulling = asdict(self.round) if self.round else None
        values = {"cursor": self.cursor, "waits": dict(self.waits), "round": pulling}
        set_value(tx, f"{KEY}:{server.name}", json.dumps(values))

    def begun(self, server: Server, here: set[str]) -> PullState:
        """Return the state with a round under way: the interrupted one, else a new one.

        A new one begins earlier where something came that rows waited for (`here`).
        """
        if self.round is not None:
            return self
        late = [self.waits[name] for name in here if name in self.waits]
        since = min([self.cursor, *late])
        waits = {name: first for name, first in self.waits.items() if name not in here}
        before = server.coming if since else None
        return replace(
            self, waits=waits, round=Round(since=since, until=server.oldest, before=before)
        )

    def waiting(self, names: Mapping[str, int]) -> PullState:
        """Return the state with more rows left out."""
        merged = dict(self.waits)
        for name, first in names.items():
            merged[name] = min(first, merged.get(name, first))
        return replace(self, waits=merged)

    def at(self, table: int, after: int | None = None, key: tuple[str, ...] = ()) -> PullState:
        """Return the state with the round further on."""
        assert self.round is not None
        return replace(self, round=replace(self.round, table=table, after=after, key=key))

    def done(self) -> PullState:
        """Return the state after the round."""
        assert self.round is not None
        return replace(self, cursor=self.round.until, round=None)


def begin_anew(tx: LocalConnection) -> None:
    """Forget how far this machine has read, in every PostgreSQL."""
    tx.execute(delete(LocalValue).where(LocalValue.key.startswith(f"{KEY}:")))
