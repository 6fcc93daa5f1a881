"""Search as you type: in any script, and in Latin letters for all of them.

A story is found when its key holds every word of the key of what was typed. Keys are made in
slices while the screen goes on: those of fifty thousand stories take a second or two.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

from player.tui.services import Shelved

Words: TypeAlias = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""Tells what else stories can be found by, by their slugs."""

AT_ONCE: Final = 256
SLICE_SECONDS: Final = 0.005
REST_SECONDS: Final = 0.005
"""As long as a slice at least: a key that is pressed meanwhile is seen to in the rests."""

_BETWEEN: Final = b"\n"


class Finder:
    """The keys of a catalogue, as far as they are made; `known` is how many."""

    def __init__(self) -> None:
        self._stories: Sequence[Shelved] = ()
        self._keys: list[bytes] = []
        self._latest: tuple[tuple[bytes, ...], object, int, list[int]] = ((), None, 0, [])

    @property
    def known(self) -> int:
        """How many stories can be found so far, from the first."""
        return len(self._keys)

    @property
    def is_ready(self) -> bool:
        """Whether all can be found."""
        return len(self._keys) == len(self._stories)

    def take(self, stories: Sequence[Shelved]) -> bool:
        """Go on with this catalogue; keys are kept where the same is told, and True returned."""
        is_same = _tell_the_same(self._stories, stories)
        if not is_same:
            self._keys = []
        self._stories = stories
        self._latest = ((), None, 0, [])
        return is_same

    async def prepare(self, words: Words) -> AsyncIterator[None]:
        """Make the keys that are missing, many between two steps; may be left and begun again."""
        stories = self._stories
        while stories is self._stories and not self.is_ready:
            some = stories[self.known : self.known + AT_ONCE]
            more = await words([story.slug for story in some])
            begun = time.perf_counter()
            for story in some:
                if stories is not self._stories:
                    return
                self._keys.append(_key(story, more.get(story.slug, "")))
                if time.perf_counter() - begun > SLICE_SECONDS:
                    await asyncio.sleep(REST_SECONDS)
                    begun = time.perf_counter()
            yield

    def find(self, query: str, among: Sequence[int] | None = None) -> list[int]:
        """Return the indices of the stories found, those with the words in their titles first.

        Only `among` these, in their order, where they are given. A query that goes on from the
        last one is looked for among what that one found.
        """
        wanted = _wanted(query)
        if wanted == () or not self._keys:
            return []
        before, former, known, found = self._latest
        goes_on = former is among and known == self.known and _goes_on(before, wanted)
        if not goes_on:
            found = list(range(self.known) if among is None else among)
            if among is not None and not self.is_ready:
                found = [n for n in found if n < self.known]
        keys = self._keys
        for word in wanted:
            found = [n for n in found if word in keys[n]]
        found.sort()
        self._latest = (wanted, among, self.known, found)
        return _titles_first(found, wanted, keys)


def _wanted(query: str) -> tuple[bytes, ...]:
    from player.roman import typed_key  # noqa: PLC0415 - not for the first picture

    return tuple(word.encode() for word in typed_key(query).split())


def _goes_on(before: tuple[bytes, ...], wanted: tuple[bytes, ...]) -> bool:
    return bool(before) and all(any(old in new for new in wanted) for old in before)


def _titles_first(found: list[int], wanted: tuple[bytes, ...], keys: Sequence[bytes]) -> list[int]:
    titled: list[int] = []
    others: list[int] = []
    for n in found:
        title = keys[n].partition(_BETWEEN)[0]
        (titled if all(word in title for word in wanted) else others).append(n)
    return titled + others


def _key(story: Shelved, words: str) -> bytes:
    """Return the key of the titles shown, and apart from it that of all else that is told."""
    from player.roman import search_key  # noqa: PLC0415 - not for the first picture

    title = search_key(f"{story.title}\n{story.subtitle}\n{story.slug}")
    rest = search_key(f"{story.description}\n{words}")
    return title.encode() + _BETWEEN + rest.encode()


def _tell_the_same(before: Sequence[Shelved], after: Sequence[Shelved]) -> bool:
    return len(before) == len(after) and all(
        a is b
        or (a.slug, a.title, a.subtitle, a.description)
        == (b.slug, b.title, b.subtitle, b.description)
        for a, b in zip(before, after, strict=True)
    )
