"""The stories that everybody shares in PostgreSQL, as far as this listener looked at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from db.errors import RemoteError, StoreError
from db.remote_catalogue import CataloguePage, Wanted
from player.errors import KahaniError, MissingPartError
from player.library.border import StoryBorder
from player.tui.services import Further

if TYPE_CHECKING:
    from db.records import CatalogueEntry
    from db.remote_catalogue import RemoteCatalogue
    from db.store import Store
    from player.story.graph import Story

REST_S: Final = 30.0
"""After a question that was not answered, PostgreSQL is asked nothing for so long."""


class FarShelf:
    """Keeps the pages that were looked at; nothing of them is written before a story is opened.

    Any thread may ask; one is answered after the other. `is_ours` says of a slug whether its story
    is the listener's own, or came with the program; `clock` counts seconds.
    """

    def __init__(
        self,
        catalogue: RemoteCatalogue,
        store: Store,
        *,
        is_ours: Callable[[str], bool] = lambda _: False,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._is_ours = is_ours
        self._clock = clock
        self._lock = Lock()
        self._entries: dict[str, CatalogueEntry] = {}
        self._ends: dict[Wanted, str | None] = {}
        self._rests_until = 0.0

    @property
    def entries(self) -> Sequence[CatalogueEntry]:
        """What was seen so far, of stories that may have come here since."""
        return tuple(self._entries.values())

    def look(self, further: Further, shown: str | None) -> bool:
        """Look at the next page of such stories, with titles in the language `shown`.

        Returns whether it has any that was not seen before; False as well when nobody answers.
        """
        wanted = Wanted(
            shown=shown,
            search=further.query or None,
            language=further.language,
            age_range=further.age_range,
            region=further.region,
            format=further.format,
            genre=further.genre,
            difficulty=further.difficulty,
        )
        with self._lock:
            while (page := self._next(wanted)) is not None:
                new = {entry.slug: entry for entry in page.entries} if page.entries else {}
                is_new = not new.keys() <= self._entries.keys()
                self._entries |= new
                if is_new:
                    return True
        return False

    def bring(self, slug: str) -> bool:
        """Bring a story here; return whether there is such a story.

        Raises KahaniError where it cannot be had.
        """
        try:
            return self._catalogue.pull_story(slug, self._store, StoryBorder()) is not None
        except RemoteError as error:
            raise MissingPartError(
                f"{slug} is not on this machine, and {error} Open it again when there is a network."
            ) from error
        except StoreError as error:
            raise KahaniError(str(error)) from error

    def follow(self, story: Story) -> None:
        """Bring a story that is here up to date in a thread, for when it is opened again."""
        Thread(target=self._follow, args=(story,), name="follow", daemon=True).start()

    def _follow(self, story: Story) -> None:
        with suppress(RemoteError, StoreError):  # it is followed at its next opening
            if self._is_ours(story.slug):
                self._catalogue.pull_shares(story.slug, story.id, self._store)
            else:
                self._catalogue.pull_story(story.slug, self._store, StoryBorder())

    def close(self) -> None:
        """Close the connection."""
        self._catalogue.close()

    def _next(self, wanted: Wanted) -> CataloguePage | None:
        """Return the next page of these; None behind the last one, or when nobody answers."""
        is_at_end = wanted in self._ends and self._ends[wanted] is None
        if is_at_end or self._clock() < self._rests_until:
            return None
        try:
            page = self._catalogue.page(wanted, self._ends.get(wanted))
        except RemoteError:
            self._rests_until = self._clock() + REST_S
            return None
        self._ends[wanted] = page.after
        return page
