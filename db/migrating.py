"""What migrations need to be written once for both engines."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import text

from db.types import POSTGRESQL


def on_postgresql() -> bool:
    """Whether the migration runs on PostgreSQL; what SQLite lacks stands behind it."""
    return op.get_context().dialect.name == POSTGRESQL


def only_where(condition: str) -> dict[str, Any]:
    """Return the arguments that make an index partial on either engine."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}
