"""Listeners, their sittings and places, and the audio content they hear."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrating import only_where
from db.types import EmptyArray, Json, Now, RandomUuid, TextArray, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _users()
    _user_progress()
    _bookmarks()
    _content()
    _sessions()
    _generation_status()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("generation_status")
    op.drop_table("sessions")
    op.drop_table("content")
    op.drop_table("bookmarks")
    op.drop_table("user_progress")
    op.drop_table("users")


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), server_default=RandomUuid(), nullable=False),
        sa.Column("anonymous_id", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), server_default=Now()),
        sa.Column("last_active", UtcDateTime(), server_default=Now()),
        sa.Column("preferences", Json(), server_default=sa.text("'{}'")),
        sa.Column("metadata", Json(), server_default=sa.text("'{}'")),
        sa.Column("db_role", sa.String(63), comment="The PostgreSQL role that owns the row"),
        sa.PrimaryKeyConstraint("id", name="users_pkey"),
        sa.UniqueConstraint("anonymous_id", name="users_anonymous_id_key"),
    )
    op.create_index("idx_users_anonymous_id", "users", ["anonymous_id"])
    op.create_index("idx_users_last_active", "users", ["last_active"])


def _user_progress() -> None:
    op.create_table(
        "user_progress",
        sa.Column("id", sa.Uuid(), server_default=RandomUuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("current_node_id", sa.Uuid()),
        sa.Column("choices_made", Json(), server_default=sa.text("'[]'")),
        sa.Column("is_completed", sa.Boolean(), server_default=sa.false()),
        sa.Column(
            "completion_percentage",
            sa.Numeric(5, 2, asdecimal=False),
            server_default=sa.text("0.00"),
        ),
        sa.Column("play_count", sa.Integer(), server_default=sa.text("0")),
        sa.Column("total_time_sec", sa.Integer(), server_default=sa.text("0")),
        sa.Column("last_played_at", UtcDateTime()),
        sa.Column("created_at", UtcDateTime(), server_default=Now()),
        sa.Column("updated_at", UtcDateTime(), server_default=Now()),
        sa.PrimaryKeyConstraint("id", name="user_progress_pkey"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="user_progress_user_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name="user_progress_story_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["current_node_id"],
            ["story_nodes.id"],
            name="user_progress_current_node_id_fkey",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("user_id", "story_id", name="uq_user_story_progress"),
    )
    op.create_index(
        "idx_user_progress_completed",
        "user_progress",
        ["user_id", "is_completed"],
        **only_where("is_completed = TRUE"),
    )
    op.create_index("idx_user_progress_story", "user_progress", ["story_id"])
    op.create_index("idx_user_progress_user", "user_progress", ["user_id"])


def _bookmarks() -> None:
    op.create_table(
        "bookmarks",
        sa.Column("id", sa.Uuid(), server_default=RandomUuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("created_at", UtcDateTime(), server_default=Now()),
        sa.PrimaryKeyConstraint("id", name="bookmarks_pkey"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="bookmarks_user_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name="bookmarks_story_id_fkey", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("user_id", "story_id", name="uq_user_bookmark"),
    )
    op.create_index("idx_bookmarks_story", "bookmarks", ["story_id"])
    op.create_index("idx_bookmarks_user", "bookmarks", ["user_id"])


def _content() -> None:
    op.create_table(
        "content",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("text_content", sa.Text(), nullable=False),
        sa.Column("audio_url", sa.String(1000), nullable=False),
        sa.Column("audio_format", sa.String(10), server_default=sa.text("'mp3'")),
        sa.Column("audio_bitrate", sa.Integer()),
        sa.Column("audio_size", sa.BigInteger()),
        sa.Column("format", sa.String(50), nullable=False),
        sa.Column("genre", sa.String(100)),
        sa.Column("sub_genre", sa.String(100)),
        sa.Column("topic", sa.String(200)),
        sa.Column("template_id", sa.String(255), nullable=False),
        sa.Column("template_version", sa.String(50)),
        sa.Column("difficulty", sa.String(50), nullable=False),
        sa.Column("difficulty_score", sa.Numeric(3, 2, asdecimal=False)),
        sa.Column("estimated_comprehension_level", sa.String(50)),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("word_count", sa.Integer()),
        sa.Column("model_parameters", Json(), nullable=False),
        sa.Column("generated_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("generated_by", sa.String(255)),
        sa.Column("session_id", sa.String(255), nullable=False),
        sa.Column("episode_number", sa.Integer()),
        sa.Column("series_id", sa.String(255)),
        sa.Column("continuity_context", sa.Text()),
        sa.Column("related_content_ids", TextArray()),
        sa.Column("language", sa.String(10), server_default=sa.text("'it'")),
        sa.Column("locale", sa.String(10)),
        sa.Column("quality_score", sa.Numeric(3, 2, asdecimal=False)),
        sa.Column("engagement_metrics", Json()),
        sa.Column("metadata", Json()),
        sa.Column("created_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column(
            "story_id", sa.Uuid(), comment="The story it is an edition of; none for an episode"
        ),
        sa.PrimaryKeyConstraint("id", name="content_pkey"),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name="content_story_id_fkey", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "difficulty IN ('lexical-heavy', 'discourse-heavy')",
            name=op.f("content_difficulty_check"),
        ),
        sa.CheckConstraint(
            "format IN ('narrative', 'podcast', 'educational')", name=op.f("content_format_check")
        ),
    )
    op.create_index("idx_content_difficulty", "content", ["difficulty"])
    op.create_index("idx_content_format", "content", ["format"])
    op.create_index("idx_content_generated_at", "content", ["generated_at"])
    op.create_index("idx_content_genre", "content", ["genre"])
    op.create_index(
        "idx_content_series_id", "content", ["series_id"], **only_where("series_id IS NOT NULL")
    )
    op.create_index("idx_content_session_id", "content", ["session_id"])
    op.create_index("idx_content_story", "content", ["story_id"])


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("started_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("last_activity_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("content_ids", TextArray(), server_default=EmptyArray(), nullable=False),
        sa.Column("current_content_id", sa.String(255)),
        sa.Column(
            "total_listening_time", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("created_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("user_id", sa.Uuid(), comment="The listener whose sitting it is"),
        sa.Column("device", sa.String(255), comment="The installation it happened on"),
        sa.PrimaryKeyConstraint("id", name="sessions_pkey"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="sessions_user_id_fkey", ondelete="SET NULL"
        ),
    )
    op.create_index("idx_sessions_last_activity", "sessions", ["last_activity_at"])
    op.create_index("idx_sessions_started_at", "sessions", ["started_at"])


def _generation_status() -> None:
    op.create_table(
        "generation_status",
        sa.Column("generation_id", sa.String(255), nullable=False),
        sa.Column("session_id", sa.String(255), nullable=False),
        sa.Column("status", sa.String(50), nullable=False),
        sa.Column("content_id", sa.String(255)),
        sa.Column("webhook_url", sa.String(1000)),
        sa.Column("webhook_sent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("error_message", sa.Text()),
        sa.Column("estimated_completion_time", sa.Integer()),
        sa.Column("started_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("completed_at", UtcDateTime()),
        sa.Column("created_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.PrimaryKeyConstraint("generation_id", name="generation_status_pkey"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_generation_status_session", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name="fk_generation_status_content", ondelete="SET NULL"
        ),
        sa.CheckConstraint(
            "status IN ('generating', 'processing', 'completed', 'failed')",
            name=op.f("generation_status_status_check"),
        ),
    )
    op.create_index("idx_generation_status_session_id", "generation_status", ["session_id"])
    op.create_index("idx_generation_status_started_at", "generation_status", ["started_at"])
    op.create_index("idx_generation_status_status", "generation_status", ["status"])
