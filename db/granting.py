"""What each group of roles may do with each table in PostgreSQL, and the statements that say so.

Row-level security (in the migrations) decides on rows; this decides on tables and columns. What is
not named here nobody may do but the owner. A new table needs a line here, else only its owner
sees it; `kahani db upgrade` grants again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from psycopg import Connection, sql

OWNER: Final = "kahani_owner"
AUTHOR: Final = "kahani_author"
LISTENER: Final = "kahani_listener"
ANALYST: Final = "kahani_analyst"
GROUPS: Final[Mapping[str, str]] = {
    OWNER: "owns the tables and brings them up to date",
    AUTHOR: "writes the catalogue",
    LISTENER: "reads the active catalogue, and reads and writes rows of their own",
    ANALYST: "reads everything but what people wrote themselves, and who they are",
}

CATALOGUE: Final = (
    "stories",
    "story_translations",
    "characters",
    "story_nodes",
    "story_choices",
    "audio_files",
    "content",
)
STATES: Final = (
    "sessions",
    "user_preferences",
    "learner_model_state",
    "user_progress",
    "bookmarks",
    "like_engagement",
)
EVENTS: Final = ("analytics_events", "behavioral_events")
GENERATION: Final = "generation_status"
VERSION: Final = "alembic_version"
PEOPLE: Final = ("users", *STATES, *EVENTS)
TABLES: Final = (*PEOPLE, *CATALOGUE, GENERATION)
"""Those that row-level security guards."""
SEARCH: Final = "catalogue_search"
COUNTS: Final = "monthly_counts"
KEYS: Final = "catalogue_keys"
OTHERS: Final = (SEARCH, COUNTS, KEYS)
"""Those that hold nothing of a person: no rows of them are hidden."""

READ: Final = "SELECT"
ADD: Final = "SELECT, INSERT"
KEEP: Final = "SELECT, INSERT, UPDATE"
"""UPDATE is given by columns: who has it on a whole table may lock all others out of it."""
ALL: Final = "SELECT, INSERT, UPDATE, DELETE"
# What was heard decides whether an edition may be deleted: which content, not who heard it.
WHAT_WAS_HEARD: Final = "SELECT (content_id)"

RIGHTS: Final[Mapping[str, Mapping[str, str]]] = {
    AUTHOR: {
        VERSION: READ,
        SEARCH: READ,
        KEYS: KEEP,
        **dict.fromkeys((*CATALOGUE, GENERATION), ALL),
        **dict.fromkeys(("behavioral_events", "like_engagement"), WHAT_WAS_HEARD),
    },
    LISTENER: {
        VERSION: READ,
        **dict.fromkeys((*CATALOGUE, SEARCH), READ),
        # Who somebody is, and by which role, is the administrator's.
        "users": "SELECT, UPDATE (last_active, preferences, metadata)",
        **dict.fromkeys(STATES, KEEP),
        **dict.fromkeys(EVENTS, ADD),
    },
    ANALYST: dict.fromkeys((VERSION, *TABLES, *OTHERS), READ),
}
HIDDEN: Final[Mapping[str, tuple[str, ...]]] = {
    # From analysts: what people wrote, what names them or their machines, and addresses.
    "users": ("preferences", "metadata", "db_role"),
    "sessions": ("device",),
    "bookmarks": ("notes", "marks"),
    "analytics_events": ("ip_address", "user_agent"),
    "behavioral_events": ("device_info",),
    GENERATION: ("webhook_url",),
}
FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    # Those that run with the rights of their owner, and who may call them.
    "ensure_event_partitions(integer)": (AUTHOR, LISTENER),
    "choice_shares(uuid)": (AUTHOR, LISTENER, ANALYST),
    "refresh_catalogue_search(uuid, text)": (),
    "follow_catalogue()": (),  # a trigger fires all the same, and nobody makes one of their own
    "follow_catalogue_keys()": (),
}
WHOLE: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    # The policies of a group that sees all rows: by its name, for what, and of which tables.
    AUTHOR: ("ALL", (*CATALOGUE, GENERATION)),
    ANALYST: ("SELECT", TABLES),
}

CLEARS_SAMPLES: Final = 180_000
"""The first PostgreSQL with a function that forgets what was sampled of a column."""

_SAMPLED: Final = """
SELECT s.schemaname, s.tablename, s.attname, s.inherited FROM pg_stats AS s
WHERE s.schemaname = current_schema() AND s.attname = ANY(%(columns)s) AND (
    s.tablename = %(table)s OR s.tablename IN (
        SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = to_regclass(%(table)s)))
"""
_TYPES: Final = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
WHERE a.attrelid = to_regclass(%(table)s) AND a.attname = ANY(%(columns)s)
"""
_COLUMNS: Final = (
    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
    "AND NOT attisdropped ORDER BY attnum"
)


