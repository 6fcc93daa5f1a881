"""Takes in one chunk of pulled rows, with all that follows from them on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from db import placing
from db.asking.counting import recount
from db.models import Content
from db.stamping import Stamps
from db.syncing.applying import Rows, merge, sort_out
from db.syncing.uniting import unite


@dataclass(frozen=True, slots=True)
class Arrived:
    """What rows that were left out wait for, and which stories and contents others are about."""

    waits: Mapping[str, int]
    works: frozenset[UUID | str]


def arrive(tx: Connection, table: str, rows: Rows) -> Arrived:
    """Merge rows of a table; places, bookmarks and the clock follow."""
    found = sort_out(tx, table, rows)
    ready: list[dict[str, Any]] = list(found.ready)
    _see_stamps(tx, ready)
    if table == "user_progress":
        before = placing.progress_of(tx, ready)
        merge(tx, table, ready)
        placing.follow(tx, before, ready)
    elif table == "bookmarks":
        unite(tx, ready)
    else:
        merge(tx, table, ready)
    works = (row.get("story_id") or row.get("content_id") for row in ready)
    return Arrived(found.waits, frozenset(work for work in works if work is not None))


def count_anew(tx: Connection, user_id: UUID, works: Iterable[UUID | str]) -> None:
    """Count plays and time listened where events or progress arrived."""
    stories = {work for work in works if isinstance(work, UUID)}
    contents = [work for work in works if isinstance(work, str)]
    of_contents = select(Content.story_id).where(Content.id.in_(contents))
    stories |= {story for story in tx.scalars(of_contents) if story is not None}
    recount(tx, user_id, stories)


def _see_stamps(tx: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Let the clock go on from the newest stamp of the rows."""
    newest = max((row.get("hlc") or 0 for row in rows), default=0)
    if newest:
        stamps = Stamps(tx)
        stamps.seen(newest)
        stamps.keep()
