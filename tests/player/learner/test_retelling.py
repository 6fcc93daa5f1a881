"""Why a story was heard as it was, read back out of the events."""

from __future__ import annotations

from typing import Any

import pytest

from player.learner.explaining import Moved
from player.learner.retelling import retold

UNAIDED = Moved(node="n", shift=0.2, is_unaided=True, tells_unaided=True).to_json()
REPLAYED = {**UNAIDED, "shift": -0.2, "told": ["relisten"], "unaided": False}


@pytest.mark.parametrize(
    ("context", "mix", "sentence"),
    [
        (
            {"why": "harder", "from": "hi-mixed@0.60", "moved": UNAIDED},
            0.3,
            "You followed a passage without help: a little less English, 60 % to 30 %.",
        ),
        (
            {"why": "relief", "from": "hi", "moved": REPLAYED},
            0.3,
            "You replayed the last lines: a bit more English, 0 % to 30 %.",
        ),
        ({"why": "easier", "moved": UNAIDED}, 0.3, "It fits you better: a bit more English."),
        (
            {"why": "new", "expected": 0.84},
            0.3,
            "Begun with 30 % English: you should follow about 8 lines in 10.",
        ),
        (
            {"why": "hold", "expected": 0.7, "in_ten": [6, 10]},
            0.0,
            "Kept with no English: you should follow about 6 to 10 lines in 10.",
        ),
        (
            {"why": "hold", "expected": 0.16, "in_ten": [0, 1]},
            0.0,
            "Kept with no English: you should follow at most about 1 line in 10.",
        ),
        (
            {"why": "hold", "expected": 0.7, "in_ten": ["6", None]},
            0.0,
            "Kept with no English: you should follow about 7 lines in 10.",
        ),
        ({"why": "hold"}, 0.0, "Kept with no English."),
        ({"why": "pinned", "expected": 0.7}, 0.0, "You hold this yourself: you should follow"),
        ({"why": "a sentence of another version"}, 0.0, "a sentence of another version"),
        ({"why": "harder", "from": "hi@much", "moved": "x"}, 0.0, "It fits you better: a little"),
        ({}, 0.0, ""),
    ],
)
def test_a_decision_is_told_from_what_was_kept_of_it(
    context: dict[str, Any], mix: float, sentence: str
) -> None:
    assert retold(context, mix).startswith(sentence)
