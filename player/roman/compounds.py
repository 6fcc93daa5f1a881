"""Words put together of words: each part is spoken as if it stood alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from player.roman.letters import words

_SHORTEST: Final = 3


def table(text: str) -> dict[str, tuple[str, ...]]:
    """A table of hyphenated words: the word as written, and its parts."""
    return {word.replace("-", ""): tuple(word.split("-")) for word in words(text)}


def parts(
    word: str, known: Mapping[str, tuple[str, ...]], last: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The parts of a word; what follows a known beginning is the ending of its last part.

    `last` are words that may close a compound of any first part of at least two letters, with
    an ending of their own or without.
    """
    for end in range(len(word), _SHORTEST - 1, -1):
        if found := known.get(word[:end]):
            return (*found[:-1], found[-1] + word[end:])
    for part in last:
        first, _, ending = word.rpartition(part)
        if len(first) >= _SHORTEST - 1 and len(ending) <= _SHORTEST:
            return (first, part + ending)
    return (word,)
