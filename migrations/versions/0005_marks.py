"""Bookmarks that know their places: kept on the machine, and told to PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrating import on_postgresql
from db.types import Json, Now, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ADDED = ("marks", "updated_at", "removed_at")


def upgrade() -> None:
    """Add the columns, and the table of this machine."""
    with op.batch_alter_table("bookmarks") as table:
        table.add_column(
            sa.Column("marks", Json(), comment="The places marked in the story, with their notes")
        )
        table.add_column(
            sa.Column("updated_at", UtcDateTime(), comment="When the listener changed it last")
        )
        table.add_column(
            sa.Column("removed_at", UtcDateTime(), comment="When the last mark was removed")
        )
    if not on_postgresql():
        _marks()


def downgrade() -> None:
    """Take both away."""
    if not on_postgresql():
        op.drop_table("marks")
    with op.batch_alter_table("bookmarks") as table:
        for name in reversed(ADDED):
            table.drop_column(name)


def _marks() -> None:
    op.create_table(
        "marks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", Json(), nullable=False),
        sa.Column("percentage", sa.Numeric(5, 2, asdecimal=False), nullable=False),
        sa.Column("made_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("removed_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="marks_pkey"),
    )
    op.create_index("idx_marks_slug", "marks", ["slug"])
