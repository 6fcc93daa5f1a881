"""A story whose clips lie elsewhere: heard at once, fetched ahead, and told by choice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
import pytest_asyncio

from db.store import Store
from player.audio.cache import ClipCache
from player.audio.clips import ClipShelf
from player.audio.clock import LoopClock
from player.audio.ear import Ear
from player.audio.fetch import Addresses, Downloads
from player.audio.fetched import FetchedClips
from player.audio.output import PlaybackState
from player.audio.vlc import VlcOutput, load_vlc
from player.cli.wiring import new_id, now
from player.controller import PlaybackController
from player.errors import MissingPartError, UsageError
from player.events import ChoicesReady, ChoiceTaken, Event, Notice, PlaybackChanged
from player.library.catalogue import to_record
from player.recording.recorder import Recorder
from player.story.graph import Clip, Story
from tests.player.audio.misbehaving import Behaviour, Call, Server, clip_of
from tests.player.audio.shaped import Line
from tests.player.conftest import events_in
from tests.player.small_story import SLUG

pytestmark = pytest.mark.slow

T = TypeVar("T")
SOUNDS = Path(__file__).parent / "audio" / "clips"
LENGTHS_MS = {"rise": 2240, "fall": 1240}


@dataclass
class Remote:
    """The small story, with each clip on a server and none on this machine."""

    story: Story
    contents: Mapping[str, bytes]
    server: Server


def remote(well: Story, behaviour: Callable[[Mapping[str, bytes]], Behaviour]) -> Remote:
    """Put the story's clips on a server that behaves like this."""
    contents: dict[str, bytes] = {}
    server = Server(behaviour(contents))
    nodes = {}
    for number, node in enumerate(well.nodes.values()):
        name = "rise" if node.key in ("start", "dry") else "fall"
        content = (SOUNDS / f"{name}.mp3").read_bytes() + bytes(number)  # no two are the same
        contents[f"/{node.key}"] = content

        def lies_there(clip: Clip, key: str = node.key, name: str = name) -> Clip:
            there = clip_of(key, contents[f"/{key}"], f"{server.url}/{key}")
            return replace(
                clip,
                checksum=there.checksum,
                size=there.size,
                url=there.url,
                duration_ms=LENGTHS_MS[name],
            )

        nodes[node.id] = replace(node, clips=tuple(map(lies_there, node.clips[:1])))
    return Remote(replace(well, nodes=nodes), contents, server)


class Armchair:
    """A listener with real sound, a real store and a real network."""

    def __init__(self, folder: Path, store: Store, there: Remote) -> None:
        self.store = store
        self.server = there.server
        self.told: list[Event] = []
        self.visits_at_request: list[int] = []
        self._story = there.story
        self._news = asyncio.Event()
        cache = ClipCache(folder / "cache")
        addresses = Addresses()
        self.clips = FetchedClips(
            ClipShelf([folder]), cache, Downloads(cache, addresses), addresses
        )
        self.output = VlcOutput(Ear(folder / "heard.wav"))
        self.controller = PlaybackController(
            shelf=self,
            clips=self.clips,
            recorder=Recorder(store, now=now, new_id=new_id, device="chair", program="test"),
            output=self.output,
            clock=LoopClock(),
        )
        self.controller.listen(self._hear)

    def open_story(self, slug: str) -> Story:
        if slug != self._story.slug:
            raise UsageError(f"there is no {slug}")
        return self._story

    def _hear(self, event: Event) -> None:
        self.told.append(event)
        self._news.set()

    async def until(self, kind: type[T], holds: Callable[[T], bool] = lambda _: True) -> T:
        """Wait for such an event; forget those before it."""
        async with asyncio.timeout(60):
            while True:
                while self.told:
                    event = self.told.pop(0)
                    if isinstance(event, kind) and holds(event):
                        return event
                self._news.clear()
                await self._news.wait()

    async def until_it_sounds(self) -> list[str]:
        """Wait for the sound, and return what was said of it until then."""
        reasons: list[str] = []

        def sounds(event: PlaybackChanged) -> bool:
            reasons.append(event.reason)
            return event.state is PlaybackState.PLAYING

        await self.until(PlaybackChanged, sounds)
        return reasons

    def asked_for(self) -> list[str]:
        return [call.path for call in self.server.calls]

    async def close(self) -> None:
        await self.controller.close()
        self.output.close()
        await asyncio.to_thread(self.clips.close)
        await asyncio.to_thread(self.server.close)


