"""Suiting: how much of a story a listener should follow, and why it is one for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from player.languages import language_name
from player.learner.belief import Belief
from player.learner.difficulty import difficulty
from player.learner.explaining import UNSURE_SD, WIDE_SD, because, followed, lines_in_ten
from player.learner.folding import State
from player.learner.selection import (
    LEAST,
    MOST,
    NO_WISH,
    Decision,
    Reason,
    Rung,
    Wish,
    first_rung,
)
from player.learner.taste import Kind, Taste

Mixes: TypeAlias = tuple[tuple[str, float, float | None, str | None], ...]
NO_MIXES: Final[Mapping[str, Mixes]] = {}
_OF_FORMAT: Final = {"podcast": "podcast", "educational": "lesson"}
"""Formats worth naming; nearly everything is a narrative."""


class Band(StrEnum):
    """How hard a story is for one listener."""

    EASY = "easy for you"
    RIGHT = "just right"
    STRETCH = "a stretch"


class Suitable(Protocol):
    """A story as it stands in the library; the first of its `languages` is heard."""

    @property
    def slug(self) -> str:
        """Its name."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of what it is told in."""

    @property
    def genre(self) -> str | None:
        """Its genre."""

    @property
    def format(self) -> str | None:
        """Its format."""

    @property
    def difficulty(self) -> str | None:
        """What makes it demanding."""

    @property
    def difficulty_score(self) -> float | None:
        """How demanding it is, 0 to 1."""

    @property
    def is_completed(self) -> bool:
        """Whether an ending was heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """What is known of who is to be suited.

    `level` is what they say of themselves; `liked` and `finished` count their stories by genre and
    format, `asked` are those that the settings ask for. `speed` is theirs, 1.0 as recorded;
    `reads_along`: the transcript is in view.
    """

    state: State = field(default_factory=State)
    level: str = "intermediate"
    taste: Taste = field(default_factory=Taste)
    liked: Mapping[Kind, Mapping[str, int]] = field(default_factory=dict)
    finished: Mapping[Kind, Mapping[str, int]] = field(default_factory=dict)
    asked: Mapping[Kind, AbstractSet[str]] = field(default_factory=dict)
    speed: float = 1.0
    reads_along: bool = True


@dataclass(frozen=True, slots=True)
class Fit:
    """How much of a story should be followed: in a sentence, and in `lines` in 10 for a row.

    `doubt` says that little is known yet, where that is so.
    """

    sentence: str
    doubt: str
    lines: str
    band: Band


class Suiting:
    """How stories suit one listener; made anew where what is known of them changed.

    What is worked out is kept by what stories have in common, so that asking again, and asking
    about fifty thousand, costs little. `wish` tells what the listener holds of a base language and
    a story. `mixes` are, by slug, what stories can be heard in where there is any English:
    (language, share of English, difficulty score, difficulty) as that edition has them. Such a
    story begins in the one that serves best.
    """

    def __init__(
        self,
        listener: Listener,
        wish: Callable[[str, str], Wish] = lambda *_: NO_WISH,
        mixes: Mapping[str, Mixes] = NO_MIXES,
    ) -> None:
        self.listener = listener
        self._wish = wish
        self._mixes = mixes
        self._fits: dict[tuple[str, int, str], Fit] = {}
        self._bands: dict[tuple[str, int, str, str], Band] = {}

    def fit(self, story: Suitable) -> Fit:
        """Return how much of a story should be followed, in the language heard first."""
        language = language_of(story)
        if story.slug not in self._mixes:
            return self._plain(story, language)
        wish = self._wish(language, story.slug)
        decision = first_rung(self.belief(language), self.rungs(story), wish=wish)
        mix = decision.rung.mix
        return self._told(language, decision, f" with {round(100 * mix)} % English" if mix else "")

    def rungs(self, story: Suitable) -> Sequence[Rung]:
        """Return what a story can begin in, least English first."""
        language = language_of(story)
        heard = [each for each in self._mixes.get(story.slug, ()) if base_of(each[0]) == language]
        own = story.difficulty_score, story.difficulty
        return [self._rung(story.slug, *each) for each in heard] or [
            self._rung(story.slug, language, 0.0, *own)
        ]

    def own_key(self, story: Suitable) -> str:
        """Return what tells a story from others of its difficulty: its slug where it has mixes."""
        return story.slug if story.slug in self._mixes else ""

    def band(self, story: Suitable) -> Band:
        """Return how hard a story is for the listener; costs under a microsecond."""
        score = story.difficulty_score
        language, kind = language_of(story), story.difficulty or ""
        key = (language, _hundredths(score), kind, self.own_key(story))
        found = self._bands.get(key)
        if found is None:
            decision = first_rung(self.belief(language), self.rungs(story))
            found = self._bands[key] = _band(decision.expected)
        return found

    def why(self, story: Suitable) -> str:
        """Return why a story is one for the listener, in a sentence; empty where nothing says so.

        What they liked, heard to an end or asked for; and whether it is neither easy nor hard.
        """
        reasons = [self._taste_in_words(story)]
        band, belief = self.band(story), self.belief(language_of(story))
        if band is Band.RIGHT:
            stated = "" if belief.points else " of your settings"
            reasons.append(f"it matches the level{stated}" if stated else "it matches your level")
        told = "; ".join(filter(None, reasons))
        return f"{told[:1].upper()}{told[1:]}." if told else ""

    def belief(self, language: str) -> Belief:
        """Return what is believed of a base language; at first what the listener says."""
        return self.listener.state.belief(language, self.listener.level)

    def _plain(self, story: Suitable, language: str) -> Fit:
        key = (language, _hundredths(story.difficulty_score), story.difficulty or "")
        found = self._fits.get(key)
        if found is None:
            score, kind = story.difficulty_score, story.difficulty
            rung = self._rung(story.slug, language, 0.0, score, kind)
            expected = self.belief(language).expected(rung.difficulty)
            found = self._told(language, Decision(rung, Reason.NEW, expected))
            self._fits[key] = found
        return found

    def _told(self, language: str, decision: Decision, how: str = "") -> Fit:
        belief = self.belief(language)
        share = followed(belief, decision)
        told = f"{share[:1].upper()}{share[1:]}{how}."
        doubt = ""
        if decision.reason is Reason.PINNED:
            told = f"You hold this yourself: {share}{how}."
        elif belief.sd > UNSURE_SD:
            doubt = because(decision, belief, (), language=language_name(language))
        least, middle, most = lines_in_ten(belief, decision.rung.difficulty)
        is_range = belief.sd > WIDE_SD and least < most
        lines = f"{least} to {most} lines in 10" if is_range else f"about {middle} lines in 10"
        return Fit(told, doubt, lines, _band(decision.expected))

    def _rung(
        self, slug: str, language: str, mix: float, score: float | None, kind: str | None
    ) -> Rung:
        """Return a story as it would be served."""
        hardness = difficulty(
            score,
            mix=mix,
            rate=self.listener.speed,
            kind=kind or "",
            reads_along=self.listener.reads_along,
        )
        return Rung(slug, language, mix, hardness)

    def _taste_in_words(self, story: Suitable) -> str:
        who = self.listener
        of_genre = _named(Kind.GENRE, story.genre)
        for kind, name, of in (
            (Kind.GENRE, story.genre or "", of_genre),
            (Kind.FORMAT, story.format or "", _named(Kind.FORMAT, story.format)),
        ):
            if not of:
                continue
            if count := who.liked.get(kind, {}).get(name, 0):
                return f"you liked {_stories(count)} {of}"
            if name in who.asked.get(kind, ()):
                return f"you asked for stories {of}"
            if count := who.finished.get(kind, {}).get(name, 0):
                return f"you heard {_stories(count)} {of} to the end"
        known = who.taste.leanings.get(Kind.GENRE, {})
        return f"stories {of_genre} are new to you" if known and story.genre not in known else ""


def _band(expected: float) -> Band:
    return Band.STRETCH if expected < LEAST else Band.RIGHT if expected <= MOST else Band.EASY


def _hundredths(score: float | None) -> int:
    """Return a difficulty score as finely as it counts; what is kept is kept by it."""
    return -1 if score is None else round(100 * score)


def language_of(story: Suitable) -> str:
    """Return the base language that a story is heard in first; empty where it has none."""
    return base_of(story.languages[0]) if story.languages else ""


def base_of(language: str) -> str:
    """Return the language before the hyphen."""
    return language.partition("-")[0]


def _named(kind: Kind, name: str | None) -> str:
    """Return a genre or format as it ends a sentence: "of this genre (folk tale)"."""
    if kind is Kind.GENRE:
        return f"of this genre ({name})" if name else ""
    form = _OF_FORMAT.get(name or "", "" if name == "narrative" else name or "")
    return f"of this kind ({form})" if form else ""


def _stories(count: int) -> str:
    return "a story" if count == 1 else f"{count} stories"
