"""How the library is arranged: what goes on which shelf, and what a search leaves of it."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from player.tui.services import Shelved
from player.tui.wording import FINISHED

HEADING_ROWS: Final = 2
STORY_ROWS: Final = 3
ON_TOP: Final = 3
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A heading and the stories below it, as indices into the catalogue."""

    heading: str
    indices: Sequence[int]


class Shelves:
    """The catalogue in the order of the screen; finds rows by arithmetic, however many there are.

    A place is the number of a story from the top of the screen, over all shelves.
    """

    def __init__(self, stories: Sequence[Shelved], query: str = "") -> None:
        self.stories = stories
        self._texts: list[str] | None = None
        self.search(query)

    def search(self, query: str) -> None:
        """Leave what holds every word of `query` in its titles, slug or description."""
        words = _folded(query).split()
        if words:
            if self._texts is None:
                self._texts = [_text(story) for story in self.stories]
            texts = self._texts
            found = [n for n, text in enumerate(texts) if all(word in text for word in words)]
            self.shelves: tuple[Shelf, ...] = (Shelf("Found", found),) if found else ()
        else:
            self.shelves = _arranged(self.stories)
        self._tops: list[int] = []
        self._firsts: list[int] = []
        self.rows = self.count = 0
        for shelf in self.shelves:
            self._tops.append(self.rows)
            self._firsts.append(self.count)
            self.rows += HEADING_ROWS + STORY_ROWS * len(shelf.indices)
            self.count += len(shelf.indices)

    def at_row(self, row: int) -> tuple[Shelf, int, int] | None:
        """Return the shelf at a row, the place (-1: a heading), and which of its rows it is."""
        if not 0 <= row < self.rows:
            return None
        number = bisect_right(self._tops, row) - 1
        inside = row - self._tops[number] - HEADING_ROWS
        if inside < 0:
            return self.shelves[number], -1, inside + HEADING_ROWS
        return (
            self.shelves[number],
            self._firsts[number] + inside // STORY_ROWS,
            inside % STORY_ROWS,
        )

    def row_of(self, place: int) -> int:
        """Return the first row of a place."""
        number = bisect_right(self._firsts, place) - 1
        inside = place - self._firsts[number]
        return self._tops[number] + HEADING_ROWS + STORY_ROWS * inside

    def index_at(self, place: int) -> int | None:
        """Return the index in the catalogue of the story at a place."""
        if not 0 <= place < self.count:
            return None
        number = bisect_right(self._firsts, place) - 1
        return self.shelves[number].indices[place - self._firsts[number]]

    def place_of(self, slug: str) -> int | None:
        """Return the place of a story, None where it is not shown."""
        for place in range(self.count):
            index = self.index_at(place)
            if index is not None and self.stories[index].slug == slug:
                return place
        return None


def _arranged(stories: Sequence[Shelved]) -> tuple[Shelf, ...]:
    begun = [n for n, s in enumerate(stories) if 0 < s.percentage < FINISHED and s.last_played_at]
    begun.sort(key=lambda n: stories[n].last_played_at or _NEVER, reverse=True)
    on_top = begun[:ON_TOP]
    kept = frozenset(on_top)
    rest: Sequence[int] = (
        [n for n in range(len(stories)) if n not in kept] if kept else range(len(stories))
    )
    shelves = (Shelf("Continue listening", on_top), Shelf("Stories", rest))
    return tuple(shelf for shelf in shelves if shelf.indices)


def _text(story: Shelved) -> str:
    return _folded(f"{story.title}\n{story.subtitle}\n{story.slug}\n{story.description}")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
