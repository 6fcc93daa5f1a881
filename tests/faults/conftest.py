"""Fixtures of the faults: listeners whose clips lie on servers that do whatever a test wants."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from player.audio.vlc import load_vlc
from player.errors import MissingPartError
from tests.faults.far_away import FRAMES, Act, Home, Listener, Settle, road, sounds
from tests.player.audio.misbehaving import Server


@pytest.fixture
def libvlc() -> None:
    """Skip where libVLC is not installed; the README's test line installs it."""
    try:
        load_vlc()
    except MissingPartError as error:
        pytest.skip(str(error))


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
