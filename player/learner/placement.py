"""The placement: a few check clips by which a belief starts near the truth, most telling first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from player.learner.belief import Belief
from player.learner.evidence import RIGHT, Check
from player.learner.updating import posterior

QUESTIONS: Final = 8
"""How many are asked at most: about two minutes."""

OPTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Question:
    """A clip with a question about it; `difficulty` in logits, as for a node of a story.

    One clip may be there in several mixes: questions of one `key`, of which one is asked.
    """

    key: str
    difficulty: float
    mix: float = 0.0
    options: int = OPTIONS


def next_question(
    belief: Belief, questions: Sequence[Question], asked: Collection[str] = ()
) -> Question | None:
    """Return the question after which the least doubt is to be expected; ties go to the first.

    None once enough were `asked` (their keys), or none is left. As the most telling comes first, a
    listener who stops half-way loses little.
    """
    left = [question for question in questions if question.key not in asked]
    if len(asked) >= QUESTIONS or not left:
        return None
    return min(left, key=lambda question: doubt_after(belief, question))


def doubt_after(belief: Belief, question: Question) -> float:
    """Return the variance of the ability to be expected once `question` was answered."""
    guess = 1 / question.options
    follows = belief.expected(question.difficulty)
    rightly = follows * RIGHT + (1 - follows) * guess
    doubts = [
        posterior(belief.mu, belief.v, question.difficulty, check=Check(is_right, question.options))
        for is_right in (True, False)
    ]
    return rightly * doubts[0][1] + (1 - rightly) * doubts[1][1]
