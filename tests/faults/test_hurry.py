"""Fault 25: hurry, and a computer that slept: in the end one clip is heard, and nothing is left.

All parts of the program are real and in this process, so that its threads can be counted.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from typing import Any, Final, TypeAlias

import pytest
import pytest_asyncio

from player.audio.fetch import Patience, connections, downloads
from player.audio.output import PlaybackState
from player.audio.prefetch import Candidate
from player.cli.wiring import House
from player.config import Config
from player.controller import PlaybackController
from player.events import Event, PlaybackChanged
from player.paths import Paths
from player.story.passages import Passage, read_passage
from tests.faults.far_away import SLUG, Act, Listener, Settle
from tests.faults.oracle import choices_in, stays_well, threads_and_files
from tests.player.audio.shaped import Line

pytestmark = pytest.mark.slow

CHOICES: Final = 10_000
MOVES: Final = 300
LONG: Final = 60
"""So many frames are 1.4 s: clips that are not there before the listener goes on."""
A_FEW: Final = 12
"""Threads and files that come and go: one left behind in 700 choices would be more."""
SOON_S: Final = 30.0
"""A connection that is dead would be waited for longer by itself:"""
SILENT_S: Final = 90.0

Sit: TypeAlias = Callable[[Listener], Awaitable[PlaybackController]]


@pytest_asyncio.fixture
async def sit(libvlc: None) -> AsyncIterator[Sit]:
    """Open the whole program for a listener, here."""
    houses: list[House] = []

    async def sit(listener: Listener) -> PlaybackController:
        home = listener.home.folder
        paths = Paths(home / "config", home / "data", home / "cache", home / "logs")
        houses.append(House(paths, Config(), output=f"wav:{home / 'heard.wav'}"))
        return await houses[-1].open(lambda _: None)

    yield sit
    for house in houses:
        await house.close()
        await asyncio.to_thread(_no_fetching_is_left)


def _no_fetching_is_left() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("fetch"):
            thread.join(60)
            assert not thread.is_alive(), thread.name


def sounding(controller: PlaybackController) -> asyncio.Event:
    """Return what is set when something is heard from here on, however soon that is over."""
    heard = asyncio.Event()

    def listen(event: Event) -> None:
        if event == PlaybackChanged(PlaybackState.PLAYING, ""):
            heard.set()

    controller.listen(listen)
    return heard


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server that says nothing be waited for longer than anything takes here."""
    longer = partial(Patience, read_s=SILENT_S, measured_over_s=SILENT_S)
    monkeypatch.setattr(downloads, "Patience", longer)


async def until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Look at what other threads bring about until it is so."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)


def passages(controller: PlaybackController) -> dict[str, Passage]:
    session = controller.session
    assert session is not None
    nodes = session.story.nodes.values()
    return {node.key: read_passage(session.story, node, session.variant) for node in nodes}


def without_server(listener: Listener) -> tuple[int, int]:
    """Return how many threads and descriptors the listener's side has; the server is here too."""
    threads, files = threads_and_files()
    return threads - listener.server.open_connections, files - listener.server.open_connections


async def comes_down(listener: Listener, early: tuple[int, int]) -> None:
    """Wait for what is just being closed: what was left behind stays, however long that takes."""
    most = [count + A_FEW for count in early]
    late = without_server(listener)
    with suppress(TimeoutError):
        async with asyncio.timeout(30):
            while late[0] > most[0] or late[1] > most[1]:
                await asyncio.sleep(0.05)
                late = without_server(listener)
    assert late[0] <= most[0], f"threads: {early[0]} after a tenth, {late[0]} in the end"
    assert late[1] <= most[1], f"files: {early[1]} after a tenth, {late[1]} in the end"


