"""Whose the rows of this machine are: the listener may turn out to be somebody known already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, text, update

from db.models import OutboxEntry, Row, User
from db.records import (
    AnalyticsRecord,
    BookmarkRecord,
    PreferencesRecord,
    ProgressRecord,
    Record,
    SessionRecord,
)
from db.values import LISTENER, set_value, value_of

FORMER: Final = "former_listeners"
"""The small value that lists, as JSON, who the listener was before on this machine."""

_OWNED: Final = ("sessions", "user_progress", "bookmarks", "analytics_events")


def become(tx: Connection, row: dict[str, Any]) -> None:
    """Give all that is this machine's listener's to the user of `row`."""
    former = value_of(tx, LISTENER)
    if former is None or UUID(former) == row["id"]:  # another program was faster
        return
    was, now_is = UUID(former), row["id"]
    users = Row.metadata.tables["users"]
    # The former row makes way first: its name may be the same.
    tx.execute(update(users).where(users.c.id == was).values(anonymous_id=f"former {former}"))
    if tx.scalar(select(users.c.id).where(users.c.id == now_is)) is None:
        tx.execute(insert(users).values(**row))
    for name in _OWNED:
        owned = Row.metadata.tables[name]
        tx.execute(update(owned).where(owned.c.user_id == was).values(user_id=now_is))
    choices = Row.metadata.tables["user_preferences"]
    tx.execute(update(choices).where(choices.c.id == former).values(id=str(now_is)))
    _rewrite_unsent(tx, former, str(now_is))
    tx.execute(delete(User).where(User.id == was))
    set_value(tx, LISTENER, str(now_is))
    set_value(tx, FORMER, json.dumps([*_former(tx), former]))


def owned(tx: Connection, records: Sequence[Record]) -> Sequence[Record]:
    """Return records with the present listener in the place of a former one.

    A sitting that began before the first contact goes on naming who it began with.
    """
    former = _former(tx)
    if not former:
        return records
    listener = UUID(value_of(tx, LISTENER) or former[-1])
    return [_owned(record, former, listener) for record in records]


def _owned(record: Record, former: Sequence[str], listener: UUID) -> Record:
    if isinstance(record, PreferencesRecord):
        return replace(record, id=str(listener)) if record.id in former else record
    if (
        isinstance(record, SessionRecord | ProgressRecord | AnalyticsRecord | BookmarkRecord)
        and str(record.user_id) in former
    ):
        return replace(record, user_id=listener)
    return record


def _former(tx: Connection) -> list[str]:
    former: list[str] = json.loads(value_of(tx, FORMER) or "[]")
    return former


def _rewrite_unsent(tx: Connection, was: str, now_is: str) -> None:
    """Change whose the entries are; the former users row itself is not sent any more."""
    unsent = OutboxEntry.sent_at.is_(None)
    tx.execute(
        delete(OutboxEntry).where(unsent, OutboxEntry.table_name == "users", OutboxEntry.key == was)
    )
    values = {"was": was, "now_is": now_is}
    tx.execute(
        text(
            "UPDATE outbox SET payload = json_set(payload, '$.user_id', :now_is), "
            "key = replace(key, :was, :now_is) "
            "WHERE sent_at IS NULL AND json_extract(payload, '$.user_id') = :was"
        ),
        values,
    )
    tx.execute(
        text(
            "UPDATE outbox SET payload = json_set(payload, '$.id', :now_is), key = :now_is "
            "WHERE sent_at IS NULL AND table_name = 'user_preferences' AND key = :was"
        ),
        values,
    )
