"""How difficult a node is in one variant, in logits: data about the story, never learned here."""

from __future__ import annotations

import math
from typing import Final

MIDDLING: Final = 0.5
"""The difficulty score (0 to 1) of a story that says none."""

SPREAD: Final = 5.0
MIXING: Final = 1.1
MIXED: Final = 0.9
FASTER: Final = 2.0
SLOWER: Final = 1.0
DISCOURSE: Final = 0.3
TRANSCRIPT: Final = 0.8


def difficulty(
    score: float | None,
    *,
    mix: float = 0.0,
    rate: float = 1.0,
    kind: str = "lexical-heavy",
    reads_along: bool = False,
) -> float:
    """Return the difficulty in logits of a node as it is heard; more is harder.

    `score` is the author's, 0 to 1; `mix` the share of English, 0 to 1; `rate` 1.0 is normal
    speed; `kind` as in content.difficulty; `reads_along` with the transcript in view.
    """
    base = SPREAD * ((MIDDLING if score is None else min(max(score, 0.0), 1.0)) - MIDDLING)
    eased = MIXING * math.log(1 - MIXED * min(max(mix, 0.0), 1.0))
    speed = (FASTER if rate > 1 else SLOWER) * math.log(min(max(rate, 0.1), 10.0))
    wide = DISCOURSE if kind == "discourse-heavy" else 0.0
    return base + eased + speed + wide - (TRANSCRIPT if reads_along else 0.0)
