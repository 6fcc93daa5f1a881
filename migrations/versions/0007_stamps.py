"""Which version of a row is the newer one, and in which transaction it came: for sync.

Rows that are there already are stamped by the time that told their age until now, to the
millisecond, with no device: what either side holds of one version gets the same stamp. A row
without such a time counts as the oldest. One from the future, as a clock was wrong, would win for
long: PostgreSQL takes it for one of now, a store lowers it at its next contact
(db.syncing.clamping).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.migrating import on_postgresql, only_where
from db.types import Json, ThisTransaction, TransactionId

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STAMPED = {
    "sessions": "last_activity_at",
    "user_preferences": "last_updated",
    "user_progress": "COALESCE(last_played_at, updated_at)",
    "bookmarks": "COALESCE(updated_at, created_at)",
    "like_engagement": "updated_at",
}
FOLLOWED = {
    # What a pull looks by: the listener, or the sitting, or nothing but the transaction.
    "users": None,
    "sessions": ["user_id"],
    "user_preferences": None,
    "learner_model_state": None,
    "user_progress": ["user_id"],
    "bookmarks": ["user_id"],
    "like_engagement": None,
    "analytics_events": ["user_id"],
    "behavioral_events": ["session_id"],
    "stories": [],
    "content": [],
}
MS_ON_POSTGRESQL = "floor(extract(epoch FROM LEAST({time}, now())) * 1000)::bigint"
MS_ON_SQLITE = (
    "(CAST(strftime('%s', substr({time}, 1, 19)) AS INTEGER) * 1000"
    " + CAST(substr({time}, 21, 3) AS INTEGER))"
)
NOTE_TRANSACTION = """
CREATE FUNCTION note_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_in := pg_current_xact_id();
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    """Add the columns; stamp what is there; on PostgreSQL, follow every change."""
    for table, time in STAMPED.items():
        _add(table, sa.Column("hlc", sa.BigInteger(), comment=HLC))
        _add(table, sa.Column("hlc_device", sa.String(36), comment=DEVICE))
        if table == "user_preferences":
            _add(table, sa.Column("field_stamps", Json(), comment=FIELDS))
        milliseconds = MS_ON_POSTGRESQL if on_postgresql() else MS_ON_SQLITE
        op.execute(
            f"UPDATE {table} SET hlc = ({milliseconds.format(time=time)}) << 16 "  # noqa: S608 - constants of this file
            f"WHERE {time} IS NOT NULL"
        )
    for table in FOLLOWED:
        _add(
            table,
            sa.Column(
                "changed_in", TransactionId(), server_default=ThisTransaction(), comment=CHANGED
            ),
        )
    if on_postgresql():
        _follow()
    else:
        _stamp_what_waits()
        _set_clock()


def downgrade() -> None:
    """Take all of it away."""
    if on_postgresql():
        for table, columns in FOLLOWED.items():
            if columns is not None:
                op.drop_index(f"idx_{table}_changed", table_name=table)
            op.execute(f"DROP TRIGGER note_transaction ON {table}")
        op.execute("DROP FUNCTION note_transaction()")
    else:
        op.drop_index("idx_outbox_held", table_name="outbox")
        op.execute("DELETE FROM local_meta WHERE key = 'clock'")
    for table in FOLLOWED:
        _drop(table, "changed_in")
    for table in STAMPED:
        if table == "user_preferences":
            _drop(table, "field_stamps")
        _drop(table, "hlc_device")
        _drop(table, "hlc")


def _add(table: str, column: sa.Column[Any]) -> None:
    op.add_column(table, column)


def _drop(table: str, column: str) -> None:
    # SQLite's own statement: Alembic's batch would make the table anew, without its checks.
    op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _follow() -> None:
    op.execute(NOTE_TRANSACTION)
    op.execute(
        "COMMENT ON FUNCTION note_transaction() IS "
        "'Notes in a row which transaction changed it, for those who pull'"
    )
    for table, columns in FOLLOWED.items():
        op.execute(
            f"CREATE TRIGGER note_transaction BEFORE UPDATE ON {table} FOR EACH ROW "
            "WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_transaction()"
        )
        if columns is not None:
            op.create_index(f"idx_{table}_changed", table, [*columns, "changed_in"])


def _stamp_what_waits() -> None:
    """Give the unsent entries of the outbox the stamps of their versions."""
    for table, time in STAMPED.items():
        of_payload = time
        for name in ("last_activity_at", "last_updated", "last_played_at", "updated_at"):
            of_payload = of_payload.replace(name, f"json_extract(payload, '$.{name}')")
        of_payload = of_payload.replace("created_at", "json_extract(payload, '$.created_at')")
        milliseconds = MS_ON_SQLITE.format(time=of_payload)
        op.execute(
            f"UPDATE outbox SET payload = json_set(payload, '$.hlc', ({milliseconds}) << 16) "  # noqa: S608 - constants of this file
            f"WHERE table_name = '{table}' AND sent_at IS NULL"
        )
    op.create_index(
        "idx_outbox_held",
        "outbox",
        ["held_for"],
        **only_where("sent_at IS NULL AND held_for IS NOT NULL"),
    )


def _set_clock() -> None:
    """Let the store's clock go on from the newest stamp: the next change is a later one."""
    newest = " UNION ALL ".join(f"SELECT max(hlc) AS hlc FROM {table}" for table in STAMPED)  # noqa: S608 - constants of this file
    op.execute(
        "INSERT OR REPLACE INTO local_meta (key, value) "  # noqa: S608 - constants of this file
        f"SELECT 'clock', CAST(max(hlc) AS TEXT) FROM ({newest}) HAVING max(hlc) IS NOT NULL"
    )


HLC = "The hybrid logical clock at the listener's last change"
DEVICE = "The installation that made the last change"
FIELDS = "For each field: the clock at its last change, and the installation"
CHANGED = "The transaction that wrote it last"