async def test_after_ten_thousand_quick_choices_the_last_clip_is_heard_and_nothing_is_left_running(
    settle: Settle, sit: Sit
) -> None:
    # A pool of the size of the machine would go on growing for as long as it is in a hurry.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(4))
    listener = settle(frames=LONG)
    listener.act = on_a_line(listener, 60_000)
    controller = await sit(listener)
    await controller.open(SLUG, node_key="fork")
    deck, all_of_them = controller.deck, passages(controller)
    last = all_of_them.pop("home")
    looking: set[asyncio.Task[None]] = set()

    async def go(passage: Passage, ahead: Passage) -> None:
        source = await deck.fetch(passage)
        deck.cue(source)
        deck.play(passage, source)
        clips = [each.clip for each in (ahead, last) if each.clip]
        nearest = [Candidate(clip, "A", 0.5, 1) for clip in clips]
        looking.add(task := asyncio.create_task(deck.make_ready(nearest)))
        task.add_done_callback(looking.discard)

    async def rest(here: Passage) -> None:
        await go(last, here)
        await asyncio.wait_for(sounding(controller).wait(), 60)
        await until(lambda: deck.state is PlaybackState.FINISHED)
        await asyncio.gather(*looking)

    quick = cycle(all_of_them.values())
    here = next(quick)
    early = (0, 0)
    for number, following in enumerate(islice(quick, CHOICES)):
        await go(here, following)
        here = following
        if number == CHOICES // 10:
            await rest(here)
            early = without_server(listener)
    await rest(here)
    await comes_down(listener, early)
    await controller.leave()
    stays_well(listener.home)


async def test_quick_choices_back_and_forth_are_each_in_the_history_once(
    settle: Settle, sit: Sit
) -> None:
    listener = settle(frames=LONG)
    listener.act = on_a_line(listener, 60_000)
    controller = await sit(listener)
    await controller.open(SLUG, node_key="fork")
    for _ in range(MOVES):
        await controller.choose("A")
        await controller.back()
    heard = sounding(controller)
    await controller.choose("B")
    await asyncio.wait_for(heard.wait(), 60)
    await controller.leave()
    assert list(choices_in(listener.home.store)) == ["A"] * MOVES + ["B"]
    stays_well(listener.home)


def on_a_line(listener: Listener, bytes_per_s: float) -> Act:
    contents = {f"/{key}": content for key, content in listener.contents.items()}
    line = Line(contents, bytes_per_s, round_trip_s=0.05)
    return lambda call, _: line(call)


class Network:
    """A network that goes away: what was connected is never answered again, and nobody says so."""

    def __init__(self, listener: Listener) -> None:
        self._line = on_a_line(listener, 60_000)
        self._alive: set[object] = set()
        self._dead: set[object] = set()
        self.is_going = False

    def __call__(self, call: Any, content: bytes) -> object:
        if call.socket in self._dead:
            call.stall()
            return False
        self._alive.add(call.socket)
        if self.is_going:
            call.partly(content, len(content) // 2)
            call.stall()
            return False
        return self._line(call, content)

    def is_another(self) -> None:
        """Take everybody to another network."""
        self._dead |= self._alive
        self.is_going = False


def sleep_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clock on the wall go on while the other stands still, as in a laptop."""
    awake = time.time
    monkeypatch.setattr(time, "time", lambda: awake() + 3600)


@pytest.mark.parametrize("has_slept", [True, False], ids=["slept", "elsewhere"])
async def test_after_a_sleep_or_on_another_network_the_next_clip_is_heard_soon(
    settle: Settle, patient: None, sit: Sit, monkeypatch: pytest.MonkeyPatch, has_slept: bool
) -> None:
    monkeypatch.setattr(connections, "_IDLE_S", 0.2)
    listener = settle(frames=LONG)
    listener.act = network = Network(listener)
    controller = await sit(listener)
    controller.deck.ahead.save_data(is_on=True)
    await controller.open(SLUG, node_key="fork")
    await until(lambda: controller.deck.state is PlaybackState.FINISHED)
    network.is_another()
    if has_slept:
        sleep_for_an_hour(monkeypatch)
    heard = sounding(controller)
    await controller.choose("B")
    await asyncio.wait_for(heard.wait(), SOON_S)
    await controller.leave()
    stays_well(listener.home)


async def test_a_clip_that_was_coming_when_the_computer_fell_asleep_comes_on_after_it(
    settle: Settle, patient: None, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = settle(frames=3 * LONG)
    listener.act = network = Network(listener)
    controller = await sit(listener)
    network.is_going = True
    heard = sounding(controller)
    await controller.open(SLUG, node_key="fork")
    await asyncio.wait_for(heard.wait(), 60)  # what has come of it
    assert listener.asked() == {"fork": 1}
    network.is_another()
    sleep_for_an_hour(monkeypatch)
    await until(lambda: listener.asked()["fork"] > 1, SOON_S)
    first, second = (call for call in listener.server.calls if call.path == "/fork")
    assert "range" not in first.headers
    assert int(second.headers["range"][6:-1]) == len(listener.contents["fork"]) // 2
    await controller.leave()
    stays_well(listener.home)
