"""kahani sync: sends, pulls, and says how it stands, without a screen."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from db.records import AnalyticsRecord
from db.store import Store
from db.types import new_id, now
from player.cli import run
from player.cli.remote_shelf import remote_catalogue, replica_urls
from player.cli.wiring import open_store
from player.paths import Paths

Home = Callable[[], Store]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of one's own; the store is opened by whoever calls."""
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_REPLICA_URLS", raising=False)
    return lambda: open_store(Paths.find())


def heard(home: Home, session: str = "a sitting", count: int = 3) -> None:
    store = home()
    user = store.listener().id
    store.append(
        [
            AnalyticsRecord(
                id=new_id(), created_at=now(), event_type="page_view", user_id=user,
                session_id=session,
            )
            for _ in range(count)
        ]
    ).result()  # fmt: skip
    store.close()


def test_once_sends_and_pulls(
    home: Home,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    heard(home)

    assert run(["sync", "--once"]) == 0
    assert "sent 4, received " in capsys.readouterr().out

    assert run(["sync", "status"]) == 0
    told = capsys.readouterr().out
    assert "to send       0" in told
    assert "lag           none" in told
    assert "never" not in told
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("SELECT count(*) FROM analytics_events").fetchone()
    assert found == (3,)


def test_without_an_address_it_says_what_to_set(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sync", "--once"]) == 3
    assert "DATABASE_URL names no PostgreSQL" in capsys.readouterr().err

    assert run(["sync", "status"]) == 0
    told = capsys.readouterr().out
    assert "none, so nothing is sent: DATABASE_URL is not set" in told


def test_without_an_address_it_says_what_waits_and_since_when(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    before = now()
    heard(home)
    assert run(["sync", "status"]) == 0
    told = capsys.readouterr().out
    days = {f"{moment.astimezone():%Y-%m-%d}" for moment in (before, now())}  # midnight may pass
    assert any(f"waiting       4, the oldest since {day} " in told for day in days)
    assert "to send" not in told
    assert "lag" not in told


def test_without_the_server_everything_stays(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as deaf:  # nobody listens at its port, and nobody else is given it
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        monkeypatch.setenv("DATABASE_URL", f"postgresql://ravi:c4n4ry@127.0.0.1:{port}/stories")
        heard(home)

        assert run(["sync", "--once"]) == 3
    assert "127.0.0.1/stories cannot be reached" in capsys.readouterr().err
    assert run(["sync", "status", "--json"]) == 0
    told = capsys.readouterr().out

    found = json.loads(told)
    assert (found["to_send"], found["server"]) == (4, "127.0.0.1/stories")
    assert found["lag_seconds"] >= 0
    assert found["last_contact"] is None
    assert "c4n4ry" not in told


def test_what_was_set_aside_is_named_with_the_reason(
    home: Home,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    heard(home)
    heard(home, session="x" * 101, count=1)

    assert run(["sync", "--once"]) == 1
    assert "some rows were set aside" in capsys.readouterr().err

    assert run(["sync", "status"]) == 1
    told = capsys.readouterr().out
    assert "set aside     1" in told
    assert "analytics_events     22001  value too long" in told


def test_an_address_that_cannot_be_read_is_wrong_use(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://u:c4n4ry@h/d")

    for arguments in (["sync", "--once"], ["sync", "status"]):
        assert run(arguments) == 2
        said = capsys.readouterr().err
        assert "DATABASE_URL cannot be read" in said
        assert "c4n4ry" not in said


def test_replicas_are_named_one_after_the_other(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert remote_catalogue() is None

    monkeypatch.setenv("DATABASE_REPLICA_URLS", "postgresql://a,b/d, postgresql://u@c/d")

    assert replica_urls() == ("postgresql://a,b/d", "postgresql://u@c/d")
