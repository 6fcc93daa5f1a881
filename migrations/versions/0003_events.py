"""What happened, what is liked, and what is believed of a learner."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrating import on_postgresql, only_where
from db.types import EmptyArray, Inet, Json, Now, RandomUuid, TextArray, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MONTHS_AHEAD = 2

# A partition for last month, this one and `months` more. Rows that wait in the default partition
# (a wrong clock, or a month that came before its partition) move into the one that is made.
ENSURE_PARTITIONS = """
CREATE FUNCTION ensure_event_partitions(months integer DEFAULT 2) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE
    month timestamp;
    part text;
    bounds text;
    made integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('kahani.ensure_event_partitions')) THEN
        RETURN 0;
    END IF;
    FOR i IN -1 .. least(greatest(months, 0), 24) LOOP
        month := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i);
        part := 'analytics_events_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(format('{schema}.%I', part)) IS NOT NULL;
        bounds := format('created_at >= %L AND created_at < %L', month AT TIME ZONE 'UTC',
                         (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('CREATE TABLE %I (LIKE analytics_events INCLUDING DEFAULTS '
                       'INCLUDING CONSTRAINTS)', part);
        LOCK TABLE analytics_events_default IN ACCESS EXCLUSIVE MODE;
        EXECUTE format('WITH moved AS (DELETE FROM analytics_events_default WHERE %s '
                       'RETURNING *) INSERT INTO %I SELECT * FROM moved', bounds, part);
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT within_month CHECK (%s)', part, bounds);
        EXECUTE format('ALTER TABLE analytics_events ATTACH PARTITION %I FOR VALUES '
                       'FROM (%L) TO (%L)', part, month AT TIME ZONE 'UTC',
                       (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT within_month', part);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$
"""


def upgrade() -> None:
    """Make the tables."""
    _analytics_events()
    _behavioral_events()
    _like_engagement()
    _learner_model_state()
    _user_preferences()
    if on_postgresql():
        _partitions()


def downgrade() -> None:
    """Drop the tables."""
    if on_postgresql():
        op.execute("DROP FUNCTION ensure_event_partitions(integer)")
    op.drop_table("user_preferences")
    op.drop_table("learner_model_state")
    op.drop_table("like_engagement")
    op.drop_table("behavioral_events")
    op.drop_table("analytics_events")


def _analytics_events() -> None:
    op.create_table(
        "analytics_events",
        sa.Column("id", sa.Uuid(), server_default=RandomUuid(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("story_id", sa.Uuid()),
        sa.Column("node_id", sa.Uuid()),
        sa.Column("event_type", sa.String(50), nullable=False),
        sa.Column("event_data", Json(), server_default=sa.text("'{}'")),
        sa.Column("session_id", sa.String(100)),
        sa.Column("created_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("ip_address", Inet()),
        sa.Column("user_agent", sa.Text()),
        sa.PrimaryKeyConstraint("id", "created_at", name="analytics_events_pkey"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="analytics_events_user_id_fkey", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name="analytics_events_story_id_fkey", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["story_nodes.id"],
            name="analytics_events_node_id_fkey",
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(
            "event_type IN ('page_view', 'story_start', 'story_complete', 'choice_made', "
            "'audio_play', 'audio_pause', 'language_change', 'bookmark_add', 'bookmark_remove')",
            name=op.f("analytics_events_event_type_check"),
        ),
        postgresql_partition_by="RANGE (created_at)",
    )
    op.create_index("idx_analytics_created", "analytics_events", ["created_at"])
    op.create_index("idx_analytics_session", "analytics_events", ["session_id"])
    op.create_index("idx_analytics_story", "analytics_events", ["story_id"])
    op.create_index("idx_analytics_type", "analytics_events", ["event_type"])
    op.create_index("idx_analytics_user", "analytics_events", ["user_id"])


def _behavioral_events() -> None:
    op.create_table(
        "behavioral_events",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("content_id", sa.String(255), nullable=False),
        sa.Column("event_type", sa.String(50), nullable=False),
        sa.Column("timestamp", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("playback_position", sa.Numeric(10, 2, asdecimal=False), nullable=False),
        sa.Column("playback_position_percent", sa.Numeric(5, 2, asdecimal=False)),
        sa.Column("duration", sa.Numeric(10, 2, asdecimal=False)),
        sa.Column("session_id", sa.String(255), nullable=False),
        sa.Column("content_characteristics", Json(), nullable=False),
        sa.Column("device_info", Json()),
        sa.Column("network_type", sa.String(50)),
        sa.Column("context", Json()),
        sa.Column("created_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("node_id", sa.Uuid(), comment="The node that was heard"),
        sa.Column("audio_file_id", sa.Uuid(), comment="The clip that was heard"),
        sa.Column(
            "sequence", sa.Integer(), comment="The order within a session, whatever the clock does"
        ),
        sa.PrimaryKeyConstraint("id", name="behavioral_events_pkey"),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name="fk_behavioral_events_content", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_behavioral_events_session", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["story_nodes.id"],
            name="behavioral_events_node_id_fkey",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["audio_file_id"],
            ["audio_files.id"],
            name="behavioral_events_audio_file_id_fkey",
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(
            "event_type IN ('play', 'pause', 'resume', 'seek', 'replay', 'speed', "
            "'translation_shown', 'transcript_toggled', 'skip', 'abandon', 'complete', 'rated')",
            name=op.f("behavioral_events_event_type_check"),
        ),
    )
    if on_postgresql():
        op.create_index(
            "idx_behavioral_events_content_characteristics",
            "behavioral_events",
            ["content_characteristics"],
            postgresql_using="gin",
        )
    op.create_index("idx_behavioral_events_content_id", "behavioral_events", ["content_id"])
    op.create_index("idx_behavioral_events_event_type", "behavioral_events", ["event_type"])
    op.create_index("idx_behavioral_events_session_id", "behavioral_events", ["session_id"])
    op.create_index("idx_behavioral_events_timestamp", "behavioral_events", ["timestamp"])


def _like_engagement() -> None:
    op.create_table(
        "like_engagement",
        sa.Column("content_id", sa.String(255), nullable=False),
        sa.Column("session_id", sa.String(255), nullable=False),
        sa.Column("liked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("liked_at", UtcDateTime()),
        sa.Column("unliked_at", UtcDateTime()),
        sa.Column("reaction_type", sa.String(50)),
        sa.Column("content_characteristics", Json(), nullable=False),
        sa.Column("created_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.PrimaryKeyConstraint("content_id", "session_id", name="like_engagement_pkey"),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name="fk_like_engagement_content", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_like_engagement_session", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "reaction_type IN ('like', 'love', 'favorite')",
            name=op.f("like_engagement_reaction_type_check"),
        ),
    )
    if on_postgresql():
        op.create_index(
            "idx_like_engagement_content_characteristics",
            "like_engagement",
            ["content_characteristics"],
            postgresql_using="gin",
        )
    op.create_index(
        "idx_like_engagement_liked", "like_engagement", ["liked"], **only_where("liked = TRUE")
    )
    op.create_index("idx_like_engagement_session_id", "like_engagement", ["session_id"])


def _learner_model_state() -> None:
    op.create_table(
        "learner_model_state",
        sa.Column("session_id", sa.String(255), nullable=False),
        sa.Column("preference_weights", Json(), nullable=False),
        sa.Column("comprehension_level", sa.Numeric(3, 2, asdecimal=False), nullable=False),
        sa.Column("content_type_preferences", Json(), nullable=False),
        sa.Column(
            "difficulty_adjustment",
            sa.Numeric(5, 2, asdecimal=False),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("last_updated", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("data_points", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column(
            "belief",
            Json(),
            comment="The whole belief for each language; the level is only its rounding",
        ),
        sa.PrimaryKeyConstraint("session_id", name="learner_model_state_pkey"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name="fk_learner_model_state_session",
            ondelete="CASCADE",
        ),
    )
    op.create_index("idx_learner_model_state_last_updated", "learner_model_state", ["last_updated"])


def _user_preferences() -> None:
    op.create_table(
        "user_preferences",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("session_id", sa.String(255)),
        sa.Column("difficulty_preference", sa.String(50), nullable=False),
        sa.Column("preferred_formats", TextArray(), server_default=EmptyArray(), nullable=False),
        sa.Column("preferred_genres", TextArray(), server_default=EmptyArray(), nullable=False),
        sa.Column(
            "playback_speed",
            sa.Numeric(3, 2, asdecimal=False),
            server_default=sa.text("1.0"),
            nullable=False,
        ),
        sa.Column("auto_play", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("last_updated", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), server_default=Now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="user_preferences_pkey"),
        sa.CheckConstraint(
            "difficulty_preference IN ('beginner', 'intermediate', 'advanced')",
            name=op.f("user_preferences_difficulty_preference_check"),
        ),
    )
    op.create_index(
        "idx_user_preferences_session_id",
        "user_preferences",
        ["session_id"],
        **only_where("session_id IS NOT NULL"),
    )


def _partitions() -> None:
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    op.execute("CREATE TABLE analytics_events_default PARTITION OF analytics_events DEFAULT")
    op.execute(ENSURE_PARTITIONS.format(schema=schema))
    op.execute(
        "COMMENT ON FUNCTION ensure_event_partitions(integer) IS "
        "'Makes the monthly partitions of analytics_events; returns how many'"
    )
    op.execute(f"SELECT ensure_event_partitions({MONTHS_AHEAD})")
