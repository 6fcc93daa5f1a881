"""Fixtures that all tests share: a PostgreSQL of their own, and databases on it."""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.postgres import Databases, PostgresServer


# No test asks for the keys of whoever runs it, nor do the programs that it starts.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

# What was compiled once is kept, for the next run and for the programs that tests start: where
# the surroundings forbid it, each of them would compile the whole player again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A shell starts what it puts in the background deaf to ctrl+c, and so would be what tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Thousands of collected tests stay to the end: to look through them for garbage, again and again,
# was a quarter of the time of a run.
gc.disable()
YOUNG = 10_000

# The same examples at every landing; whoever works on the code gets new ones at every run. None is
# measured: how long one takes tells of the machine, and one that was held up once is no fault.
UNHURRIED: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("landing", derandomize=True, **UNHURRIED)
settings.register_profile("working", **UNHURRIED)
settings.load_profile("landing" if os.environ.get("CI") else "working")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the gate: late, its mypy would keep one worker busy while the other is done."""
    items.sort(key=lambda item: item.path.name != "test_gate.py")


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, and less often than in a small program."""
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
    gc.enable()


def load(path: Path) -> Any:
    """Import a helper that lies beside the tests; they are no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL that dies with the tests; for those that stop it or use its programs."""
    postgres = load(Path(__file__).with_name("postgres.py"))
    try:
        server = postgres.PostgresServer()
    except LookupError as fault:
        pytest.skip(str(fault))
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """The server of KAHANI_TEST_DATABASE_URL where there is one, else one of our own."""
    if address := os.environ.get("KAHANI_TEST_DATABASE_URL"):
        found: Databases = load(Path(__file__).with_name("postgres.py")).Databases(address)
        return found
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.databases


@pytest.fixture(scope="session")
def new_database(databases: Databases) -> Iterator[Callable[..., str]]:
    """Make an empty database, or a copy of another, and return its name."""
    numbers = count()
    names = []

    def make(template: str = "template0") -> str:
        name = f"kahani_{os.getpid()}_{next(numbers)}"
        databases.create(name, template)
        names.append(name)
        return name

    yield make
    if os.environ.get("KAHANI_TEST_DATABASE_URL"):  # a server of our own goes as a whole
        for name in reversed(names):
            databases.drop(name)


@pytest.fixture(scope="session")
def migrated(databases: Databases, new_database: Callable[..., str]) -> Callable[[], str]:
    """Return the name of a database that was migrated once this month, to be copied.

    It has partitions for the months around the one that it was migrated in, and a run of the tests
    may go on into the next.
    """
    from db.upgrade import upgrade_remote  # noqa: PLC0415 - most tests need no database

    by_month: dict[str, str] = {}

    def of_this_month() -> str:
        month = f"{datetime.now(UTC):%Y-%m}"
        if month not in by_month:
            name = new_database()
            upgrade_remote(databases.url(name))
            by_month[month] = name
        return by_month[month]

    return of_this_month


@pytest.fixture
def postgres_url(
    databases: Databases, new_database: Callable[..., str], migrated: Callable[[], str]
) -> Iterator[str]:
    """The address of a fresh database with the schema in it."""
    name = new_database(migrated())
    yield databases.url(name)
    # At once: hundreds of them at the end would all have reached the disk by then.
    databases.drop(name)


@pytest.fixture
def empty_postgres_url(databases: Databases, new_database: Callable[..., str]) -> Iterator[str]:
    """The address of a fresh database with nothing in it."""
    name = new_database()
    yield databases.url(name)
    databases.drop(name)
