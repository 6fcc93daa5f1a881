"""How the parts are put together: the one place that knows which real parts there are."""

from __future__ import annotations

import asyncio
import platform
import socket
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from player.audio.clock import LoopClock
from player.audio.output import AudioOutput
from player.cli.outputs import is_heard, make_output, stand_in
from player.cli.preferring import as_preferences, named_in, preferred
from player.cli.shared_home import SharedHome
from player.config import Config
from player.controller import PlaybackController
from player.errors import MissingPartError, UsageError
from player.events import Event, NodeEntered, Notice, Severity
from player.mpris import MediaKeys
from player.paths import Paths
from player.preferences import Habits
from player.recording.recorder import Recorder
from player.resources import bundled_stories
from player.story.graph import Story

if TYPE_CHECKING:
    from db.store import Store
    from player.audio.accesses import Access, Accesses
    from player.audio.fetched import FetchedClips
    from player.cli.far_shelf import FarShelf


def new_id() -> UUID:
    """Return a time-ordered id (UUIDv7)."""
    from uuid_utils.compat import uuid7

    return uuid7()


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def clip_length(path: Path) -> int:
    """Return the length of an MP3 file in ms. Raises NotMp3Error."""
    from player.audio.mp3 import audio_info

    return audio_info(path).duration_ms


def open_store(
    paths: Paths, notices: list[str] | None = None, tell: Callable[[str], None] | None = None
) -> Store:
    """Open the local store, making or migrating it, with the bundled stories in it. Blocks.

    What the listener should know of the bundled stories is added to `notices`. A damaged store is
    set aside and replaced, at once or when it is found out; that is among the notices, or is told
    by `tell`, from any thread; where nobody takes it, on stderr. Raises MissingPartError where the
    SQLite of this Python is too old, and StoreError.
    """
    from db.engine import too_old
    from db.mending.mending import Mender, news
    from player.library import import_bundled

    if complaint := too_old():
        raise MissingPartError(complaint)

    def furnish(store: Store) -> Sequence[str]:
        return import_bundled(bundled_stories(), store, version=version("kahani")).notices

    paths.data.mkdir(parents=True, exist_ok=True)
    store = Mender(paths.store, furnish, tell or _on_stderr).open()
    try:
        told = furnish(store)
        for sentence in news(store):
            (_on_stderr if notices is None else notices.append)(sentence)
    except BaseException:
        store.close()
        raise
    if notices is not None:
        notices += told
    return store


def _on_stderr(sentence: str) -> None:
    sys.stderr.write(f"kahani: {sentence}\n")


@dataclass(frozen=True, slots=True)
class StoreShelf:
    """The stories of the store; one that is only in `far` is brought in when it is opened."""

    store: Store
    far: FarShelf | None = None

    def open_story(self, slug: str) -> Story:
        """Return the story. Raises UsageError naming what there is."""
        from player.library import open_story

        try:
            story = open_story(slug, self.store)
        except UsageError:
            if self.far is None or not self.far.bring(slug):
                raise
            return open_story(slug, self.store)
        if self.far is not None and not story.is_linear:
            self.far.follow(story)
        return story


def _warning(
    tell: Callable[[Event], None], loop: asyncio.AbstractEventLoop
) -> Callable[[str], None]:
    """Return what tells a sentence on the loop, from whichever thread."""

    def say(sentence: str) -> None:
        with suppress(RuntimeError):  # the loop may be gone by then
            loop.call_soon_threadsafe(tell, Notice(sentence, Severity.WARNING))

    return say


