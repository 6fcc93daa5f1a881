"""Filters of the library: what can be chosen, how often it occurs, and which stories are left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from player.tui import wording
from player.tui.services import Shelved
from player.tui.wording import FINISHED

if TYPE_CHECKING:
    from player.learner.suiting import Suiting

SLICE: Final = 2048
"""Stories looked at in one go: about 2 ms."""


class Filter(StrEnum):
    """What stories can be told apart by, as it is headed on the screen."""

    YOURS = "Yours"
    LANGUAGE = "Language"
    AGES = "Ages"
    GENRE = "Genre"
    FORMAT = "Format"
    DIFFICULTY = "Difficulty"
    FIT = "What you follow"
    REGION = "Region"
    SOUND = "Sound"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter, in words."""

    filter: Filter
    value: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters that are on: values of one filter are OR, filters are AND."""

    choices: tuple[Choice, ...] = ()

    def __bool__(self) -> bool:
        """Whether any is on."""
        return bool(self.choices)

    def toggled(self, choice: Choice) -> Chosen:
        """Return them with one more, or one less."""
        if choice in self.choices:
            return Chosen(tuple(one for one in self.choices if one != choice))
        return Chosen((*self.choices, choice))

    def by_filter(self) -> Mapping[Filter, tuple[Choice, ...]]:
        """Return the choices of each filter that is on, in the order of the filters."""
        found = {name: tuple(c for c in self.choices if c.filter is name) for name in Filter}
        return {name: choices for name, choices in found.items() if choices}

    @property
    def words(self) -> str:
        """What is left, in words: "Hindi or Tamil, folk tale"."""
        return ", ".join(
            " or ".join(choice.value for choice in choices) for choices in self.by_filter().values()
        )


Teller: TypeAlias = Callable[[Shelved], Iterable[str]]


class Facets:
    """Who has which value, as one bit a story: fifty thousand are filtered in a millisecond.

    `step` looks at the stories slice by slice; whatever is asked before it is done is looked
    at on the spot.
    """

    def __init__(self, stories: Sequence[Shelved] = ()) -> None:
        self._stories = stories
        self._suiting: Suiting | None = None
        self._bits: dict[Filter, dict[str, int]] = {}
        self._way = self._look()

    def take(
        self,
        stories: Sequence[Shelved],
        suiting: Suiting | None = None,
        *,
        is_same_catalogue: bool,
    ) -> None:
        """Go on with these; of the same catalogue only what is the listener's own is looked at."""
        kept = self._bits if is_same_catalogue and len(stories) == len(self._stories) else {}
        changed = {Filter.YOURS} if suiting is self._suiting else {Filter.YOURS, Filter.FIT}
        self._stories, self._suiting = stories, suiting
        self._bits = {name: bits for name, bits in kept.items() if name not in changed}
        self._way = self._look()

    def step(self) -> bool:
        """Look at some stories, for a few milliseconds; False when all were looked at."""
        return next(self._way, False)

    def offered(self, chosen: Chosen) -> Mapping[Filter, Sequence[tuple[Choice, int]]]:
        """Return the values that occur, with how many stories each would leave.

        The count of a value takes in the other filters, not its own: those are OR. A value that
        is on is offered even where it leaves none.
        """
        self._look_at_all()
        offered = {}
        for name in Filter:
            others = self._left(chosen, without=name)
            choices = [
                (Choice(name, value), (bits & others).bit_count())
                for value, bits in self._bits[name].items()
            ]
            shown = [one for one in choices if one[1] or one[0] in chosen.choices]
            if shown:
                offered[name] = sorted(shown, key=_order)
        return offered

    def left(self, chosen: Chosen) -> int | None:
        """Return a bit for each story that is left, None where no filter is on."""
        if not chosen:
            return None
        self._look_at_all()
        return self._left(chosen)

    def _left(self, chosen: Chosen, without: Filter | None = None) -> int:
        left = (1 << len(self._stories)) - 1
        for name, choices in chosen.by_filter().items():
            if name is not without:
                any_of = 0
                for choice in choices:
                    any_of |= self._bits[name].get(choice.value, 0)
                left &= any_of
        return left

    def _look_at_all(self) -> None:
        while self.step():
            pass

    def _look(self) -> Iterator[bool]:
        for name in Filter:
            told = _TELLERS.get(name) or self._fits
            if name in self._bits:
                continue
            bits: dict[str, int] = {}
            for start in range(0, len(self._stories), SLICE):
                for value, some in _bits_of(self._stories[start : start + SLICE], told).items():
                    bits[value] = bits.get(value, 0) | some << start
                yield True
            self._bits[name] = bits

    def _fits(self, story: Shelved) -> tuple[str, ...]:
        return (self._suiting.band(story),) if self._suiting is not None else ()


_FIRST: Final = (
    *("in progress", "new", "finished", "liked", "bookmarked"),
    *("easy", "medium", "hard"),
    *("easy for you", "just right", "a stretch"),
)


def _order(offered: tuple[Choice, int]) -> tuple[int, str]:
    value = offered[0].value
    return (_FIRST.index(value) if value in _FIRST else len(_FIRST), _padded(value))


@lru_cache(maxsize=4096)
def _padded(value: str) -> str:
    """Return a value so that "6-10" sorts before "12+"."""
    digits = len(value) - len(value.lstrip("0123456789"))
    return f"{value[:digits]:>04}{value[digits:]}" if digits else value.casefold()


def _bits_of(stories: Sequence[Shelved], told: Teller) -> dict[str, int]:
    bits: dict[str, int] = {}
    bit = 1
    for story in stories:
        for value in told(story):
            bits[value] = bits.get(value, 0) | bit
        bit <<= 1
    return bits


def _yours(story: Shelved) -> Iterator[str]:
    is_finished = story.is_completed or story.percentage >= FINISHED
    if 0 < story.percentage < FINISHED:
        yield "in progress"
    elif not is_finished:
        yield "new"
    if is_finished:
        yield "finished"
    if story.reaction:
        yield "liked"
    if story.bookmarks:
        yield "bookmarked"


@lru_cache(maxsize=4096)
def _languages(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(wording.language(code.partition("-")[0]) for code in codes))


@lru_cache(maxsize=4096)
def _difficulty(kind: str | None, score: float | None) -> tuple[str, ...]:
    return tuple(filter(None, (wording.level(score), wording.difficulty(kind))))


@lru_cache(maxsize=4096)
def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


@lru_cache(maxsize=64)
def _format(value: str | None) -> tuple[str, ...]:
    return _one(wording.kind_of_format(value))


_TELLERS: Final[Mapping[Filter, Teller]] = {
    Filter.YOURS: _yours,
    Filter.LANGUAGE: lambda story: _languages(story.languages),
    Filter.AGES: lambda story: _one(story.age_range),
    Filter.GENRE: lambda story: _one(story.genre),
    Filter.FORMAT: lambda story: _format(story.format),
    Filter.DIFFICULTY: lambda story: _difficulty(story.difficulty, story.difficulty_score),
    Filter.REGION: lambda story: _one(story.region),
    Filter.SOUND: lambda story: ("downloaded" if story.is_downloaded else "not downloaded",),
}
