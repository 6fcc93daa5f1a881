"""The house is opened again after that failed half-way: nothing of the first time runs on."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from db.errors import StoreLockedError
from db.store import Store
from player.cli import wiring
from player.cli.wiring import House
from player.config import Config
from player.events import Event
from player.paths import Paths
from player.recording.recorder import Recorder

NOBODY = "postgresql://u:p@127.0.0.1:1/d"


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> set[threading.Thread]:
    """The threads of others."""
    monkeypatch.setenv("DATABASE_URL", NOBODY)
    return set(threading.enumerate())


@pytest.fixture
def house(tmp_path: Path) -> House:
    folders = (tmp_path / name for name in ("config", "data", "cache", "logs"))
    return House(Paths(*folders), Config(), output="silent")


def own(before: set[threading.Thread]) -> list[threading.Thread]:
    """Return the writers and senders that run and are not of others."""
    return [t for t in threading.enumerate() if t not in before and t.name in ("sync", "writer")]


def ended(before: set[threading.Thread]) -> bool:
    """Return whether all of them end."""
    for thread in own(before):
        thread.join(30)
    return not own(before)


def hear(event: Event) -> None:
    """Hear what is told while the house is open; nothing is made of it."""


async def test_what_failed_is_closed_and_opened_again(
    house: House, before: set[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Recorder) -> None:
        house.notices.append("A sentence for the listener.")
        raise StoreLockedError("Another program writes.")

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "begin", fail)
        for _ in range(2):
            with pytest.raises(StoreLockedError):
                await house.open(hear)
            assert house.store is None
            assert ended(before)
    await house.open(hear)
    assert sorted(thread.name for thread in own(before)) == ["sync", "writer"]
    assert house.notices.count("A sentence for the listener.") == 1
    await house.close()
    await house.close()
    assert ended(before)


async def test_a_store_that_opens_after_nobody_wants_it_is_closed(
    house: House, before: set[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, go_on, is_open = (threading.Event() for _ in range(3))
    really = wiring.open_store

    def slowly(*given: object) -> Store:
        opening.set()
        assert go_on.wait(60)
        store = really(house.paths)
        is_open.set()
        return store

    monkeypatch.setattr(wiring, "open_store", slowly)
    wish = asyncio.ensure_future(house.open(hear))
    assert await asyncio.to_thread(opening.wait, 60)
    wish.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await wish
    assert await asyncio.to_thread(is_open.wait, 60)
    assert house.store is None
    assert ended(before)
