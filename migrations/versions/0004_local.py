"""What a listener's machine keeps for itself: SQLite only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrating import on_postgresql, only_where
from db.types import Json, Now, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    if on_postgresql():
        return
    _outbox()
    _sync_rejected()
    _places()
    _local_meta()


def downgrade() -> None:
    """Drop the tables."""
    if on_postgresql():
        return
    op.drop_table("local_meta")
    op.drop_table("places")
    op.drop_table("sync_rejected")
    op.drop_table("outbox")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("held_for", sa.Text()),
        sa.Column("created_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("sent_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="outbox_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("idx_outbox_pending", "outbox", ["id"], **only_where("sent_at IS NULL"))


def _sync_rejected() -> None:
    op.create_table(
        "sync_rejected",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("sqlstate", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rejected_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="sync_rejected_pkey"),
    )


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("state", Json(), nullable=False),
        sa.Column(
            "percentage",
            sa.Numeric(5, 2, asdecimal=False),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("is_completed", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name="places_pkey"),
    )


def _local_meta() -> None:
    op.create_table(
        "local_meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="local_meta_pkey"),
    )
