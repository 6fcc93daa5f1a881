"""Fixtures of the faults: servers that do whatever a test wants, and a store to be damaged."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from player.audio.vlc import load_vlc
from player.cli.wiring import open_store
from player.errors import MissingPartError
from player.paths import Paths
from tests.faults import at_home
from tests.faults.far_away import FRAMES, Act, Home, Listener, Settle, road, sounds
from tests.player.audio.misbehaving import Server


@pytest.fixture
def libvlc() -> None:
    """Skip where libVLC is not installed; the README's test line installs it."""
    try:
        load_vlc()
    except MissingPartError as error:
        pytest.skip(str(error))


def count(table: str, column: str, tx: Connection) -> object:
    return tx.exec_driver_sql(f"SELECT count({column}) FROM {table} NOT INDEXED").scalar()


def well(call: Any, content: bytes) -> None:
    call.sound(content)


@pytest.fixture
def settle(tmp_path: Path) -> Iterator[Settle]:
    """Let somebody settle: with the story, no clip of it, and a server that acts like this."""
    servers: list[Server] = []

    def settle(
        act: Act = well,
        name: str = "home",
        *,
        at: str = "",
        frames: int = FRAMES,
        **environment: str,
    ) -> Listener:
        contents = sounds(frames)

        def behave(call: Any) -> object:
            return listener.act(call, contents[call.path.split("?")[0].rpartition("/")[2]])

        server = Server(behave)
        servers.append(server)
        home = Home(tmp_path / name, road(at or server.url, contents), **environment)
        listener = Listener(home, server, contents, act)
        return listener

    yield settle
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where three choices of the crow were made, and a bookmark."""
    home = at_home.Home(tmp_path_factory.mktemp("heard"))
    run = home.begin(choices=None)
    for choice in at_home.WAY[:3]:
        run.next("asked")
        run.say(choice)
        run.next("choice")
    run.say("bookmark here")
    run.say("q")
    assert run.end().code == 0
    assert home.choices() == list(at_home.WAY[:3])
    return home.folder


@pytest.fixture
def home(heard: Path, tmp_path: Path) -> at_home.Home:
    """A copy of it, to be damaged."""
    shutil.copytree(heard, tmp_path / "home")
    return at_home.Home(tmp_path / "home")


@pytest.fixture
def opened(home: at_home.Home, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Open the store as the program does, look at all there is, and return what was told."""
    monkeypatch.setenv("KAHANI_HOME", str(home.folder))

    def look() -> list[str]:
        notices: list[str] = []
        store = open_store(Paths.find(), notices, notices.append)
        assert store.story("clever-crow")
        store.catalogue()
        store.listened()
        store.preferences()
        store.listener()
        for table, column in (("analytics_events", "event_data"), ("outbox", "payload")):
            store.read(partial(count, table, column))
        store.set_meta("looked", "yes").result()
        store.close()
        return notices

    return look
