"""What a listener may wish for, one wish at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol
from uuid import UUID

from player.audio.clock import Clock
from player.audio.output import AudioOutput
from player.events import (
    Event,
)
from player.playback.bookmarks import Bookmark, Bookmarks
from player.playback.bringing import Bringing
from player.playback.deck import Deck
from player.playback.judging import Judging
from player.playback.looking_ahead import LookAhead
from player.playback.offering import Offer
from player.playback.opening import Opening, Wish, opening, opening_at
from player.playback.performance import Performance
from player.playback.prefetching import ClipSource
from player.playback.sleeping import Sleep
from player.playback.turns import Turns
from player.playback.way_back import WayBack
from player.recording.places import SavedPlace
from player.recording.recorder import NotSavedError, Recorder
from player.session import Session
from player.story.graph import Story


class StoryShelf(Protocol):
    """Where stories come from."""

    def open_story(self, slug: str) -> Story:
        """Return the story; blocks. Raises UsageError for an unknown slug."""


class PlaybackController(Judging):
    """Plays one story at a time for one listener.

    All methods belong to the event loop it was made on; none blocks it. What happens is told to
    those who listen as events of `player.events`, in order. Wishes are done one after the other; a
    wish that makes no sense where the story stands does nothing. `language` and `mix` are for
    stories that were never heard, where they have them.
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
        turns = Turns()
        deck = Deck(clips, output, clock, tell=turns.tell, on_end=self._on_end)
        super().__init__(recorder, deck, clock, turns)
        self._bringing, self._is_closed = Bringing(shelf.open_story), False
        self.usually(language=language, mix=mix)
        self._way_back = WayBack()
        self.offer = Offer(recorder, turns, go_to=self._go_to)
        self.bookmarks = Bookmarks(recorder.marking, here=self._here, tell=turns.tell)
        self._sleep = Sleep(
            clock, turns, dim=deck.dim, hold=self._fall_silent, keep=self.bookmarks.keep
        )
        turns.listen(self._way_back.follow)
        turns.listen(self._follow)

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Send every event to `listener` too, on the event loop; the call returned ends it."""
        return self._turns.listen(listener)

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

        Raises UsageError for an unknown story, language or node; nothing has changed then. Raises
        another KahaniError where the store cannot be read.
        """
        wish = Wish(language=language, mix=mix, node_key=node_key, restart=restart)
        async with self._turns.lock:
            story = await self._turns.known(self._bringing.story(slug))
            past = await self._turns.read(self._recorder.open, story)
            await self._begin(opening(story, past, wish, self._usual, self.adapting.open))

    def usually(self, *, language: str | None, mix: float | None) -> None:
        """Hear stories that were never heard in this language and mix from now on."""
        self._usual, self.adapting.usual_mix = Wish(language=language, mix=mix), mix

    async def go_to(self, bookmark: Bookmark) -> None:
        """Open the bookmark's story at its line; `undo_switch` leads back to where one was.

        Raises UsageError for a story that is not there any more; nothing has changed then.
        """
        async with self._turns.lock:
            await self._go_to(bookmark.slug, bookmark.place)

    async def leave(self) -> None:
        """Write down the place, to the line, and take the story off. Harmless without one."""
        async with self._turns.lock:
            await self._leave()

    def break_off(self) -> None:
        """Wait for no story any more: who opens one, now or later, is cancelled."""
        self._bringing.end()

    async def close(self) -> None:
        """Leave, and let nothing run on; again it waits for nothing that could not be saved."""
        if not self._is_closed:
            self._is_closed = True
            self.break_off()
            self._sleep.stop()
            await self.leave()
            await self._turns.end()

    async def choose(self, key: str, *, at: UUID | None = None) -> None:
        """Take the choice `key`; nothing once the listener is elsewhere than at the node `at`.

        Raises UsageError when it is not offered here.
        """
        await self._do(
            lambda p: p.move(
                lambda session: session.choose(key) if at in (None, session.node.id) else None
            )
        )

    async def back(self) -> None:
        """Step back one node."""
        await self._do(lambda p: p.move(Session.back))

    async def forward(self) -> None:
        """Step forward along the way stepped back, else to the next node; never past a choice."""
        await self._do(lambda p: p.move(lambda session: session.forward() or session.advance()))

    async def restart(self) -> None:
        """Begin the story again."""
        await self._do(lambda p: p.move(Session.restart))

    async def toggle(self, *, is_on: bool | None = None) -> None:
        """Play or pause, or only what `is_on` says; after an ending, begin again.

        After a passage or a line that is waited after, go on.
        """
        await self._do(lambda p: p.toggle(is_on=is_on))

    async def undo_switch(self) -> None:
        """Take back the last change of language or mix, or the last going to a bookmark."""
        came_from = self._way_back.take()
        if came_from is None:
            await super().undo_switch()
            return
        async with self._turns.lock:
            await self._go_to(came_from.slug, came_from.place, is_back=True)

    async def sleep_in(self, minutes: int | None) -> None:
        """Fall silent in so many minutes, with a bookmark where the listener is now; None: do not.

        Raises UsageError for less than a minute or more than a day.
        """
        if minutes is None:
            self._sleep.stop()
        else:
            self._sleep.start(minutes, self._here(f"Sleep timer, {minutes} min"))

    async def viewed(self, screen: str) -> None:
        """Record that a screen is looked at, where that can be written."""
        with suppress(NotSavedError):
            await asyncio.wrap_future(self._recorder.viewed(screen))

    async def _begin(self, begun: Opening) -> None:
        await self._leave()
        for event in (*begun.told, *self.adapting.begin()):
            self._turns.tell(event)
        self.adapting.told()
        self._reaction = begun.reaction
        performance = Performance(
            begun.session,
            recorder=self._recorder,
            deck=self.deck,
            clock=self._clock,
            turns=self._turns,
            ahead=LookAhead(
                begun.session,
                self.deck,
                begun.trodden,
                variant=lambda: self.adapting.foreseen(begun.session),
            ),
            adapting=self.adapting,
        )
        self._put_on(performance)
        await performance.begin(begun.step, begun.start_ms)
        self.offer.make(begun.session.story, begun.elsewhere)

    async def _go_to(self, slug: str, place: SavedPlace, *, is_back: bool = False) -> None:
        story = await self._turns.known(self._bringing.story(slug))
        left = self._here("")
        await self._leave()
        past = await self._turns.read(self._recorder.open, story)
        await self._begin(opening_at(story, past, place, self.adapting.open))
        if not is_back and left is not None and left.slug == slug:
            self._way_back.keep(left)

    def _here(self, note: str) -> Bookmark | None:
        session = self.session
        return self._recorder.marking.at(session, self.position_ms(), note) if session else None

    async def _fall_silent(self, is_wanted: Callable[[], bool]) -> None:
        async with self._turns.lock:
            if self._performance and is_wanted():
                await self._performance.toggle(is_on=False)

    def _on_end(self) -> None:
        self._turns.spawn(partial(self._do, Performance.passage_heard))

    async def _leave(self) -> None:
        performance = self._take_off()
        if performance is not None:
            await performance.leave()
