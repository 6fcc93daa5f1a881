"""Search as you type: in any script, and in Latin letters for all of them.

A story is found when its key holds every word of the key of what was typed; of few letters, when
a word of it begins with them. Keys are made in slices while the screen goes on: titles of fifty
thousand stories take a second, all else a few.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

from player.tui.services import Shelved
from player.tui.word_index import WordIndex, numbers_of

Words: TypeAlias = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""Tells what else stories can be found by, by their slugs."""

AT_ONCE: Final = 256
SLICE_SECONDS: Final = 0.006
REST_SECONDS: Final = 0.003
ASKED_SECONDS: Final = 0.1
"""How long all rests after a question: whoever types sees what is known at once."""


class Finder:
    """The words of a catalogue, as far as they are known: first of all titles, then of the rest.

    A single letter is looked for in titles alone, and not at all beside whole words: nearly
    every description has it.
    """

    def __init__(self) -> None:
        self._stories: Sequence[Shelved] = ()
        self._titles = WordIndex()
        self._rests = WordIndex()
        self._asked = -ASKED_SECONDS

    @property
    def known(self) -> tuple[int, int]:
        """How many stories can be found by their titles so far, and how many by all."""
        return self._titles.count, self._rests.count

    @property
    def is_ready(self) -> bool:
        """Whether all can be found by all."""
        return self._rests.count == len(self._stories)

    def take(self, stories: Sequence[Shelved]) -> bool:
        """Go on with this catalogue; what is known is kept where it tells the same: then True."""
        is_same = _tell_the_same(self._stories, stories)
        if not is_same:
            self._titles, self._rests = WordIndex(), WordIndex()
        self._stories = stories
        return is_same

    async def prepare(self, words: Words) -> AsyncIterator[None]:
        """Learn what is missing, much between two steps; may be left and begun again."""
        stories = self._stories
        while stories is self._stories and self._titles.count < len(stories):
            some = stories[self._titles.count :][:AT_ONCE]
            keys = await self._keys([f"{one.title}\n{one.subtitle}\n{one.slug}" for one in some])
            if stories is self._stories:
                self._titles.add(keys)
            yield
        while stories is self._stories and not self.is_ready:
            some = stories[self._rests.count :][:AT_ONCE]
            more = await words([one.slug for one in some])
            keys = await self._keys(
                [f"{one.description}\n{more.get(one.slug, '')}" for one in some]
            )
            if stories is self._stories:
                self._rests.add(keys)
            yield

    def find(self, query: str, among: int | None = None) -> list[int]:
        """Return the indices of the stories found, those with the words in their titles first.

        Only those whose bits are set in `among`, where it is given.
        """
        from player.roman import sought  # noqa: PLC0415 - not for the first picture

        self._asked = time.perf_counter()
        wanted = sought(query)
        if not any(wanted):
            return []
        titled = others = (1 << len(self._stories)) - 1 if among is None else among
        for word in (*wanted.inside, *wanted.beginning):
            begins = word in wanted.beginning
            in_titles = self._titles.having(word, begins=begins)
            titled &= in_titles
            in_rests = self._rests.having(word, begins=begins) if len(word) > 1 else 0
            others &= in_titles | in_rests
        return [*numbers_of(titled), *numbers_of(others & ~titled)]

    async def _keys(self, texts: Sequence[str]) -> list[str]:
        """Return the keys of texts, with a rest after each slice of the work."""
        from player.roman import search_key  # noqa: PLC0415 - not for the first picture

        keys: list[str] = []
        begun = time.perf_counter()
        for text in texts:
            keys.append(search_key(text))
            if time.perf_counter() - begun > SLICE_SECONDS:
                asked_ago = time.perf_counter() - self._asked
                await asyncio.sleep(max(REST_SECONDS, ASKED_SECONDS - asked_ago))
                begun = time.perf_counter()
        return keys


def _tell_the_same(before: Sequence[Shelved], after: Sequence[Shelved]) -> bool:
    return len(before) == len(after) and all(
        a is b or _told(a) == _told(b) for a, b in zip(before, after, strict=True)
    )


def _told(story: Shelved) -> tuple[str, ...]:
    return story.slug, story.title, story.subtitle, story.description
