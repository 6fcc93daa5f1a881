"""Which stories have a word: as one bit a story where many have it, as a list where few do."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from itertools import compress
from typing import Final

FEW: Final = 8
"""Of a batch of some hundred stories, the bits of more than so many take less room than a list."""

ASKED: Final = 64
"""Answers kept; each takes 6 KB with 50,000 stories."""

_AS_NUMBERS: Final = bytes.maketrans(b"01", b"\x00\x01")
_AS_DIGITS: Final = bytes.maketrans(b"\x00\x01", b"01")


class WordIndex:
    """Finds parts of words; `count` is how many stories were taken in, from the first."""

    def __init__(self) -> None:
        self.count = 0
        self._many: dict[str, int] = {}
        self._few: dict[str, array[int]] = {}
        self._asked: dict[tuple[str, bool], int] = {}

    def add(self, keys: Iterable[str]) -> None:
        """Take in the next stories, each with its words, a blank between two."""
        self._asked.clear()
        found: defaultdict[str, list[int]] = defaultdict(list)
        start = number = self.count
        for number, key in enumerate(keys, start=start):
            for word in key.split():
                found[word].append(number)
            self.count = number + 1
        for word, numbers in found.items():
            if len(numbers) > FEW:
                bits = sum(1 << n - start for n in frozenset(numbers))
                self._many[word] = self._many.get(word, 0) | bits << start
            elif (few := self._few.get(word)) is not None:
                few.extend(numbers)
            else:
                self._few[word] = array("I", numbers)

    def having(self, part: str, *, begins: bool = False) -> int:
        """Return a bit for each story that has a word with this part, the first one the lowest.

        Only of words that begin with it, where it `begins`.
        What was asked lately is known: whoever types a second word asks for the first each time.
        """
        if (known := self._asked.get((part, begins))) is not None:
            return known
        if len(self._asked) >= ASKED:
            self._asked.clear()
        self._asked[part, begins] = bits = self._look_for(part, begins=begins)
        return bits

    def _look_for(self, part: str, *, begins: bool) -> int:
        bits = 0
        for word, some in self._many.items():
            if part in word and (not begins or word.startswith(part)):
                bits |= some
        marks = bytearray(self.count)
        for word, numbers in self._few.items():
            if part in word and (not begins or word.startswith(part)):
                for number in numbers:
                    marks[number] = 1
        return bits | (int(marks.translate(_AS_DIGITS)[::-1], 2) if marks else 0)


def numbers_of(bits: int) -> list[int]:
    """Return which bits are set, the lowest first: 50,000 take a millisecond."""
    digits = f"{bits:b}"[::-1].encode()
    return list(compress(range(len(digits)), digits.translate(_AS_NUMBERS)))
