"""One visit of a node, put together from its events: what was heard, what was seen to be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from player.learner.belief import PRIOR_MEANS, Sensor
from player.learner.difficulty import difficulty
from player.learner.evidence import NOTHING_SEEN, Check, Evidence
from player.learner.traces import Trace, number, word

BACKWARDS_S: Final = 0.5
"""A seek by less than this goes to the same place again."""

PAUSE_S: Final = (2.0, 60.0)
"""A shorter pause is a slip, a longer one is a life outside the story."""


UNHEARD: Final = "unheard"
"""True in the context of what left a node whose sound was lost: it went on as text."""


class Visit:
    """Follows the events of one visit, from its `play` to the one that leaves it.

    `reads_along`: whether the transcript was in view, as far as events before this visit tell; the
    trait `transcript` knows better where there is one.
    """

    def __init__(self, played: Trace, *, reads_along: bool) -> None:
        shown = played.traits.get("transcript")
        self._played = self._last = played
        self._began_reading = self._reads = shown if isinstance(shown, bool) else reads_along
        self._seen: set[Sensor] = set()
        self._at_s = played.position_s
        self._heard: list[tuple[float, float]] = []
        self._rate = _rate(played.traits)
        self._held_at: datetime | None = None
        self._is_one_variant = True

    def add(self, trace: Trace) -> None:
        """Take in the next event of the visit."""
        came_from = _came_from(trace)
        if came_from > self._at_s:
            self._heard.append((self._at_s, came_from))
        self._at_s = trace.position_s
        if trace.traits is not self._played.traits:  # read from a store they are one object
            self._is_one_variant &= _variant(trace.traits) == _variant(self._played.traits)
        self._sense(trace, came_from)
        self._last = trace

    def _sense(self, trace: Trace, came_from: float) -> None:
        context = trace.context
        match trace.kind:
            case "replay":
                self._seen |= {Sensor.RELISTEN, *((Sensor.SLOW,) if context.get("slowly") else ())}
            case "seek" if trace.position_s < came_from - BACKWARDS_S:
                self._seen.add(Sensor.RELISTEN)
            case "translation_shown" if context.get("of") != "none":
                self._seen.add(Sensor.PEEK)
            case "transcript_toggled":
                was_reading, self._reads = self._reads, context.get("showing") != "hidden"
                self._seen |= {Sensor.PEEK} if self._reads and not was_reading else set()
            case "speed" if (rate := number(context, "to")) is not None:
                self._seen |= {Sensor.SLOW} if rate < self._rate else set()
                self._rate = rate
            case "pause" if not context.get("after_line"):
                self._held_at = trace.at
            case "resume" if self._held_at is not None:
                held_s = (trace.at - self._held_at).total_seconds()
                self._seen |= {Sensor.PAUSE} if PAUSE_S[0] <= held_s <= PAUSE_S[1] else set()
                self._held_at = None

    def evidence(self, at: datetime) -> Evidence:
        """Return what the visit shows, once its last event was added; `at` is when it was left."""
        played, left = self._played.traits, self._last
        traits = played if self._is_one_variant else left.traits
        language = word(traits, "language")
        level = word(traits, "level")
        return Evidence(
            language=language.partition("-")[0],
            story=word(traits, "slug"),
            variant=_variant(traits),
            difficulty=difficulty_of(traits, reads_along=self._began_reading),
            at=at,
            heard=self._share() if self._tells_by_itself() else 0.0,
            seen=tuple(sensor in self._seen for sensor in Sensor) if self._seen else NOTHING_SEEN,
            check=check_of(left.context) if self._was_asked() else None,
            level=level if level in PRIOR_MEANS else None,
            node=word(traits, "node"),
            order=left.order,
        )

    def _tells_by_itself(self) -> bool:
        """Whether help would have been looked for: not where it is in view, nor in a placement."""
        traits = self._played.traits
        is_helped = traits.get("translated") is True or traits.get("placement") is True
        return self._is_one_variant and not is_helped and self._has_sound()

    def _was_asked(self) -> bool:
        """Whether an answer tells something: in a placement not where nothing was heard."""
        traits = self._played.traits
        return traits.get("placement") is not True or self._has_sound()

    def _has_sound(self) -> bool:
        is_lost = self._last.context.get(UNHEARD) is True
        return self._played.traits.get("has_audio") is not False and not is_lost

    def _share(self) -> float:
        """Return the share of the clip that was heard, whatever the order, 0 to 1."""
        is_over = self._last.kind == "complete"
        length_s = self._played.duration_s or self._last.duration_s or 0.0
        if length_s <= 0:
            return 1.0 if is_over else 0.0
        heard_s = reached_s = 0.0
        for start, end in sorted([*self._heard, (self._at_s, length_s if is_over else 0.0)]):
            heard_s += max(0.0, min(end, length_s) - max(start, reached_s))
            reached_s = max(reached_s, end)
        return min(1.0, heard_s / length_s)


def difficulty_of(traits: Mapping[str, Any], *, reads_along: bool) -> float:
    """Return the difficulty in logits of what content_characteristics describe."""
    return difficulty(
        number(traits, "difficulty_score"),
        mix=number(traits, "code_mix_ratio") or 0.0,
        rate=_rate(traits),
        kind=word(traits, "difficulty"),
        reads_along=reads_along,
    )


def check_of(context: Mapping[str, Any]) -> Check | None:
    """Return the answer that left the node; None where it was no check.

    `correct`, `options`, and where known `right_options` and `answer_ms`, are in the context of
    the event that left the node.
    """
    correct, options = context.get("correct"), number(context, "options")
    if not isinstance(correct, bool) or options is None:
        return None
    right, answer_ms = number(context, "right_options"), number(context, "answer_ms")
    return Check(
        is_right=correct,
        options=int(options),
        answer_ms=None if answer_ms is None else int(answer_ms),
        right=1 if right is None else int(right),
    )


def _came_from(trace: Trace) -> float:
    """Return where the sound was just before an event, in seconds."""
    from_ms = number(trace.context, "from_ms")
    if from_ms is not None:
        return from_ms / 1000
    if trace.kind == "complete" and trace.duration_s is not None:
        return max(trace.position_s, trace.duration_s)
    return trace.position_s


def _rate(traits: Mapping[str, Any]) -> float:
    rate = number(traits, "speed")
    return rate if rate is not None and rate > 0 else 1.0


def _variant(traits: Mapping[str, Any]) -> str:
    mix = number(traits, "code_mix_ratio") or 0.0
    language = word(traits, "language")
    return f"{language}@{mix:.2f}" if mix else language
