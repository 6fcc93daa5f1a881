"""Whose the rows of this machine are: the listener may turn out to be somebody known already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, text, update

from db import pull_state
from db.appending import enter
from db.models import OutboxEntry, Row, User
from db.records import (
    AnalyticsRecord,
    BookmarkRecord,
    PreferencesRecord,
    ProgressRecord,
    Record,
    SessionRecord,
)
from db.types import new_id
from db.values import LISTENER, set_value, value_of

FORMER: Final = "former_listeners"
"""The small value that lists, as JSON, who the listener was before on this machine."""

_OWNED: Final = ("sessions", "analytics_events")
_STANDING: Final = {"user_progress": "user_id", "bookmarks": "user_id", "user_preferences": "id"}
"""Tables of how things stand with a listener, and the column that says with whom."""


def become(tx: Connection, row: dict[str, Any]) -> None:
    """Give all that is this machine's listener's to the user of `row`.

    How things stand is sent anew; what that user did elsewhere is pulled from the beginning.
    """
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
    _rewrite_unsent(tx, former, str(now_is))
    for name, column in _STANDING.items():
        _hand_over(tx, name, column, (former, str(now_is)))
    pull_state.begin_anew(tx)
    tx.execute(delete(User).where(User.id == was))
    set_value(tx, LISTENER, str(now_is))
    set_value(tx, FORMER, json.dumps([*_former(tx), former]))


def _hand_over(tx: Connection, name: str, column: str, names: tuple[str, str]) -> None:
    """Give the rows of a table to another listener, and have them sent as they stand.

    Under new ids: those of old may be in PostgreSQL already, as the former listener's for ever.
    """
    table = Row.metadata.tables[name]
    whose = table.c[column]
    was, now_is = (UUID(one) if whose.type.python_type is UUID else one for one in names)
    columns = [one for one in table.columns if one.name != "changed_in"]
    for before in tx.execute(select(*columns).where(whose == was)).mappings().all():
        row = {**before, "id": new_id(), column: now_is}
        tx.execute(update(table).where(table.c.id == before["id"]).values(row))
        enter(tx, name, row)


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
    owned = SessionRecord | AnalyticsRecord | ProgressRecord | BookmarkRecord
    if not isinstance(record, owned) or str(record.user_id) not in former:
        return record
    if isinstance(record, ProgressRecord | BookmarkRecord):
        return replace(record, id=new_id(), user_id=listener)  # see _hand_over
    return replace(record, user_id=listener)


def _former(tx: Connection) -> list[str]:
    former: list[str] = json.loads(value_of(tx, FORMER) or "[]")
    return former


def _rewrite_unsent(tx: Connection, was: str, now_is: str) -> None:
    """Change whose the entries are, but for those of rows that are sent in another way."""
    unsent = OutboxEntry.sent_at.is_(None)
    of_former = OutboxEntry.key.startswith(was)
    tx.execute(
        delete(OutboxEntry).where(
            unsent, OutboxEntry.table_name.in_(("users", *_STANDING)), of_former
        )
    )
    tx.execute(
        text(
            "UPDATE outbox SET payload = json_set(payload, '$.user_id', :now_is) "
            "WHERE sent_at IS NULL AND json_extract(payload, '$.user_id') = :was"
        ),
        {"was": was, "now_is": now_is},
    )
