"""What the screens are given: the house, in the words of the screens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from player.aside import aside
from player.cli.preferring import Keeper, present
from player.config import Settled
from player.paths import Paths
from player.resources import bundled_stories
from player.tui.services import (
    UNSUITED,
    Further,
    Offer,
    Outline,
    Settings,
    Shelved,
    Suited,
    Wanted,
)

if TYPE_CHECKING:
    from player.cli.keeping import Keeper as StoryKeeper
    from player.cli.shelving import Shelving
    from player.cli.suiting import Suits
    from player.cli.wiring import House
    from player.cli.you import Portraying
    from player.controller import PlaybackController
    from player.events import Event
    from player.learner.selection import Wish
    from player.tui.portrait import You

T = TypeVar("T")


class HouseServices:
    """Opens the house when the app asks for it, and tells its shelf row by row.

    What the house is made of is loaded by `open`, in a thread: the first picture waits for none
    of it.
    """

    def __init__(
        self,
        paths: Paths,
        settled: Settled,
        *,
        wanted: Wanted | None = None,
        output: str | None = None,
        pace: float = 1.0,
    ) -> None:
        self.wanted = wanted
        self._keeper = Keeper(settled)
        self._make: Callable[[], House] = partial(_house, paths, settled, output, pace)
        self._house: House | None = None
        self._shelving: Shelving | None = None
        self._stories: StoryKeeper | None = None
        self._listed: Sequence[Shelved] = ()
        self._suits: Suits | None = None
        self._portraying: Portraying | None = None
        self._paths, self._config = paths, settled.config
        self._tell: Callable[[Event], None] = lambda _: None
        self._wish: Callable[[str, str], Wish] | None = None
        self._reads_along: Callable[[], bool] = lambda: True

    @property
    def settings(self) -> Settings:
        """What the listener set, as it stands now."""
        return self._keeper.settings

    @property
    def notices(self) -> Sequence[str]:
        """Sentences to show once everything is open."""
        return self._house.notices if self._house else ()

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(UTC)

    async def open(self, tell: Callable[[Event], None]) -> PlaybackController:
        """Open the house. Raises KahaniError with a sentence."""
        if self._house is None:
            self._house = await asyncio.to_thread(self._make)
        self._tell = tell
        try:
            controller = await self._house.open(tell)
        except Exception as error:
            raise await asyncio.to_thread(_explained, error) from error
        self._keeper.present = partial(present, controller)
        self._wish = controller.adapting.wish
        self._reads_along = controller.adapting.reads_along
        return controller

    async def catalogue(self) -> Sequence[Shelved]:
        """Return the stories of the store, in the listener's language where they have it."""
        self._listed = await self._ask(lambda shelving: shelving.catalogue(self.settings)) or ()
        return self._listed

    async def suited(self) -> Suited:
        """Return how the stories that were listed last suit the listener."""
        listed = self._listed
        return await self._ask(lambda _: self._suit(listed)) or UNSUITED

    async def words(self, slugs: Sequence[str]) -> Mapping[str, str]:
        """Return what else stories can be found by."""
        return await self._ask(lambda shelving: shelving.words(slugs)) or {}

    async def look_further(self, further: Further) -> bool:
        """Look for more stories in PostgreSQL; whether any came."""
        house = self._house
        if house is None or house.far is None:
            return False
        return await aside(partial(house.far.look, further, self.settings.language))

    async def outline(self, slug: str) -> Outline:
        """Return what is told of one story when it is looked at."""
        return await self._ask(lambda shelving: shelving.outline(slug)) or Outline()

    async def you(self) -> You:
        """Return what is known of the listener, made of the local store. Raises KahaniError."""
        from player.cli.you import Portraying
        from player.tui.portrait import You

        if self._house is None or self._house.store is None:
            return You()
        if self._portraying is None:
            self._portraying = Portraying(self._house.store, now=self.now)
        return await _in_words(aside(partial(self._portraying.you, self.settings.level)))

    async def offer(self, slug: str, language: str | None) -> Offer:
        """Return what it takes to download a story. Raises KahaniError."""
        offered = await self._keep(lambda keeper: keeper.offer(slug, language))
        return offered or Offer(slug=slug)

    async def download(self, slug: str, language: str | None) -> None:
        """Begin to download a story. Raises KahaniError."""
        await self._keep(lambda keeper: keeper.download(slug, language))

    async def stop_download(self, slug: str) -> None:
        """Stop a download."""
        await self._keep(lambda keeper: keeper.stop(slug))

    async def let_go(self, slug: str) -> None:
        """Let a downloaded story go. Raises KahaniError."""
        await self._keep(lambda keeper: keeper.let_go(slug))

    async def placements(self) -> Sequence[str]:
        """Return the slugs of the placements that there are. Raises KahaniError."""
        from db.asking.offered import placements

        store = self._house.store if self._house else None
        if store is None:
            return ()
        return await _in_words(asyncio.to_thread(store.read, placements))

    async def placement_before(self, slug: str, known: Collection[str]) -> str | None:
        """Return the placement to be offered before a story is heard; None: there is none.

        Raises KahaniError.
        """
        house = self._house
        if house is None or house.store is None or not house.sounds:
            return None
        from player.cli.offering import placement_before

        find = partial(placement_before, slug, settings=self.settings, known=known)
        return await _in_words(aside(partial(find, store=house.store, open_story=house.open_story)))

    async def save(self, name: str, value: object) -> None:
        """Keep a setting in the file. Raises KahaniError with a sentence."""
        await self._keeper.save(name, value)

    async def close(self) -> None:
        """Close the house."""
        if self._stories is not None:
            await asyncio.to_thread(self._stories.close)
        if self._house is not None:
            await self._house.close()

    async def _keep(self, wish: Callable[[StoryKeeper], T]) -> T | None:
        """Do it in a thread; None while the house is not open. Raises KahaniError."""
        house = self._house
        if house is None or house.clips is None:
            return None
        if self._stories is None:
            from player.cli.keeping import Keeper as StoryKeeper

            self._stories = StoryKeeper(
                self._paths, self._config, house.clips, house.open_story, self._tell
            )
        return await asyncio.to_thread(wish, self._stories)

    def _suit(self, listed: Sequence[Shelved]) -> Suited:
        if self._suits is None:
            from player.cli.suiting import Suits

            assert self._house is not None
            assert self._house.store is not None
            self._suits = Suits(
                self._house.store, now=self.now, wish=self._wish, reads_along=self._reads_along
            )
        return self._suits.suited(listed, self.settings)

    async def _ask(self, question: Callable[[Shelving], T]) -> T | None:
        """Ask in a thread; None while the house is not open. Raises KahaniError."""
        if self._house is None or self._house.store is None:
            return None
        if self._shelving is None:
            from player.audio.cache import Holdings
            from player.cli.shelving import Shelving

            roots = (self._paths.stories, bundled_stories())
            house, holdings = self._house, Holdings(self._paths.cache)
            warm = house.clips.warm if house.clips is not None else lambda _: None
            self._shelving = Shelving(self._house.store, roots, holdings, house.far, warm=warm)
        return await _in_words(asyncio.to_thread(question, self._shelving))


async def _in_words(asked: Awaitable[T]) -> T:
    """Return what was asked; a failure of a lower layer is raised with a sentence."""
    try:
        return await asked
    except Exception as error:
        raise await asyncio.to_thread(_explained, error) from error


def _house(paths: Paths, settled: Settled, output: str | None, pace: float) -> House:
    from player.cli.wiring import House

    return House(paths, settled.config, named=settled.named, output=output, pace=pace)


def _explained(error: Exception) -> Exception:
    """Return a failure of a lower layer with a sentence, any other as it is."""
    from player.cli.failures import explained

    return explained(error) or error
