"""Makes a new store of what was saved from a damaged one: whole, and of the same listener."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from db.appending import enter
from db.engine import connect, writing_engine
from db.mending.salvage import Saved, payload_of, row_of_payload, salvage
from db.merge import RULES
from db.models import ListeningSession, OutboxEntry, Row, User
from db.outbox import counts
from db.pull_state import KEY as PULLED
from db.stamping import CLOCK
from db.syncing.applying import merge
from db.types import new_id, now
from db.values import DEVICE, LISTENER, set_value, value_of

NEVER_ENDS: Final = 20
"""Rows that refer to rows that refer to lost rows: no chain of the schema is as long."""

_BUNDLE_MARK: Final = "bundled_fingerprint"
_CATALOGUE: Final = frozenset(
    ("stories", "story_translations", "characters", "story_nodes", "story_choices", "audio_files")
)


def restore(damaged: Path | None, new: Path) -> Saved:
    """Fill the new store at `new` with what can be read at `damaged`, None where nothing can be.

    Raises sqlite3.Error or SQLAlchemyError where the new store cannot be written.
    """
    saved = Saved()
    with closing(connect(new, is_new=False)) as into:
        into.execute("PRAGMA foreign_keys=OFF")
        into.execute("BEGIN IMMEDIATE")
        if damaged is not None:
            saved = _read(damaged, into)
        # What was pulled is pulled again from the beginning: a part of it may be lost.
        into.execute("DELETE FROM local_meta WHERE key LIKE ? || ':%'", [PULLED])
        if _CATALOGUE.intersection(saved.lost):
            # Stories are looked at again: of what is whole by its mark, rows may be missing.
            into.execute("UPDATE stories SET content_hash = NULL")
            into.execute("DELETE FROM local_meta WHERE key = ?", [_BUNDLE_MARK])
        into.execute("COMMIT")
    engine = writing_engine(new, foreign_keys=False, is_new=False)
    with engine.begin() as tx:
        _write_again(tx, saved.lost)
        _mend_references(tx)
        _remember(tx)
        if "outbox" in saved.lost:
            _send_all(tx)
        saved.unsent = counts(tx).pending
    engine.dispose()
    return saved


def _read(damaged: Path, into: sqlite3.Connection) -> Saved:
    try:
        with closing(connect(damaged)) as old:
            # A schema of which a part cannot be read is better than none.
            old.execute("PRAGMA writable_schema=ON")
            with suppress(sqlite3.Error):
                old.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return salvage(old, into)
    except sqlite3.DatabaseError as fault:
        if fault.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise
        return Saved(lost=["everything"])


def _write_again(tx: Connection, lost: Collection[str]) -> None:
    """Write rows that are lost but stand in the outbox."""
    entries = (
        select(OutboxEntry.table_name, OutboxEntry.payload)
        .where(OutboxEntry.table_name.in_([name for name in RULES if name in lost]))
        .order_by(OutboxEntry.id)
    )
    for name, text in tx.execute(entries).all():
        with suppress(ValueError, KeyError, TypeError, SQLAlchemyError), tx.begin_nested():
            merge(tx, name, [row_of_payload(_table(name), payload_of(text))])


def _mend_references(tx: Connection) -> None:
    """Empty references to rows that are lost, or delete the rows that cannot do without."""
    for _ in range(NEVER_ENDS):
        broken = tx.exec_driver_sql("PRAGMA foreign_key_check").all()
        if not broken:
            return
        for table, row, _parent, number in broken:
            keys = tx.exec_driver_sql(f'PRAGMA foreign_key_list("{table}")').all()
            column, on_delete = next((k[3], k[6]) for k in keys if k[0] == number)
            tx.exec_driver_sql(
                f'UPDATE "{table}" SET "{column}" = NULL WHERE _rowid_ = ?'  # noqa: S608 - names of ours
                if on_delete == "SET NULL"
                else f'DELETE FROM "{table}" WHERE _rowid_ = ?',  # noqa: S608 - names of ours
                (row,),
            )


def _remember(tx: Connection) -> None:
    """Be who we were: the listener and the machine, from what names them where that is lost."""
    known = value_of(tx, LISTENER)
    if known is None or not tx.scalar(select(User.id).where(User.id == UUID(known))):
        found = tx.scalar(
            select(User.id)
            .outerjoin(ListeningSession, ListeningSession.user_id == User.id)
            .group_by(User.id)
            .order_by(func.count(ListeningSession.id).desc())
            .limit(1)
        )
        if found is not None:
            set_value(tx, LISTENER, str(found))
        elif known is not None:
            _make_user(tx, UUID(known))
    if value_of(tx, DEVICE) is None and (device := _own_device(tx)):
        set_value(tx, DEVICE, device)
    stamps = [
        tx.scalar(select(func.max(_table(name).c.hlc)))
        for name, rule in RULES.items()
        if rule.is_stamped
    ]
    newest = max((stamp for stamp in stamps if stamp), default=0)
    if newest > int(value_of(tx, CLOCK) or 0):
        set_value(tx, CLOCK, str(newest))


def _make_user(tx: Connection, user_id: UUID) -> None:
    """Make the row of a listener of whom the id alone is left, and have it sent."""
    row: dict[str, Any] = {
        "id": user_id,
        "anonymous_id": new_id().hex,
        "created_at": now(),
        "last_active": now(),
        "preferences": {},
    }
    merge(tx, "users", [row])
    enter(tx, "users", row)


def _own_device(tx: Connection) -> str | None:
    """Return the device that stamped what was to be sent: nothing else gets into the outbox."""
    device: str | None = tx.exec_driver_sql(
        "SELECT payload ->> 'hlc_device' FROM outbox WHERE json_valid(payload)"
        " AND payload ->> 'hlc_device' IS NOT NULL ORDER BY id DESC LIMIT 1"
    ).scalar()
    return device


def _send_all(tx: Connection) -> None:
    """Have all rows of the listener sent that no entry tells of: some may never have been."""
    for name, rule in RULES.items():
        table = _table(name)
        columns = [column for column in table.columns if column.name != "changed_in"]
        told = set(tx.scalars(select(OutboxEntry.key).where(OutboxEntry.table_name == name)))
        for row in tx.execute(select(*columns)).mappings().all():
            if "|".join(str(row[part]) for part in rule.key) not in told:
                enter(tx, name, dict(row))


def _table(name: str) -> Table:
    return Row.metadata.tables[name]


_WORDS: Final = {
    "places": "places",
    "user_progress": "places",
    "marks": "bookmarks",
    "bookmarks": "bookmarks",
    "analytics_events": "what was heard",
    "behavioral_events": "what was heard",
    "sessions": "what was heard",
    "like_engagement": "likes",
    "user_preferences": "preferences",
    "outbox": "what is to be sent",
    "users": "who listens",
    "local_meta": "who listens",
}


def told(saved: Saved) -> str:
    """Say what was saved and what was not, for people."""
    rows = saved.rows
    counted = {"places": "place", "marks": "bookmark"}
    parts = [
        f"{rows[name]} {word}{'s' * (rows[name] != 1)}"
        for name, word in counted.items()
        if rows.get(name)
    ]
    heard = sum(rows.get(name, 0) for name, word in _WORDS.items() if word == "what was heard")
    if heard:
        parts.append(f"{heard} rows of what was heard")
    if saved.unsent:
        parts.append(f"{saved.unsent} of what is to be sent")
    if not any(rows.values()):
        return "Nothing could be read of it."
    lost = dict.fromkeys(_WORDS.get(name, "stories") for name in saved.lost)
    words = f"Saved from it: {', '.join(parts) or 'who listens'}."
    return f"{words} Not all could be read of {', '.join(lost)}." if lost else words
