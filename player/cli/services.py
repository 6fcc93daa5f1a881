"""What the screens are given: the house, in the words of the screens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from player.cli.preferring import Keeper, present
from player.config import Settled
from player.paths import Paths
from player.resources import bundled_stories
from player.tui.services import Outline, Settings, Shelved, Wanted

if TYPE_CHECKING:
    from player.cli.shelving import Shelving
    from player.cli.wiring import House
    from player.controller import PlaybackController
    from player.events import Event

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
        try:
            controller = await self._house.open(tell)
        except Exception as error:
            raise await asyncio.to_thread(_explained, error) from error
        self._keeper.present = partial(present, controller)
        return controller

    async def catalogue(self) -> Sequence[Shelved]:
        """Return the stories of the store, in the listener's language where they have it."""
        return await self._ask(lambda shelving: shelving.catalogue(self.settings)) or ()

    async def words(self, slugs: Sequence[str]) -> Mapping[str, str]:
        """Return what else stories can be found by."""
        return await self._ask(lambda shelving: shelving.words(slugs)) or {}

    async def outline(self, slug: str) -> Outline:
        """Return what is told of one story when it is looked at."""
        return await self._ask(lambda shelving: shelving.outline(slug)) or Outline()

    async def save(self, name: str, value: object) -> None:
        """Keep a setting in the file. Raises KahaniError with a sentence."""
        await self._keeper.save(name, value)

    async def close(self) -> None:
        """Close the house."""
        if self._house is not None:
            await self._house.close()

    async def _ask(self, question: Callable[[Shelving], T]) -> T | None:
        """Ask in a thread; None while the house is not open. Raises KahaniError."""
        if self._house is None or self._house.store is None:
            return None
        if self._shelving is None:
            from player.cli.shelving import Shelving

            roots = (self._house.paths.stories, bundled_stories())
            self._shelving = Shelving(self._house.store, roots)
        try:
            return await asyncio.to_thread(question, self._shelving)
        except Exception as error:
            raise await asyncio.to_thread(_explained, error) from error


def _house(paths: Paths, settled: Settled, output: str | None, pace: float) -> House:
    from player.cli.wiring import House

    return House(paths, settled.config, named=settled.named, output=output, pace=pace)


def _explained(error: Exception) -> Exception:
    """Return a failure of a lower layer with a sentence, any other as it is."""
    from player.cli.failures import explained

    return explained(error) or error
