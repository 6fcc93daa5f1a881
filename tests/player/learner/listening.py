"""Logs of listeners, written event by event, for the tests of the learner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from player.learner.belief import Belief, StorySoFar
from player.learner.evidence import Check, Evidence
from player.learner.traces import Trace

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=400)
TRAITS: Mapping[str, Any] = {
    "slug": "clever-crow",
    "node": "intro",
    "language": "hi-mixed",
    "code_mix_ratio": 0.3,
    "difficulty": "lexical-heavy",
    "difficulty_score": 0.5,
    "speed": 1.0,
}


class Sitting:
    """Writes the events of one sitting, one a second, as the player does."""

    def __init__(self, name: str, begins: datetime = NOON, device: str = "laptop") -> None:
        self.traces: list[Trace] = []
        self.clock = begins
        self._name, self._device = name, device

    def did(self, kind: str, at_s: float = 0.0, **context: Any) -> Sitting:
        """Write one event at a place of a clip of ten seconds; `traits` adds to the usual ones."""
        traits = {**TRAITS, **context.pop("traits", {})}
        self.clock += timedelta(seconds=1)
        self.traces.append(
            Trace(
                id=f"{self._name}-{len(self.traces):04}",
                at=self.clock,
                kind=kind,
                session_id=self._name,
                device=self._device,
                sequence=len(self.traces) + 1,
                position_s=at_s,
                duration_s=10.0,
                traits=traits,
                context=context,
            )
        )
        return self

    def heard(self, *during: str, **leaving: Any) -> Sitting:
        """Write a visit heard to its end, with these events half-way."""
        self.did("play", 0)
        for kind in during:
            self.did(kind, 5)
        return self.did("complete", 10, **leaving)


checks = st.one_of(
    st.none(),
    st.builds(
        Check,
        is_right=st.booleans(),
        options=st.integers(1, 5),
        answer_ms=st.one_of(st.none(), st.integers(0, 60_000)),
    ),
)
moments = st.integers(0, 300 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
evidences = st.builds(
    Evidence,
    language=st.just("hi"),
    story=st.sampled_from(("crow", "fox")),
    variant=st.sampled_from(("hi", "hi-mixed@0.30")),
    difficulty=st.floats(-6, 6),
    at=moments,
    heard=st.sampled_from((0.0, 0.5, 0.95, 1.0)),
    seen=st.tuples(*[st.booleans()] * 4),
    check=checks,
)
beliefs = st.integers(0, 200).flatmap(
    lambda n: st.builds(
        Belief,
        mu=st.floats(-5, 5),
        v=st.floats(0.05, 1.96),
        at=st.one_of(st.none(), moments),
        habits=st.tuples(*[st.integers(0, n)] * 4),
        n=st.just(n),
        predicted=st.floats(0, 1).map(lambda share: share * n),
        points=st.just(n),
        answers=st.lists(st.integers(1000, 60_000), max_size=15).map(tuple),
        place=st.just(("crow", "hi")),
        relief=st.lists(st.booleans(), max_size=3).map(tuple),
        story=st.builds(StorySoFar, st.just("crow"), st.floats(-50, 50), st.integers(1, 20)),
    )
)
KINDS = ("replay", "seek", "pause", "resume", "translation_shown", "transcript_toggled", "speed")
_leaving = st.fixed_dictionaries(
    {},
    optional={
        "correct": st.booleans(),
        "options": st.integers(1, 4),
        "answer_ms": st.integers(0, 9000),
    },
)


@st.composite
def sittings(draw: st.DrawFn, name: str) -> list[Trace]:
    """Draw the log of one sitting, on one of two machines, at any hour."""
    begins = NOON + timedelta(hours=draw(st.integers(0, 48)))
    device = draw(st.sampled_from(("laptop", "sofa")))
    sitting = Sitting(name, begins, device)
    for _ in range(draw(st.integers(1, 5))):
        traits = {
            "language": draw(st.sampled_from(("hi", "hi-mixed", "bn"))),
            "difficulty_score": draw(st.sampled_from((None, 0.2, 0.8))),
        }
        sitting.did("play", 0, traits=traits)
        for kind in draw(st.lists(st.sampled_from(KINDS), max_size=3)):
            sitting.did(kind, draw(st.floats(0, 10)), traits=traits, from_ms=5000)
        kind = draw(st.sampled_from(("complete", "skip", "abandon")))
        sitting.did(kind, 10, traits=traits, **draw(_leaving))
        if draw(st.booleans()):
            sitting.did("rated", 10, traits=traits, rating=draw(st.sampled_from(("easy", "hard"))))
    return sitting.traces


logs = st.tuples(*(sittings(name) for name in ("a", "b", "c"))).map(
    lambda parts: [trace for part in parts for trace in part]
)
