"""Takes in one chunk of pulled rows, with all that follows from them on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from db import placing
from db.applying import Rows, merge, sort_out


def arrive(tx: Connection, table: str, rows: Rows) -> Mapping[str, int]:
    """Merge rows of a table; return what those that were left out wait for."""
    found = sort_out(tx, table, rows)
    ready: list[dict[str, Any]] = list(found.ready)
    if table == "user_progress":
        before = placing.progress_of(tx, ready)
        merge(tx, table, ready)
        placing.follow(tx, before, ready)
    else:
        merge(tx, table, ready)
    return found.waits
