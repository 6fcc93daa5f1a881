"""Fixtures of the store's tests: a store in a folder of its own, and rows to put into it."""

from __future__ import annotations

import importlib.util
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.growth.partitions import make_partitions
from db.remote import LIMITS, SETTINGS, Remote
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.upgrade import upgrade_remote

if TYPE_CHECKING:
    from tests.db.crowd import Crowd
    from tests.db.crowded_house import House
    from tests.db.machines import Machine, Machines
    from tests.db.making import Maker
    from tests.db.wire import Wire
    from tests.postgres import Databases, PostgresServer


def load(name: str) -> ModuleType:
    """Import a helper that lies beside the tests; they are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def definitions() -> ModuleType:
    """The module that lists what a database defines."""
    return load("reading_definitions")


@pytest.fixture(scope="session")
def crowds() -> ModuleType:
    """The module that makes a crowd of listeners, and counts them by hand."""
    return load("crowd")


@pytest.fixture
def crow_there(store: Store, make: Maker, postgres_url: str) -> str:
    """A PostgreSQL where the crow is published in two languages."""
    crow = make.story(contents=(make.edition("crow", "en"), make.edition("crow", "hi")))
    store.import_story(crow)
    publish_catalogue(postgres_url, store)
    return postgres_url


@pytest.fixture
def connection(address: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to `address` that commits by itself."""
    with Remote(address).connect(autocommit=True) as opened:
        yield opened


@pytest.fixture
def crowd(connection: psycopg.Connection[Any], make: Maker, crowds: Any) -> Crowd:
    """Listeners of the crow."""
    nodes = {key: make.id("crow", key) for key in ("intro", "pot", "end")}
    made: Crowd = crowds.Crowd(connection, make.id("crow"), nodes)
    return made


@pytest.fixture
def heard(crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any]) -> Crowd:
    """Eight months of listening, in partitions but for the months that came late."""
    rng = random.Random(20260207)
    for months in range(7, -1, -1):
        for number in rng.sample(range(30), 6):
            moment = crowds.month_ago(months, rng.randrange(1, 28))
            crowd.sitting(crowd.who(number), moment, rng)
    crowd.arrive(crowd.events)
    make_partitions(connection, 1)
    return crowd


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PostgreSQL take longer than a player would wait, on a machine with much else to do."""
    monkeypatch.setitem(SETTINGS, "connect_timeout", 60)
    for name in LIMITS:
        monkeypatch.setitem(LIMITS, name, "60s")
    for module in ("db.remote", "db.published.catalogue"):
        monkeypatch.setattr(f"{module}.ANSWER_S", 120.0)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new store, made once to be copied: its fifty statements take a while."""
    path = tmp_path_factory.mktemp("made") / "kahani.db"
    Store.open(path).close()
    return path


@pytest.fixture
def store(tmp_path: Path, made_once: Path) -> Iterator[Store]:
    """A new store."""
    opened = Store.open(Path(shutil.copy(made_once, tmp_path)))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def new_maker() -> Callable[[Store], Maker]:
    """Make one that makes rows of a store's listener, who sits down with the crow."""
    making = load("making")

    def make_one(store: Store) -> Maker:
        made: Maker = making.Maker(store.listener().id)
        return made

    return make_one


@pytest.fixture
def make(store: Store, new_maker: Callable[[Store], Maker]) -> Maker:
    """Makes rows of a listener who sits down with the crow."""
    return new_maker(store)


@pytest.fixture
def new_machine(tmp_path: Path, made_once: Path, postgres_url: str) -> Iterator[Machines]:
    """Make machines of one listener by name: the first one publishes its story and is known."""
    machines = load("machines")
    made: list[Machine] = []

    def make_machine(name: str, **more: Any) -> Machine:
        machine: Machine = machines.Machine.make_new(
            made_once, tmp_path / f"{name}.db", postgres_url, **more
        )
        made.append(machine)
        if len(made) == 1:
            publish_catalogue(postgres_url, machine.store)
            machine.exchange()
            machines.log_in(postgres_url)
        machine.exchange()
        machine.sit_down()
        return machine

    yield make_machine
    for machine in made:
        machine.close()


@pytest.fixture(scope="module")
def house(
    databases: Databases, new_database: Callable[..., str], migrated: Callable[[], str]
) -> Iterator[House]:
    """A PostgreSQL that listeners share, with rows of each."""
    name = new_database(migrated())
    helper = load("crowded_house")
    made: House = helper.make(databases.url(name), name)
    yield made
    databases.drop(name)
    helper.forget(databases.admin_url, made)


@pytest.fixture
def asha(house: House) -> Iterator[psycopg.Connection[Any]]:
    """Logged in as asha, with the password that the invitation told; rolled back afterwards."""
    with psycopg.connect(house.asha.address) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def remote(postgres_url: str) -> Iterator[Callable[..., list[Any]]]:
    """Ask PostgreSQL something, as its owner."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:

        def ask(query: str, *values: Any) -> list[Any]:
            cursor = connection.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

        yield ask


@pytest.fixture
def new_store(tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Open further stores by file name; the same name is the same file."""
    opened: list[Store] = []

    def open_store(name: str) -> Store:
        opened.append(Store.open(tmp_path / name))
        return opened[-1]

    yield open_store
    for one in opened:
        one.close()


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL that tests stop as they like."""
    path = Path(__file__).parents[1] / "postgres.py"
    spec = importlib.util.spec_from_file_location("postgres", path)
    assert spec
    assert spec.loader
    postgres = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(postgres)
    try:
        made: PostgresServer = postgres.PostgresServer()
    except LookupError as fault:
        pytest.skip(str(fault))
    made.start()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def migrated_there(server: PostgresServer) -> str:
    """The name of a database on that server that was migrated once, to be copied."""
    upgrade_remote(server.databases.create("migrated"))
    return "migrated"


@pytest.fixture
def address(server: PostgresServer, migrated_there: str, request: pytest.FixtureRequest) -> str:
    """The address of a database of its own on that server, with the schema in it."""
    return server.databases.create(f"faults_{abs(hash(request.node.name))}", migrated_there)


@pytest.fixture
def wire(address: str) -> Iterator[Wire]:
    """A line to that database which can be cut."""
    made: Wire = load("wire").Wire(address)
    yield made
    made.close()
