"""What the search and the filters leave of the library."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING

from player.tui.filters import Choice, Chosen, Facets, Filter
from player.tui.finding import Finder, Words
from player.tui.services import Shelved
from player.tui.word_index import numbers_of

if TYPE_CHECKING:
    from player.learner.suiting import Suiting


class Narrowing:
    """One query and some filters over one catalogue; a story must satisfy both."""

    def __init__(self, stories: Sequence[Shelved], suiting: Suiting | None = None) -> None:
        self.query = ""
        self.chosen = Chosen()
        self._finder = Finder()
        self._facets = Facets()
        self._left: int | None = None
        self.take(stories, suiting)

    @property
    def is_on(self) -> bool:
        """Whether anything narrows."""
        return bool(self.query.strip() or self.chosen)

    @property
    def heading(self) -> str:
        """What stands above what was found; empty without a search: each keeps its shelf."""
        if not self.query.strip():
            return ""
        return "Found" if self._finder.is_ready else "Found so far, still looking"

    @property
    def nothing(self) -> str:
        """The sentence for when nothing is left, with what to do."""
        query, filters = self.query.strip(), self.chosen.words
        if query and not self._finder.is_ready:
            return f'Looking for "{query}"...'
        if query and filters:
            return f'Nothing found for "{query}" among: {filters}.'
        return f'Nothing found for "{query}".' if query else f"No story is all of: {filters}."

    def take(self, stories: Sequence[Shelved], suiting: Suiting | None = None) -> None:
        """Go on with this catalogue; what was learned of the same stories is kept."""
        is_same = self._finder.take(stories)
        self._facets.take(stories, suiting, is_same_catalogue=is_same)
        self._left = self._facets.left(self.chosen)

    def choose(self, chosen: Chosen) -> None:
        """Put on these filters."""
        self.chosen = chosen
        self._left = self._facets.left(chosen)

    def step(self) -> bool:
        """Look at some stories, so that the filters open at once; False when all were looked at."""
        return self._facets.step()

    def offered(self) -> Mapping[Filter, Sequence[tuple[Choice, int]]]:
        """Return what can be chosen."""
        return self._facets.offered(self.chosen)

    def found(self) -> Sequence[int]:
        """Return the indices of what is left, in the order in which to show it."""
        if self.query.strip():
            return self._finder.find(self.query, self._left)
        return numbers_of(self._left or 0)

    async def prepare(self, words: Words) -> AsyncIterator[None]:
        """Learn by what stories can be found, many between two steps."""
        async for _ in self._finder.prepare(words):
            yield
