"""Holds: what a listener decided themselves about the mix, read out of their events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from player.learner.selection import Wish
from player.learner.traces import Trace, number, settled, word

RATED: Final = "rated"
"""The kind of event by which a listener says something themselves."""

HELD: Final = "held"
"""The rating in it by which a mix or a level is held, or let go of."""

STORY, LANGUAGE = "story", "language"
OWN_SPEED: Final = "speed"
"""The kind of event by which a listener sets the speed themselves."""

NUDGED: Final = "nudged"
"""The speed in the context of a `play`, where it was kahani that chose it."""


@dataclass(frozen=True, slots=True)
class Holds:
    """What holds now: the latest wish of each kind.

    `mixes` are the shares of English, 0 to 1, held in one story (by slug); `pinned` the levels held
    in a base language in all stories, as a difficulty in logits; `speeds` what kahani slowed or
    quickened a base language to, 1.0 being as recorded, and `nudged_at` when. With `is_speed_own`
    the listener set the speed by hand: then it is theirs.
    """

    mixes: Mapping[str, float] = field(default_factory=dict)
    pinned: Mapping[str, float] = field(default_factory=dict)
    speeds: Mapping[str, float] = field(default_factory=dict)
    nudged_at: Mapping[str, datetime] = field(default_factory=dict)
    is_speed_own: bool = False

    @classmethod
    def of(cls, traces: Iterable[Trace]) -> Holds:
        """Return what an event log leads to; in any order, and each event as often as it comes."""
        holds = cls()
        kinds = (RATED, OWN_SPEED)
        told = settled(t for t in traces if t.kind in kinds or NUDGED in t.context)
        for trace in sorted(told, key=lambda trace: (trace.at, trace.order)):
            holds = holds.after(trace)
        return holds

    def after(self, trace: Trace) -> Holds:
        """Return what holds after one more event; the same where it is about something else."""
        language = word(trace.traits, "language").partition("-")[0]
        is_held = trace.kind == RATED and trace.context.get("rating") == HELD
        if is_held and trace.context.get("of") == STORY:
            mixes = _with(self.mixes, word(trace.traits, "slug"), number(trace.context, "mix"))
            return replace(self, mixes=mixes)
        if is_held:
            level = number(trace.context, "difficulty")
            return replace(self, pinned=_with(self.pinned, language, level))
        if trace.kind == OWN_SPEED:
            return replace(self, speeds={}, is_speed_own=True)
        if NUDGED in trace.context:
            speed = number(trace.context, NUDGED)
            nudged_at = {**self.nudged_at, language: trace.at}
            return replace(self, speeds=_with(self.speeds, language, speed), nudged_at=nudged_at)
        return self

    def wish(self, language: str, slug: str = "") -> Wish:
        """Return what is held of a base language, and of one story in it."""
        return Wish(mix=self.mixes.get(slug), difficulty=self.pinned.get(language))


def _with(known: Mapping[str, float], name: str, value: float | None) -> Mapping[str, float]:
    rest = {key: held for key, held in known.items() if key != name}
    return rest if value is None else {**rest, name: value}
