"""Renewing: what is believed, made anew from all events, in the place of what is written."""

from __future__ import annotations

import json
from collections.abc import Iterable

from db.records import BehaviorRecord, LearnerRecord
from db.store import Store
from player.cli.preferring import as_preferences, preferred
from player.cli.wiring import now
from player.config import settle
from player.learner.evidence import Observation
from player.learner.folding import State, learned
from player.learner.taste import Taste
from player.learner.tracing import visits
from player.paths import Paths
from player.preferences import Level
from player.recording.beliefs import trace_of
from player.recording.liking import Liking
from player.recording.scribe import believed


def level_of(store: Store) -> Level:
    """Return the level that the player would start with."""
    settled = settle(Paths.find().config_file)
    stored = as_preferences(store.preferences())
    return preferred(settled.config, settled.named, stored).level


def taste_of(store: Store, events: Iterable[BehaviorRecord]) -> Taste:
    """Return what the listener likes, by their likes and how their hearings ended."""
    return Liking(store.likes(), map(trace_of, events)).taste(now())


def renew(store: Store) -> tuple[int, bool]:
    """Fold all events into the row of the last sitting; return their number, and if it stays."""
    level, events, stored = level_of(store), store.behaviors(), store.learner()
    if not events:
        return 0, True
    state = learned(State(), _observed(events), level)
    sitting = stored.session_id if stored else last_of(events).session_id
    made = believed(sitting, state, level, liking=taste_of(store, events), at=now())
    if stored is not None and _in_bytes(made) == _in_bytes(stored):
        return len(events), True
    store.append([made]).result()
    return len(events), False


def last_of(events: Iterable[BehaviorRecord]) -> BehaviorRecord:
    """Return the latest of some events."""
    return max(events, key=lambda event: (event.timestamp, event.id))


def _observed(events: Iterable[BehaviorRecord]) -> list[Observation]:
    """Return the visits and ratings that events tell of."""
    return visits(map(trace_of, events), now=now())


def _in_bytes(record: LearnerRecord) -> bytes:
    """Return what is believed as bytes that are the same wherever they are written."""
    columns = (record.comprehension_level, record.difficulty_adjustment, record.data_points)
    tastes = (record.preference_weights, record.content_type_preferences)
    return json.dumps([*columns, *tastes, record.belief], sort_keys=True).encode()
