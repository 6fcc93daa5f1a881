"""How the library is arranged: what goes on which shelf, in which row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from player.tui.services import Shelved
from player.tui.wording import FINISHED

HEADING_ROWS: Final = 2
STORY_ROWS: Final = 3
ON_TOP: Final = 5
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

    def __init__(self, stories: Sequence[Shelved] = (), for_you: Sequence[int] = ()) -> None:
        self.stories = stories
        self._front = _Front.of(stories, for_you)
        self.show_all(stories, for_you)

    def show_all(
        self,
        stories: Sequence[Shelved],
        for_you: Sequence[int] = (),
        among: Sequence[int] | None = None,
    ) -> None:
        """Show a catalogue, the begun stories on top and then what is recommended, in its order.

        Only those `among` these indices, where they are given.
        """
        self.stories = stories
        if not self._front.is_of(stories, for_you):
            self._front = _Front.of(stories, for_you)
        self._put_up(self._front.arranged(among))

    def show_found(self, stories: Sequence[Shelved], found: Sequence[int], heading: str) -> None:
        """Show only these of a catalogue, in this order."""
        self.stories = stories
        self._put_up((Shelf(heading, found),) if found else ())

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
        for first, shelf in zip(self._firsts, self.shelves, strict=True):
            for place, index in enumerate(shelf.indices, start=first):
                if self.stories[index].slug == slug:
                    return place
        return None

    def _put_up(self, shelves: tuple[Shelf, ...]) -> None:
        self.shelves = shelves
        self._tops: list[int] = []
        self._firsts: list[int] = []
        self.rows = self.count = 0
        for shelf in shelves:
            self._tops.append(self.rows)
            self._firsts.append(self.count)
            self.rows += HEADING_ROWS + STORY_ROWS * len(shelf.indices)
            self.count += len(shelf.indices)


@dataclass(frozen=True, slots=True)
class _Front:
    """What comes before the rest of a catalogue: looked for once, however it is narrowed."""

    stories: Sequence[Shelved]
    begun: Sequence[int]
    for_you: Sequence[int]

    @classmethod
    def of(cls, stories: Sequence[Shelved], for_you: Sequence[int]) -> _Front:
        begun = [n for n, story in enumerate(stories) if _is_begun(story)]
        begun.sort(key=lambda n: stories[n].last_played_at or _NEVER, reverse=True)
        return cls(stories, begun, for_you)

    def is_of(self, stories: Sequence[Shelved], for_you: Sequence[int]) -> bool:
        return stories is self.stories and for_you == self.for_you

    def arranged(self, among: Sequence[int] | None) -> tuple[Shelf, ...]:
        """Return the shelves with what is on them, all of it or what is `among` these indices."""
        shown = range(len(self.stories)) if among is None else among
        on_top = _among(self.begun, shown)[:ON_TOP]
        for_you = _without(_among(self.for_you, shown), on_top)
        shelves = (
            Shelf("Continue listening", on_top),
            Shelf("For you", for_you),
            Shelf("More stories" if for_you else "Stories", _without(shown, [*on_top, *for_you])),
        )
        return tuple(shelf for shelf in shelves if shelf.indices)


def _among(indices: Sequence[int], shown: Sequence[int]) -> Sequence[int]:
    if isinstance(shown, range) or not indices:
        return indices
    kept = frozenset(shown)
    return [n for n in indices if n in kept]


def _is_begun(story: Shelved) -> bool:
    return 0 < story.percentage < FINISHED and story.last_played_at is not None


def _without(indices: Sequence[int], others: Collection[int]) -> Sequence[int]:
    """Leave out `others`; a range without any costs nothing, however long it is."""
    if not others:
        return indices
    left_out = frozenset(others)
    return [n for n in indices if n not in left_out]
