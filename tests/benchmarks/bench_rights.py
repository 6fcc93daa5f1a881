"""What row-level security costs: the same rows sent and pulled as a listener and as the owner.

Run with python -m pytest -s tests/benchmarks/bench_rights.py. The owner is free of the policies.
KAHANI_BENCH_EVENTS sets another number of events, KAHANI_BENCH_CROWD of events of others.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest

from db.rights.invite import invite
from db.rights.roles import make_roles

if TYPE_CHECKING:
    from tests.postgres import Databases

pytestmark = pytest.mark.benchmark

EVENTS = int(os.environ.get("KAHANI_BENCH_EVENTS", "50000"))
CROWD = int(os.environ.get("KAHANI_BENCH_CROWD", "100000"))
SITTINGS = 500
ROUNDS = 5
CONTENT = """
INSERT INTO content (id, title, text_content, audio_url, format, template_id, difficulty, duration,
    model_parameters, session_id)
VALUES ('mercato', 'x', 'x', 'x', 'podcast', 't', 'lexical-heavy', 9, '{}', 's')
"""
OTHERS = (
    "INSERT INTO users (anonymous_id) SELECT 'u' || i FROM generate_series(1, 100) AS i",
    (
        "INSERT INTO sessions (id, user_id) SELECT anonymous_id || '-' || i, id "
        "FROM users, generate_series(1, {sittings}) AS i"
    ),
    (
        "INSERT INTO behavioral_events (id, content_id, event_type, playback_position, "
        "session_id, content_characteristics) SELECT gen_random_uuid(), 'mercato', 'play', 1, "
        "'u' || (1 + i % 100) || '-' || (1 + i % {sittings}), '{{}}' "
        "FROM generate_series(1, {crowd}) AS i"
    ),
    "ANALYZE",
)
ROWS = """
SELECT jsonb_agg(jsonb_build_object('session_id', s.id, 'user_id', s.user_id,
    'event_type', %(kind)s::text, 'content_id', 'mercato', 'playback_position', 1.5,
    'event_data', '{{}}'::jsonb, 'content_characteristics', '{{}}'::jsonb,
    'timestamp', now(), 'created_at', now()))::text
FROM (SELECT *, row_number() OVER () AS place FROM sessions WHERE user_id = %(user)s) AS s
JOIN generate_series(1, %(count)s) AS i ON s.place = 1 + i %% {sittings}
"""
COLUMNS = {
    "analytics_events": "id, user_id, session_id, event_type, event_data, created_at",
    "behavioral_events": "id, session_id, content_id, event_type, playback_position, "
    "content_characteristics, timestamp, created_at",
}
KEYS = {"analytics_events": "id, created_at", "behavioral_events": "id"}
PULLS = {
    "analytics_events": "user_id = %s",
    "behavioral_events": "session_id IN (SELECT id FROM sessions WHERE user_id = %s)",
}


class Place(NamedTuple):
    """A database with a crowd in it, and a listener of many sittings."""

    owner: psycopg.Connection[Any]
    listener: psycopg.Connection[Any]
    user: uuid.UUID


@pytest.fixture(scope="module")
def place(
    databases: Databases, new_database: Callable[..., str], migrated: Callable[[], str]
) -> Iterator[Place]:
    postgres_url = databases.url(new_database(migrated()))
    make_roles(postgres_url)
    name = f"asha_{uuid.uuid4().hex[:8]}"
    address = invite(postgres_url, name).address
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(CONTENT)
        for statement in OTHERS:
            owner.execute(statement.format(sittings=SITTINGS, crowd=CROWD))
        row = owner.execute("SELECT id FROM users WHERE db_role = %s", [name]).fetchone()
        assert row
        with psycopg.connect(address, autocommit=True) as listener:
            yield Place(owner, listener, row[0])
        owner.execute(f"DROP ROLE {name}")


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compared(by_owner: Callable[[], float], by_listener: Callable[[], float]) -> float:
    """Return how much longer the listener needs, each at their best of some rounds."""
    times = [(by_owner(), by_listener()) for _ in range(ROUNDS)]
    return min(listener for _, listener in times) / min(owner for owner, _ in times)


def sent(place: Place, table: str, batch: int, who: psycopg.Connection[Any]) -> float:
    """Send EVENTS rows in batches; return how many seconds it took."""
    values = {"kind": "page_view" if table == "analytics_events" else "play", "user": place.user}
    query = ROWS.format(sittings=SITTINGS)
    row = place.owner.execute(query, {**values, "count": batch}).fetchone()
    assert row
    columns = COLUMNS[table]
    fresh = columns.replace("id,", "gen_random_uuid(),", 1)
    statement = (
        f"INSERT INTO {table} ({columns}) SELECT {fresh} "
        f"FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) "
        f"ON CONFLICT ({KEYS[table]}) DO NOTHING"
    )

    def send() -> None:
        for _ in range(max(1, EVENTS // ROUNDS // batch)):
            who.execute(statement, [row[0]])

    return timed(send)


@pytest.mark.parametrize("table", list(COLUMNS))
@pytest.mark.parametrize("batch", [20, 500, 5000])
def test_sending(place: Place, table: str, batch: int) -> None:
    ratio = compared(
        lambda: sent(place, table, batch, place.owner),
        lambda: sent(place, table, batch, place.listener),
    )

    print(f"\n{table}, batches of {batch}: a listener needs {ratio:.2f} of the owner's time")


@pytest.mark.parametrize("table", list(PULLS))
def test_pulling(place: Place, table: str) -> None:
    sent(place, table, 5000, place.owner)
    place.owner.execute("ANALYZE")
    query = f"SELECT * FROM {table} WHERE changed_in >= '0' AND {PULLS[table]}"

    def pulled(who: psycopg.Connection[Any]) -> float:
        return timed(lambda: who.execute(query, [place.user]).fetchall())

    ratio = compared(lambda: pulled(place.owner), lambda: pulled(place.listener))

    print(f"\npulling from {table}: a listener needs {ratio:.2f} of the owner's time")
