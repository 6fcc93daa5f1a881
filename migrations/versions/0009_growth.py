"""What lets it grow: counts of dropped months, shares of choices, and a catalogue of a million."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from db.migrating import on_postgresql, only_where

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What a listener took last at a node counts, so the shares of a node add up to 100; below 20
# listeners nothing is told, as a share could be one person's. Of many, 20,000 such last choices are
# looked at, those of the newest listeners, in the order of an index: 0.1 s however loved the story
# is. The limit counts listeners and not their events, and what lies in the future is nothing yet:
# so that nobody pushes the others out by how much they write or what their clock says.
CHOICE_SHARES = """
CREATE FUNCTION choice_shares(story uuid)
RETURNS TABLE (choice_id uuid, percent integer, listeners integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
    WITH last AS (
        SELECT DISTINCT ON (e.user_id, e.node_id) e.node_id, e.event_data->>'choice' AS choice
        FROM analytics_events e
        WHERE e.story_id = story AND e.event_type = 'choice_made' AND e.created_at <= now()
            AND e.user_id IS NOT NULL AND e.node_id IS NOT NULL
        ORDER BY e.user_id DESC, e.node_id DESC, e.created_at DESC LIMIT 20000
    ), taken AS (
        SELECT node_id, choice, count(*) AS by FROM last GROUP BY node_id, choice
        UNION ALL
        SELECT m.node_id, m.choice, m.last_listeners FROM monthly_counts m
        WHERE m.story_id = story AND m.measure = 'choice_made'
    ), shown AS (
        SELECT c.id, c.node_id, sum(t.by) AS by
        FROM taken t JOIN story_choices c ON c.node_id = t.node_id AND c.choice_key = t.choice
        WHERE c.choice_key <> 'next' GROUP BY c.id, c.node_id
    ), told AS (
        SELECT id, by, sum(by) OVER (PARTITION BY node_id) AS of_node FROM shown
    )
    SELECT id, round(100 * by / of_node)::integer, of_node::integer
    FROM told WHERE of_node >= 20
$$
"""

# The catalogue is found by the editions' titles, and filtered by what its rows show: the format,
# genre and difficulty of the first edition. What is shown lies beside it: a page read from the
# tables themselves takes 225 blocks of a cold million, from here 50. Without arguments all rows
# are made anew, and lie in the order in which they are walked.
REFRESH = """
CREATE FUNCTION refresh_catalogue_search(story uuid DEFAULT NULL, episode text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE
    everything boolean := story IS NULL AND episode IS NULL;
    changes text := $q$ ON CONFLICT (slug) DO UPDATE SET story_id = excluded.story_id,
        titles = excluded.titles, words = excluded.words, tags = excluded.tags,
        shown = excluded.shown $q$;
BEGIN
    DELETE FROM catalogue_search WHERE story_id = story OR slug = episode OR everything;
    IF everything OR story IS NOT NULL THEN
        EXECUTE $q$
            INSERT INTO catalogue_search (slug, story_id, titles, words, tags, shown)
            SELECT s.slug, s.id, told.titles,
                to_tsvector('simple', told.titles || ' ' || replace(s.slug, '-', ' ')),
                array_remove(told.languages || ARRAY['ages:' || s.age_range,
                    'region:' || s.region, 'format:' || c.format, 'genre:' || c.genre,
                    'difficulty:' || c.difficulty], NULL),
                jsonb_build_object('told', told.editions, 'english', told.english,
                    'age_range', s.age_range,
                    'region', s.region, 'format', c.format, 'genre', c.genre,
                    'difficulty', c.difficulty, 'difficulty_score', c.difficulty_score,
                    'duration_sec', coalesce(c.longest, 60 * s.duration_min, 0))
            FROM stories s
            CROSS JOIN LATERAL (
                SELECT coalesce(string_agg(t.title, E'\\n' ORDER BY t.language_code), '') AS titles,
                    array_agg(DISTINCT 'language:' || split_part(t.language_code, '-', 1))
                        AS languages,
                    max(t.title) FILTER (WHERE t.language_code = 'en') AS english,
                    coalesce(jsonb_agg(
                        jsonb_build_array(t.language_code, t.title, t.description)
                        ORDER BY t.created_at, t.language_code), '[]') AS editions
                FROM story_translations t WHERE t.story_id = s.id
            ) told
            LEFT JOIN LATERAL (
                SELECT format, genre, difficulty, difficulty_score, max(duration) OVER () AS longest
                FROM content WHERE story_id = s.id ORDER BY id LIMIT 1
            ) c ON true
            WHERE s.is_active IS NOT FALSE $q$
            || CASE WHEN everything THEN 'ORDER BY s.slug COLLATE "C"' ELSE 'AND s.id = $1' END
            || changes USING story;
    END IF;
    IF everything OR episode IS NOT NULL THEN
        EXECUTE $q$
            INSERT INTO catalogue_search (slug, titles, words, tags, shown)
            SELECT c.id, c.title,
                to_tsvector('simple', c.title || ' ' || replace(c.id, '-', ' ')),
                array_remove(ARRAY['language:' || split_part(coalesce(c.language, 'it'), '-', 1),
                    'ages:' || (c.metadata->>'age_range'), 'region:' || (c.metadata->>'region'),
                    'format:' || c.format, 'genre:' || c.genre,
                    'difficulty:' || c.difficulty], NULL),
                jsonb_build_object(
                    'told', jsonb_build_array(
                        jsonb_build_array(coalesce(c.language, 'it'), c.title, c.description)),
                    'english', NULL, 'age_range', c.metadata->>'age_range',
                    'region', c.metadata->>'region',
                    'format', c.format, 'genre', c.genre, 'difficulty', c.difficulty,
                    'difficulty_score', c.difficulty_score, 'duration_sec', c.duration)
            FROM content c WHERE c.story_id IS NULL $q$
            || CASE WHEN everything THEN '' ELSE 'AND c.id = $1' END || changes USING episode;
    END IF;
END
$$
"""
FOLLOW = """
CREATE FUNCTION follow_catalogue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'stories' THEN
        PERFORM refresh_catalogue_search(story => coalesce(NEW.id, OLD.id));
    ELSIF TG_TABLE_NAME = 'story_translations' THEN
        PERFORM refresh_catalogue_search(story => coalesce(NEW.story_id, OLD.story_id));
    ELSE
        PERFORM refresh_catalogue_search(
            coalesce(NEW.story_id, OLD.story_id), coalesce(NEW.id, OLD.id));
    END IF;
    RETURN NULL;
END
$$
"""
FOLLOWED = {
    "stories": "slug, age_range, region, duration_min, is_active",
    "story_translations": "title, description, language_code, created_at, story_id",
    "content": "id, title, description, language, format, genre, difficulty, difficulty_score, "
    "duration, metadata, story_id",
}
COMMENTS = {
    "choice_shares(uuid)": "What share of listeners took each choice, where at least 20 did",
    "refresh_catalogue_search(uuid, text)": "Makes rows of catalogue_search anew; without "
    "arguments all of them",
    "follow_catalogue()": "Keeps catalogue_search in step with the catalogue",
}

# The extension may be missing, or this role may not make it: then words are found by how they
# begin and not in their middle, and the player says so.
TRIGRAMS = """
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX idx_catalogue_search_inside ON catalogue_search
        USING gin (titles gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file
        OR undefined_object THEN
    RAISE NOTICE 'pg_trgm cannot be used: %', SQLERRM;
END $$
"""


def upgrade() -> None:
    """Make them; the index of choices on both engines."""
    op.create_index(
        "idx_analytics_choices",
        "analytics_events",
        ["story_id", "user_id", "node_id", "created_at"],
        **only_where("event_type = 'choice_made'"),
    )
    if not on_postgresql():
        return
    _monthly_counts()
    _catalogue_search()
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in (CHOICE_SHARES, REFRESH, FOLLOW):
        op.execute(function.replace("{schema}", schema))
    for function, comment in COMMENTS.items():
        op.execute(f"COMMENT ON FUNCTION {function} IS '{comment}'")
    for table, columns in FOLLOWED.items():
        op.execute(
            f"CREATE TRIGGER follow_catalogue AFTER INSERT OR DELETE OR UPDATE OF {columns} "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION follow_catalogue()"
        )
    op.execute("REVOKE EXECUTE ON FUNCTION refresh_catalogue_search(uuid, text) FROM PUBLIC")
    op.execute("SELECT refresh_catalogue_search()")
    op.execute(TRIGRAMS)


def downgrade() -> None:
    """Take them away; the extension stays, others may use it."""
    if on_postgresql():
        for table in FOLLOWED:
            op.execute(f"DROP TRIGGER follow_catalogue ON {table}")
        for function in COMMENTS:
            op.execute(f"DROP FUNCTION {function}")
        op.drop_table("catalogue_search")
        op.drop_table("monthly_counts")
    op.drop_index("idx_analytics_choices", table_name="analytics_events")


def _monthly_counts() -> None:
    op.create_table(
        "monthly_counts",
        sa.Column(
            "month", sa.Date(), nullable=False, comment="The first day of the month counted, UTC"
        ),
        sa.Column("story_id", sa.Uuid(), comment="The story; none for a linear episode"),
        sa.Column("content_id", sa.String(255), comment="The linear episode; none for a story"),
        sa.Column("language", sa.String(10), nullable=False, comment="That of the edition heard"),
        sa.Column("measure", sa.String(50), nullable=False, comment="What was counted"),
        sa.Column("node_id", sa.Uuid(), comment="Where; none for what belongs to the whole story"),
        sa.Column("choice", sa.Text(), comment="The key of the choice that was taken"),
        sa.Column("times", sa.BigInteger(), nullable=False, comment="How often"),
        sa.Column("listeners", sa.BigInteger(), nullable=False, comment="By how many in the month"),
        sa.Column(
            "last_listeners",
            sa.BigInteger(),
            nullable=False,
            comment="Of them, those who did not come again later: these can be added up",
        ),
        sa.UniqueConstraint(
            "story_id",
            "content_id",
            "month",
            "measure",
            "language",
            "node_id",
            "choice",
            name="uq_monthly_counts",
            postgresql_nulls_not_distinct=True,
        ),
        comment="Events of months that were dropped, counted; nothing of a person",
    )


def _catalogue_search() -> None:
    op.create_table(
        "catalogue_search",
        sa.Column(
            "slug",
            sa.String(255, collation="C"),
            nullable=False,
            comment="That of the story, or of the episode",
        ),
        sa.Column("story_id", sa.Uuid(), comment="The story; none for a linear episode"),
        sa.Column(
            "titles", sa.Text(), nullable=False, comment="The titles of all editions, a line each"
        ),
        sa.Column(
            "words", TSVECTOR(), nullable=False, comment="The words of the titles and of the slug"
        ),
        sa.Column(
            "tags",
            ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="What is filtered by: language:hi, ages:4-8, genre:folk tale",
        ),
        sa.Column(
            "shown", JSONB(), nullable=False, comment="What a row of the library shows, as JSON"
        ),
        sa.PrimaryKeyConstraint("slug", name="catalogue_search_pkey"),
        comment="One row for each active story and episode, kept by triggers: for pages and search",
    )
    op.create_index("idx_catalogue_search_story", "catalogue_search", ["story_id"])
    op.create_index(
        "idx_catalogue_search_found",
        "catalogue_search",
        ["words", "tags"],
        postgresql_using="gin",
    )
