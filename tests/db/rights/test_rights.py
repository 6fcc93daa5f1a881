"""A listener who logs in to PostgreSQL reaches nothing that is not theirs, whatever they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.db.crowded_house import House

MAY_NOT = psycopg.errors.InsufficientPrivilege
EVENT = "(user_id, session_id, event_type)"
SOUND = (
    "(id, content_id, event_type, playback_position, session_id, content_characteristics) "
    "VALUES ('forged', 'crow:hi', 'play', 1, %(other_session)s, '{}')"
)
PEOPLE = (
    "users",
    "sessions",
    "user_preferences",
    "learner_model_state",
    "user_progress",
    "bookmarks",
    "analytics_events",
    "behavioral_events",
    "like_engagement",
)
OTHERS_ROWS = {
    **dict.fromkeys(("sessions", "user_progress", "bookmarks"), "user_id = %(other)s"),
    **dict.fromkeys(("learner_model_state", "like_engagement"), "session_id = %(other_session)s"),
    "users": "id = %(other)s",
    "user_preferences": "id = %(other)s::text",
    "analytics_events": "user_id = %(other)s",
    "behavioral_events": "session_id = %(other_session)s",
}
HARMLESS = {
    "users": "last_active = now()",
    "sessions": "device = 'x'",
    "user_preferences": "auto_play = false",
    "learner_model_state": "data_points = 9",
    "user_progress": "is_completed = true",
    "bookmarks": "notes = 'x'",
    "like_engagement": "liked = false",
}
DRAFTS = {
    "stories": "id = %(draft)s",
    **dict.fromkeys(("story_translations", "characters", "story_nodes"), "story_id = %(draft)s"),
    **dict.fromkeys(("story_choices", "audio_files"), "node_id = %(draft)s"),
    "content": "id = 'draft:hi'",
    "catalogue_search": "slug = 'draft'",
}
SEES_NOTHING = {
    **{f"others' {t}": f"SELECT FROM {t} WHERE {w}" for t, w in OTHERS_ROWS.items()},
    **{f"drafts' {t}": f"SELECT FROM {t} WHERE {w}" for t, w in DRAFTS.items()},
    "changing others' rows of users": f"UPDATE users SET {HARMLESS['users']} WHERE id = %(other)s",
    **{
        f"changing others' rows of {table}": f"UPDATE {table} SET {HARMLESS[table]} WHERE "
        + OTHERS_ROWS[table]
        for table in HARMLESS
    },
    "others' rows, asked by a tricky condition": (
        "SELECT FROM bookmarks WHERE CASE WHEN user_id = %(other)s THEN 1 / length(notes) ELSE 0 "
        "END > 0"
    ),
    "others' statistics": (
        "SELECT FROM pg_stats WHERE tablename = 'bookmarks' AND attname = 'notes'"
    ),
    "the statements of others": (
        "SELECT FROM pg_stat_activity WHERE usename <> current_user "
        "AND query NOT IN ('', '<insufficient privilege>') AND query IS NOT NULL"
    ),
}
REFUSED = {
    "every generation": "SELECT FROM generation_status",
    "the counts of months": "SELECT FROM monthly_counts",
    "a partition": "SELECT FROM analytics_events_default",
    "writing into a partition": f"INSERT INTO analytics_events_default {EVENT} "
    "VALUES (%(other)s, 'x', 'page_view')",
    "going without row-level security": "SET LOCAL row_security = off; SELECT FROM bookmarks",
    "being the owner": "SET ROLE kahani_owner",
    "being an author": "SET ROLE kahani_author",
    "being an analyst": "SET ROLE kahani_analyst",
    "being postgres": "SET ROLE postgres",
    "being the other listener": "SET ROLE {other_role}",
    "a session of postgres": "SET SESSION AUTHORIZATION postgres",
    "a session of the other listener": "SET SESSION AUTHORIZATION {other_role}",
    "another's user": "UPDATE users SET db_role = current_user WHERE id = %(other)s",
    "one's own role name": "UPDATE users SET db_role = '{other_role}'",
    "one's own anonymous id": "UPDATE users SET anonymous_id = 'x'",
    "one's own id": "UPDATE users SET id = gen_random_uuid()",
    "a new user": "INSERT INTO users (anonymous_id, db_role) VALUES ('x', current_user)",
    "a user by the back door": (
        "INSERT INTO users (id, anonymous_id) VALUES (%(other)s, 'x') "
        "ON CONFLICT (id) DO UPDATE SET db_role = current_user"
    ),
    "a sitting of another": "INSERT INTO sessions (id, user_id) VALUES ('x', %(other)s)",
    "a sitting of nobody": "INSERT INTO sessions (id) VALUES ('x')",
    "giving a sitting away": "UPDATE sessions SET user_id = %(other)s",
    "taking a sitting": (
        "INSERT INTO sessions (id, user_id) VALUES (%(other_session)s, %(me)s) "
        "ON CONFLICT (id) DO UPDATE SET user_id = %(me)s"
    ),
    "giving progress away": "UPDATE user_progress SET user_id = %(other)s",
    "progress of another": (
        "INSERT INTO user_progress (user_id, story_id) VALUES (%(other)s, %(story)s)"
    ),
    "changing progress by conflict": (
        "INSERT INTO user_progress (user_id, story_id) VALUES (%(other)s, %(story)s) "
        "ON CONFLICT (user_id, story_id) DO UPDATE SET is_completed = true"
    ),
    "a bookmark of another": (
        "INSERT INTO bookmarks (user_id, story_id) VALUES (%(other)s, %(draft)s)"
    ),
    "preferences of another": (
        "INSERT INTO user_preferences (id, difficulty_preference) VALUES (%(other)s::text, "
        "'advanced') ON CONFLICT (id) DO UPDATE SET difficulty_preference = 'advanced'"
    ),
    "preferences of one's own in another's sitting": (
        "UPDATE user_preferences SET session_id = %(other_session)s"
    ),
    "a belief about another": (
        "INSERT INTO learner_model_state (session_id, preference_weights, comprehension_level, "
        "content_type_preferences) VALUES (%(other_session)s, '{{}}', 0.1, '{{}}') "
        "ON CONFLICT (session_id) DO UPDATE SET comprehension_level = 0.1"
    ),
    "giving a belief away": "UPDATE learner_model_state SET session_id = %(other_session)s",
    "a like of another": (
        "INSERT INTO like_engagement (content_id, session_id, content_characteristics) "
        "VALUES ('mercato', %(other_session)s, '{{}}')"
    ),
    "an event of another": f"INSERT INTO analytics_events {EVENT} "
    "VALUES (%(other)s, %(my_session)s, 'page_view')",
    "an event in another's sitting": f"INSERT INTO analytics_events {EVENT} "
    "VALUES (%(me)s, %(other_session)s, 'page_view')",
    "an event of nobody": f"INSERT INTO analytics_events {EVENT} VALUES (NULL, NULL, 'page_view')",
    "what another did to the sound": "INSERT INTO behavioral_events " + SOUND.replace("{}", "{{}}"),
    "changing one's own events": "UPDATE analytics_events SET event_data = '{{}}'",
    "changing what one did to the sound": "UPDATE behavioral_events SET playback_position = 0",
    **{f"deleting from {table}": f"DELETE FROM {table}" for table in PEOPLE},
    **{f"deleting from {table}": f"DELETE FROM {table}" for table in DRAFTS},
    **{
        f"locking others out of {table}": f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"
        for table in PEOPLE
    },
    "emptying a table": "TRUNCATE analytics_events",
    "emptying all": "TRUNCATE users CASCADE",
    "publishing a draft": "UPDATE stories SET is_active = true",
    "another story": "INSERT INTO stories (slug, age_range, region) VALUES ('x', 'x', 'x')",
    "another clip": "UPDATE audio_files SET r2_url = 'https://elsewhere.example/x.mp3'",
    "another text": "UPDATE story_nodes SET text_content = '{{}}'",
    "another edition": "UPDATE content SET text_content = 'x'",
    "another search": "INSERT INTO catalogue_search (slug, titles, words) VALUES ('x', 'x', 'x')",
    "other words to be found by": (
        "INSERT INTO catalogue_keys (slug, told, keys) VALUES ('crow', 'x', 'x')"
    ),
    "the words that drafts are found by": "SELECT FROM catalogue_keys",
    "searching anew": "SELECT refresh_catalogue_search()",
    "another schema version": "UPDATE alembic_version SET version_num = '9999'",
    "dropping a table": "DROP TABLE bookmarks",
    "changing a table": "ALTER TABLE bookmarks DISABLE ROW LEVEL SECURITY",
    "dropping a policy": "DROP POLICY own_is_read ON bookmarks",
    "a policy of one's own": "CREATE POLICY mine ON bookmarks USING (true)",
    "a trigger": (
        "CREATE TRIGGER spy BEFORE INSERT ON sessions EXECUTE FUNCTION note_transaction()"
    ),
    "a function": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "replacing who one is": (
        "CREATE OR REPLACE FUNCTION kahani_listener_id() RETURNS uuid LANGUAGE sql "
        "AS 'SELECT NULL::uuid'"
    ),
    "a table": "CREATE TABLE spy (x int)",
    "a schema": "CREATE SCHEMA spy",
    "a role": "CREATE ROLE spy",
    "more rights": "ALTER ROLE {role} BYPASSRLS",
    "a powerful role": "ALTER ROLE {role} SUPERUSER",
    "joining the owners": "GRANT kahani_owner TO {role}",
    "another's password": "ALTER ROLE {other_role} PASSWORD 'x'",
    "the passwords": "SELECT FROM pg_authid",
    "a program": "COPY sessions TO PROGRAM 'cat'",
    "reading a program": "CREATE TEMP TABLE t (x text); COPY t FROM PROGRAM 'id'",
    "a file by COPY": "CREATE TEMP TABLE t (x text); COPY t FROM '/etc/passwd'",
    "writing a file": "COPY sessions TO '/tmp/spy'",
    "a file": "SELECT pg_read_file('/etc/passwd')",
    "a folder": "SELECT pg_ls_dir('/')",
    "a file as an object": "SELECT lo_import('/etc/passwd')",
    "a setting of the server": "SET LOCAL log_statement = 'none'",
    "the rights of a trigger": (
        "CREATE TEMP TABLE stories (id uuid); CREATE TRIGGER spy AFTER INSERT ON stories "
        "FOR EACH ROW EXECUTE FUNCTION follow_catalogue()"
    ),
    "another's connection": (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'"
    ),
    "an extension": "CREATE EXTENSION dblink",
    "going without foreign keys": "SET LOCAL session_replication_role = replica",
    "changing what runs as the owner": (
        "ALTER FUNCTION ensure_event_partitions(integer) SECURITY INVOKER"
    ),
}


@pytest.mark.parametrize("name", SEES_NOTHING)
def test_a_listener_sees_and_changes_nothing_of(
    house: House, asha: psycopg.Connection[Any], name: str
) -> None:
    assert house.attempt(asha, SEES_NOTHING[name]) == 0


@pytest.mark.parametrize("name", REFUSED)
def test_a_listener_is_refused(house: House, asha: psycopg.Connection[Any], name: str) -> None:
    with pytest.raises(MAY_NOT):
        house.attempt(asha, REFUSED[name])


@pytest.mark.parametrize("table", PEOPLE)
def test_a_listener_sees_their_own_row(
    house: House, asha: psycopg.Connection[Any], table: str
) -> None:
    assert house.attempt(asha, f"SELECT FROM {table}") == 1
    with psycopg.connect(house.owner) as owner:
        assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (2,)


@pytest.mark.parametrize("table", DRAFTS)
def test_a_listener_reads_the_active_catalogue(
    house: House, asha: psycopg.Connection[Any], table: str
) -> None:
    expected = 2 if table in ("content", "catalogue_search") else 1

    assert house.attempt(asha, f"SELECT FROM {table}") == expected


@pytest.mark.parametrize("table", [t for t in HARMLESS if t != "users"])
def test_a_listener_changes_their_own_row(
    house: House, asha: psycopg.Connection[Any], table: str
) -> None:
    assert house.attempt(asha, f"UPDATE {table} SET {HARMLESS[table]}") == 1