def is_shared(connection: Connection[Any]) -> bool:
    """Whether the groups were made for this database: theirs are its tables."""
    row = connection.execute(
        "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass(%s)", [VERSION]
    ).fetchone()
    return bool(row and row[0] == OWNER)


def grant(connection: Connection[Any]) -> None:
    """Give each group the rights that it is to have, and no others, in the open transaction.

    To be done by who owns the tables. Raises psycopg.Error.
    """
    schema = connection.execute("SELECT current_schema()").fetchone()
    assert schema
    for statement in _statements(connection, sql.Identifier(schema[0])):
        connection.execute(statement)
    for table, columns in HIDDEN.items():
        _forget_samples(connection, table, columns)


def _statements(connection: Connection[Any], schema: sql.Identifier) -> Iterator[sql.Composed]:
    groups = sql.SQL(", ").join(map(sql.Identifier, RIGHTS))
    for table in (VERSION, *TABLES, *OTHERS):
        yield sql.SQL("REVOKE ALL ON {}.{} FROM {}").format(schema, sql.Identifier(table), groups)
    for role, tables in RIGHTS.items():
        for table, rights in tables.items():
            yield sql.SQL("GRANT {} ON {}.{} TO {}").format(
                _spelt_out(connection, role, table, rights),
                schema,
                sql.Identifier(table),
                sql.Identifier(role),
            )
    yield from _unsampled(schema)
    for function, callers in FUNCTIONS.items():
        name = sql.SQL(function)
        yield sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC, {}").format(name, groups)
        for role in callers:
            yield sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(name, sql.Identifier(role))
    for role, (command, guarded) in WHOLE.items():
        for table in guarded:
            yield from _policy(role, command, table)
    for table, rights in RIGHTS[AUTHOR].items():
        if rights == WHAT_WAS_HEARD:
            yield from _policy(AUTHOR, "SELECT", table)


def _unsampled(schema: sql.Identifier) -> Iterator[sql.Composed]:
    """Let no samples be taken of what people wrote.

    Plans are guessed by samples of everybody's rows: whoever asks for the plan of one comparison
    after another reads the samples out of the guesses.
    """
    for table, columns in HIDDEN.items():
        for column in columns:
            yield sql.SQL("ALTER TABLE {}.{} ALTER COLUMN {} SET STATISTICS 0").format(
                schema, sql.Identifier(table), sql.Identifier(column)
            )


def _forget_samples(connection: Connection[Any], table: str, columns: Sequence[str]) -> None:
    """Forget what was sampled before: neither ANALYZE nor SET STATISTICS does.

    Before PostgreSQL 18 it is forgotten where a column is given a type, were it the one it has.
    That cannot be done to users.db_role, of which policies speak; it is a name of pg_roles, where
    everybody reads it.
    """
    values = {"table": table, "columns": list(columns)}
    found = connection.execute(_SAMPLED, values).fetchall()
    if connection.info.server_version >= CLEARS_SAMPLES:
        for sampled in found:
            connection.execute("SELECT pg_clear_attribute_stats(%s, %s, %s, %s)", sampled)
        return
    sampled_columns = {column for _, _, column, _ in found} - {"db_role"}
    for column, kind in connection.execute(_TYPES, values).fetchall():
        if column in sampled_columns:
            connection.execute(
                sql.SQL("ALTER TABLE {} ALTER COLUMN {} TYPE {}").format(
                    sql.Identifier(table), sql.Identifier(column), sql.SQL(kind)
                )
            )


def _spelt_out(connection: Connection[Any], role: str, table: str, rights: str) -> sql.Composable:
    """Return rights as they are granted: those that are not for the whole table by columns."""
    if role == ANALYST and table in HIDDEN:
        return sql.SQL("SELECT ({})").format(_columns(connection, table, HIDDEN[table]))
    if rights == KEEP:
        return sql.SQL("SELECT, INSERT, UPDATE ({})").format(_columns(connection, table))
    return sql.SQL(rights)


def _columns(connection: Connection[Any], table: str, but: Sequence[str] = ()) -> sql.Composable:
    names = [name for (name,) in connection.execute(_COLUMNS, [table])]
    return sql.SQL(", ").join(sql.Identifier(name) for name in names if name not in but)


def _policy(role: str, command: str, table: str) -> Iterator[sql.Composed]:
    """Let a group see all rows: policies add up."""
    name = sql.Identifier(f"all_for_{role.removeprefix('kahani_')}")
    on = sql.Identifier(table)
    yield sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(name, on)
    check = sql.SQL(" WITH CHECK (true)" if command == "ALL" else "")
    yield sql.SQL("CREATE POLICY {} ON {} FOR {} TO {} USING (true){}").format(
        name, on, sql.SQL(command), sql.Identifier(role), check
    )
