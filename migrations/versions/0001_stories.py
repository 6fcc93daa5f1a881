"""Stories as graphs, and the clips of their nodes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrating import only_where
from db.types import Json, Now, RandomUuid, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _stories()
    _story_translations()
    _characters()
    _story_nodes()
    _story_choices()
    _audio_files()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("audio_files")
    op.drop_table("story_choices")
    op.drop_table("story_nodes")
    op.drop_table("characters")
    op.drop_table("story_translations")
    op.drop_table("stories")


def _stories() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.Uuid(), server_default=RandomUuid(), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("age_range", sa.String(20), nullable=False),
        sa.Column("region", sa.String(50), nullable=False),
        sa.Column("moral", sa.Text()),
        sa.Column("duration_min", sa.Integer()),
        sa.Column("cover_image", sa.String(500)),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true()),
        sa.Column("created_at", UtcDateTime(), server_default=Now()),
        sa.Column("updated_at", UtcDateTime(), server_default=Now()),
        sa.Column(
            "content_hash",
            sa.String(64),
            comment="SHA-256 of the canonical story: an import that changes nothing",
        ),
        sa.Column(
            "source_language",
            sa.String(10),
            comment="The language that translations are shown in by default",
        ),
        sa.PrimaryKeyConstraint("id", name="stories_pkey"),
        sa.UniqueConstraint("slug", name="stories_slug_key"),
    )
    op.create_index(
        "idx_stories_active", "stories", ["is_active"], **only_where("is_active = TRUE")
    )
    op.create_index("idx_stories_age_range", "stories", ["age_range"])
    op.create_index("idx_stories_region", "stories", ["region"])
    op.create_index("idx_stories_slug", "stories", ["slug"])


def _story_translations() -> None:
    op.create_table(
        "story_translations",
        sa.Column("id", sa.Uuid(), server_default=RandomUuid(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("language_code", sa.String(10), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("content_json", Json(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), server_default=sa.false()),
        sa.Column("created_at", UtcDateTime(), server_default=Now()),
        sa.Column("updated_at", UtcDateTime(), server_default=Now()),
        sa.PrimaryKeyConstraint("id", name="story_translations_pkey"),
        sa.ForeignKeyConstraint(
            ["story_id"],
            ["stories.id"],
            name="story_translations_story_id_fkey",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("story_id", "language_code", name="uq_story_language"),
    )
    op.create_index("idx_story_translations_lang", "story_translations", ["language_code"])
    op.create_index("idx_story_translations_story", "story_translations", ["story_id"])


def _characters() -> None:
    op.create_table(
        "characters",
        sa.Column("id", sa.Uuid(), server_default=RandomUuid(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(50), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("voice_profile", sa.String(50), nullable=False),
        sa.Column("bulbul_speaker", sa.String(50), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("display_order", sa.Integer(), server_default=sa.text("0")),
        sa.Column("avatar_url", sa.String(500)),
        sa.Column("created_at", UtcDateTime(), server_default=Now()),
        sa.PrimaryKeyConstraint("id", name="characters_pkey"),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name="characters_story_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("idx_characters_speaker", "characters", ["bulbul_speaker"])
    op.create_index("idx_characters_story", "characters", ["story_id"])


def _story_nodes() -> None:
    op.create_table(
        "story_nodes",
        sa.Column("id", sa.Uuid(), server_default=RandomUuid(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("node_type", sa.String(20), nullable=False),
        sa.Column("character_id", sa.Uuid()),
        sa.Column("display_order", sa.Integer(), nullable=False),
        sa.Column("is_start", sa.Boolean(), server_default=sa.false()),
        sa.Column("is_end", sa.Boolean(), server_default=sa.false()),
        sa.Column("text_content", Json(), nullable=False),
        sa.Column("metadata", Json(), server_default=sa.text("'{}'")),
        sa.Column("created_at", UtcDateTime(), server_default=Now()),
        sa.PrimaryKeyConstraint("id", name="story_nodes_pkey"),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name="story_nodes_story_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["character_id"],
            ["characters.id"],
            name="story_nodes_character_id_fkey",
            ondelete="SET NULL",
        ),
    )
    op.create_index("idx_story_nodes_order", "story_nodes", ["story_id", "display_order"])
    op.create_index(
        "idx_story_nodes_start",
        "story_nodes",
        ["story_id", "is_start"],
        **only_where("is_start = TRUE"),
    )
    op.create_index("idx_story_nodes_story", "story_nodes", ["story_id"])
    op.create_index("idx_story_nodes_type", "story_nodes", ["node_type"])


def _story_choices() -> None:
    op.create_table(
        "story_choices",
        sa.Column("id", sa.Uuid(), server_default=RandomUuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("choice_key", sa.String(10), nullable=False),
        sa.Column("text_content", Json(), nullable=False),
        sa.Column("next_node_id", sa.Uuid()),
        sa.Column("is_default", sa.Boolean(), server_default=sa.false()),
        sa.Column("metadata", Json(), server_default=sa.text("'{}'")),
        sa.Column("created_at", UtcDateTime(), server_default=Now()),
        sa.PrimaryKeyConstraint("id", name="story_choices_pkey"),
        sa.ForeignKeyConstraint(
            ["node_id"], ["story_nodes.id"], name="story_choices_node_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["next_node_id"],
            ["story_nodes.id"],
            name="story_choices_next_node_id_fkey",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("node_id", "choice_key", name="uq_node_choice"),
    )
    op.create_index("idx_story_choices_next", "story_choices", ["next_node_id"])
    op.create_index("idx_story_choices_node", "story_choices", ["node_id"])


def _audio_files() -> None:
    op.create_table(
        "audio_files",
        sa.Column("id", sa.Uuid(), server_default=RandomUuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("language_code", sa.String(10), nullable=False),
        sa.Column(
            "code_mix_ratio", sa.Numeric(3, 2, asdecimal=False), server_default=sa.text("0.00")
        ),
        sa.Column("speaker_id", sa.String(50), nullable=False),
        sa.Column("r2_url", sa.String(500), nullable=False),
        sa.Column("file_size", sa.Integer()),
        sa.Column("duration_sec", sa.Numeric(6, 2, asdecimal=False)),
        sa.Column("checksum", sa.String(64)),
        sa.Column("created_at", UtcDateTime(), server_default=Now()),
        sa.Column("accessed_at", UtcDateTime()),
        sa.Column("access_count", sa.Integer(), server_default=sa.text("0")),
        sa.Column(
            "timings",
            Json(),
            comment="When each sentence and word of the clip is heard, in milliseconds",
        ),
        sa.PrimaryKeyConstraint("id", name="audio_files_pkey"),
        sa.ForeignKeyConstraint(
            ["node_id"], ["story_nodes.id"], name="audio_files_node_id_fkey", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "node_id", "language_code", "code_mix_ratio", "speaker_id", name="uq_audio_variant"
        ),
    )
    op.create_index("idx_audio_files_accessed", "audio_files", ["accessed_at"])
    op.create_index("idx_audio_files_lang", "audio_files", ["language_code"])
    op.create_index("idx_audio_files_node", "audio_files", ["node_id"])
    op.create_index("idx_audio_files_speaker", "audio_files", ["speaker_id"])
