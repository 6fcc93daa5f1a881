"""Times keep their zone and every microsecond on both engines; naive ones are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import StatementError

from db.engine import reading_engine
from db.models import Content, User
from db.remote import Remote
from db.store import Store
from db.types import from_text, new_id, to_text

INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "sqlite":
        Store.open(tmp_path / "kahani.db").close()
        return reading_engine(tmp_path / "kahani.db")
    return Remote(request.getfixturevalue("postgres_url")).engine()


def kept(connection: Connection, moment: datetime) -> datetime | None:
    user = {"id": new_id(), "anonymous_id": str(new_id()), "last_active": moment}
    connection.execute(insert(User), user)
    return connection.scalar(select(User.last_active).where(User.id == user["id"]))


def test_a_time_comes_back_as_it_was_in_utc(engine: Engine) -> None:
    moment = datetime(2026, 2, 7, 10, 30, 0, 123456, tzinfo=INDIA)

    with engine.begin() as connection:
        found = kept(connection, moment)

    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)
    engine.dispose()


def test_a_time_without_its_zone_is_refused(engine: Engine) -> None:
    naive = datetime(2026, 2, 7, 10, 30)  # noqa: DTZ001 - the point

    with engine.connect() as connection, pytest.raises(StatementError, match="without its zone"):
        kept(connection, naive)
    engine.dispose()


def test_what_the_database_fills_in_is_read_as_a_time_in_utc(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO users (anonymous_id) VALUES ('by hand')")
        row = connection.execute(select(User.id, User.created_at, User.preferences)).one()

    assert abs(datetime.now(UTC) - row.created_at) < timedelta(minutes=5)
    assert row.id.int
    assert row.preferences == {}
    engine.dispose()


def test_lists_and_decimals_are_the_same_on_both_engines(engine: Engine) -> None:
    row = {
        "id": "a",
        "title": "t",
        "text_content": "x",
        "audio_url": "u",
        "format": "podcast",
        "template_id": "t",
        "difficulty": "lexical-heavy",
        "difficulty_score": 1,
        "duration": 3,
        "model_parameters": {"a": [1, None]},
        "session_id": "s",
        "related_content_ids": ("b", "c"),
    }
    with engine.begin() as connection:
        connection.execute(insert(Content), row)
        found = connection.execute(select(Content.__table__)).mappings().one()

    assert found["related_content_ids"] == ["b", "c"]
    assert found["model_parameters"] == {"a": [1, None]}
    assert (found["difficulty_score"], type(found["difficulty_score"])) == (1.0, float)
    assert found["metadata"] is None
    engine.dispose()


@given(st.datetimes(timezones=st.sampled_from([UTC, INDIA]), min_value=datetime(1000, 1, 3)))  # noqa: DTZ001 - hypothesis adds the zone
def test_text_keeps_every_moment(moment: datetime) -> None:
    assert from_text(to_text(moment)) == moment


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2))
def test_the_order_of_text_is_the_order_of_time(moments: list[datetime]) -> None:
    assert sorted(moments) == sorted(moments, key=to_text)


def test_a_time_written_by_hand_without_a_zone_is_taken_for_utc() -> None:
    assert from_text("2026-02-07 10:00:00") == datetime(2026, 2, 7, 10, tzinfo=UTC)
