"""Saying why: one sentence for each decision, naming only what did tell something."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from player.learner.belief import Belief, Sensor, sigma
from player.learner.evidence import Evidence
from player.learner.selection import Decision, Reason
from player.learner.updating import HEARD, is_counted, log_ratios

SILENT: Final = (math.log(0.8), math.log(1.25))
"""A behaviour whose likelihood ratio for this listener lies between tells nothing: not named."""

WIDE_SD: Final = 0.8
"""A belief wider than this is told as a range."""

UNSURE_SD: Final = 1.0
"""A belief wider than this is said to be a guess."""

TENTH: Final = 1.2816
"""The standard deviations that leave a tenth on either side: the range holds 8 times in 10."""

LAST: Final = 3
"""So many visits back are "the last lines"."""

DID: Final = {
    Sensor.RELISTEN: "You replayed the last lines",
    Sensor.PEEK: "You looked at the text or its translation",
    Sensor.PAUSE: "You paused inside a line",
    Sensor.SLOW: "You slowed the last lines down",
}
"""What a listener did, in words that do not blame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What one visit did to the belief: `shift` in logits, and what may be named of it.

    `told` are the sensors seen that say something of this listener, what says most first;
    `is_unaided` that nothing was seen, and `tells_unaided` that this, too, says something.
    """

    node: str
    shift: float
    told: tuple[Sensor, ...] = ()
    is_right: bool | None = None
    is_unaided: bool = False
    tells_unaided: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values, to be kept with a decision."""
        return {
            "node": self.node,
            "shift": round(self.shift, 4),
            "told": [str(sensor) for sensor in self.told],
            "correct": self.is_right,
            "unaided": self.is_unaided,
            "telling": self.tells_unaided,
        }


def moved(before: Belief, evidence: Evidence, after: Belief) -> Moved:
    """Return what a visit did to the belief, and what of it may be named."""
    is_whole = evidence.heard >= HEARD
    ratios = log_ratios(before)
    seen = sorted(
        (ratios[i][1], sensor)
        for i, sensor in enumerate(Sensor)
        if is_whole and evidence.seen[i] and _tells(ratios[i][1])
    )
    check = evidence.check if is_counted(before, evidence.check) else None
    return Moved(
        node=evidence.node,
        shift=after.mu - before.mu,
        told=tuple(sensor for _, sensor in seen),
        is_right=check.is_right if check else None,
        is_unaided=is_whole and not any(evidence.seen) and (check is None or check.is_right),
        tells_unaided=_tells(sum(unseen for unseen, _ in ratios)),
    )


def strongest(since: Sequence[Moved]) -> Moved | None:
    """Return the visit since the last decision that moved the belief most; None where none did."""
    return max((each for each in since if each.shift), key=lambda m: abs(m.shift), default=None)


def unaided(since: Iterable[Moved]) -> int:
    """Return how many of the last visits, without a break, were followed without help."""
    count = 0
    for each in since:
        count = count + 1 if each.is_unaided else 0
    return count


def because(
    decision: Decision,
    belief: Belief,
    since: Sequence[Moved],
    *,
    language: str,
    other: str = "English",
    is_only: bool = False,
) -> str:
    """Return the sentence that says why a rung is heard.

    `language` is the language in words ("Hindi"), `other` what it is mixed with; `since` are the
    visits since the last change, oldest first. `is_only`: the story has no other rung.
    """
    match decision.reason:
        case Reason.PINNED:
            return f"You hold this yourself: {followed(belief, decision)}."
        case Reason.RELIEF | Reason.EASIER:
            more = f"so the next one has a bit more {other}."
            return f"{_trouble(since, belief, decision)}, {more}"
        case Reason.HARDER:
            return f"{_ease(since, belief, decision)}, so there is a little less {other}."
        case _ if belief.sd > UNSURE_SD:
            return f"We are still getting to know your {language} ({_passages(belief.points)})."
        case Reason.NEW:
            return f"{_upper(followed(belief, decision))}."
        case _:
            kept = "" if is_only else "; we keep this mix"
            return f"{_upper(_following(belief, decision))}{kept}."


def followed(belief: Belief, decision: Decision) -> str:
    """Return how much should be followed: "you should follow about 8 lines in 10"."""
    return f"you should follow {_share(belief, decision)}"


def lines_in_ten(belief: Belief, difficulty: float) -> tuple[int, int, int]:
    """Return how many lines in 10 should be followed, with the least and most to be expected."""
    spread = TENTH * belief.sd
    least, most = sigma(belief.mu - spread - difficulty), sigma(belief.mu + spread - difficulty)
    return round(10 * least), round(10 * belief.expected(difficulty)), round(10 * most)


def _following(belief: Belief, decision: Decision) -> str:
    return f"you are following {_share(belief, decision)}"


def share(belief: Belief, difficulty: float) -> str:
    """Return how much should be followed in words: "about 8 lines in 10"; a range while unsure."""
    return in_words(counts(belief, difficulty))


def counts(belief: Belief, difficulty: float) -> tuple[int, ...]:
    """Return how many lines in 10 are told to be followed: one number, or two while unsure."""
    least, middle, most = lines_in_ten(belief, difficulty)
    return (least, most) if belief.sd > WIDE_SD and least < most else (middle,)


def in_words(told: tuple[int, ...]) -> str:
    """Return what `counts` returned in words."""
    *least, most = told
    if any(least):
        return f"about {least[0]} to {most} lines in 10"
    lines = f"{most or 'fewer than 1'} line{'s' if most > 1 else ''} in 10"
    return f"at most about {lines}" if least else f"about {lines}" if most else lines


def _share(belief: Belief, decision: Decision) -> str:
    return share(belief, decision.rung.difficulty)


def _trouble(since: Sequence[Moved], belief: Belief, decision: Decision) -> str:
    """Return what was difficult, in words that do not blame."""
    asked = _last_asked(since)
    hard = (m for m in since[-LAST:] if m.told or (m.is_right is False and m is asked))
    most = min(hard, key=_shift, default=None)
    if most is not None and most.shift < 0:
        return DID[most.told[0]] if most.told else "The last question was a hard one"
    if belief.sd > UNSURE_SD:
        return "We are not sure yet how much you follow"
    return (
        "This may be a little hard just now"
        if decision.reason is Reason.RELIEF
        else ("You may be missing some lines")
    )


def _ease(since: Sequence[Moved], belief: Belief, decision: Decision) -> str:
    count = unaided(since)
    if count > 1 and since[-1].tells_unaided:
        return f"You followed the last {count} passages without help"
    most = strongest(since)
    if most is not None and most is _last_asked(since) and most.is_right and most.shift > 0:
        return "You answered the last question rightly"
    return (
        f"{_upper(_following(belief, decision))}"
        if belief.sd <= UNSURE_SD
        else ("You seem to follow well")
    )


def _last_asked(since: Sequence[Moved]) -> Moved | None:
    """Return the last visit whose question was answered."""
    return next((each for each in reversed(since) if each.is_right is not None), None)


def _shift(each: Moved) -> float:
    return each.shift


def _tells(log_ratio: float) -> bool:
    return not SILENT[0] <= log_ratio <= SILENT[1]


def _passages(count: int) -> str:
    return (
        "nothing heard so far"
        if not count
        else (f"{count} passage{'s' if count > 1 else ''} so far")
    )


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
