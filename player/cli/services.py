"""What the screens are given: the house, in the words of the screens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from db.errors import RemoteError, StoreError
from db.records import CatalogueEntry
from player.cli.wiring import House, now
from player.controller import PlaybackController
from player.errors import MissingPartError
from player.events import Event
from player.story.cleaning import cleaned
from player.tui.services import Settings, Shelved, Wanted


class HouseServices:
    """Opens the house when the app asks for it, and tells its shelf row by row."""

    def __init__(self, house: House, wanted: Wanted | None) -> None:
        self._house = house
        self.wanted = wanted
        config = house.config
        self.settings = Settings(
            language=config.language,
            theme=config.theme,
            reduced_motion=config.reduced_motion,
            speed=config.speed,
        )

    @property
    def notices(self) -> Sequence[str]:
        """Sentences to show once everything is open."""
        return self._house.notices

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return now()

    async def open(self, tell: Callable[[Event], None]) -> PlaybackController:
        """Open the house. Raises KahaniError with a sentence."""
        try:
            return await self._house.open(tell)
        except (StoreError, RemoteError, OSError) as error:
            raise MissingPartError(str(error)) from error

    async def catalogue(self) -> Sequence[Shelved]:
        """Return the stories of the store, in the listener's language where they have it."""
        store = self._house.store
        if store is None:
            return ()
        try:
            entries = await asyncio.to_thread(store.catalogue)
        except StoreError as error:
            raise MissingPartError(str(error)) from error
        return [_shelved(entry, self.settings.language) for entry in entries]

    async def close(self) -> None:
        """Close the house."""
        await self._house.close()


def _shelved(entry: CatalogueEntry, language: str | None) -> Shelved:
    first = language if language in entry.titles else next(iter(entry.titles), "")
    others = [code for code in entry.titles if code != first]
    return Shelved(
        slug=entry.slug,
        title=cleaned(entry.titles.get(first or "", entry.slug)),
        subtitle=cleaned(entry.titles.get("en", "")) if first != "en" else "",
        description=cleaned(entry.descriptions.get(first or "", "")),
        languages=(first or "", *others),
        duration_sec=entry.duration_sec,
        percentage=entry.percentage,
        is_completed=entry.is_completed,
        reaction=entry.reaction,
        is_bookmarked=entry.is_bookmarked,
        last_played_at=entry.last_played_at,
        format=entry.format,
        genre=entry.genre,
        age_range=entry.age_range,
        region=entry.region,
    )
