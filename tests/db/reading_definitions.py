"""Lists what a PostgreSQL database defines, one definition a line."""

from __future__ import annotations

from typing import Any

from psycopg import Connection

OURS = (
    "c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') "
    "AND c.relname <> 'alembic_version' AND NOT c.relispartition"
)
QUERIES = {
    "table": f"SELECT c.relname FROM pg_class c WHERE {OURS}",
    "column": (
        "SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) "
        "|| CASE WHEN a.attnotnull THEN ' not null' ELSE '' END "
        "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        f"WHERE a.attnum > 0 AND NOT a.attisdropped AND {OURS}"
    ),
    "default": (
        "SELECT c.relname || '.' || a.attname || ' ' || pg_get_expr(d.adbin, d.adrelid) "
        "FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid "
        f"JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum WHERE {OURS}"
    ),
    "index": (
        "SELECT replace(replace(pg_get_indexdef(i.indexrelid), 'ON ONLY', 'ON'), "
        "current_schema() || '.', '') FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
        "WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid "
        f"AND k.contype IN ('p', 'u')) AND {OURS}"
    ),
}
CONSTRAINTS = {"primary key": "p", "check": "c", "foreign key": "f", "unique": "u"}
CONSTRAINT = (
    "SELECT k.conname || ' on ' || c.relname || ' ' || pg_get_constraintdef(k.oid) "
    "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
    f"WHERE k.contype = %s AND k.conparentid = 0 AND {OURS}"
)


def definitions(connection: Connection[Any]) -> list[str]:
    """Return every definition, sorted: its kind, its name, and what PostgreSQL says of it."""
    found = []
    for kind, query in QUERIES.items():
        found += [f"{kind} {row[0]}" for row in connection.execute(query)]
    for kind, letter in CONSTRAINTS.items():
        found += [f"{kind} {row[0]}" for row in connection.execute(CONSTRAINT, [letter])]
    return sorted(" ".join(line.split()) for line in found)