@pytest_asyncio.fixture
async def sit(store: Store, well: Story, tmp_path: Path) -> AsyncIterator[Any]:
    try:
        load_vlc()
    except MissingPartError as error:
        pytest.skip(str(error))
    chairs: list[Armchair] = []

    async def sit(behaviour: Callable[[Mapping[str, bytes]], Behaviour]) -> Armchair:
        there = remote(well, behaviour)
        store.import_story(to_record(there.story))
        chair = Armchair(tmp_path, store, there)
        chairs.append(chair)
        await chair.controller.start()
        return chair

    yield sit
    for chair in chairs:
        await chair.close()


def slow(bytes_per_s: float, round_trip_s: float = 0.0) -> Callable[..., Behaviour]:
    return lambda contents: Line(contents, bytes_per_s, round_trip_s)


async def test_opening_a_story_elsewhere_waits_for_no_network_and_says_how_it_stands(
    sit: Any,
) -> None:
    chair = await sit(slow(8_000, round_trip_s=0.3))
    await chair.controller.open(SLUG)
    assert events_in(chair.store.path, "play")
    assert chair.controller.deck.state is PlaybackState.LOADING
    reasons = await chair.until_it_sounds()
    assert "connecting" in reasons
    assert any(reason.startswith("buffering ") and reason.endswith(" %") for reason in reasons)
    assert reasons[-1] == ""


async def test_every_choice_is_fetched_ahead_and_shown_as_it_becomes_ready(sit: Any) -> None:
    chair = await sit(slow(40_000))
    await chair.controller.open(SLUG, node_key="fork")
    ready = await chair.until(ChoicesReady, lambda e: set(e.percent.values()) == {100})
    assert set(ready.percent) == {"A", "B"}
    assert chair.asked_for()[:3] == ["/fork", "/dry", "/rope"]
    await chair.controller.choose("B")
    reasons = await chair.until_it_sounds()
    assert set(reasons) == {""}
    assert all(call.nth == 1 or call.start for call in chair.server.calls)


async def test_a_choice_taken_while_it_is_fetched_ahead_is_heard_from_that_request(
    sit: Any,
) -> None:
    is_taken = threading.Event()

    def halfway(contents: Mapping[str, bytes]) -> Behaviour:
        line = Line(contents, 12_000)

        def answer(call: Call) -> None:
            if call.path != "/dry" or call.start:
                line(call)
                return
            content, half = contents[call.path], len(contents[call.path]) // 2
            call.partly(content, half)
            is_taken.wait(60)
            line.send(call, content[half:])

        return answer

    chair = await sit(halfway)
    await chair.controller.open(SLUG, node_key="fork")
    await chair.until(ChoicesReady, lambda e: 0 < e.percent["A"] < 60)
    await chair.controller.choose("A")
    await chair.until(ChoiceTaken)
    is_taken.set()
    await chair.until_it_sounds()
    assert all(call.nth == 1 or call.start for call in chair.server.calls)


async def test_with_the_data_saver_nothing_is_fetched_ahead(sit: Any) -> None:
    chair = await sit(slow(200_000))
    chair.controller.deck.ahead.save_data(is_on=True)
    await chair.controller.open(SLUG, node_key="fork")
    await chair.until(PlaybackChanged, lambda e: e.state is PlaybackState.FINISHED)
    assert chair.asked_for() == ["/fork"]


async def test_a_clip_that_cannot_be_had_leaves_the_text_and_a_sentence(sit: Any) -> None:
    def gone(_: Mapping[str, bytes]) -> Behaviour:
        return lambda call: call.answer("404 Not Found")

    chair = await sit(gone)
    await chair.controller.open(SLUG)
    notice = await chair.until(Notice)
    assert "was not fetched" in notice.text
    await chair.until_it_sounds()
    assert chair.controller.deck.reason == "no audio"


async def test_leaving_stops_what_nobody_needs(sit: Any) -> None:
    def stuck(contents: Mapping[str, bytes]) -> Behaviour:
        def answer(call: Call) -> None:
            call.partly(contents[call.path], 2_000)
            call.stall()

        return answer

    chair = await sit(stuck)
    await chair.controller.open(SLUG)
    await chair.until(PlaybackChanged, lambda e: e.reason.startswith("buffering"))
    clip = chair.controller.session.passage(chair.controller.session.node).clip
    growing = chair.clips.open(clip)
    growing.leave()
    async with asyncio.timeout(30):  # half as long as the server stalls
        await chair.controller.leave()
    assert growing.stop.is_set()


@pytest.mark.slow
async def test_twenty_five_quick_moves_end_in_a_clip_that_sounds(sit: Any) -> None:
    chair = await sit(slow(30_000, round_trip_s=0.05))
    await chair.controller.open(SLUG, node_key="fork")
    for _ in range(25):
        await chair.controller.choose("B")
        await chair.controller.back()
    chair.told.clear()
    await chair.controller.choose("B")
    await chair.until_it_sounds()
    assert chair.controller.deck.reason == ""
