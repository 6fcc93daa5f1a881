"""The belief about what a listener understands of one language: a mean, a variance, and habits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from player.learner.constants import FITTED, Constants

TARGET: Final = 0.85
"""Share of lines that should be followed without help: the 85 % rule (Wilson et al. 2019)."""

PRIOR_MEANS: Final = {"beginner": -1.0, "intermediate": 0.0, "advanced": 1.0}
PRIOR_VARIANCE: Final = 1.96
"""A standard deviation of 1.4 logits."""

SCHEMA: Final = 1

_LOGIT_TARGET: Final = math.log(TARGET / (1 - TARGET))


class Sensor(StrEnum):
    """What a listener may be seen to do in a visit that tells of not having understood."""

    RELISTEN = "relisten"
    PEEK = "peek"
    PAUSE = "pause"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class StorySoFar:
    """The story being heard: what its rating will be about; `difficulty` is a sum, in logits."""

    slug: str = ""
    difficulty: float = 0.0
    visits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """Normal belief about the ability in one language: `mu` and `v` in logits.

    `at` is the time of the last visit that told something. `habits` counts, in the order of
    `Sensor`, the visits in which it was seen; `n` are the visits counted so, `predicted` the sum
    of the success expected of them. `points` are all visits that told something. `answers` are the
    last answer times in ms, and `asked` the questions (story, node) whose answer counted in the
    last FORGOTTEN_AFTER, with when, the oldest first; `place` (story, variant) is where `relief`
    holds which of the last three visits were a struggle.
    """

    mu: float
    v: float
    level: str = "intermediate"
    at: datetime | None = None
    habits: tuple[int, int, int, int] = (0, 0, 0, 0)
    n: int = 0
    predicted: float = 0.0
    points: int = 0
    answers: tuple[int, ...] = ()
    asked: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    place: tuple[str, str] = ("", "")
    relief: tuple[bool, ...] = ()
    story: StorySoFar = StorySoFar()

    @classmethod
    def prior(cls, level: str) -> Belief:
        """Return what is believed of a listener who says "beginner", "intermediate", "advanced"."""
        return cls(mu=PRIOR_MEANS[level], v=PRIOR_VARIANCE, level=level)

    @property
    def sd(self) -> float:
        """The standard deviation of the ability, in logits."""
        return math.sqrt(self.v)

    @property
    def comprehension_level(self) -> float:
        """Share of lines of a middling, unmixed, normal-speed story followed unaided, 0 to 1.

        The logistic of the mean, as in a Rasch (1PL) model; two decimals.
        """
        return round(sigma(self.mu), 2)

    @property
    def difficulty_adjustment(self) -> float:
        """The difficulty to serve now, in logits, two decimals.

        The difficulty at which the expected success is 85 %, see `expected`.
        """
        spread = math.sqrt(1 + math.pi * self.v / FITTED.caution)
        return round(self.mu - _LOGIT_TARGET * spread, 2)

    def expected(self, difficulty: float, constants: Constants = FITTED) -> float:
        """Return the share of lines, 0 to 1, expected to be followed at `difficulty` logits.

        The logistic is averaged over the belief in the manner of the probit approximation.
        """
        spread = math.sqrt(1 + math.pi * self.v / constants.caution)
        return sigma((self.mu - difficulty) / spread)

    def to_json(self) -> dict[str, Any]:
        """Return the belief as it is stored for one language; `from_json` restores it exactly."""
        return {
            "mu": self.mu,
            "v": self.v,
            "t": _in_utc(self.at) if self.at else None,
            "habits": dict(zip((str(sensor) for sensor in Sensor), self.habits, strict=True)),
            "n": self.n,
            "predicted": self.predicted,
            "points": self.points,
            "level": self.level,
            "answers": list(self.answers),
            "asked": [[*question, _in_utc(at)] for question, at in self.asked.items()],
            "place": list(self.place),
            "relief": list(self.relief),
            "story": {
                "slug": self.story.slug,
                "difficulty": self.story.difficulty,
                "visits": self.story.visits,
            },
            "schema": SCHEMA,
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Belief:
        """Return the belief stored by `to_json`.

        Raises ValueError for another schema; KeyError or TypeError for what was never a belief.
        """
        if saved["schema"] != SCHEMA:
            raise ValueError(f"a belief of schema {saved['schema']} is not known here")
        habits = saved.get("habits", {})
        relisten, peek, pause, slow = (int(habits.get(str(sensor), 0)) for sensor in Sensor)
        story, at = saved.get("story", {}), saved.get("t")
        place, variant = saved.get("place", ("", ""))
        return cls(
            mu=float(saved["mu"]),
            v=float(saved["v"]),
            level=saved.get("level", "intermediate"),
            at=datetime.fromisoformat(at) if at else None,
            habits=(relisten, peek, pause, slow),
            n=int(saved["n"]),
            predicted=float(saved["predicted"]),
            points=int(saved.get("points", 0)),
            answers=tuple(saved.get("answers", ())),
            asked={(s, n): datetime.fromisoformat(t) for s, n, t in saved.get("asked", ())},
            place=(place, variant),
            relief=tuple(saved.get("relief", ())),
            story=StorySoFar(
                story.get("slug", ""),
                float(story.get("difficulty", 0.0)),
                int(story.get("visits", 0)),
            ),
        )


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def sigma(x: float) -> float:
    """Return the logistic of `x`; of any finite number, without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else 1 - 1 / (1 + math.exp(x))
