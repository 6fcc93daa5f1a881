"""A session bus of its own, a sofa on it, and a desktop that looks and presses keys."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, cast

import pytest
import pytest_asyncio
from dbus_fast.aio import MessageBus
from dbus_fast.unpack import unpack_variants

from player.events import Event
from player.mpris import MediaKeys, probing, wishes
from player.mpris import bus as on_the_bus
from player.mpris.bus import NAME, PATH

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa, Sofa

PLAYER = "org.mpris.MediaPlayer2.Player"
PROPERTIES = "org.freedesktop.DBus.Properties"


@pytest.fixture(autouse=True)
def _what_is_answered_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop and a listener wait some seconds for it, which a busy machine may take longer."""
    monkeypatch.setattr(on_the_bus, "AUTH_SECONDS", 60.0)
    monkeypatch.setattr(probing, "PROBE_SECONDS", 60.0)
    monkeypatch.setattr(wishes, "REPLY_SECONDS", 60.0)


class Bus:
    """A bus daemon that can fall silent, and die."""

    def __init__(self) -> None:
        daemon = shutil.which("dbus-daemon")
        if daemon is None:
            pytest.skip("dbus-daemon is not installed")
        command = [daemon, "--session", "--nofork", "--nopidfile", "--print-address"]
        self._daemon = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._daemon.stdout
        self.address = self._daemon.stdout.readline().strip()

    def freeze(self) -> None:
        """Answer nobody any more."""
        self._daemon.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        self._daemon.kill()
        self._daemon.wait()
        assert self._daemon.stdout
        self._daemon.stdout.close()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    made = Bus()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made.address)
    yield made
    made.close()


class Desktop:
    """What stands on the other side of the bus, with its own connection."""

    def __init__(self, bus: MessageBus) -> None:
        self.bus = bus
        self.told: list[tuple[str, Any]] = []
        self._news = asyncio.Event()

    async def names(self) -> list[str]:
        """The programs that play something."""
        node = await self.bus.introspect("org.freedesktop.DBus", "/org/freedesktop/DBus")
        proxy = self.bus.get_proxy_object("org.freedesktop.DBus", "/org/freedesktop/DBus", node)
        daemon: Any = proxy.get_interface("org.freedesktop.DBus")
        found: list[str] = await daemon.call_list_names()
        return sorted(name for name in found if name.startswith("org.mpris."))

    async def until_named(self, *wanted: str) -> None:
        async with asyncio.timeout(60):
            while await self.names() != sorted(wanted):  # each round goes over the bus
                pass

    async def look_at(self, name: str = NAME) -> None:
        """Follow what this program tells."""
        node = await self.bus.introspect(name, PATH)
        proxy = self.bus.get_proxy_object(name, PATH, node)
        self.player = cast("Any", proxy.get_interface(PLAYER))
        self.program = cast("Any", proxy.get_interface("org.mpris.MediaPlayer2"))
        self._properties = cast("Any", proxy.get_interface(PROPERTIES))
        self._properties.on_properties_changed(self._changed)
        self.player.on_seeked(lambda position: self._tell("Seeked", position))
        await self.sees()  # the bus answers this when it knows what is to be told

    def _changed(self, _interface: str, changed: dict[str, Any], _gone: list[str]) -> None:
        for name, value in unpack_variants(changed).items():
            self._tell(name, value)

    def _tell(self, name: str, value: Any) -> None:
        self.told.append((name, value))
        self._news.set()

    async def until_told(self, name: str, is_it: Callable[[Any], bool]) -> Any:
        """Wait until this was told, with such a value; forget what was told before it."""
        async with asyncio.timeout(60):
            while True:
                while self.told:
                    told, value = self.told.pop(0)
                    if told == name and is_it(value):
                        return value
                self._news.clear()
                await self._news.wait()

    async def sees(self) -> dict[str, Any]:
        """Everything of the player at once."""
        seen: dict[str, Any] = unpack_variants(await self._properties.call_get_all(PLAYER))
        return seen


@pytest_asyncio.fixture
async def desktop(bus: Bus) -> AsyncIterator[Desktop]:
    connection = await MessageBus(bus.address).connect()
    yield Desktop(connection)
    connection.disconnect()
    with suppress(OSError, EOFError):
        await connection.wait_for_disconnect()  # type: ignore[no-untyped-call]


class NewKeys(Protocol):
    """Gives a sofa media keys."""

    def __call__(self, sofa: Sofa, told: list[Event] | None = None) -> MediaKeys: ...


@pytest_asyncio.fixture
async def new_keys() -> AsyncIterator[NewKeys]:
    made: list[MediaKeys] = []

    def make(sofa: Sofa, told: list[Event] | None = None) -> MediaKeys:
        heard = told if told is not None else []
        made.append(MediaKeys(sofa.controller, sofa.clock, heard.append))
        return made[-1]

    yield make
    for keys in made:
        await keys.close()


@pytest_asyncio.fixture
async def heard(new_sofa: NewSofa, new_keys: NewKeys, desktop: Desktop) -> Sofa:
    """A sofa where the first node sounds, looked at by the desktop."""
    sofa = await new_sofa()
    new_keys(sofa)
    await sofa.begin_to_hear()
    await desktop.until_named(NAME)
    await desktop.look_at()
    return sofa
