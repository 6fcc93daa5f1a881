"""What is believed of the listener: folded from their events once, then kept up with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from db.records import BehaviorRecord, Record
from player.learner.folding import State, fold
from player.learner.traces import Trace
from player.learner.tracing import Following
from player.preferences import Level, Preferences


class BeliefStore(Protocol):
    """The part of the store that beliefs are made of."""

    def behaviors(self) -> Sequence[BehaviorRecord]:
        """Return all that the listener did to the sound, on whichever machine, in no order."""

    def behaviors_elsewhere(self, session_id: str) -> int:
        """Return how many of them are not of one sitting."""


class Beliefs:
    """Owns the state of the learner during one sitting.

    `refresh` reads the store and so belongs in a worker thread, while nothing else is done; the
    rest costs microseconds.
    """

    def __init__(self, store: BeliefStore, session_id: str, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._session_id = session_id
        self._now = now
        self._elsewhere = -1
        self._is_doubtful = False
        self._following = Following()
        self._level: Level = Preferences().level
        self.state = State()

    def refresh(self, level: Level) -> None:
        """Fold all events where others came than those that were followed; blocks.

        `level` is where a language starts whose first visit says none.
        """
        self._level = level
        is_known = not self._is_doubtful and self._elsewhere >= 0
        if is_known and self._elsewhere == self._store.behaviors_elsewhere(self._session_id):
            return
        records = self._store.behaviors()
        traces = [trace_of(record) for record in records]
        self.state = fold(traces, level=self._level, now=self._now())
        own = [t for t in traces if t.session_id == self._session_id and t.sequence is not None]
        self._elsewhere, self._is_doubtful = len(traces) - len(own), False
        self._following = Following()
        for trace in sorted(own, key=lambda trace: trace.sequence or 0):
            self._following.add(trace, self._now())

    def follow(self, records: Iterable[Record]) -> None:
        """Learn from what is about to be written, in its order."""
        for record in records:
            if isinstance(record, BehaviorRecord):
                observation = self._following.add(trace_of(record), self._now())
                if observation is not None:
                    self.state = self.state.after(observation, self._level)

    def written(self, future: Future[None]) -> None:
        """Hear whether what was followed was written; where not, the next `refresh` starts anew."""
        if future.cancelled() or future.exception() is not None:
            self._is_doubtful = True


def trace_of(record: BehaviorRecord) -> Trace:
    """Return an event as the learner reads it."""
    device = (record.device_info or {}).get("device")
    return Trace(
        id=record.id,
        at=record.timestamp,
        kind=record.event_type,
        session_id=record.session_id,
        device=device if isinstance(device, str) else "",
        sequence=record.sequence,
        position_s=record.playback_position,
        duration_s=record.duration,
        traits=record.content_characteristics,
        context=record.context or {},
    )
