"""Everybody sees and writes their own rows alone: row-level security, in PostgreSQL.

The policies hold for every role but the owner of the tables, superusers and roles that bypass
them. They name no role, so that they can be made where there are none yet; what a role may do at
all is granted by `kahani db roles`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrating import on_postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Not SECURITY DEFINER: there, current_user would be the owner. The body is bound to its table
# when the function is made, so that no search_path leads it elsewhere.
LISTENER_ID = """
CREATE FUNCTION kahani_listener_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT u.id FROM users AS u WHERE u.db_role = current_user)
"""

# In parentheses a query of its own: run once for a statement, not once for each row.
ME = "(SELECT kahani_listener_id())"
MINE = f"user_id = {ME}"
# Written rows are looked up one by one; of many rows that are read, PostgreSQL makes a list first.
# With IN it is a list always: slow where few rows come from somebody of thousands of sittings.
MY_SITTING = f"EXISTS (SELECT FROM sessions AS s WHERE s.id = session_id AND s.user_id = {ME})"
MY_ROLE = "db_role = current_user"
MY_CHOICES = f"id = {ME}::text"
MAYBE_SITTING = f"(session_id IS NULL OR {MY_SITTING})"

STATES = {  # by table: what may be read, and what may be written
    "sessions": (MINE, MINE),
    "user_preferences": (MY_CHOICES, f"{MY_CHOICES} AND {MAYBE_SITTING}"),
    "learner_model_state": (MY_SITTING, MY_SITTING),
    "user_progress": (MINE, MINE),
    "bookmarks": (MINE, MINE),
    "like_engagement": (MY_SITTING, MY_SITTING),
}
EVENTS = {
    "analytics_events": (MINE, f"{MINE} AND {MAYBE_SITTING}"),
    "behavioral_events": (MY_SITTING, MY_SITTING),
}
ACTIVE_STORY = "EXISTS (SELECT FROM stories AS s WHERE s.id = story_id AND s.is_active)"
ACTIVE_NODE = (
    "EXISTS (SELECT FROM story_nodes AS n JOIN stories AS s ON s.id = n.story_id "
    "WHERE n.id = node_id AND s.is_active)"
)
CATALOGUE = {
    "stories": "is_active",
    "story_translations": ACTIVE_STORY,
    "characters": ACTIVE_STORY,
    "story_nodes": ACTIVE_STORY,
    "story_choices": ACTIVE_NODE,
    "audio_files": ACTIVE_NODE,
    "content": f"story_id IS NULL OR {ACTIVE_STORY}",
}
GUARDED = ("users", *STATES, *EVENTS, *CATALOGUE, "generation_status")

FUNCTION = "ensure_event_partitions(integer)"
# What names machines is not sampled in new ones either, as `kahani db roles` says of all others.
GUARD_PARTITION = (
    "EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, '\n"
    "                       'ALTER ip_address SET STATISTICS 0, '\n"
    "                       'ALTER user_agent SET STATISTICS 0', part);"
)
MADE = "        made := made + 1;\n"


def upgrade() -> None:
    """Make the policies."""
    if not on_postgresql():
        return
    op.create_index(
        "idx_users_db_role",
        "users",
        ["db_role"],
        unique=True,
        postgresql_where=sa.text("db_role IS NOT NULL"),
    )
    op.execute(LISTENER_ID)
    op.execute(
        "COMMENT ON FUNCTION kahani_listener_id() IS "
        "'The listener whose login role this is; nothing for any other role'"
    )
    for table in GUARDED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    _own_rows()
    for table, condition in CATALOGUE.items():
        op.execute(f"CREATE POLICY active_is_read ON {table} FOR SELECT USING ({condition})")
    _guard_partitions()
    op.execute(f"REVOKE EXECUTE ON FUNCTION {FUNCTION} FROM PUBLIC")


def downgrade() -> None:
    """Take the policies away, those of `kahani db roles` too."""
    if not on_postgresql():
        return
    op.execute(f"GRANT EXECUTE ON FUNCTION {FUNCTION} TO PUBLIC")
    _rewrite_function(f"        {GUARD_PARTITION}\n{MADE}", MADE)
    for partition in _partitions():
        op.execute(f"ALTER TABLE {partition} DISABLE ROW LEVEL SECURITY")
    for table in GUARDED:
        for policy in _policies(table):
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION kahani_listener_id()")
    op.drop_index("idx_users_db_role", table_name="users")


def _own_rows() -> None:
    op.execute(f"CREATE POLICY own_is_read ON users FOR SELECT USING ({MY_ROLE})")
    op.execute(
        f"CREATE POLICY own_is_changed ON users FOR UPDATE USING ({MY_ROLE}) WITH CHECK ({MY_ROLE})"
    )
    for table, (read, written) in {**STATES, **EVENTS}.items():
        op.execute(f"CREATE POLICY own_is_read ON {table} FOR SELECT USING ({read})")
        op.execute(f"CREATE POLICY own_is_added ON {table} FOR INSERT WITH CHECK ({written})")
    for table, (read, written) in STATES.items():
        op.execute(
            f"CREATE POLICY own_is_changed ON {table} FOR UPDATE "
            f"USING ({read}) WITH CHECK ({written})"
        )


def _guard_partitions() -> None:
    """Let nobody go round the policies by naming a partition, one of the future neither."""
    for partition in _partitions():
        op.execute(f"ALTER TABLE {partition} ENABLE ROW LEVEL SECURITY")
    _rewrite_function(MADE, f"        {GUARD_PARTITION}\n{MADE}")


def _rewrite_function(old: str, new: str) -> None:
    """Change the function where it stands: its owner and its rights stay as they are."""
    definition = op.get_bind().scalar(
        sa.text("SELECT pg_get_functiondef(CAST(:name AS regprocedure))"), {"name": FUNCTION}
    )
    op.get_bind().exec_driver_sql(str(definition).replace(old, new).replace("%", "%%"))


def _partitions() -> list[str]:
    return _column(
        "SELECT inhrelid::regclass::text FROM pg_inherits "
        "WHERE inhparent = 'analytics_events'::regclass"
    )


def _policies(table: str) -> list[str]:
    return _column(
        f"SELECT quote_ident(polname) FROM pg_policy WHERE polrelid = '{table}'::regclass"  # noqa: S608 - a name of our own
    )


def _column(query: str) -> list[str]:
    return list(op.get_bind().scalars(sa.text(query)))
