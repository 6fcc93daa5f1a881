"""The event log as the learner reads it: each event once, put together to visits and ratings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Final

from player.learner.belief import PRIOR_MEANS
from player.learner.evidence import Felt, Observation, Rating
from player.learner.traces import Trace, settled, word
from player.learner.visits import Visit

LEAVING: Final = frozenset({"complete", "skip", "abandon"})
"""The events that end a visit."""


def visits(traces: Iterable[Trace], *, now: datetime) -> list[Observation]:
    """Return the visits and ratings of an event log, in the order in which they are learned from.

    The log may come in any order and hold events more than once. Visits that were never left are
    not there yet; a time after `now` counts as `now`.
    """
    found: list[Observation] = []
    by_session = sorted(settled(traces), key=_within_sessions)
    for _, group in groupby(by_session, key=lambda trace: trace.session_id):
        found += _of_session(group, now)
    found.sort(key=lambda observation: (observation.at, observation.order))
    return found


def _within_sessions(trace: Trace) -> tuple[str, int, datetime, str]:
    return (trace.session_id, trace.sequence or 0, trace.at, trace.id)


def _of_session(traces: Iterable[Trace], now: datetime) -> Iterator[Observation]:
    visit: Visit | None = None
    is_shown = True
    for trace in traces:
        if trace.kind == "play":
            visit = Visit(trace, reads_along=is_shown)
        elif trace.kind == "rated":
            yield from _rating(trace, now)
        elif visit is not None:
            visit.add(trace)
            if trace.kind in LEAVING:
                yield visit.evidence(min(trace.at, now))
                visit = None
        if trace.kind == "transcript_toggled":
            is_shown = trace.context.get("showing") != "hidden"


def _rating(trace: Trace, now: datetime) -> Iterator[Rating]:
    felt, level = word(trace.context, "rating"), word(trace.traits, "level")
    if felt in tuple(Felt):
        yield Rating(
            language=word(trace.traits, "language").partition("-")[0],
            story=word(trace.traits, "slug"),
            felt=Felt(felt),
            at=min(trace.at, now),
            level=level if level in PRIOR_MEANS else None,
            order=trace.order,
        )
