"""What is believed of the listener: folded from their events once, then kept up with them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from db.records import BehaviorRecord, LearnerRecord, LikeRecord, Record
from player.learner.evidence import Evidence, Observation
from player.learner.explaining import Moved, moved
from player.learner.folding import State
from player.learner.holds import Holds
from player.learner.recounting import Change, recount
from player.learner.taste import Taste
from player.learner.traces import Trace, word
from player.learner.tracing import Following, visits
from player.learner.visits import check_of
from player.preferences import Level, Preferences
from player.recording.liking import Liking

_log = logging.getLogger(__name__)


class BeliefStore(Protocol):
    """The part of the store that beliefs are made of."""

    def behaviors(self) -> Sequence[BehaviorRecord]:
        """Return all that the listener did to the sound, on whichever machine, in no order."""

    def held(self) -> Sequence[BehaviorRecord]:
        """Return those of them that tell what mix, level and speed are held; quick."""

    def behaviors_elsewhere(self, session_id: str) -> int:
        """Return how many of them are not of one sitting."""

    def likes(self) -> Sequence[LikeRecord]:
        """Return all likes of the listener and what was taken back, the last one last."""

    def learner(self) -> LearnerRecord | None:
        """Return what was believed when it was last written down."""


@dataclass(slots=True)
class _Known:
    """What was made of all events in the store: `told` are the ids of those of this sitting.

    `changes` are, by language, what moved the belief last.
    """

    state: State = field(default_factory=State)
    changes: dict[str, Change] = field(default_factory=dict)
    liking: Liking = field(default_factory=Liking)
    following: Following = field(default_factory=Following)
    elsewhere: int = -1
    told: Collection[str] = ()
    latest: datetime | None = None


class Beliefs:
    """Owns the state of the learner during one sitting.

    All events of years take a second or two to fold; nobody waits for that. It is done in a thread
    of its own, and what is followed meanwhile is learned from afterwards. `refresh` reads the store
    and so belongs in a worker thread, while nothing else is done; the rest costs microseconds, and
    may be asked meanwhile.
    """

    def __init__(self, store: BeliefStore, session_id: str, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._session_id = session_id
        self._now = now
        self.is_doubtful = False
        """Whether what was followed is not what is written, or not in its order."""
        self._level: Level = Preferences().level
        self._known = _Known()
        self._folding: Future[_Known] | None = None
        self._waiting: list[Trace] = []
        self._likes: dict[str, LikeRecord] = {}
        self._early = ""
        self._stored: State | None = None
        self.holds = Holds()
        """What the listener decided themselves; known once `refresh` was called."""
        self._since: list[Moved] = []
        self._turn = threading.RLock()
        """Held where what was folded is taken up, or gone on from; never while one waits."""

    @property
    def assumed(self) -> State:
        """What is believed by now, or was when it was last written down; at first nothing."""
        return self.state or self._stored or State()

    @property
    def taste(self) -> Taste:
        """What the listener likes, as far as it is known."""
        self._take_up()
        return self._known.liking.taste(self._now())

    def change(self, language: str) -> Change | None:
        """Return what moved the belief in a base language last."""
        self._take_up()
        return self._known.changes.get(language)

    def since(self) -> list[Moved]:
        """Return what each visit of this sitting did since this was last asked, oldest first."""
        since, self._since = self._since, []
        return since

    @property
    def state(self) -> State | None:
        """What is believed by now; None as long as it is being found out."""
        with self._turn:
            self._take_up()
            is_known = self._folding is None and self._known.elsewhere >= 0
            return self._known.state if is_known else None

    def asked_at(self, record: BehaviorRecord) -> datetime | None:
        """Return when the question that a record answers was answered, where that was lately.

        None where it counts again, where it asks nothing, and as long as it is being found out.
        """
        trace, state = trace_of(record), self.state
        if state is None or check_of(trace.context) is None:
            return None
        story, node = word(trace.traits, "slug"), word(trace.traits, "node")
        return state.asked_at(story, node, min(trace.at, self._now()))

    def refresh(self, level: Level, *, patience_s: float) -> None:
        """Fold all events where others came than those that were followed; blocks.

        It is waited for no longer than `patience_s` seconds. `level` is where a language starts
        whose first visit says none.
        """
        self._level = level
        with self._turn:
            self._take_up()
            folding = self._folding
        if folding is None and self._is_outdated():
            folding = self._begin_to_fold(level)
        elif folding is None:
            likes = self._store.likes()
            with self._turn:
                self._known.liking.renew(likes)
        if folding is not None:
            with suppress(TimeoutError):
                folding.exception(patience_s)

    def learn(self, record: BehaviorRecord) -> None:
        """Learn from an event before it is written with others; `follow` does not do so again."""
        self.follow([record])
        self._early = record.id

    def follow(self, records: Iterable[Record]) -> None:
        """Learn from what is about to be written, in its order."""
        with self._turn:
            self._take_up()
            for record in records:
                if isinstance(record, BehaviorRecord) and record.id != self._early:
                    trace = trace_of(record)
                    self.holds = self.holds.after(trace)
                    if self._folding is None:
                        self._learn(trace)
                    else:
                        self._waiting.append(trace)
                elif isinstance(record, LikeRecord):
                    self._likes[record.content_id] = record
                    self._known.liking.react(record)

    def written(self, future: Future[None]) -> None:
        """Hear whether what was followed was written; where not, the next `refresh` starts anew."""
        if future.cancelled() or future.exception() is not None:
            self.is_doubtful = True
            self._likes = {}  # a new one: the old one may be gone through by now

    def _is_outdated(self) -> bool:
        if self.is_doubtful or self._known.elsewhere < 0:
            return True
        return self._known.elsewhere != self._store.behaviors_elsewhere(self._session_id)

    def _begin_to_fold(self, level: Level) -> Future[_Known]:
        """Return what is folded by now; where that had to be begun, what is held is known anew."""
        stored = _stored(self._store.learner()) if self.state is None else self.state
        holds = Holds.of(map(trace_of, self._store.held()))
        self.is_doubtful = False  # not before: where these cannot be read it stays so
        with self._turn:
            if self._folding is None:
                self._stored, self.holds, self._folding = stored, holds, Future()
                threading.Thread(
                    target=self._fold, args=(self._folding, level), name="learner", daemon=True
                ).start()
            return self._folding

    def _fold(self, made: Future[_Known], level: Level) -> None:
        try:
            made.set_result(self._folded(level))
        except Exception as fault:  # noqa: BLE001 - whoever takes it up is told
            made.set_exception(fault)

    def _folded(self, level: Level) -> _Known:
        traces = [trace_of(record) for record in self._store.behaviors()]
        now = self._now()
        own = [t for t in traces if t.session_id == self._session_id and t.sequence is not None]
        state, changes = recount(visits(traces, now=now), level)
        known = _Known(
            state=state,
            changes=changes,
            liking=Liking(self._store.likes(), traces),
            elsewhere=len(traces) - len(own),
            told=frozenset(trace.id for trace in own),
            latest=max((min(trace.at, now) for trace in traces), default=None),
        )
        for trace in sorted(own, key=lambda trace: trace.sequence or 0):
            known.following.add(trace, now)
        return known

    def _take_up(self) -> None:
        """Go on from what was folded, once it is, with what was done since."""
        with self._turn:
            if self._folding is None or not self._folding.done():
                return
            folded, self._folding = self._folding, None
            waiting, self._waiting = self._waiting, []
            if (fault := folded.exception()) is not None:
                _log.warning("what is believed of the listener could not be found out: %r", fault)
                self._known = _Known()
                return
            self._known = folded.result()
            for like in tuple(self._likes.values()):
                self._known.liking.react(like)
            for trace in waiting:
                if trace.id not in self._known.told:
                    self._learn(trace)

    def _learn(self, trace: Trace) -> None:
        known, now = self._known, self._now()
        at = min(trace.at, now)
        # A clock that was set back, here or elsewhere: by the order of all this one comes earlier.
        if known.latest is not None and at < known.latest:
            self.is_doubtful = True
        known.latest = max(known.latest or at, at)
        known.liking.add(trace)
        observation = known.following.add(trace, now)
        if observation is not None:
            self._observe(observation)

    def _observe(self, observation: Observation) -> None:
        known, language = self._known, observation.language
        observation = known.state.counted(observation)
        before = known.state.belief(language, observation.level or self._level)
        known.state = known.state.after(observation, self._level)
        after = known.state.beliefs[language]
        if after.mu != before.mu:
            known.changes[language] = Change(before, observation, after)
        if isinstance(observation, Evidence):
            self._since.append(moved(before, observation, after))


def _stored(row: LearnerRecord | None) -> State | None:
    """Return what was believed when it was written down; None where that cannot be read."""
    if row is None:
        return None
    try:
        return State.from_json(row.belief or {})
    except (ValueError, KeyError, TypeError):
        return None  # the events know it better anyway


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
