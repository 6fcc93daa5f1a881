"""The belief about what a listener understands: a mean and a variance on the logit scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

TARGET: Final = 0.85
"""Share of lines that should be followed without help: the 85 % rule (Wilson et al. 2019)."""

PRIOR_MEANS: Final = {"beginner": -1.0, "intermediate": 0.0, "advanced": 1.0}
PRIOR_VARIANCE: Final = 1.4**2
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Belief:
    """Normal belief about the ability in one language: `mu` and `v` in logits."""

    mu: float
    v: float

    @classmethod
    def prior(cls, level: str) -> Belief:
        """Return what is believed of a listener who says "beginner", "intermediate", "advanced"."""
        return cls(PRIOR_MEANS[level], PRIOR_VARIANCE)

    @property
    def comprehension_level(self) -> float:
        """Share of lines of a middling, unmixed, normal-speed story followed unaided, 0 to 1.

        The logistic of the mean, as in a Rasch (1PL) model; two decimals.
        """
        return round(1 / (1 + math.exp(-self.mu)), 2)

    @property
    def difficulty_adjustment(self) -> float:
        """The difficulty to serve now, in logits, two decimals.

        The difficulty at which the expected success is 85 %, the logistic being averaged over the
        belief by the probit approximation, sqrt(1 + pi * v / 16).
        """
        spread = math.sqrt(1 + math.pi * self.v / 16)
        return round(self.mu - math.log(TARGET / (1 - TARGET)) * spread, 2)

    def to_json(self) -> dict[str, Any]:
        """Return the belief as it is stored for one language."""
        return {
            "mu": self.mu,
            "v": self.v,
            "n": 0,
            "predicted": 0.0,
            "habits": {},
            "schema": SCHEMA,
        }
