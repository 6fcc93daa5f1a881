"""A PostgreSQL with eight months of listening in it, and the commands of who looks after it."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.growth.months import after
from db.growth.partitions import make_partitions
from db.growth.retention import limit_of
from db.store import Store
from db.syncing.publish import publish_catalogue
from player.cli import run
from tests.conftest import load

if TYPE_CHECKING:
    from tests.db.crowd import Crowd

Kahani = Callable[..., tuple[int, str, str]]
BESIDE = Path(__file__).parents[1] / "db"


@pytest.fixture(autouse=True)
def one_month() -> None:
    """Let no month end in the middle of a test: PostgreSQL's clock would tell of another one."""
    today = datetime.now(UTC).date()
    following = after(today.replace(day=1), 1)
    turn = datetime(following.year, following.month, 1, tzinfo=UTC)
    if turn - datetime.now(UTC) < timedelta(minutes=1):
        while datetime.now(UTC) < turn:
            time.sleep(0.5)


@pytest.fixture
def until() -> date:
    """The first day that is kept where three months are."""
    return limit_of(3, datetime.now(UTC))


@pytest.fixture
def kahani(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Kahani:
    """Run a command; return its exit code, what it printed, and what it said to people."""
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "home"))

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def connection(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection[Any]]:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def heard(tmp_path: Path, connection: psycopg.Connection[Any]) -> Crowd:
    """Eight months of listening to the crow in two languages."""
    crowds, making = load(BESIDE / "crowd.py"), load(BESIDE / "making.py")
    store = Store.open(tmp_path / "author.db")
    make = making.Maker(store.listener().id)
    contents = (make.edition("crow", "en"), make.edition("crow", "hi"))
    store.import_story(make.story(contents=contents))
    publish_catalogue(os.environ["DATABASE_URL"], store)
    store.close()
    nodes = {key: make.id("crow", key) for key in ("intro", "pot", "end")}
    crowd: Crowd = crowds.Crowd(connection, make.id("crow"), nodes)
    rng = random.Random(7)
    for months in range(7, -1, -1):
        for number in range(4):
            crowd.sitting(crowd.who(number), crowds.month_ago(months), rng)
    crowd.arrive(crowd.events)
    make_partitions(connection, 2)
    return crowd
