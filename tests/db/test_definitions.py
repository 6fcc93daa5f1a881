"""The schema in PostgreSQL is that of both schema documents, and the few additions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.postgres import Databases

WRITTEN_OUT = Path(__file__).with_name("definitions.txt")
DOCUMENTS = Path(__file__).parents[3] / "shared" / "seeds"

# A partitioned table's key holds the column it is split by; and two names that the first document
# gives in its models where its statements give none.
BY_PARTITION = {
    "column analytics_events.created_at timestamp with time zone": (
        "column analytics_events.created_at timestamp with time zone not null"
    ),
    "primary key analytics_events_pkey on analytics_events PRIMARY KEY (id)": (
        "primary key analytics_events_pkey on analytics_events PRIMARY KEY (id, created_at)"
    ),
}
NAMED_IN_THE_MODELS = {
    "story_translations_story_id_language_code_key": "uq_story_language",
    "story_choices_node_id_choice_key_key": "uq_node_choice",
    "audio_files_node_id_language_code_code_mix_ratio_speaker_id_key": "uq_audio_variant",
    "user_progress_user_id_story_id_key": "uq_user_story_progress",
    "bookmarks_user_id_story_id_key": "uq_user_bookmark",
}
STAMPED = ("sessions", "user_preferences", "user_progress", "bookmarks", "like_engagement")
FOLLOWED = (
    *STAMPED,
    "users",
    "learner_model_state",
    "analytics_events",
    "behavioral_events",
    "stories",
    "content",
)
FOR_SYNC = {
    *(f"column {table}.hlc bigint" for table in STAMPED),
    *(f"column {table}.hlc_device character varying(36)" for table in STAMPED),
    "column user_preferences.field_stamps jsonb",
    *(f"column {table}.changed_in xid8" for table in FOLLOWED),
    *(f"default {table}.changed_in pg_current_xact_id()" for table in FOLLOWED),
    *(
        f"index CREATE INDEX idx_{table}_changed ON {table} USING btree ({columns})"
        for table, columns in {
            "sessions": "user_id, changed_in",
            "user_progress": "user_id, changed_in",
            "bookmarks": "user_id, changed_in",
            "analytics_events": "user_id, changed_in",
            "behavioral_events": "session_id, changed_in",
            "stories": "changed_in",
            "content": "changed_in",
        }.items()
    ),
}
FOR_GROWTH = {
    "table catalogue_keys",
    "column catalogue_keys.keys text not null",
    "column catalogue_keys.slug character varying(255) not null",
    "column catalogue_keys.told text not null",
    "primary key catalogue_keys_pkey on catalogue_keys PRIMARY KEY (slug)",
    "table catalogue_search",
    "column catalogue_search.keys text not null",
    "default catalogue_search.keys ''::text",
    "column catalogue_search.slug character varying(255) not null",
    "column catalogue_search.shown jsonb not null",
    "column catalogue_search.story_id uuid",
    "column catalogue_search.tags text[] not null",
    "column catalogue_search.titles text not null",
    "column catalogue_search.words tsvector not null",
    "default catalogue_search.tags '{}'::text[]",
    "primary key catalogue_search_pkey on catalogue_search PRIMARY KEY (slug)",
    "index CREATE INDEX idx_catalogue_search_found ON catalogue_search USING gin (words, tags)",
    (
        "index CREATE INDEX idx_catalogue_search_inside ON catalogue_search USING gin "
        "(keys gin_trgm_ops)"
    ),
    "index CREATE INDEX idx_catalogue_search_story ON catalogue_search USING btree (story_id)",
    "table monthly_counts",
    "column monthly_counts.choice text",
    "column monthly_counts.content_id character varying(255)",
    "column monthly_counts.language character varying(10) not null",
    "column monthly_counts.last_listeners bigint not null",
    "column monthly_counts.listeners bigint not null",
    "column monthly_counts.measure character varying(50) not null",
    "column monthly_counts.month date not null",
    "column monthly_counts.node_id uuid",
    "column monthly_counts.story_id uuid",
    "column monthly_counts.times bigint not null",
    (
        "unique uq_monthly_counts on monthly_counts UNIQUE NULLS NOT DISTINCT "
        "(story_id, content_id, month, measure, language, node_id, choice)"
    ),
    (
        "index CREATE INDEX idx_analytics_choices ON analytics_events USING btree "
        "(story_id, user_id, node_id, created_at) "
        "WHERE ((event_type)::text = 'choice_made'::text)"
    ),
}
FOR_EVERYTHING_ELSE = {
    "column audio_files.timings jsonb",
    "column behavioral_events.audio_file_id uuid",
    "column bookmarks.marks jsonb",
    "column bookmarks.removed_at timestamp with time zone",
    "column bookmarks.updated_at timestamp with time zone",
    "column behavioral_events.node_id uuid",
    "column behavioral_events.sequence integer",
    "column content.story_id uuid",
    "column learner_model_state.belief jsonb",
    "column sessions.device character varying(255)",
    "column sessions.user_id uuid",
    "column stories.content_hash character varying(64)",
    "column stories.source_language character varying(10)",
    "column users.db_role character varying(63)",
    (
        "foreign key behavioral_events_audio_file_id_fkey on behavioral_events FOREIGN KEY "
        "(audio_file_id) REFERENCES audio_files(id) ON DELETE SET NULL"
    ),
    (
        "foreign key behavioral_events_node_id_fkey on behavioral_events FOREIGN KEY (node_id) "
        "REFERENCES story_nodes(id) ON DELETE SET NULL"
    ),
    (
        "foreign key content_story_id_fkey on content FOREIGN KEY (story_id) REFERENCES "
        "stories(id) ON DELETE CASCADE"
    ),
    (
        "foreign key sessions_user_id_fkey on sessions FOREIGN KEY (user_id) REFERENCES users(id) "
        "ON DELETE SET NULL"
    ),
    "index CREATE INDEX idx_content_story ON content USING btree (story_id)",
    (
        "index CREATE UNIQUE INDEX idx_users_db_role ON users USING btree (db_role) "
        "WHERE (db_role IS NOT NULL)"
    ),
}
ADDED = FOR_SYNC | FOR_GROWTH | FOR_EVERYTHING_ELSE
ADDED_CHECKS = ("analytics_events_event_type_check", "behavioral_events_event_type_check")


@pytest.fixture
def migrated_definitions(postgres_url: str, definitions: ModuleType) -> set[str]:
    with psycopg.connect(postgres_url) as connection:
        return set(definitions.definitions(connection))


def written_out() -> set[str]:
    return set(WRITTEN_OUT.read_text(encoding="utf-8").splitlines())


def expected(lines: set[str]) -> set[str]:
    return {BY_PARTITION.get(line, line) for line in lines}


def test_the_list_holds_the_348_definitions_and_the_tables_and_primary_keys() -> None:
    kinds = Counter(line.split()[0] for line in written_out())
    counted = ("column", "default", "check", "foreign", "unique", "index")

    assert {kind: kinds[kind] for kind in counted} == {
        "column": 188,
        "default": 75,
        "check": 5,
        "foreign": 22,
        "unique": 7,
        "index": 51,
    }
    assert sum(kinds[kind] for kind in counted) == 348
    assert kinds["table"] == kinds["primary"] == 17


def test_everything_that_the_documents_define_is_there_under_its_name(
    migrated_definitions: set[str],
) -> None:
    assert sorted(expected(written_out()) - migrated_definitions) == []


def test_nothing_else_is_there_but_the_additions(migrated_definitions: set[str]) -> None:
    more = migrated_definitions - expected(written_out())
    checks = {line for line in more if line.startswith("check ")}

    assert sorted(more - checks) == sorted(ADDED)
    assert sorted(line.split()[1] for line in checks) == sorted(ADDED_CHECKS)


def test_every_added_column_says_what_it_is_for(postgres_url: str) -> None:
    names = [line.split()[1].split(".") for line in ADDED if line.startswith("column ")]
    comment = "SELECT col_description(%s::regclass, attnum) FROM pg_attribute WHERE attrelid = "
    with psycopg.connect(postgres_url) as connection:
        for table, column in names:
            row = connection.execute(
                comment + "%s::regclass AND attname = %s", [table, table, column]
            ).fetchone()
            assert row
            assert row[0], f"{table}.{column} has no comment"


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="the two documents are not beside the checkout")
def test_the_list_is_what_the_documents_own_statements_make(
    databases: Databases, new_database: Callable[..., str], definitions: ModuleType
) -> None:
    with psycopg.connect(databases.url(new_database()), autocommit=True) as connection:
        for document in sorted(DOCUMENTS.glob("*.txt"), reverse=True):
            for block in re.findall(r"```sql\n(.*?)```", document.read_text("utf-8"), re.DOTALL):
                if "INSERT INTO" not in block and "PARTITION OF" not in block:
                    connection.execute(block)
        lines = definitions.definitions(connection)

    for made, name in NAMED_IN_THE_MODELS.items():
        lines = [line.replace(made, name) for line in lines]
    assert sorted(lines) == sorted(written_out())
