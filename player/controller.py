"""What a listener may wish for, one wish at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Final, Protocol

from player.audio.clock import Clock
from player.audio.output import AudioOutput
from player.deck import Deck
from player.errors import KahaniError
from player.events import (
    Event,
    Notice,
    ReactionChanged,
    Severity,
    SpeedChanged,
    StoryOpened,
)
from player.fetching import ClipSource
from player.performance import Performance
from player.recording import NotSavedError, Recorder
from player.session import Direction, Session
from player.story.graph import Story

REACTIONS: Final = (None, "like", "love", "favorite")


class StoryShelf(Protocol):
    """Where stories come from."""

    def open_story(self, slug: str) -> Story:
        """Return the story; blocks. Raises UsageError for an unknown slug."""


class PlaybackController:
    """Plays one story at a time for one listener.

    All methods belong to the event loop it was made on; none blocks it. What happens is told to
    those who listen as events of `player.events`, in order. Wishes are done one after the
    other; a wish that makes no sense where the story stands does nothing. `language` and `mix` are
    for stories that were never heard, where they have them.
    """

    def __init__(
        self,
        *,
        shelf: StoryShelf,
        clips: ClipSource,
        recorder: Recorder,
        output: AudioOutput,
        clock: Clock,
        language: str | None = None,
        mix: float | None = None,
    ) -> None:
        self._shelf = shelf
        self._language = language
        self._mix = mix
        self._recorder = recorder
        self._clock = clock
        self._listeners: list[Callable[[Event], None]] = []
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._performance: Performance | None = None
        self._reaction: str | None = None
        self.deck = Deck(clips, output, clock, tell=self._tell, on_end=self._on_end)

    @property
    def session(self) -> Session | None:
        """The story being heard; to be read, never moved, from outside."""
        return self._performance.session if self._performance else None

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Send every event to `listener` too, on the event loop; the call returned ends it."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    def position_ms(self) -> int:
        """Return where the listener is in the clip; cheap enough to ask at 20 Hz."""
        return self.deck.position_ms()

    async def start(self) -> None:
        """Get the output ready. Raises MissingPartError when it cannot be."""
        await asyncio.to_thread(self._recorder.begin)
        self.deck.start()

    async def open(
        self,
        slug: str,
        *,
        language: str | None = None,
        mix: float | None = None,
        node_key: str | None = None,
        restart: bool = False,
    ) -> None:
        """Open a story where the listener left it, or at `node_key`, or from the start.

        Raises UsageError for an unknown story, language or node; nothing has changed then.
        """
        async with self._turn:
            story = await asyncio.to_thread(self._shelf.open_story, slug)
            past = await asyncio.to_thread(self._recorder.open, story)
            session = Session.begin(story, language=language, mix=mix, node_key=node_key)
            place, start_ms = past.place, 0
            if language is None and place is not None:
                session.hear(place.language, place.mix if mix is None else mix)
            elif language is None and self._language is not None:
                session.hear(self._language, self._mix if mix is None else mix)
            if place is not None and node_key is None:
                start_ms = session.take_up(place.state, place.position_ms, restart=restart)
            await self._leave()
            self._reaction = past.reaction
            if past.trouble:
                self._tell(Notice(past.trouble, Severity.WARNING))
            is_new = len(session.state.trail) == 1 and start_ms == 0
            step = session.here(Direction.START if is_new else Direction.RESUME)
            self._tell(_opened(session, self._reaction))
            self._performance = Performance(
                session,
                recorder=self._recorder,
                deck=self.deck,
                clock=self._clock,
                tell=self._tell,
                spawn=self._spawn,
            )
            await self._performance.begin(step, start_ms)

    async def leave(self) -> None:
        """Write down the place, to the line, and take the story off. Harmless without one."""
        async with self._turn:
            await self._leave()

    async def close(self) -> None:
        """Leave, and let nothing run on; the output is closed by whoever made it."""
        await self.leave()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def choose(self, key: str) -> None:
        """Take the choice `key`. Raises UsageError when it is not offered here."""
        await self._do(lambda p: p.move(lambda session: session.choose(key)))

    async def back(self) -> None:
        """Step back one node."""
        await self._do(lambda p: p.move(Session.back))

    async def forward(self) -> None:
        """Step forward along the way stepped back, else to the next node; never past a choice."""
        await self._do(lambda p: p.move(lambda session: session.forward() or session.advance()))

    async def restart(self) -> None:
        """Begin the story again."""
        await self._do(lambda p: p.move(Session.restart))

    async def next_language(self) -> None:
        """Hear the same line in the story's next language."""
        await self._do(lambda p: p.switch(Session.next_language))

    async def change_mix(self, rungs_on: int) -> None:
        """Hear the same line with more English (1) or less (-1) in the mix."""
        await self._do(lambda p: p.switch(lambda session: session.change_mix(rungs_on)))

    async def toggle(self, *, is_on: bool | None = None) -> None:
        """Play or pause, or only what `is_on` says; after an ending, begin again."""
        await self._do(lambda p: p.toggle(is_on=is_on))

    async def seek_by(self, delta_ms: int) -> None:
        """Go forward or back in the clip, never out of it."""
        await self._do(lambda p: p.seek(self.position_ms() + delta_ms, "seek"))

    async def seek_to(self, position_ms: int) -> None:
        """Go to a place in the clip, clamped to it."""
        await self._do(lambda p: p.seek(position_ms, "seek"))

    async def replay_line(self) -> None:
        """Hear the present line again; where the sound had failed, try it again."""
        await self._do(Performance.replay_line)

    async def next_line(self) -> None:
        """Go to the next line; from the last one to the next node, never past a choice."""
        await self._do(Performance.next_line)

    async def previous_line(self) -> None:
        """Go to the previous line, or to the start of this one when it is well under way."""
        await self._do(Performance.previous_line)

    async def set_speed(self, speed: float) -> None:
        """Hear faster or slower, 0.5 to 2.0 with the pitch kept."""
        self.deck.set_speed(speed)
        self._tell(SpeedChanged(self.deck.speed))
        await self._do(lambda p: p.did("speed", to=self.deck.speed))

    async def note(self, kind: str, **context: Any) -> None:
        """Record what the listener did beside the sound, e.g. "translation_shown"."""
        await self._do(lambda p: p.did(kind, **context))

    async def viewed(self, screen: str) -> None:
        """Record that a screen is looked at, where that can be written."""
        with suppress(NotSavedError):
            await asyncio.wrap_future(self._recorder.viewed(screen))

    async def like(self) -> None:
        """Like the story; again: love, favorite, and none."""
        following = REACTIONS[(REACTIONS.index(self._reaction) + 1) % len(REACTIONS)]
        await self._do(lambda p: self._react(p, following))

    async def _react(self, performance: Performance, reaction: str | None) -> None:
        record = self._recorder.liked(performance.session, reaction)
        if await performance.written(record):
            self._reaction = reaction
            self._tell(ReactionChanged(reaction))

    async def _do(self, act: Callable[[Performance], Awaitable[None]]) -> None:
        async with self._turn:
            if self._performance:
                await act(self._performance)

    def _on_end(self) -> None:
        self._spawn(self._do(Performance.passage_heard))

    async def _leave(self) -> None:
        if self._performance:
            performance, self._performance = self._performance, None
            await performance.leave()

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(_complaining(work, self._tell))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)


async def _complaining(work: Coroutine[Any, Any, Any], tell: Callable[[Event], None]) -> None:
    try:
        await work
    except KahaniError as error:
        tell(Notice(str(error), Severity.ERROR))


def _opened(session: Session, reaction: str | None) -> StoryOpened:
    return StoryOpened(
        slug=session.story.slug,
        title=session.title,
        language=session.variant.language,
        mix=session.variant.mix,
        is_resumed=len(session.state.trail) > 1,
        recap=session.recap(),
        passages=session.passages(),
        reaction=reaction,
        endings_found=len(session.state.endings),
        endings_total=session.endings_total,
    )
