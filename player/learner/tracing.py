"""The event log as the learner reads it: each event once, put together to visits and ratings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from player.learner.belief import PRIOR_MEANS
from player.learner.evidence import Evidence, Felt, Observation, Rating
from player.learner.traces import Trace, settled, word
from player.learner.visits import Visit

LEAVING: Final = frozenset({"complete", "skip", "abandon"})
"""The events that end a visit."""


ANEW: Final = "anew"
"""The rating that forgets what was shown before it: a listener who wants to be met anew."""


def visits(traces: Iterable[Trace], *, now: datetime) -> list[Observation]:
    """Return the visits and ratings of an event log, in the order in which they are learned from.

    The log may come in any order and hold events more than once. Visits that were never left are
    not there yet, and what lies before the last event that begins anew is not there any more; a
    time after `now` counts as `now`.
    """
    found: list[Observation] = []
    begins: datetime | None = None
    by_session: dict[str, list[Trace]] = defaultdict(list)
    for trace in settled(traces):
        by_session[trace.session_id].append(trace)
    for session_id in sorted(by_session):
        following = Following()
        for trace in sorted(by_session[session_id], key=_within_session):
            if (observation := following.add(trace, now)) is not None:
                found.append(observation)
            if begins_anew(trace):
                begins = max(begins or trace.at, trace.at)
    if begins is not None:
        found = [observation for observation in found if observation.at > min(begins, now)]
    found.sort(key=lambda observation: (observation.at, observation.order))
    return found


def begins_anew(trace: Trace) -> bool:
    """Whether what lies before an event counts no more."""
    return trace.kind == "rated" and trace.context.get("rating") == ANEW


class Following:
    """Follows the events of one sitting, in their order; owns the visit that is not over yet.

    An answer counts once a sitting: who steps back to choose another one knows by then.
    """

    def __init__(self) -> None:
        self._visit: Visit | None = None
        self._answered: set[tuple[str, str]] = set()
        self._is_shown = True

    def add(self, trace: Trace, now: datetime) -> Observation | None:
        """Take in the next event; return the visit that it ends, or the rating that it is."""
        found: Observation | None = None
        if trace.kind == "play":
            self._visit = Visit(trace, reads_along=self._is_shown)
        elif trace.kind == "rated":
            found = _rating(trace, now)
        elif self._visit is not None:
            self._visit.add(trace)
            if trace.kind in LEAVING:
                found = self._once(self._visit.evidence(min(trace.at, now)))
                self._visit = None
        if trace.kind == "transcript_toggled":
            self._is_shown = trace.context.get("showing") != "hidden"
        return found

    def _once(self, evidence: Evidence) -> Evidence:
        if evidence.check is None:
            return evidence
        question = evidence.story, evidence.node
        if question in self._answered:
            return replace(evidence, check=None)
        self._answered.add(question)
        return evidence


def _within_session(trace: Trace) -> tuple[int, datetime, str]:
    return (trace.sequence or 0, trace.at, trace.id)


def _rating(trace: Trace, now: datetime) -> Rating | None:
    felt, level = word(trace.context, "rating"), word(trace.traits, "level")
    if felt not in tuple(Felt):
        return None
    return Rating(
        language=word(trace.traits, "language").partition("-")[0],
        story=word(trace.traits, "slug"),
        felt=Felt(felt),
        at=min(trace.at, now),
        level=level if level in PRIOR_MEANS else None,
        order=trace.order,
    )
