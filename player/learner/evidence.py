"""Evidence: what one visit of a node, or one rating of a story, says of what was understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from player.learner.belief import Sensor

RIGHT: Final = 0.95
"""How likely a listener who understood answers rightly; the rest are slips of the hand."""


@dataclass(frozen=True, slots=True)
class Check:
    """The answer to a question about what was said.

    `options` were offered and `right` of them were right; `answer_ms` is the time from the
    question to the answer, None where nobody knows.
    """

    is_right: bool
    options: int
    answer_ms: int | None = None
    right: int = 1

    @property
    def guess(self) -> float:
        """How likely a listener who understood nothing answers rightly; 1 where it tells nothing.

        So it does with one option, with none, and where every option is right.
        """
        return self.right / self.options if 0 < self.right < self.options else 1.0

    @property
    def likelihoods(self) -> tuple[float, float]:
        """How likely this answer is when understood, and when not."""
        if self.guess >= 1:
            return 1.0, 1.0
        return (RIGHT, self.guess) if self.is_right else (1 - RIGHT, 1 - self.guess)


NOTHING_SEEN: Final = (False,) * len(Sensor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One visit of a node: one observation, however many keys were pressed.

    `language` is the base language ("hi"), `story` its slug, `variant` as in story files;
    `difficulty` in logits. `heard` is the share of the clip that was heard, 0 to 1; `seen` tells,
    in the order of `Sensor`, which were seen. `level` is what the listener said of themselves,
    None where the visit does not say; `node` the author's name. `order` settles which of two
    visits of one moment comes first: (device, sequence, event id).
    """

    language: str
    story: str
    variant: str
    difficulty: float
    at: datetime
    heard: float = 1.0
    seen: tuple[bool, ...] = NOTHING_SEEN
    check: Check | None = None
    level: str | None = None
    node: str = ""
    order: tuple[str, int, str] = ("", 0, "")

    def has_seen(self, sensor: Sensor) -> bool:
        """Whether `sensor` was seen."""
        return self.seen[list(Sensor).index(sensor)]


class Felt(StrEnum):
    """How difficult a story was to its listener."""

    EASY = "easy"
    RIGHT = "right"
    HARD = "hard"

    @property
    def logits(self) -> float:
        """By how much the ability lies above the story, where it is felt so."""
        return {Felt.EASY: 3.3, Felt.RIGHT: 1.75, Felt.HARD: 0.2}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What the listener said of a story after it: one key."""

    language: str
    story: str
    felt: Felt
    at: datetime
    level: str | None = None
    order: tuple[str, int, str] = ("", 0, "")


Observation: TypeAlias = Evidence | Rating
"""What a belief is updated by."""
