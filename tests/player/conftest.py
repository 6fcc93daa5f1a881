"""A place to hear the small story: a store, a controller, and the time in hand."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pytest
import pytest_asyncio

from db.store import Store
from player.audio.clips import ClipMissingError
from player.audio.clock import HandClock
from player.audio.output import ClipRequest, PlaybackState
from player.audio.silent import SilentOutput
from player.cli.wiring import new_id, now
from player.controller import PlaybackController
from player.errors import UsageError
from player.events import Event, PlaybackChanged
from player.library.catalogue import to_record
from player.recording import recorder
from player.recording.recorder import Recorder
from player.story.graph import Clip, Story
from player.story.lines import line_at
from tests.player.small_story import SLUG, the_well

T = TypeVar("T")


@pytest.fixture
def well() -> Story:
    return the_well()


class Shelf:
    """One story, and a clip for everything that should have one."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.lost: set[str] = set()

    def open_story(self, slug: str) -> Story:
        if slug != self.story.slug:
            raise UsageError(f"there is no {slug}")
        return self.story

    def here(self, clip: Clip) -> Path | None:
        return None if clip.path in self.lost else Path(clip.path)

    def open(self, clip: Clip, *, is_urgent: bool = True) -> Path:
        if clip.path in self.lost:
            raise ClipMissingError(f"The clip {clip.path} is not here.")
        return Path(clip.path)


class WitnessOutput(SilentOutput):
    """Notes, at each clip that is put on, how many node visits are in the store by then."""

    def __init__(self, clock: HandClock, store: Path) -> None:
        super().__init__(clock)
        self._store = store
        self.visits_at_play: list[int] = []
        self.prepared: list[Path] = []
        self.requests: list[ClipRequest] = []

    def prepare(self, path: Path) -> None:
        self.prepared.append(path)

    def play(self, request: ClipRequest) -> None:
        self.visits_at_play.append(len(events_in(self._store, "play")))
        self.requests.append(request)
        super().play(request)


class Sofa:
    """A listener's place: the controller, what it told so far, and the time in hand."""

    def __init__(
        self, store: Store, story: Story, hours_later: float = 0.0, *, adapts: bool = False
    ) -> None:
        later = timedelta(hours=hours_later)
        self.store = store
        self.clock = HandClock()
        self.shelf = Shelf(story)
        self.output = WitnessOutput(self.clock, store.path)
        self.told: list[Event] = []
        self._news = asyncio.Event()
        self.controller = PlaybackController(
            shelf=self.shelf,
            clips=self.shelf,
            recorder=Recorder(
                store, now=lambda: now() + later, new_id=new_id, device="sofa", program="test"
            ),
            output=self.output,
            clock=self.clock,
        )
        self.controller.adapting.is_on = adapts
        self.controller.listen(self._hear)

    def _hear(self, event: Event) -> None:
        self.told.append(event)
        self._news.set()

    async def until(self, kind: type[T]) -> T:
        """Wait for the next event of this kind; forget those before it."""
        async with asyncio.timeout(60):
            while True:
                while self.told:
                    event = self.told.pop(0)
                    if isinstance(event, kind):
                        return event
                self._news.clear()
                await self._news.wait()

    async def until_state(self, state: PlaybackState) -> PlaybackChanged:
        while (event := await self.until(PlaybackChanged)).state is not state:
            pass
        return event

    async def begin_to_hear(self, slug: str = SLUG, **how: Any) -> None:
        """Open a story, and wait until it sounds."""
        await self.controller.open(slug, **how)
        self.clock.advance(0.1)
        await self.until_state(PlaybackState.PLAYING)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, and everything that it brings be done."""
        for _ in range(round(seconds * 20)):
            self.clock.advance(0.05)
            await self._settle()

    async def _settle(self) -> None:
        """Wait for what was begun: nothing more takes its turn before a wish that does nothing."""
        for _ in range(3):
            await asyncio.sleep(0)
            await self.controller.change_mix(0)

    @property
    def line(self) -> int:
        """The number of the line being heard."""
        session = self.controller.session
        assert session is not None
        return line_at(session.passage(session.node).lines, self.controller.position_ms())

    async def hear_out(self) -> None:
        """Let the passage on the deck be heard to its end."""
        self.clock.advance(0.1)
        await self.until_state(PlaybackState.PLAYING)
        self.clock.advance(10)


def rows(store: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(query).fetchall()


def events_in(store: Path, kind: str) -> list[tuple[object, ...]]:
    return rows(store, f"SELECT id FROM behavioral_events WHERE event_type = '{kind}'")


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the small story in it, to be copied."""
    path = tmp_path_factory.mktemp("stocked") / "kahani.sqlite"
    with closing(Store.open(path)) as store:
        store.import_story(to_record(the_well()))
    return path


@pytest.fixture
def store(stocked: Path, tmp_path: Path) -> Iterator[Store]:
    store = Store.open(Path(shutil.copyfile(stocked, tmp_path / stocked.name)))
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _what_is_believed_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener waits 50 ms for it, which is not enough on every machine, and goes on without."""
    monkeypatch.setattr(recorder, "PATIENCE_S", 60.0)
    monkeypatch.setattr(recorder, "SETTLING_S", 60.0)


NewSofa: TypeAlias = Callable[..., Awaitable[Sofa]]


@pytest_asyncio.fixture
async def new_sofa(store: Store, well: Story) -> AsyncIterator[NewSofa]:
    """Sit down somewhere: on the same store, with the small story or an edited one."""
    sofas: list[Sofa] = []

    async def sit(
        story: Story = well, *, hours_later: float = 0.0, of: Store = store, adapts: bool = False
    ) -> Sofa:
        sofa = Sofa(of, story, hours_later, adapts=adapts)
        sofas.append(sofa)
        await sofa.controller.start()
        return sofa

    yield sit
    for sofa in sofas:
        await sofa.controller.close()
        sofa.output.close()


@pytest_asyncio.fixture
async def sofa(new_sofa: NewSofa) -> Sofa:
    return await new_sofa()