class House:
    """All parts of the running program: opened in order, closed in reverse.

    `named` are the fields of `config` that go over the listener's preferences; None: all that are
    not as usual. `notices` holds what the listener should know about how it was put together.
    """

    def __init__(
        self,
        paths: Paths,
        config: Config,
        *,
        named: Collection[str] | None = None,
        output: str | None = None,
        pace: float = 1.0,
    ) -> None:
        self.paths = paths
        self.config = config
        self.named = named_in(config) if named is None else named
        self.clock = LoopClock()
        self.notices: list[str] = []
        self.store: Store | None = None
        self._output_name = output
        self._pace = pace
        self._output: AudioOutput | None = None
        self._shared: SharedHome | None = None
        self._controller: PlaybackController | None = None
        self._media_keys: MediaKeys | None = None
        self._clips: FetchedClips | None = None
        self._accesses: Accesses | None = None

    async def open(self, tell: Callable[[Event], None]) -> PlaybackController:
        """Open the store and the output; `tell` hears of PostgreSQL and of media keys.

        Without libVLC an output that was not asked for by name is replaced by silence, and a
        notice says so. Raises KahaniError, StoreError or OSError with a sentence; after that, or a
        cancellation, all is closed again and can be opened anew.
        """
        opening = asyncio.ensure_future(self._open(tell))
        try:
            return await asyncio.shield(opening)
        except BaseException:
            # A thread cannot be stopped: what it opens has to be there before it can be closed.
            await asyncio.wait([opening])
            await self.close()
            raise

    async def _open(self, tell: Callable[[Event], None]) -> PlaybackController:
        self.store = await asyncio.to_thread(
            open_store, self.paths, self.notices, _warning(tell, asyncio.get_running_loop())
        )
        self._output = await self._make_output()
        self._shared = SharedHome(self.store, self.paths, tell)
        self.notices += self._shared.notices
        self._controller = PlaybackController(
            shelf=StoreShelf(self.store, self._shared.far),
            clips=self._open_clips(self.store, tell),
            recorder=Recorder(
                self._shared.records,
                now=now,
                new_id=new_id,
                device=socket.gethostname(),
                program=f"kahani/{version('kahani')} ({sys.platform}; {platform.machine()})",
                sounds=is_heard(self._output),
            ),
            output=self._output,
            clock=self.clock,
            language=self.config.language,
            mix=self.config.mix,
        )
        self._controller.listen(self._count_heard)
        await self._controller.start()
        stored = as_preferences(await asyncio.to_thread(self.store.preferences))
        self._controller.begin_with(
            preferred(self.config, self.named, stored),
            Habits(pause_after_line=self.config.pause_after_line),
        )
        self._settle(self._controller)
        if self._pace:  # without waiting there is no time for a key
            self._media_keys = MediaKeys(self._controller, self.clock, tell)
        self.notices = list(dict.fromkeys(self.notices))  # an opening before may have said the same
        return self._controller

    @property
    def sounds(self) -> bool:
        """Whether anything is really heard."""
        return self._output is not None and is_heard(self._output)

    def _settle(self, controller: PlaybackController) -> None:
        """Have the settings of this machine take effect."""
        controller.deck.set_volume(self.config.volume)
        controller.deck.ahead.save_data(is_on=self.config.data_saver)
        controller.adapting.is_on = self.config.adapt

    @property
    def far(self) -> FarShelf | None:
        """The stories that are only in PostgreSQL, where there is one."""
        return self._shared.far if self._shared else None

    @property
    def clips(self) -> FetchedClips | None:
        """Where clips come from; None while it is not open."""
        return self._clips

    def open_story(self, slug: str) -> Story:
        """Return a story of the store, which must be open. Raises UsageError."""
        assert self.store
        return StoreShelf(self.store, self.far).open_story(slug)

    async def close(self) -> None:
        """Save the place and give everything back; harmless when done twice."""
        controller, self._controller = self._controller, None
        media_keys, self._media_keys = self._media_keys, None
        if controller is not None:
            await controller.close()
        if media_keys is not None:
            await media_keys.close()
        await asyncio.to_thread(self._close_parts)

    def _open_clips(self, store: Store, tell: Callable[[Event], None]) -> FetchedClips:
        from player.audio.accesses import Accesses
        from player.cli.clips import open_clips

        say = _warning(tell, asyncio.get_running_loop())

        def count(held: Sequence[Access]) -> None:
            store.count_accesses({each.audio_id: (each.count, each.last_at) for each in held})

        self._accesses = Accesses(count, now)
        self._clips = open_clips(self.paths, self.config, say)
        return self._clips

    def _count_heard(self, event: Event) -> None:
        """Count the clip of a node, whether it was here, came, or had been fetched ahead."""
        if isinstance(event, NodeEntered) and event.passage.clip and self._accesses:
            self._accesses.add(event.passage.clip.id)

    def _close_parts(self) -> None:
        clips, self._clips = self._clips, None
        accesses, self._accesses = self._accesses, None
        output, self._output = self._output, None
        shared, self._shared = self._shared, None
        store, self.store = self.store, None
        with ExitStack() as closing:  # the last one first, each of them also where another fails
            for part in (store, shared, output):
                if part is not None:
                    closing.callback(part.close)
            if accesses is not None:
                closing.callback(accesses.flush)
            if clips is not None:
                closing.callback(clips.close)

    async def _make_output(self) -> AudioOutput:
        name = self._output_name or self.config.output
        try:
            return await asyncio.to_thread(make_output, name, self.clock, pace=self._pace)
        except MissingPartError as error:
            if self._output_name is not None:
                raise
            self.notices.append(f"{error} Until then the story is told in silence.")
            return stand_in(self.clock)
