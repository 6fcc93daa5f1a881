"""Versions of a row give the same row in any order, any grouping and however often they come."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from psycopg.rows import dict_row
from sqlalchemy import Connection

from db.merge import FIELDS, RULES, changes
from db.outbox import Entry
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.pushing import send

if TYPE_CHECKING:
    from tests.db.making import Maker

Version = dict[str, Any]
Versions = list[Version]
DEVICES = ("", "01995a3e-0000-7000-8000-000000000001", "01995a3e-0000-7000-8000-000000000002")
DAY = "2026-02-07T{:02}:00:00.000000Z"
ID = "01995a3e-0000-7000-8000-00000000{:04}"

hours = some.integers(0, 23)
moments = hours.map(DAY.format)
maybe = some.none() | moments
stamps = some.tuples(some.integers(1, 4), some.sampled_from(DEVICES[1:])) | some.just((None, None))


def stamped(**columns: some.SearchStrategy[Any]) -> some.SearchStrategy[Version]:
    """A version with a stamp; what belongs to one stamp is one version."""

    def with_stamp(stamp: tuple[int | None, str | None], version: Version) -> Version:
        return {**version, "hlc": stamp[0], "hlc_device": stamp[1]}

    return some.builds(with_stamp, stamps, some.fixed_dictionaries(dict(columns)))


def preferred() -> some.SearchStrategy[Version]:
    field = some.tuples(some.integers(0, 3), some.sampled_from(DEVICES[1:]))
    return stamped(
        # The value follows from the stamp, as one machine makes one change at a time.
        field_stamps=some.fixed_dictionaries(dict.fromkeys(FIELDS, field)),
        last_updated=moments,
        created_at=moments,
        updated_at=some.just(DAY.format(0)),
        version=some.just(1),
    ).map(_valued)


def _valued(version: Version) -> Version:
    def number(name: str) -> int:
        stamp, device = version["field_stamps"][name]
        return 3 * int(stamp) + DEVICES.index(device)

    return version | {
        "session_id": f"{version['hlc']}{version['hlc_device']}",
        "last_updated": DAY.format((version["hlc"] or 0) + 1),
        "difficulty_preference": ("beginner", "intermediate", "advanced")[
            number("difficulty_preference") % 3
        ],
        "preferred_formats": [str(number("preferred_formats"))],
        "preferred_genres": [str(number("preferred_genres"))],
        "playback_speed": 0.5 + number("playback_speed") / 10,
        "auto_play": number("auto_play") % 2 == 0,
    }


def unique(versions: Versions) -> Versions:
    """Let one stamp stand for one version: its other columns come from the first with it."""
    first: dict[Any, Version] = {}
    return [first.setdefault((v.get("hlc"), v.get("hlc_device")), v) for v in versions]


def lists(version: some.SearchStrategy[Version]) -> some.SearchStrategy[tuple[Versions, Versions]]:
    """Some versions, and the same in another order with some of them twice."""
    several = some.lists(version, min_size=1, max_size=5).map(unique)
    return several.flatmap(
        lambda ones: some.tuples(
            some.just(ones),
            some.tuples(
                some.permutations(ones), some.lists(some.sampled_from(ones), max_size=3)
            ).map(lambda two: [*two[1], *two[0]]),
        )
    )


PROGRESS = stamped(
    id=some.integers(1, 9).map(ID.format),
    choices_made=some.lists(some.sampled_from("AB"), max_size=2),
    is_completed=some.booleans(),
    completion_percentage=some.integers(0, 100),
    play_count=some.integers(0, 9),
    total_time_sec=some.integers(0, 99),
    last_played_at=moments,
    created_at=moments,
    updated_at=moments,
)
BOOKMARKS = stamped(
    id=some.integers(1, 9).map(ID.format),
    notes=some.none() | some.sampled_from("ab"),
    marks=some.lists(some.sampled_from("xy"), max_size=2),
    updated_at=moments,
    created_at=moments,
    removed_at=maybe,
)
LIKES = stamped(
    liked=some.booleans(),
    liked_at=maybe,
    unliked_at=maybe,
    reaction_type=some.none() | some.sampled_from(["like", "love"]),
    content_characteristics=some.just({}),
    created_at=moments,
    updated_at=moments,
)
SESSIONS = stamped(
    started_at=moments,
    last_activity_at=moments,
    content_ids=some.lists(some.sampled_from(["crow:hi", "fox:ta"]), max_size=2),
    total_listening_time=some.integers(0, 99),
    created_at=moments,
    updated_at=moments,
)


def _read_json(value: Any) -> Any:
    """Read JSON that SQLite keeps as text."""
    return json.loads(value) if isinstance(value, str) and value[:1] in "[{" else value


class Bench:
    """One row of each table on one engine, and the versions that come to it."""

    def __init__(
        self, apply: Callable[[str, Sequence[Version]], None], read: Callable[[str], Version]
    ) -> None:
        self._apply = apply
        self._read = read

    def after(self, table: str, versions: Sequence[Version]) -> Version:
        self._apply(table, versions)
        row = self._read(table)
        return {name: _read_json(row[name]) for name in row if name != "changed_in"}


@pytest.fixture(params=["sqlite", "postgresql"])
def bench(
    request: pytest.FixtureRequest, store: Store, make: Maker
) -> Iterator[Callable[[], Bench]]:
    store.import_story(make.story())
    store.append([make.session()]).result()
    of_row = {
        "user_progress": {"user_id": str(make.user_id), "story_id": str(make.id("crow"))},
        "bookmarks": {"user_id": str(make.user_id), "story_id": str(make.id("crow"))},
        "like_engagement": {"content_id": "crow:hi", "session_id": make.session_id},
        "sessions": {"id": "another sitting"},
        "user_preferences": {"id": str(make.user_id)},
    }
    if request.param == "sqlite":
        yield lambda: _on_sqlite(store, of_row)
        return
    address = request.getfixturevalue("postgres_url")
    publish_catalogue(address, store)
    with psycopg.connect(address, autocommit=True, row_factory=dict_row) as connection:
        entries = store.read(lambda tx: tx.exec_driver_sql("SELECT * FROM outbox").all())
        send(connection, [Entry(e.id, e.table_name, e.key, e.payload) for e in entries])
        yield lambda: _on_postgresql(connection, of_row)


def _on_sqlite(store: Store, of_row: dict[str, Version]) -> Bench:
    def apply(table: str, versions: Sequence[Version]) -> None:
        rows = [{**of_row[table], **version} for version in versions]
        names = tuple(rows[0])
        sets = ", ".join(f"{name} = {value}" for name, value in changes(table, names).items())
        statement = (
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)}) "
            f"ON CONFLICT ({', '.join(RULES[table].key)}) DO UPDATE SET {sets}"
        )
        values = [tuple(_for_sqlite(name, row[name]) for name in names) for row in rows]

        def work(tx: Connection) -> None:
            for one in values:
                tx.exec_driver_sql(statement, one)

        store.write_later(work).result()

    def read(table: str) -> Version:
        where = " AND ".join(f"{name} = ?" for name in of_row[table])
        values = tuple(_for_sqlite(name, value) for name, value in of_row[table].items())
        query = f"SELECT * FROM {table} WHERE {where}"
        row = store.read(lambda tx: tx.exec_driver_sql(query, values).mappings().one())
        store.write_later(
            lambda tx: tx.exec_driver_sql(f"DELETE FROM {table} WHERE {where}", values)
        ).result()
        return dict(row)

    return Bench(apply, read)


def _for_sqlite(name: str, value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return value.replace("-", "") if name in ("id", "user_id", "story_id") and value else value


def _on_postgresql(connection: psycopg.Connection[Any], of_row: dict[str, Version]) -> Bench:
    def apply(table: str, versions: Sequence[Version]) -> None:
        for version in versions:
            row = {**of_row[table], **version}
            assert send(connection, [Entry(1, table, "the row", json.dumps(row))]) == []

    def read(table: str) -> Version:
        where = " AND ".join(f"{name} = %s" for name in of_row[table])
        values = list(of_row[table].values())
        query = f"SELECT * FROM {table} WHERE {where}"
        found = connection.execute(query.encode(), values).fetchone()
        connection.execute(f"DELETE FROM {table} WHERE {where}".encode(), values)
        assert found is not None
        return dict(found)

    return Bench(apply, read)


@pytest.mark.parametrize(
    ("table", "version"),
    [
        ("user_progress", PROGRESS),
        ("bookmarks", BOOKMARKS),
        ("like_engagement", LIKES),
        ("sessions", SESSIONS),
        ("user_preferences", preferred()),
    ],
)
def test_any_order_and_any_repetition_give_the_same_row(
    bench: Callable[[], Bench], table: str, version: some.SearchStrategy[Version]
) -> None:
    @settings(
        max_examples=20,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(lists(version))
    def holds(two: tuple[Versions, Versions]) -> None:
        one, other = two
        assert bench().after(table, one) == bench().after(table, other)

    holds()
