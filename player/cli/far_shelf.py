"""The stories that everybody shares in PostgreSQL, as far as this listener looked at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from db.errors import RemoteError, StoreError
from db.published.catalogue import CataloguePage, Wanted
from player.errors import KahaniError, MissingPartError
from player.library.border import StoryBorder
from player.story.fields import SLUG
from player.tui.services import Further

if TYPE_CHECKING:
    from db.published.catalogue import RemoteCatalogue
    from db.records import CatalogueEntry
    from db.store import Store
    from player.story.graph import Story

REST_S: Final = 30.0
"""After a question that was not answered, PostgreSQL is asked nothing for so long."""

CLOSE_S: Final = 0.5
"""How long leaving may wait for a question under way; its thread ends with the program."""


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
        self._words: dict[str, str] = {}
        self._shown: str | None = None
        self._ends: dict[Wanted, str | None] = {}
        self._rests_until = 0.0
        self._is_closed = False
        self._to_follow: Story | None = None
        self._is_following = False
        self._following = Lock()
        self.mark = 0
        """Another number whenever the entries are others."""

    @property
    def entries(self) -> Sequence[CatalogueEntry]:
        """What was seen so far, of stories that may have come here since."""
        return tuple(self._entries.values())

    def look(self, further: Further, shown: str | None) -> bool:
        """Look at the next page of such stories, with titles in the language `shown`.

        Returns whether it has any that was not seen before; False as well when nobody answers.
        """
        from player.roman import sought  # 20 ms, and only for whoever looks

        words = sought(further.query)
        wanted = Wanted(
            shown=shown,
            inside=words.inside,
            beginning=words.beginning,
            language=further.language,
            age_range=further.age_range,
            region=further.region,
            format=further.format,
            genre=further.genre,
            difficulty=further.difficulty,
        )
        with self._lock:
            while (page := self._next(wanted)) is not None:
                if self._has_new(page, wanted):
                    return True
        return False

    def words(self, slugs: Sequence[str]) -> dict[str, str]:
        """Return all titles and descriptions, in every language, of what was seen."""
        return {slug: self._words[slug] for slug in slugs if slug in self._words}

    def bring(self, slug: str) -> bool:
        """Bring a story here; return whether there is such a story.

        Raises KahaniError where it cannot be had.
        """
        try:
            is_there = self._catalogue.pull_story(slug, self._store, StoryBorder()) is not None
        except RemoteError as error:
            raise MissingPartError(
                f"{slug} is not on this machine, and {error} Open it again when there is a network."
            ) from error
        except StoreError as error:
            raise KahaniError(str(error)) from error
        if not is_there and self._entries.pop(slug, None) is not None:
            self.mark += 1  # it was taken back since it was looked at
        return is_there

    def follow(self, story: Story) -> None:
        """Bring a story that is here up to date in a thread, for when it is opened again.

        One at a time: of those that wait, the one that was opened last.
        """
        with self._following:
            self._to_follow = story
            if self._is_following:
                return
            self._is_following = True
        Thread(target=self._follow_all, name="follow", daemon=True).start()

    def close(self) -> None:
        """Ask nothing more, and close the connection; who is being asked is not waited for."""
        self._is_closed = True
        closing = Thread(target=self._catalogue.close, name="far-close", daemon=True)
        closing.start()
        closing.join(CLOSE_S)

    def _follow_all(self) -> None:
        is_over = False
        try:
            while (story := self._next_to_follow()) is not None:
                try:
                    self._follow(story)
                except RemoteError:
                    self._rests_until = self._clock() + REST_S
                except StoreError:
                    continue  # it is followed at its next opening
            is_over = True
        finally:
            if not is_over:  # else another thread may follow by now
                with self._following:
                    self._is_following = False

    def _next_to_follow(self) -> Story | None:
        with self._following:
            story, self._to_follow = self._to_follow, None
            self._is_following = story is not None and not self._rests
            return story if self._is_following else None

    def _follow(self, story: Story) -> None:
        if self._is_ours(story.slug):
            self._catalogue.pull_shares(story.slug, story.id, self._store)
        else:
            self._catalogue.pull_story(story.slug, self._store, StoryBorder())

    @property
    def _rests(self) -> bool:
        """Whether nobody is to be asked now."""
        return self._is_closed or self._clock() < self._rests_until

    def _has_new(self, page: CataloguePage, wanted: Wanted) -> bool:
        """Take in a page; whether it has what was not seen before, or not in this language."""
        before = self._entries
        if wanted.shown != self._shown:
            before, self._shown, self._ends = {}, wanted.shown, {wanted: page.after}
        # Another name leads out of the shelf, and no story of such a name is let in.
        new = {entry.slug: entry for entry in page.entries if SLUG.fullmatch(entry.slug)}
        self._entries = before | new
        self._words.update(page.words)
        is_new = not new.keys() <= before.keys()
        self.mark += is_new
        return is_new

    def _next(self, wanted: Wanted) -> CataloguePage | None:
        """Return the next page of these; None behind the last one, or when nobody answers."""
        is_at_end = wanted in self._ends and self._ends[wanted] is None
        if is_at_end or self._rests:
            return None
        try:
            page = self._catalogue.page(wanted, self._ends.get(wanted))
        except RemoteError:
            self._rests_until = self._clock() + REST_S
            return None
        self._ends[wanted] = page.after
        return page
