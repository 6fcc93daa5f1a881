"""Where there is nothing to show a story on, it is heard all the same, and the doctor knows why."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from player.audio.output import PlaybackState
from player.events import NodeEntered
from player.mpris import probe
from player.mpris.probing import bus_address

if TYPE_CHECKING:
    from tests.player.conftest import Sofa
    from tests.player.mpris.conftest import Bus, NewKeys

ADDRESS = "DBUS_SESSION_BUS_ADDRESS"


@pytest.fixture
def no_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ADDRESS, raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dbus_fast", None)
    for module in ("interfaces", "bus"):
        monkeypatch.delitem(sys.modules, f"player.mpris.{module}", raising=False)


async def hear_a_story(sofa: Sofa, new_keys: NewKeys) -> None:
    """Hear a node and go on to the next, then let the keys go."""
    keys = new_keys(sofa)
    await sofa.begin_to_hear()
    await sofa.pass_time(1)
    await sofa.controller.forward()
    assert (await sofa.until(NodeEntered)).passage.key
    assert sofa.controller.deck.state is PlaybackState.LOADING
    async with asyncio.timeout(30):
        await keys.close()


@pytest.mark.usefixtures("no_bus")
async def test_without_a_session_bus_a_story_is_heard(sofa: Sofa, new_keys: NewKeys) -> None:
    await hear_a_story(sofa, new_keys)
    assert probe().text == f"there is no session bus here: {ADDRESS} is not set"


@pytest.mark.parametrize("address", ["unix:path=/no/such/bus", "autolaunch:", "nonsense"])
async def test_with_an_address_that_leads_nowhere_a_story_is_heard(
    sofa: Sofa, new_keys: NewKeys, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv(ADDRESS, address)
    await hear_a_story(sofa, new_keys)
    found = await asyncio.to_thread(probe)
    assert not found.works
    assert address in found.text


async def test_with_a_bus_that_never_answers_a_story_is_heard(
    sofa: Sofa, new_keys: NewKeys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "bus"))
        mute.listen()
        monkeypatch.setenv(ADDRESS, f"unix:path={tmp_path / 'bus'}")
        await hear_a_story(sofa, new_keys)


@pytest.mark.usefixtures("no_library")
async def test_without_the_library_a_story_is_heard(
    sofa: Sofa, new_keys: NewKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ADDRESS, "unix:path=/no/such/bus")
    await hear_a_story(sofa, new_keys)
    assert probe().text == "not installed: pip install 'kahani[mpris]'"


def test_the_socket_of_the_login_is_found_where_no_address_is_set(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert bus_address(environ) is None
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "bus"))
        assert bus_address(environ) == f"unix:path={tmp_path}/bus"
    assert bus_address({**environ, ADDRESS: "unix:path=/elsewhere"}) == "unix:path=/elsewhere"


@pytest.mark.slow
def test_with_a_bus_the_doctor_says_that_keys_work(bus: Bus) -> None:
    assert bus.address
    found = probe()
    assert found.works
    assert "org.mpris.MediaPlayer2.kahani" in found.text
